"""Indicators against TA-Lib, against numbers worked by hand, and by properties."""

from __future__ import annotations

import csv
import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.core import indicators as ind
from smallcap.core.bars import Bars, Floats, Panel

from tests.conftest import random_bars

NAN = float("nan")
ANSWERS = Path(__file__).resolve().parents[1] / "answers"
LEVELS = (7.3, 0.1, 123.45, 1e-3, 99_999.99)

# A busy machine is no failure, and what runs for every case of a table has many examples already.
unhurried = settings(deadline=None)
each_briefly = settings(deadline=None, max_examples=20)


def series(elements: st.SearchStrategy[float]) -> st.SearchStrategy[Floats]:
    """Up to 60 rows, in half of the examples mostly of one value."""
    return st.one_of(*(arrays(np.float64, st.integers(0, 60), elements=elements, fill=f) for f in (None, st.nothing())))


walks = st.integers(0, 10_000).map(lambda seed: random_bars("A", 120, seed))
prices = series(st.floats(1e-3, 1e6))
gappy = series(st.one_of(*[st.floats(1e-3, 1e6)] * 9, st.just(NAN)))
# Whole numbers: their differences are exact, so what should be equal is equal to the last bit.
whole = series(st.integers(1, 60).map(float))
powers_of_two = st.integers(-20, 20).map(lambda power: 2.0**power)


def answers(name: str) -> dict[str, Floats]:
    """The columns of a worked table; NaN where a field is empty."""
    lines = [line for line in (ANSWERS / name).read_text().splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {key: np.array([float(row[key]) if row[key] else NAN for row in rows]) for key in rows[0]}


def high_low_close(x: Floats) -> tuple[Floats, Floats, Floats]:
    return x * 1.25, x * 0.875, x


@dataclass(frozen=True)
class Case:
    """One array that the indicators make of one series.

    `warm` is how many rows are NaN at first; `gap` which rows, counted from a missing value, are missing with it, None
    for all; `power` 1 when the array grows with the scale of the series, 0 when it doesn't.
    """

    key: str
    of: Callable[[Floats], Floats]
    warm: int
    gap: Sequence[int] | None
    power: int


CASES = (
    Case("lag", lambda x: ind.lag(x, 3), 3, (3,), 1),
    Case("sma", lambda x: ind.sma(x, 5), 4, range(5), 1),
    Case("ema", lambda x: ind.ema(x, 5), 4, None, 1),
    Case("wilder", lambda x: ind.wilder(x, 5), 4, None, 1),
    Case("rsi", lambda x: ind.rsi(x, 5), 5, None, 0),
    Case("macd line", lambda x: ind.macd(x, 3, 6, 3).line, 7, None, 1),
    Case("macd signal", lambda x: ind.macd(x, 3, 6, 3).signal, 7, None, 1),
    Case("macd histogram", lambda x: ind.macd(x, 3, 6, 3).histogram, 7, None, 1),
    Case("true_range", lambda x: ind.true_range(*high_low_close(x)), 1, (0, 1), 1),
    Case("atr", lambda x: ind.atr(*high_low_close(x), 5), 5, None, 1),
    Case("realized_vol", lambda x: ind.realized_vol(x, 5), 5, range(6), 0),
    Case("donchian high", lambda x: ind.donchian(x, 5)[0], 4, range(5), 1),
    Case("donchian low", lambda x: ind.donchian(x, 5)[1], 4, range(5), 1),
    Case("highest", lambda x: ind.highest(x, 7), 6, range(7), 1),
    Case("lowest", lambda x: ind.lowest(x, 7), 6, range(7), 1),
    Case("fibonacci high", lambda x: ind.fibonacci(x, 8).high, 7, range(8), 1),
    Case("fibonacci low", lambda x: ind.fibonacci(x, 8).low, 7, range(8), 1),
    Case("fibonacci rising", lambda x: ind.fibonacci(x, 8).rising, 7, range(8), 0),
    Case("fibonacci retracement", lambda x: ind.fibonacci(x, 8).retracement, 7, range(8), 0),
    Case("relative_volume", lambda x: ind.relative_volume(x, 5), 5, range(6), 0),
    Case("relative_performance", lambda x: ind.relative_performance(x, x * x, 5), 5, (0, 5), 0),
    Case("sign", lambda x: ind.sign(x - ind.lag(x, 1), x), 1, (0, 1), 0),
    Case("sign_between", lambda x: ind.sign_between(x, ind.sma(x, 5)), 4, range(5), 0),
    Case("place_in_range", lambda x: ind.place_in_range(x, 5), 4, range(5), 0),
)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.key for case in CASES])


def test_every_indicator_is_in_the_table():
    public = {name for name, f in inspect.getmembers(ind, inspect.isfunction) if f.__module__ == ind.__name__}
    assert {case.key.split()[0] for case in CASES} == {name for name in public if not name.startswith("_")}


# --- against TA-Lib, on all real history ---


def log_returns(close: Floats) -> Floats:
    return np.diff(np.log(close), prepend=NAN)


def talib_vol(close: Floats, n: int) -> Floats:
    """TA-Lib divides by n, a sample by n - 1; and it can't start on the first return, which is not known."""
    population = np.concatenate(([NAN], talib.STDDEV(log_returns(close)[1:], n, 1)))
    return population * np.sqrt(n / (n - 1) * 252)


Both = tuple[Callable[[Bars], Floats], Callable[[Bars], Floats]]
Mean = Callable[[Floats, int], Floats]


def mean_of(ours: Mean, theirs: Mean, n: int) -> Both:
    return lambda b: ours(b.close, n), lambda b: theirs(b.close, n)


TALIB: dict[str, Both] = {
    **{f"SMA({n})": mean_of(ind.sma, talib.SMA, n) for n in (5, 20, 50, 200)},
    **{f"EMA({n})": mean_of(ind.ema, talib.EMA, n) for n in (12, 20, 26, 200)},
    "RSI(14)": (lambda b: ind.rsi(b.adj_close, 14), lambda b: talib.RSI(b.adj_close, 14)),
    "ATR(14)": (lambda b: ind.atr(b.high, b.low, b.close), lambda b: talib.ATR(b.high, b.low, b.close, 14)),
    "true range": (lambda b: ind.true_range(b.high, b.low, b.close), lambda b: talib.TRANGE(b.high, b.low, b.close)),
    "Donchian high": (lambda b: ind.donchian(b.close)[0], lambda b: talib.MAX(b.close, 20)),
    "Donchian low": (lambda b: ind.donchian(b.close)[1], lambda b: talib.MIN(b.close, 20)),
    "swing high": (lambda b: ind.fibonacci(b.close).high, lambda b: talib.MAX(b.close, 126)),
    "swing low": (lambda b: ind.fibonacci(b.close).low, lambda b: talib.MIN(b.close, 126)),
    "realized_vol(20)": (lambda b: ind.realized_vol(b.adj_close), lambda b: talib_vol(b.adj_close, 20)),
}


@pytest.mark.parametrize("name", TALIB)
def test_agrees_with_talib_on_every_real_ticker_from_the_first_row_on(real_panel: Panel, name: str):
    # No row is left out: the seeds of SMA, EMA, RSI and ATR are TA-Lib's, so nothing has to settle first.
    ours, theirs = TALIB[name]
    for ticker, bars in real_panel.bars.items():
        # assert_allclose also demands NaN in the same places.
        np.testing.assert_allclose(ours(bars), theirs(bars), rtol=1e-9, err_msg=ticker)


@pytest.mark.parametrize("part", ["line", "signal", "histogram"])
def test_macd_is_talibs_on_every_real_ticker_from_the_first_row_on(real_panel: Panel, part: str):
    for ticker, bars in real_panel.bars.items():
        ours = getattr(ind.macd(bars.close, 12, 26, 9), part)
        theirs = dict(zip(("line", "signal", "histogram"), talib.MACD(bars.close, 12, 26, 9), strict=True))[part]
        np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs), err_msg=ticker)
        # It crosses zero, where the rounding of the two means of which it is the difference is all that is left: an
        # error relative to itself means nothing there, one of 1e-12 of the close does.
        allowed = np.maximum(1e-9 * np.abs(theirs), 1e-12 * bars.close)
        known = ~np.isnan(theirs)
        assert (np.abs(ours - theirs)[known] <= allowed[known]).all(), ticker


# --- against worked tables and by hand ---


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


# --- warming up, gaps and the future ---


@each_case
def test_nothing_is_known_before_the_window_is_full_and_everything_after(case: Case):
    x = random_bars("A", 60, 1).close
    missing = np.isnan(case.of(x))
    assert missing.tolist() == [row < case.warm for row in range(60)]


@each_case
def test_shorter_than_the_window_is_all_nan_of_equal_length(case: Case):
    x = random_bars("A", 60, 2).close
    for n in range(case.warm + 1):
        values = case.of(x[:n])
        assert values.shape == (n,)
        assert np.isnan(values).all()


@each_case
@pytest.mark.parametrize("n", [0, 1, 40])
def test_of_nothing_known_nothing_is_made(case: Case, n: int):
    values = case.of(np.full(n, NAN))
    assert values.shape == (n,)
    assert np.isnan(values).all()


@each_case
def test_leading_gaps_only_start_it_later(case: Case):
    x = random_bars("A", 60, 3).close
    late = case.of(np.concatenate((np.full(7, NAN), x)))
    np.testing.assert_array_equal(late, np.concatenate((np.full(7, NAN), case.of(x))))


@each_case
def test_a_gap_leaves_a_window_again_but_never_a_recursion(case: Case):
    n = 400
    x = random_bars("A", n, 4).close
    before = case.of(x)
    # One value with nothing after it is no start of a recursion of changes, so gaps begin on the third row. Hundreds
    # of rows follow: a recursion forgets by then what came before, but not that it isn't known.
    for row in (*range(2, 12), 63, 64, 200, n - 1):
        gap = x.copy()
        gap[row] = NAN
        poisoned = [i >= row if case.gap is None else i - row in case.gap for i in range(n)]
        np.testing.assert_array_equal(case.of(gap), np.where(poisoned, NAN, before), err_msg=f"gap on row {row}")


@each_case
def test_no_cut_changes_a_bit_of_the_past(case: Case):
    x = random_bars("A", 90, 5).close
    before = case.of(x)
    for n in range(len(x) + 1):
        np.testing.assert_array_equal(case.of(x[:n]), before[:n])


@each_case
@each_briefly
@given(x=gappy, share=st.floats(0, 1))
def test_no_cut_of_any_series_changes_a_bit_of_the_past(case: Case, x: Floats, share: float):
    n = round(share * len(x))
    np.testing.assert_array_equal(case.of(x[:n]), case.of(x)[:n])


DEFAULTS: dict[str, Callable[[Bars], Floats]] = {
    "sma": lambda b: ind.sma(b.close, 200),
    "ema": lambda b: ind.ema(b.close, 20),
    "rsi": lambda b: ind.rsi(b.adj_close),
    "macd": lambda b: ind.macd(b.close).histogram,
    "atr": lambda b: ind.atr(b.high, b.low, b.close),
    "realized_vol": lambda b: ind.realized_vol(b.adj_close),
    "donchian": lambda b: ind.donchian(b.close)[0],
    "fibonacci": lambda b: ind.fibonacci(b.close).retracement,
    "relative_volume": lambda b: ind.relative_volume(b.volume),
    "relative_performance": lambda b: ind.relative_performance(b.close, b.open),
    "place_in_range": lambda b: ind.place_in_range(b.close, 63),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_years_of_bars_cut_anywhere_keep_their_past(name: str):
    bars, of = random_bars("A", 1400, 6), DEFAULTS[name]
    before = of(bars)
    # Recursions are summed in steps that double: the cuts are on both sides of their lengths.
    for n in (1, 2, 25, 26, 63, 64, 65, 199, 200, 201, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 1100, 1399):
        np.testing.assert_array_equal(of(bars.until(bars.sessions[n - 1])), before[:n])


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


# --- against plain Python, one window after the other ---


def each_window(x: Floats, n: int, of: Callable[[list[float]], float]) -> Floats:
    """`of` each n values in a row, NaN before them and beside a NaN: what windows mean, at any cost."""
    out = [NAN] * len(x)
    for end in range(n, len(x) + 1):
        window = x[end - n : end].tolist()
        if not any(map(math.isnan, window)):
            out[end - 1] = of(window)
    return np.array(out)


def deviation(returns: list[float]) -> float:
    mean = math.fsum(returns) / len(returns)
    return math.sqrt(math.fsum((r - mean) ** 2 for r in returns) / (len(returns) - 1) * 252)


def later_high(window: list[float]) -> float:
    """1 when the last of the highest comes after the last of the lowest, or is it."""
    rows = range(len(window))
    top, bottom = max(rows, key=lambda i: (window[i], i)), max(rows, key=lambda i: (-window[i], i))
    return float(top >= bottom)


@unhurried
@given(gappy, st.integers(1, 40))
def test_windows_are_those_of_plain_python(x: Floats, n: int):
    np.testing.assert_array_equal(ind.highest(x, n), each_window(x, n, max))
    np.testing.assert_array_equal(ind.lowest(x, n), each_window(x, n, min))
    np.testing.assert_allclose(ind.sma(x, n), each_window(x, n, lambda w: math.fsum(w) / n), rtol=1e-12)
    np.testing.assert_array_equal(ind.fibonacci(x, n).rising, each_window(x, n, later_high))


@unhurried
@given(gappy, st.integers(2, 40))
def test_volatility_is_that_of_plain_python(x: Floats, n: int):
    expected = each_window(log_returns(x) if len(x) else x, n, deviation)
    np.testing.assert_allclose(ind.realized_vol(x, n), expected, rtol=1e-9, atol=1e-9)


@unhurried
@given(whole, st.integers(1, 40))
def test_retracement_and_place_are_those_of_plain_python(x: Floats, n: int):
    def place(window: list[float]) -> float:
        low, high = min(window), max(window)
        return 2 * (window[-1] - low) / (high - low) - 1 if high > low else 0.0

    def given_back(window: list[float]) -> float:
        low, high = min(window), max(window)
        end = high if later_high(window) else low
        return abs(end - window[-1]) / (high - low) if high > low else 0.0

    np.testing.assert_allclose(ind.place_in_range(x, n), each_window(x, n, place), atol=1e-12)
    np.testing.assert_allclose(ind.fibonacci(x, n).retracement, each_window(x, n, given_back), atol=1e-12)


def step_by_step(x: Floats, n: int, alpha: float) -> Floats:
    """An average that moves by alpha of the distance a step, seeded with the mean of the first n."""
    out = [NAN] * len(x)
    if len(x) >= n:
        out[n - 1] = math.fsum(x[:n].tolist()) / n
        for i in range(n, len(x)):
            out[i] = out[i - 1] * (1 - alpha) + x[i] * alpha
    return np.array(out)


@unhurried
@given(arrays(np.float64, st.integers(0, 400), elements=st.floats(1e-3, 1e6)), st.integers(1, 40))
def test_recursions_are_those_of_plain_python(x: Floats, n: int):
    np.testing.assert_allclose(ind.ema(x, n), step_by_step(x, n, 2 / (n + 1)), rtol=1e-9)
    np.testing.assert_allclose(ind.wilder(x, n), step_by_step(x, n, 1 / n), rtol=1e-9)
