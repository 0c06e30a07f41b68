"""The base rate of a plan's trade: the same trade from earlier closes, and no future in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.bars import Bars
from smallcap.core.framework.review import BaseRate, Trade, base_rate, follow, review

from tests.conftest import random_bars
from tests.core.framework.review.conftest import CALM, LONG, MADE, reading_at, saved, scored, ten


def test_a_base_rate_by_hand():
    # Closes 100, 100, ... with one rise to 102 that lasts: one entry before it gains 2 a share, which is 0.4R.
    bars = ten(CALM)
    bars.open[200:], bars.high[200:], bars.low[200:], bars.close[200:] = 102.0, 102.5, 101.5, 102.0
    trade = Trade("TEN", 1.0, 100.0, 95.0, 110.0)
    assert base_rate(trade, bars, MADE, 1) == BaseRate(pytest.approx(0.4 / 300), pytest.approx(1 / 300), 300, 1)
    assert base_rate(trade, bars, MADE, 3) == BaseRate(pytest.approx(1.2 / 298), pytest.approx(3 / 298), 298, 3)


def test_a_base_rate_takes_the_plans_distances_as_fractions():
    # From 100, a stop at 98 and a target at 104; from 50 each the same trade is 49 and 52.
    bars = ten(before=101)
    bars.close[:] = bars.open[:] = 50.0
    bars.low[:], bars.high[:] = 49.01, 51.99
    bars.high[60] = 52.0
    bars.low[80] = 49.0
    found = base_rate(Trade("TEN", 1.0, 100.0, 98.0, 104.0), bars, 100, 5)
    # Entries 55..59 reach +2R, 75..79 are stopped at -1R.
    assert found == BaseRate(pytest.approx((5 * 2 - 5) / 96), pytest.approx(5 / 96), 96, 5)


@pytest.mark.parametrize(("before", "there"), [(50, False), (51, True)])
def test_fewer_than_fifty_make_no_base_rate_and_that_is_said(before: int, there: bool):
    found = review(saved(LONG), reading_at(MADE + 1), ten(CALM, before=before))
    assert found.score
    assert bool(found.base) == there
    assert any("no base rate" in note for note in found.notes) != there


def test_on_its_own_day_a_plan_has_no_base_rate():
    found = scored(LONG)
    assert found.base is None
    assert found.notes[0].startswith("no base rate: it takes a session since")


def test_the_base_rate_is_followed_for_the_plans_whole_time_not_until_its_exit():
    found = scored(LONG, (92.5, 93.0, 90.0, 91.0), *[CALM] * 9)
    assert found.score
    assert found.base
    assert (found.score.held, found.base.sessions, found.base.n) == (1, 10, 291)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(60, 300), st.integers(1, 19), st.sampled_from([1.0, -1.0]))
def test_the_base_rate_knows_nothing_after_the_plan(seed: int, made: int, sessions: int, side: float):
    bars = random_bars("TEN", 320, seed)
    garbled = random_bars("TEN", 320, seed)
    for name in ("open", "high", "low", "close"):
        getattr(garbled, name)[made + 1 :] = np.random.RandomState(seed).uniform(1, 500, 319 - made)
    trade = Trade("TEN", side, 100.0, 100.0 - 4 * side, 100.0 + 6 * side)
    found = base_rate(trade, bars, made, sessions)
    assert found == base_rate(trade, garbled, made, sessions)
    assert found == base_rate(trade, bars.until(bars.sessions[made]), made, sessions)


def slowly(bars: Bars, row: int, trade: Trade, scale: float, sessions: int) -> tuple[float, int, int, bool]:
    """One trade bar by bar, for long and short apart, as one would tell it."""
    entry, stop, target = trade.entry * scale, trade.stop * scale, trade.target * scale
    long = trade.side > 0
    for held in range(1, sessions + 1):
        o, h, low = (float(column[row + held]) for column in (bars.open, bars.high, bars.low))
        stopped = low <= stop if long else h >= stop
        reached = h >= target if long else low <= target
        if o <= stop if long else o >= stop:
            return (o - entry) / (entry - stop), held, 1, False
        if o >= target if long else o <= target:
            return (o - entry) / (entry - stop), held, 2, False
        if stopped:
            return -1.0, held, 1, reached
        if reached:
            return (target - entry) / (entry - stop), held, 2, False
    return (float(bars.close[row + sessions]) - entry) / (entry - stop), sessions, 0, False


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(0, 30), st.sampled_from([1.0, -1.0]), st.floats(0.2, 5.0), st.floats(0.2, 5.0))
def test_many_trades_at_once_end_as_each_alone(seed: int, sessions: int, side: float, risk: float, gain: float):
    bars = random_bars("TEN", 120, seed)
    trade = Trade("TEN", side, 100.0, 100.0 - risk * side, 100.0 + gain * side)
    starts, scale = np.arange(90), bars.close[:90] / 100.0
    found = follow(bars, starts, trade, scale, sessions)
    each = [slowly(bars, row, trade, float(scale[row]), sessions) for row in range(90)]
    np.testing.assert_allclose(found.r, [r for r, *_ in each], atol=1e-9)
    assert [tuple(row) for row in zip(found.held, found.state, found.both, strict=True)] == [row[1:] for row in each]
