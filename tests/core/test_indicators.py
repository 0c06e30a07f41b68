"""Indicators against TA-Lib, against numbers worked by hand, and by properties."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import indicators as ind
from smallcap.core.bars import Panel

from tests.conftest import random_bars

walks = st.integers(0, 10_000).map(lambda seed: random_bars("A", 120, seed))


@pytest.mark.parametrize("n", [5, 50, 200])
def test_sma_is_talibs_on_every_real_ticker(real_panel: Panel, n: int):
    for bars in real_panel.bars.values():
        np.testing.assert_allclose(ind.sma(bars.close, n), talib.SMA(bars.close, n), rtol=1e-9)


def test_atr_is_talibs_on_every_real_ticker(real_panel: Panel):
    for bars in real_panel.bars.values():
        ours = ind.atr(bars.high, bars.low, bars.close)
        np.testing.assert_allclose(ours, talib.ATR(bars.high, bars.low, bars.close, 14), rtol=1e-9)


def test_realized_vol_by_hand():
    close = np.array([100.0, 110.0, 99.0])
    up, down = np.log(1.1), np.log(0.9)
    mean = (up + down) / 2
    by_hand = np.sqrt((up - mean) ** 2 + (down - mean) ** 2) * np.sqrt(252)
    assert ind.realized_vol(close, 2)[2] == pytest.approx(by_hand, rel=1e-12)
    assert np.isnan(ind.realized_vol(close, 2)[:2]).all()


def test_relative_volume_leaves_today_out_of_its_mean():
    volume = np.array([1.0] * 20 + [2.0, 2.0])
    assert ind.relative_volume(volume)[20] == pytest.approx(2.0)
    assert ind.relative_volume(volume)[21] == pytest.approx(2.0 / 1.05)
    assert np.isnan(ind.relative_volume(volume)[:20]).all()
    assert np.isnan(ind.relative_volume(np.zeros(30))).all()


def test_relative_performance_by_hand():
    a, b = np.array([100.0, 120.0]), np.array([50.0, 55.0])
    assert ind.relative_performance(a, b, 1)[1] == pytest.approx(1.2 / 1.1 - 1)


def test_place_in_range_by_hand():
    x = np.array([1.0, 3.0, 2.0, 5.0, 1.0])
    np.testing.assert_allclose(ind.place_in_range(x, 3), [np.nan, np.nan, 0.0, 1.0, -1.0])


def test_a_constant_series_ties_everywhere():
    x = np.full(300, 7.3)
    assert set(ind.sign_between(x, ind.sma(x, 50))[49:]) == {0.0}
    assert set(ind.place_in_range(x, 63)[62:]) == {0.0}


@pytest.mark.parametrize("n", [0, 1, 13])
def test_shorter_than_the_window_is_all_nan(n: int):
    x = np.linspace(1, 2, n)
    for values in (ind.sma(x, 14), ind.wilder(x, 14), ind.realized_vol(x, 14), ind.place_in_range(x, 14)):
        assert values.shape == x.shape
        assert np.isnan(values).all()


def test_a_gap_poisons_only_its_window():
    x = np.arange(1.0, 101.0)
    x[50] = np.nan
    missing = np.isnan(ind.sma(x, 10))
    assert missing[50:60].all()
    assert not missing[9:50].any()
    assert not missing[60:].any()


@given(walks, st.floats(1e-3, 1e3))
def test_scale_does_not_matter(bars, scale):
    np.testing.assert_allclose(ind.realized_vol(bars.close * scale), ind.realized_vol(bars.close), rtol=1e-9)
    atr, scaled = (ind.atr(bars.high * k, bars.low * k, bars.close * k) for k in (1.0, scale))
    np.testing.assert_allclose(scaled, atr * scale, rtol=1e-9)


@given(walks, st.integers(1, 119))
def test_a_cut_future_changes_no_bit_of_the_past(bars, n):
    for f in (
        lambda b: ind.sma(b.close, 50),
        lambda b: ind.atr(b.high, b.low, b.close),
        lambda b: ind.realized_vol(b.close),
        lambda b: ind.relative_volume(b.volume),
        lambda b: ind.place_in_range(b.close, 63),
    ):
        np.testing.assert_array_equal(f(bars.until(bars.sessions[n - 1])), f(bars)[:n])
