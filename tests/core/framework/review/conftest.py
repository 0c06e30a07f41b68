"""What the tests of reviews need: bars made by hand, a reading on any row, and saved plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from smallcap.core import reading as readings
from smallcap.core.bars import Bars, Panel, bars_of, to_day
from smallcap.core.framework.document import Saved
from smallcap.core.framework.plan import Condition, Figure, Plan, Standing
from smallcap.core.framework.review import Review, review
from smallcap.core.reading import Reading
from smallcap.core.regime import NEUTRAL, REGIMES
from smallcap.core.settings import Settings

from tests.conftest import random_panel

PANEL = random_panel(320)
DAYS = PANEL["SPY"].sessions
MADE, FIRST = 300, to_day(DAYS[300])
NOW = datetime(2030, 1, 2, tzinfo=UTC)
LONG: dict[str, Figure] = {
    "ticker": "TEN",
    "side": "long",
    "entry": 100.0,
    "stop": 95.0,
    "target": 110.0,
    "close": 100.0,
}
Quad = tuple[float, float, float, float]
BUILT = readings.build(PANEL, to_day(DAYS[-1]), Settings(), closed=to_day(DAYS[-1]))


def ten(*after: Quad, before: int = MADE + 1, split: float = 1.0) -> Bars:
    """Bars (open, high, low, close) that lie at 100 up to the plan's session, then as told."""
    rows = np.array([(100.0, 101.0, 99.0, 100.0)] * before + list(after)) * split
    first = MADE + 1 - before
    columns = [rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 3], np.ones(len(rows))]
    return bars_of("TEN", DAYS[first : first + len(rows)], columns)


def reading_at(row: int, panel: Panel = PANEL, **labels: int) -> Reading:
    """The reading on the close of a row; NEUTRAL on each session but those named, as `_12=place in REGIMES`."""
    day = to_day(DAYS[row])
    cut = panel.until(DAYS[row])
    codes = np.full(row + 1, REGIMES.index(NEUTRAL))
    for name, code in labels.items():
        codes[int(name[1:])] = code
    past = replace(
        BUILT.history, sessions=DAYS[: row + 1], price_ratio=BUILT.history.price_ratio[: row + 1], codes=codes
    )
    regime = BUILT.regime._replace(regime=REGIMES[codes[-1]])
    return replace(BUILT, as_of=day, panel=cut, history=past, regime=regime)


def saved(decision: dict[str, Figure], *ends: Condition, **standing: object) -> Saved:
    made = Standing(str(FIRST), "IWM/SPY", "NEUTRAL", "2016-01-04", 50.0, "random walk", True)
    plan = Plan("active", "x", {}, made._replace(**standing), decision, (), (), ends)
    return Saved("p1", NOW, plan)


def scored(decision: dict[str, Figure], *after: Quad, split: float = 1.0) -> Review:
    bars = ten(*after, split=split)
    return review(saved(decision), reading_at(MADE + len(after)), bars)


CALM, UP, DOWN = (100.0, 101.0, 99.0, 100.0), (101.0, 104.0, 100.0, 103.0), (99.0, 100.0, 96.0, 97.0)
