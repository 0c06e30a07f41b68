"""What the tests of alerts need: readings of a few sessions, and alerts run over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from smallcap.core import reading as readings
from smallcap.core.alerts import Alert, Last, arm
from smallcap.core.bars import Bars, Panel, bars_of, to_day
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.core.triggers import parse

from tests.conftest import random_panel

PANEL = random_panel(320)
DAYS = PANEL["SPY"].sessions
BUILT = readings.build(PANEL, to_day(DAYS[-1]), Settings(), closed=to_day(DAYS[-1]))
BEFORE = 300
NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
NONE = Last()


def ten(closes: Sequence[float | None], split: float = 1.0) -> Bars:
    """Bars of TEN from the session BEFORE on; no bar where the close is None."""
    days = [day for day, close in zip(DAYS[BEFORE:], closes, strict=False) if close is not None]
    rows = np.array([close for close in closes if close is not None]) * split
    return bars_of("TEN", np.array(days, "datetime64[D]"), [*[rows] * 5, np.ones(len(rows))])


def on(row: int, closes: Sequence[float | None], *, simulated: bool = True, split: float = 1.0) -> Reading:
    """The reading on a session, BEFORE + row, that knows only TEN's closes up to then."""
    known_then = closes[: row + 1]
    bars = {"TEN": ten(known_then, split)} if any(close is not None for close in known_then) else {}
    panel = Panel(bars, replace(BUILT.origin, simulated=simulated))
    return replace(BUILT, as_of=to_day(DAYS[BEFORE + row]), origin=panel.origin, panel=panel)


def fired(found: Sequence[Alert]) -> list[str]:
    return [alert.told() for alert in found if alert.fired]


def armed(text: str, reading: Reading, last: Last = NONE) -> Alert:
    return arm(parse(text), reading, last, NOW)
