"""Indicators: an array in, an array of equal length out, NaN while warming up, never a look ahead."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .bars import Floats

TRADING_DAYS = 252
TIE = 1e-12


def _warm(values: Floats, n: int) -> Floats:
    """`values` moved to the end of an array of length n, NaN before it."""
    out = np.full(n, np.nan)
    if len(values):
        out[n - len(values) :] = values
    return out


def sma(x: Floats, n: int) -> Floats:
    """Simple moving mean of the last n values, today included.

    x: (t,). NaN for the first n - 1 rows and wherever the window holds a NaN.
    """
    if len(x) < n:
        return np.full(len(x), np.nan)
    return _warm(np.convolve(x, np.full(n, 1.0 / n), "valid"), len(x))


def wilder(x: Floats, n: int) -> Floats:
    """Wilder's average: the mean of the first n values, then (previous * (n - 1) + x) / n.

    x: (t,), leading NaN skipped. NaN before the seed; a NaN later makes all that follows NaN.
    Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978).
    """
    return _recursive(x, n, 1.0 / n)


def _recursive(x: Floats, n: int, alpha: float) -> Floats:
    """y = y + alpha * (x - y), seeded with the mean of the first n known values.

    Written block by block as a scaled cumulative sum: the scale (1 - alpha)^-k stays below 1e6, so that no more
    than six of a double's sixteen digits are spent, and the blocks start at the seed, so that a cut future changes
    no bit of the past.
    """
    out = np.full(len(x), np.nan)
    known = np.flatnonzero(~np.isnan(x))
    if len(known) == 0 or len(x) - known[0] < n:
        return out
    at = int(known[0]) + n - 1
    value = float(np.mean(x[known[0] : at + 1]))
    out[at] = value
    block = max(1, int(np.log(1e6) / -np.log1p(-alpha)))
    decay = (1.0 - alpha) ** np.arange(1, block + 1)
    for start in range(at + 1, len(x), block):
        part = x[start : start + block]
        fade = decay[: len(part)]
        out[start : start + len(part)] = fade * (value + np.cumsum(alpha * part / fade))
        value = float(out[start + len(part) - 1])
    return out


def true_range(high: Floats, low: Floats, close: Floats) -> Floats:
    """Wilder's true range, in price units.

    All (t,). The first row is NaN: it has no close before it.
    """
    before = np.concatenate(([np.nan], close[:-1]))[: len(close)]
    spread = np.maximum(high - low, np.maximum(np.abs(high - before), np.abs(low - before)))
    return np.asarray(spread, dtype=np.float64)


def atr(high: Floats, low: Floats, close: Floats, n: int = 14) -> Floats:
    """Average true range: Wilder's average of the true range, in price units.

    All (t,), split-adjusted. NaN for the first n rows.
    """
    return wilder(true_range(high, low, close), n)


def realized_vol(close: Floats, n: int = 20) -> Floats:
    """Annualised volatility as a fraction: sample standard deviation of n daily log returns times sqrt(252).

    close: (t,), positive. NaN for the first n rows.
    """
    returns = np.diff(np.log(close))
    if len(returns) < n:
        return np.full(len(close), np.nan)
    return _warm(np.std(sliding_window_view(returns, n), axis=1, ddof=1) * np.sqrt(TRADING_DAYS), len(close))


def relative_volume(volume: Floats, n: int = 20) -> Floats:
    """Volume divided by the mean volume of the n sessions before today.

    volume: (t,). NaN for the first n rows and where that mean is 0.
    """
    mean = np.concatenate(([np.nan], sma(volume, n)[:-1]))[: len(volume)]
    return np.asarray(np.divide(volume, mean, out=np.full(len(volume), np.nan), where=mean > 0), dtype=np.float64)


def relative_performance(a: Floats, b: Floats, n: int = 20) -> Floats:
    """(a_t / a_{t-n}) / (b_t / b_{t-n}) - 1, as a fraction.

    a, b: (t,) on the same sessions. NaN for the first n rows.
    """
    ratio = a / b
    if len(ratio) <= n:
        return np.full(len(ratio), np.nan)
    return _warm(ratio[n:] / ratio[:-n] - 1.0, len(ratio))


def sign_between(x: Floats, level: Floats) -> Floats:
    """+1 where x is above level, -1 below, 0 on an exact tie, NaN where either is.

    x, level: (t,). Values that differ by no more than rounding (1e-12 of their size) are a tie.
    """
    gap = x - level
    tie = np.abs(gap) <= TIE * np.maximum(np.abs(x), np.abs(level))
    return np.where(tie, 0.0, np.sign(gap))


def place_in_range(x: Floats, n: int) -> Floats:
    """Where x stands between the lowest (-1) and the highest (+1) of its last n values, today included.

    x: (t,). 0 in a range of no height; NaN for the first n - 1 rows.
    """
    if len(x) < n:
        return np.full(len(x), np.nan)
    windows = sliding_window_view(x, n)
    low, high, last = windows.min(axis=1), windows.max(axis=1), x[n - 1 :]
    height = high - low
    flat = height <= TIE * np.abs(high)
    place = np.divide(2.0 * (last - low), height, out=np.ones_like(last), where=~flat) - 1.0
    return _warm(np.where(np.isnan(height), np.nan, place), len(x))
