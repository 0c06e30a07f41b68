"""Indicators against worked tables and by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import talib
from smallcap.core import indicators as ind
from smallcap.core.bars import Floats

from tests.core.indicators.conftest import NAN

ANSWERS = Path(__file__).resolve().parents[2] / "answers"


def answers(name: str) -> dict[str, Floats]:
    """The columns of a worked table; NaN where a field is empty."""
    lines = [line for line in (ANSWERS / name).read_text().splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {key: np.array([float(row[key]) if row[key] else NAN for row in rows]) for key in rows[0]}


def same(ours: Floats, worked: Floats) -> None:
    np.testing.assert_allclose(ours, worked, rtol=0, atol=1e-8)


def test_rsi_is_the_worked_table():
    table = answers("rsi14.csv")
    same(ind.wilder(table["gain"], 14), table["avg_gain"])
    same(ind.wilder(table["loss"], 14), table["avg_loss"])
    same(ind.rsi(table["close"], 14), table["rsi"])


def test_atr_is_the_worked_table():
    table = answers("atr14.csv")
    bars = (table["high"], table["low"], table["close"])
    same(ind.true_range(*bars), table["tr"])
    same(ind.atr(*bars, 14), table["atr"])


def test_macd_is_the_worked_table():
    table = answers("macd_3_6_3.csv")
    made = ind.macd(table["close"], 3, 6, 3)
    same(ind.ema(table["close"], 6), table["slow"])
    same(made.line, np.where(np.isnan(table["signal"]), NAN, table["macd"]))
    same(made.signal, table["signal"])
    same(made.histogram, table["hist"])


def test_moving_means_are_the_worked_table():
    table = answers("ema10.csv")
    same(ind.sma(table["close"], 10), table["sma"])
    same(ind.ema(table["close"], 10), table["ema"])


def test_the_swing_and_the_place_in_it_are_the_worked_table():
    table = answers("fibonacci8.csv")
    swing = ind.fibonacci(table["close"], 8)
    for part in ("high", "low", "rising", "retracement"):
        same(getattr(swing, part), table[part])
    same(ind.place_in_range(table["close"], 8), table["place"])


def test_realized_vol_is_the_worked_table():
    table = answers("realized_vol10.csv")
    same(ind.realized_vol(table["close"], 10), table["vol"])


def test_relative_volume_is_the_worked_table():
    table = answers("relative_volume.csv")
    same(ind.relative_volume(table["volume"]), table["relative_volume"])


def test_realized_vol_by_hand():
    close = np.array([100.0, 110.0, 99.0])
    up, down = np.log(1.1), np.log(0.9)
    mean = (up + down) / 2
    by_hand = np.sqrt((up - mean) ** 2 + (down - mean) ** 2) * np.sqrt(252)
    assert ind.realized_vol(close, 2)[2] == pytest.approx(by_hand, rel=1e-12)
    assert np.isnan(ind.realized_vol(close, 2)[:2]).all()


def test_rsi_by_hand():
    steps = [1.0] * 10 + [-1.0] * 4 + [1.0]
    made = ind.rsi(50.0 + np.cumsum([0.0, *steps]), 14)
    assert made[14] == pytest.approx(100 * 10 / 14, rel=1e-12)
    assert made[15] == pytest.approx(100 * 144 / 196, rel=1e-12)


def test_rsi_without_any_change_is_50_here_and_0_in_talib():
    still = np.full(40, 7.3)
    assert set(ind.rsi(still)[14:]) == {50.0}
    assert set(talib.RSI(still, 14)[14:]) == {0.0}


def test_rsi_without_a_fall_is_100_and_without_a_rise_0():
    rising = np.cumsum(np.linspace(0.1, 3.7, 40))
    assert set(ind.rsi(rising)[14:]) == {100.0}
    assert set(ind.rsi(-rising)[14:]) == {0.0}


def test_rsi_keeps_its_value_through_any_standstill():
    moved = np.concatenate((1.0 + np.arange(20) % 3, np.full(2000, 1.0)))
    np.testing.assert_allclose(ind.rsi(moved)[21:], ind.rsi(moved)[20], rtol=1e-9)


def test_a_gap_overnight_counts_in_the_true_range():
    high, low, close = (np.array(x) for x in ([11.0, 15.0, 9.0], [10.0, 14.0, 8.0], [10.5, 14.5, 8.5]))
    np.testing.assert_array_equal(ind.true_range(high, low, close), [NAN, 4.5, 6.5])


def test_relative_volume_leaves_today_out_of_its_mean():
    volume = np.array([1.0] * 20 + [2.0, 2.0])
    assert ind.relative_volume(volume)[20] == pytest.approx(2.0)
    assert ind.relative_volume(volume)[21] == pytest.approx(2.0 / 1.05)
    assert np.isnan(ind.relative_volume(volume)[:20]).all()


def test_relative_volume_is_not_known_after_twenty_sessions_without_any():
    assert np.isnan(ind.relative_volume(np.zeros(30))).all()
    assert np.isnan(ind.relative_volume(np.array([0.0] * 20 + [5.0]))).all()


def test_relative_performance_by_hand():
    a, b = np.array([100.0, 120.0]), np.array([50.0, 55.0])
    assert ind.relative_performance(a, b, 1)[1] == pytest.approx(1.2 / 1.1 - 1)


def test_place_in_range_by_hand():
    x = np.array([1.0, 3.0, 2.0, 5.0, 1.0])
    np.testing.assert_allclose(ind.place_in_range(x, 3), [NAN, NAN, 0.0, 1.0, -1.0])


def test_a_difference_that_is_only_rounding_is_a_tie():
    x = np.array([0.1 + 0.2, 0.3, 0.3 + 1e-9, 0.3 - 1e-9, NAN])
    np.testing.assert_array_equal(ind.sign_between(x, np.full(5, 0.3)), [0.0, 0.0, 1.0, -1.0, NAN])
    np.testing.assert_array_equal(ind.sign(np.array([1e-11, -1e-11, 1e-9, 0.0]), np.full(4, 100.0)), [0, 0, 1, 0])


def test_of_equal_highs_and_lows_the_later_one_ends_the_swing():
    high_again = ind.fibonacci(np.array([5.0, 2.0, 5.0, 4.0]), 4)
    low_again = ind.fibonacci(np.array([2.0, 5.0, 2.0, 3.0]), 4)
    assert (high_again.rising[-1], high_again.retracement[-1]) == (1.0, pytest.approx(1 / 3))
    assert (low_again.rising[-1], low_again.retracement[-1]) == (0.0, pytest.approx(1 / 3))
