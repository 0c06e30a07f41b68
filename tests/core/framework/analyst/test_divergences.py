"""The divergences of the analyst's report, each reckoned a second time from its words."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import Panel, bars_of, to_day
from smallcap.core.framework.analyst import ANALYST
from smallcap.core.framework.analyst_divergences import DIVERGENCES, QUIET, divergences
from smallcap.core.framework.document import document
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import made
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import random_panel
from tests.core.framework.analyst.conftest import FACTS, SEEDS, columns, read, rows


def extreme(values: np.ndarray, row: int, *, low: bool = False) -> float:
    """The highest, or lowest, of the 63 values up to a row; NaN when there aren't as many."""
    part = values[row - 62 : row + 1] if row >= 62 else np.array([np.nan])
    return float(part.min() if low else part.max())


def meets(key: str, made_: Reading, row: int) -> bool | None:
    """A divergence on one session, from its words; None where that is not known."""
    past, bars = made_.history, made_.panel["IWM"]
    if key in ("price_alone", "ratio_alone"):
        tops = [values[row] == extreme(values, row) for values in (bars.close, past.ratio)]
        return None if row < 62 else tops == ([True, False] if key == "price_alone" else [False, True])
    if key in ("rsi_weaker", "rsi_stronger"):
        rsi, low = past.inputs.studies.rsi14, key == "rsi_stronger"
        if isnan(extreme(rsi, row)):
            return None
        at = bars.adj_close[row] == extreme(bars.adj_close, row, low=low)
        apart = rsi[row] - extreme(rsi, row, low=True) if low else extreme(rsi, row) - rsi[row]
        return bool(at and apart >= 5.0)
    ratio, sectors = past.leadership, past.confirmation
    if key == "axes_apart":
        return None if not (ratio.held[row] and sectors.held[row]) else ratio.state[row] * sectors.state[row] == -1
    near = [close[row] >= 0.98 * max(close[row - 251 : row + 1]) for close in leaders(made_)] if row >= 251 else []
    return None if not near or not ratio.held[row] else any(near) and ratio.state[row] == -1


def leaders(made_: Reading) -> list[np.ndarray]:
    return [made_.panel[ticker].close for ticker in ("SPY", "QQQ")]


@pytest.mark.parametrize("divergence", DIVERGENCES, ids=lambda row: row.key)
def test_a_divergence_is_what_its_words_say(divergence):
    met = 0
    for seed in range(SEEDS):
        made_ = read(random_panel(seed=seed))
        found = divergence.met(made_)
        told = [None if isnan(value) else bool(value) for value in found.tolist()]
        assert told == [meets(divergence.key, made_, row) for row in range(700)]
        met += told.count(True)
    assert met > 10


@pytest.mark.parametrize("row", [*range(290, 700, 13), 699])
def test_the_narrow_high_is_the_readings_narrow_divergence(row: int):
    for seed in range(SEEDS):
        made_ = read(random_panel(seed=seed), row)
        found = next(each for each in divergences(made_, 0) if each.divergence.key == "narrow")
        assert made_.context.divergence is not None
        assert found.on == made_.context.divergence.active


@pytest.mark.parametrize("stays", [1, QUIET])
def test_a_divergence_stays_on_for_its_sessions_and_begins_with_a_close_that_meets_it(stays: int):
    made_ = read(random_panel(seed=3))
    row = next(row for row in DIVERGENCES if row.stays == stays)
    met = row.met(made_) == 1.0
    found = next(each for each in divergences(made_, 100) if each.divergence.key == row.key)
    on = [bool(met[max(0, at - stays + 1) : at + 1].any()) for at in range(700)]
    starts = [at for at in range(1, 700) if on[at] and not on[at - 1]]
    stops = [next((at for at in range(start, 700) if not on[at]), 700) for start in starts]
    kept = [(start, stop) for start, stop in zip(starts, stops, strict=True) if stop > 100]
    days = made_.history.sessions
    assert [spell.began for spell in found.spells] == [to_day(days[start]) for start, _ in kept]
    assert [spell.closes for spell in found.spells] == [int(met[start:stop].sum()) for start, stop in kept]
    lasts = [to_day(days[start:stop][met[start:stop]][-1]) for start, stop in kept]
    assert [spell.last for spell in found.spells] == lasts
    assert [spell.on for spell in found.spells] == [stop == 700 for _, stop in kept]
    assert found.on == on[-1]
    assert len(kept) > 2


def test_a_close_that_is_not_known_says_so_but_ends_nothing(panel: Panel):
    """The pair's second ticker has no bar on the last session, so the ratio has no value on it."""
    spy = panel["SPY"]
    row = next(
        row
        for row in range(300, 690)
        if meets("ratio_alone", read(panel), row) and not meets("ratio_alone", read(panel), row + 1)
    )
    day = panel["IWM"].sessions[row + 1]
    gone = [int(np.searchsorted(spy.sessions, day))]
    holed = bars_of("SPY", np.delete(spy.sessions, gone), [np.delete(c, gone) for c in columns(spy)])
    asked = to_day(day)
    made_ = reading.build(replace(panel, bars={**panel.bars, "SPY": holed}), asked, Settings(), closed=asked)
    found = {each.divergence.key: each for each in divergences(made_, row - 20)}
    assert found["ratio_alone"].on is True
    assert found["price_alone"].on in (None, True)
    plan = made(ANALYST, World(made_, FACTS), {})
    assert rows(plan)["ratio at its end"][0] == "--"
    assert document(plan)["decision"]["ratio"] is None
