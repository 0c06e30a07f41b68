"""Indicators against plain Python, one window after the other."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.core import indicators as ind
from smallcap.core.bars import Floats

from tests.core.indicators.conftest import NAN, gappy, log_returns, unhurried, whole


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
