"""Indicators of series that stand still, are scaled, shifted or mirrored, and their bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import indicators as ind
from smallcap.core.bars import Bars, Floats

from tests.conftest import random_bars
from tests.core.indicators.conftest import CASES, Case, each_briefly, each_case, gappy, series, unhurried, whole

LEVELS = (7.3, 0.1, 123.45, 1e-3, 99_999.99)


walks = st.integers(0, 10_000).map(lambda seed: random_bars("A", 120, seed))
prices = series(st.floats(1e-3, 1e6))
powers_of_two = st.integers(-20, 20).map(lambda power: 2.0**power)


# --- a constant series ---


@pytest.mark.parametrize("level", LEVELS)
def test_a_constant_series_has_no_direction_and_no_height(level: float):
    x = np.full(300, level)
    assert set(ind.rsi(x)[14:]) == {50.0}
    assert set(ind.realized_vol(x)[20:]) == {0.0}
    assert set(ind.place_in_range(x, 63)[62:]) == {0.0}
    assert set(ind.fibonacci(x).retracement[125:]) == {0.0}
    assert set(ind.sign_between(x, ind.sma(x, 50))[49:]) == {0.0}
    assert set(ind.atr(x, x, x)[14:]) == {0.0}
    assert set(ind.relative_performance(x, x)[20:]) == {0.0}
    np.testing.assert_allclose(ind.relative_volume(x)[20:], 1.0, rtol=1e-12)
    for mean in (ind.sma(x, 50)[49:], ind.ema(x, 20)[19:], ind.wilder(x, 14)[13:]):
        np.testing.assert_allclose(mean, level, rtol=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_macd_of_a_constant_series_is_rounding_and_its_sign_is_0(level: float):
    x = np.full(1500, level)
    made = ind.macd(x)
    for part in (made.line, made.signal, made.histogram):
        np.testing.assert_allclose(part[33:], 0.0, atol=1e-12 * level)
        assert set(ind.sign(part, x)[33:]) == {0.0}


# --- scaled, shifted and mirrored ---


@each_case
@each_briefly
@given(bars=walks, scale=st.floats(1e-3, 1e3))
def test_what_is_a_price_grows_with_the_scale_and_the_rest_ignores_it(case: Case, bars: Bars, scale: float):
    x = bars.close
    expected = case.of(x) * scale**case.power
    # What crosses zero, MACD and places, is rounded by the size of the prices it is made from.
    atol = 1e-12 * (x.max() * scale) ** case.power
    np.testing.assert_allclose(case.of(x * scale), expected, rtol=1e-9, atol=atol)


@each_case
@each_briefly
@given(x=gappy, scale=powers_of_two)
def test_a_scale_that_is_exact_changes_no_bit(case: Case, x: Floats, scale: float):
    if case.key == "realized_vol":
        # Logarithms are not exact; but for them the same holds.
        np.testing.assert_allclose(case.of(x * scale), case.of(x), rtol=1e-9, atol=1e-9)
    else:
        np.testing.assert_array_equal(case.of(x * scale), case.of(x) * scale**case.power)


SHIFTED = ("lag", "sma", "ema", "wilder", "highest", "lowest", "donchian high", "donchian low")
SHIFTED += ("fibonacci high", "fibonacci low")
UNMOVED = ("rsi", "macd line", "macd signal", "macd histogram", "fibonacci rising", "fibonacci retracement")
UNMOVED += ("place_in_range", "sign", "sign_between")


@pytest.mark.parametrize("key", [*SHIFTED, *UNMOVED])
@each_briefly
@given(x=whole, shift=st.integers(1, 1000))
def test_a_shifted_series_shifts_the_prices_and_leaves_the_rest(key: str, x: Floats, shift: int):
    case = next(case for case in CASES if case.key == key)
    moved = case.of(x) + shift if key in SHIFTED else case.of(x)
    np.testing.assert_allclose(case.of(x + shift), moved, rtol=1e-9, atol=1e-9)


@unhurried
@given(whole, st.integers(1, 1000))
def test_ranges_do_not_move_with_a_shift(x: Floats, shift: int):
    bars = (x + 2.0, x - 1.0, x)
    moved = [part + shift for part in bars]
    np.testing.assert_array_equal(ind.true_range(*moved), ind.true_range(*bars))
    np.testing.assert_array_equal(ind.atr(*moved, 5), ind.atr(*bars, 5))


@unhurried
@given(whole)
def test_a_mirrored_series_has_mirrored_indicators(x: Floats):
    np.testing.assert_array_equal(ind.sma(-x, 5), -ind.sma(x, 5))
    np.testing.assert_array_equal(ind.ema(-x, 5), -ind.ema(x, 5))
    np.testing.assert_array_equal(ind.macd(-x, 3, 6, 3).histogram, -ind.macd(x, 3, 6, 3).histogram)
    np.testing.assert_array_equal(ind.highest(-x, 5), -ind.lowest(x, 5))
    np.testing.assert_array_equal(ind.atr(1.0 - x, -1.0 - x, -x, 5), ind.atr(x + 1.0, x - 1.0, x, 5))
    np.testing.assert_allclose(ind.rsi(-x, 5), 100.0 - ind.rsi(x, 5), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ind.place_in_range(-x, 5), -ind.place_in_range(x, 5), atol=1e-12)


@unhurried
@given(whole)
def test_a_mirrored_swing_goes_the_other_way_and_has_given_back_as_much(x: Floats):
    swing, mirror = ind.fibonacci(x, 8), ind.fibonacci(-x, 8)
    flat = swing.high == swing.low
    np.testing.assert_array_equal(mirror.rising[~flat], 1.0 - swing.rising[~flat])
    np.testing.assert_array_equal(mirror.retracement, swing.retracement)


@unhurried
@given(prices)
def test_a_price_turned_over_is_as_volatile(x: Floats):
    np.testing.assert_allclose(ind.realized_vol(1.0 / x, 5), ind.realized_vol(x, 5), rtol=1e-9, atol=1e-9)


# --- bounds ---


@unhurried
@given(prices)
def test_every_indicator_stays_within_its_bounds(x: Floats):
    within(ind.rsi(x, 5), 0.0, 100.0)
    within(ind.fibonacci(x, 8).retracement, 0.0, 1.0)
    within(ind.place_in_range(x, 5), -1.0, 1.0)
    within(ind.realized_vol(x, 5), 0.0, math.inf)
    within(ind.relative_volume(x, 5), 0.0, math.inf)
    high, low = ind.donchian(x, 5)
    assert (low[4:] <= x[4:]).all()
    assert (x[4:] <= high[4:]).all()
    assert set(ind.fibonacci(x, 8).rising[7:]) <= {0.0, 1.0}
    assert set(ind.sign_between(x, ind.sma(x, 5))[4:]) <= {-1.0, 0.0, 1.0}
    true = ind.true_range(x * 1.25, x * 0.875, x)
    assert (true[1:] >= (x * 1.25 - x * 0.875)[1:]).all()


def within(values: Floats, low: float, high: float) -> None:
    known = values[~np.isnan(values)]
    assert (low <= known).all()
    assert (known <= high).all()
