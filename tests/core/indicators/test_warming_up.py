"""Indicators while they warm up, over gaps, and never with a look ahead."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import indicators as ind
from smallcap.core.bars import Bars, Floats

from tests.conftest import random_bars
from tests.core.indicators.conftest import CASES, NAN, Case, each_briefly, each_case, gappy


def test_every_indicator_is_in_the_table():
    public = {name for name, f in inspect.getmembers(ind, inspect.isfunction) if f.__module__ == ind.__name__}
    assert {case.key.split()[0] for case in CASES} == {name for name in public if not name.startswith("_")}


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
