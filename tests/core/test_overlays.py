"""Overlays and panes: right by TA-Lib or by hand, never a look ahead, and something for any bars."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import indicators as ind
from smallcap.core.bars import Bars
from smallcap.core.overlays import OVERLAYS, Overlay, bollinger, channel, move, pivots, ratio_bars
from smallcap.core.panes import PANES, Pane, drawdown
from smallcap.core.studies import Studies

from tests.conftest import random_bars

BARS = random_bars("IWM", 400, 7)
MARKET = random_bars("SPY", 390, 8)
each_overlay = pytest.mark.parametrize("row", OVERLAYS, ids=[row.key for row in OVERLAYS])
each_pane = pytest.mark.parametrize("row", PANES, ids=[row.key for row in PANES])


def flat(n: int, close: float = 10.0, volume: float = 0.0) -> Bars:
    bars = random_bars("FLAT", n, 1)
    same = np.full(n, close)
    return Bars("FLAT", bars.sessions, same, same, same, same, same, np.full(n, volume))


def test_bollinger_is_ta_libs():
    for ours, theirs in zip(bollinger(BARS.close), talib.BBANDS(BARS.close, 20, 2, 2), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_the_channel_is_ta_libs_regression_with_two_residual_deviations_around_it():
    last = 300
    upper, middle, lower = channel(BARS.close, last)
    seen = slice(last - 62, last + 1)
    assert middle[last] == pytest.approx(talib.LINEARREG(BARS.close, 63)[last])
    assert middle[last - 62] == pytest.approx(talib.LINEARREG_INTERCEPT(BARS.close, 63)[last])
    away = BARS.close[seen] - middle[seen]
    assert (upper - middle)[last] == pytest.approx(2 * np.sqrt(sum(away**2) / 61))
    np.testing.assert_allclose((upper - middle)[seen], (middle - lower)[seen])
    assert np.flatnonzero(~np.isnan(middle)).tolist() == list(range(last - 62, last + 1))


def test_a_straight_line_has_a_channel_of_no_height():
    upper, middle, lower = channel(np.linspace(10.0, 20.0, 80), 79)
    np.testing.assert_allclose(upper[17:], lower[17:])
    np.testing.assert_allclose(middle[17:], np.linspace(10.0, 20.0, 80)[17:])


def test_the_swing_is_that_of_the_fibonacci_indicator():
    swing = ind.fibonacci(BARS.close, 126)
    for last in range(125, 400, 13):
        found = move(BARS.close, last)
        assert found is not None
        assert found.start < found.end <= last
        assert found.start > last - 126
        rising = found.end_close > found.start_close
        assert (found.end_close, found.start_close)[:: 1 if rising else -1] == (swing.high[last], swing.low[last])
        assert rising == bool(swing.rising[last])
        assert found.level(swing.retracement[last]) == pytest.approx(BARS.close[last])
    assert move(BARS.close, 124) is None
    assert move(np.full(200, np.nan), 199) is None


def test_a_pivot_stands_until_a_close_reaches_it():
    close = np.full(60, 10.0)
    close[20], close[40] = 15.0, 14.0
    assert pivots(close, 59) == [40, 20]
    assert pivots(close, 50) == [40, 20]
    assert pivots(close, 49) == [20], "ten sessions after it are needed"
    close[55] = 14.0
    assert pivots(close, 59) == [20]
    close[55] = 15.0
    assert pivots(close, 59) == []
    assert pivots(close[:20], 19) == []


def test_drawdown_is_from_the_highest_close_so_far():
    assert drawdown(np.array([10.0, 8.0, 12.0, 9.0])).tolist() == pytest.approx([0.0, -0.2, 0.0, -0.25])
    assert drawdown(np.array([])).tolist() == []


@each_overlay
def test_an_overlay_never_looks_ahead(row: Overlay):
    whole = Studies(BARS)
    for last in (0, 19, 63, 130, 250, 398):
        cut = row.of(Studies(BARS.until(BARS.sessions[last])), last)
        for then, now in zip(cut, row.of(whole, last), strict=True):
            np.testing.assert_array_equal(then.values, now.values[: last + 1], err_msg=then.name)
            assert not row.anchored or np.isnan(now.values[last + 1 :]).all()


@each_pane
def test_a_pane_never_looks_ahead(row: Pane):
    for last in (0, 19, 63, 250, 389):
        day = BARS.sessions[last]
        cut, whole = row.of(Studies(BARS.until(day)), MARKET.until(day)), row.of(Studies(BARS), MARKET)
        assert not isinstance(cut, str)
        assert not isinstance(whole, str)
        for then, now in zip(cut, whole, strict=True):
            np.testing.assert_array_equal(then.values, now.values[: last + 1], err_msg=then.name)


@each_overlay
@pytest.mark.parametrize("bars", [flat(1), flat(2), flat(300), flat(300, -5.0), random_bars("X", 5, 3)])
def test_an_overlay_has_curves_for_any_bars(row: Overlay, bars: Bars):
    curves = row.of(Studies(bars), len(bars) - 1)
    assert curves
    assert all(len(curve.values) == len(bars) for curve in curves)
    assert [c.name for c in curves] == [c.name for c in row.of(Studies(BARS), 399)], "the names don't come and go"


@each_pane
@pytest.mark.parametrize("bars", [flat(1), flat(2), flat(300), flat(300, -5.0), random_bars("X", 5, 3)])
def test_a_pane_has_curves_or_says_why_not(row: Pane, bars: Bars):
    found = row.of(Studies(bars), MARKET)
    if isinstance(found, str):
        assert row.key == "volume"
        assert found == "FLAT has no volume"
    else:
        assert all(len(curve.values) == len(bars) for curve in found)


def test_what_has_no_market_beside_it_says_so():
    versus = next(row for row in PANES if row.key == "versus")
    for bars, market in ((BARS, None), (BARS, BARS), (ratio_bars("IWM/SPY", BARS.sessions, BARS.close), MARKET)):
        assert versus.of(Studies(bars), market) == f"{bars.ticker} isn't held against a market"


def test_volume_events_are_those_of_twice_the_mean():
    volume = np.full(60, 1e6)
    volume[30], volume[40] = 2e6, 1.9e6
    bars = flat(60)
    bars = Bars("X", bars.sessions, *[bars.close] * 5, volume)
    found = PANES[0].of(Studies(bars), None)
    assert not isinstance(found, str)
    assert np.flatnonzero(~np.isnan(found[1].values)).tolist() == [30]


def test_a_ratio_is_read_on_the_sessions_where_it_is_known():
    values = np.array([1.0, np.nan, 3.0])
    bars = ratio_bars("A/B", BARS.sessions[:3], values)
    assert bars.close.tolist() == [1.0, 3.0]
    assert bars.sessions.tolist() == BARS.sessions[[0, 2]].tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(0, 99), st.data())
def test_nothing_raises_for_any_last_row(n: int, seed: int, data: st.DataObject):
    bars = random_bars("X", n, seed)
    last = data.draw(st.integers(0, n - 1))
    for row in OVERLAYS:
        for curve in row.of(Studies(bars), last):
            assert len(curve.values) == n
            assert np.isnan(curve.values).all() or curve.values[np.isfinite(curve.values)].min() > -1e6
