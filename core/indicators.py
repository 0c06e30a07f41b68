"""Indicators: an array in, an array of equal length out, NaN while warming up, never a look ahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bars import Floats

TRADING_DAYS = 252
TIE = 1e-12
FIBONACCI_LEVELS = (0.236, 0.382, 0.5, 0.618, 0.786)
FADED = 2.0**-60

Merge = Callable[[Floats, Floats, int, int], Floats]


def lag(x: Floats, n: int) -> Floats:
    """x as it was n rows before, (t,); NaN for the first n rows."""
    return _warm(x[: max(len(x) - n, 0)], len(x))


def sma(x: Floats, n: int) -> Floats:
    """Simple moving mean of the last n values, today included.

    x: (t,). NaN for the first n - 1 rows and wherever the window holds a NaN.
    """
    return _warm(_windows(x, n, _sum) / n, len(x))


def ema(x: Floats, n: int) -> Floats:
    """Exponential moving mean with alpha = 2 / (n + 1), seeded with the mean of the first n values.

    x: (t,), leading NaN skipped. NaN before the seed; a NaN later makes all that follows NaN. The seed is TA-Lib's.
    """
    return _recursive(x, n, 2.0 / (n + 1))


def wilder(x: Floats, n: int) -> Floats:
    """Wilder's average: the mean of the first n values, then (previous * (n - 1) + x) / n.

    x: (t,), leading NaN skipped. NaN before the seed; a NaN later makes all that follows NaN.
    Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978).
    """
    return _recursive(x, n, 1.0 / n)


def rsi(x: Floats, n: int = 14) -> Floats:
    """Relative strength index, 0 to 100: the share of the rises in Wilder's averages of rises and falls.

    x: (t,), leading NaN skipped. NaN for the first n rows; 100 without a fall, 50 without any change. Source: Wilder
    (1978). TA-Lib says 0 where nothing ever changed.
    """
    change = x - lag(x, 1)
    # Nothing may be forgotten: what is left of both averages after a long standstill still has its proportion.
    rise, fall = (_recursive(np.maximum(moved, 0.0), n, 1.0 / n, faded=0.0) for moved in (change, -change))
    total = rise + fall
    still = np.where(np.isnan(total), np.nan, 0.5)
    return 100.0 * np.asarray(np.divide(rise, total, out=still, where=total > 0), dtype=np.float64)


class Macd(NamedTuple):
    """The difference of two exponential means, its own exponential mean (the signal), and their difference; (t,)."""

    line: Floats
    signal: Floats
    histogram: Floats


def macd(x: Floats, fast: int = 12, slow: int = 26, signal: int = 9) -> Macd:
    """Moving average convergence/divergence, in the units of x.

    x: (t,), leading NaN skipped. All three NaN for the first slow + signal - 2 rows. As in TA-Lib the fast mean is
    seeded on the same row as the slow one, with the `fast` values up to it.
    """
    first = _first_known(x)
    late = np.concatenate((np.full(min(first + slow - fast, len(x)), np.nan), x[first + slow - fast :]))
    line = ema(late, fast) - ema(x, slow)
    mean = ema(line, signal)
    return Macd(np.where(np.isnan(mean), np.nan, line), mean, line - mean)


def true_range(high: Floats, low: Floats, close: Floats) -> Floats:
    """Wilder's true range, in price units.

    All (t,). The first row is NaN: it has no close before it.
    """
    before = lag(close, 1)
    spread = np.maximum(high - low, np.maximum(np.abs(high - before), np.abs(low - before)))
    return np.asarray(spread, dtype=np.float64)


def atr(high: Floats, low: Floats, close: Floats, n: int = 14) -> Floats:
    """Average true range: Wilder's average of the true range, in price units.

    All (t,), split-adjusted. NaN for the first n rows.
    """
    return wilder(true_range(high, low, close), n)


def realized_vol(close: Floats, n: int = 20) -> Floats:
    """Annualised volatility as a fraction: sample standard deviation of n daily log returns times sqrt(252).

    close: (t,), positive. NaN for the first n rows and wherever the window holds a NaN.
    """
    returns = np.diff(np.log(close), prepend=np.nan) if len(close) else close
    spread = _windows(np.array([returns, np.zeros(len(returns))]), n, _moments)[1]
    return _warm(np.sqrt(spread / (n - 1) * TRADING_DAYS), len(close))


def donchian(close: Floats, n: int = 20) -> tuple[Floats, Floats]:
    """The highest and the lowest of the last n closes, today included.

    close: (t,). Two (t,), in price units; NaN for the first n - 1 rows and wherever the window holds a NaN.
    """
    return highest(close, n), lowest(close, n)


def highest(x: Floats, n: int) -> Floats:
    """The highest of the last n values, today included; (t,), NaN for the first n - 1 rows and beside a NaN."""
    return _warm(_extremes(x, n, np.maximum), len(x))


def lowest(x: Floats, n: int) -> Floats:
    """The lowest of the last n values, today included; (t,), NaN for the first n - 1 rows and beside a NaN."""
    return _warm(_extremes(x, n, np.minimum), len(x))


class Swing(NamedTuple):
    """The range of the last n closes as a move, (t,) each.

    `rising` is 1.0 where its high came after its low, else 0.0; `retracement` the share of the move that has been
    given back, 0 at its end and 1 at its beginning; NaN while warming up, 0 in a range of no height.
    """

    high: Floats
    low: Floats
    rising: Floats
    retracement: Floats


def fibonacci(close: Floats, n: int = 126) -> Swing:
    """The swing that Fibonacci levels are drawn on: the highest and lowest of the last n closes, the later one its end.

    close: (t,). NaN for the first n - 1 rows. Of equal highs or lows the later one counts.
    """
    rows = np.arange(len(close), dtype=np.float64)
    top, top_row = _extremes(np.array([close, rows]), n, _later_highest)
    below, bottom_row = _extremes(np.array([-close, rows]), n, _later_highest)
    bottom, last = -below, close[len(close) - len(top) :]
    rising = top_row >= bottom_row
    height, given = top - bottom, np.where(rising, top - last, last - bottom)
    flat = height <= TIE * np.abs(top)
    share = np.divide(given, height, out=np.zeros_like(height), where=~flat)
    share = np.where(np.isnan(height), np.nan, share)
    parts = (top, bottom, np.where(np.isnan(height), np.nan, rising), share)
    return Swing(*(_warm(part, len(close)) for part in parts))


def relative_volume(volume: Floats, n: int = 20) -> Floats:
    """Volume divided by the mean volume of the n sessions before today.

    volume: (t,). NaN for the first n rows and where that mean is 0.
    """
    mean = lag(sma(volume, n), 1)
    return np.asarray(np.divide(volume, mean, out=np.full(len(volume), np.nan), where=mean > 0), dtype=np.float64)


def relative_performance(a: Floats, b: Floats, n: int = 20) -> Floats:
    """(a_t / a_{t-n}) / (b_t / b_{t-n}) - 1, as a fraction.

    a, b: (t,) on the same sessions. NaN for the first n rows.
    """
    ratio = a / b
    return ratio / lag(ratio, n) - 1.0


def sign(x: Floats, size: Floats) -> Floats:
    """+1, 0 or -1 as x is above, at or below 0, NaN where it is NaN; what is only rounding for its `size` counts as 0.

    x, size: (t,). Rounding is 1e-12 of the size.
    """
    return np.where(np.abs(x) <= TIE * np.abs(size), 0.0, np.sign(x))


def sign_between(x: Floats, level: Floats) -> Floats:
    """+1 where x is above level, -1 below, 0 on an exact tie, NaN where either is.

    x, level: (t,). Values that differ by no more than rounding (1e-12 of their size) are a tie.
    """
    return sign(x - level, np.maximum(np.abs(x), np.abs(level)))


def place_in_range(x: Floats, n: int) -> Floats:
    """Where x stands between the lowest (-1) and the highest (+1) of its last n values, today included.

    x: (t,). 0 in a range of no height; NaN for the first n - 1 rows.
    """
    low, high = lowest(x, n), highest(x, n)
    height = high - low
    flat = height <= TIE * np.abs(high)
    place = np.divide(2.0 * (x - low), height, out=np.ones_like(x), where=~flat) - 1.0
    return np.where(np.isnan(height), np.nan, place)


def _windows(x: Floats, n: int, merge: Merge) -> Floats:
    """`merge` over every n values in a row, (..., t) -> (..., t - n + 1), none when t < n.

    Windows of 1, 2, 4 ... values are merged pairwise, and those that n is the sum of put together: log2(n) steps over
    the whole array. A window's value depends on nothing outside it, not even in its last bit.
    """
    t = x.shape[-1]
    if t < n:
        return x[..., :0]
    whole, size, out, done = x, 1, x, 0
    while True:
        if n & size:
            out = merge(out[..., : t - n + 1], whole[..., done : done + t - n + 1], done, size) if done else whole
            done += size
        if 2 * size > n:
            return out
        whole = merge(whole[..., :-size], whole[..., size:], size, size)
        size *= 2


def _extremes(x: Floats, n: int, pick: Callable[[Floats, Floats], Floats]) -> Floats:
    """As `_windows`, for a choice between two that may be made of the same values twice: the two longest windows that
    fit into n may overlap, which saves a third of the steps."""
    t = x.shape[-1]
    if t < n:
        return x[..., :0]
    whole, size = x, 1
    while 2 * size <= n:
        whole = pick(whole[..., :-size], whole[..., size:])
        size *= 2
    return whole if size == n else pick(whole[..., : t - n + 1], whole[..., n - size :])


def _sum(a: Floats, b: Floats, _: int, __: int) -> Floats:
    return a + b


def _moments(a: Floats, b: Floats, n: int, m: int) -> Floats:
    """(mean, sum of squared distances from it) of n and of m values as that of all, by Chan, Golub and LeVeque."""
    apart = b[0] - a[0]
    share = m / (n + m)
    return np.array([a[0] + apart * share, a[1] + b[1] + apart * apart * (n * share)])


def _later_highest(a: Floats, b: Floats) -> Floats:
    """Of two (value, row) the higher value, the later one when they are equal; NaN where either is."""
    picked = np.where(b[0] >= a[0], b, a)
    picked[0] = np.maximum(a[0], b[0])
    return picked


def _recursive(x: Floats, n: int, alpha: float, *, faded: float = FADED) -> Floats:
    """y = y + alpha * (x - y), seeded with the mean of the first n known values.

    The sum of faded values is doubled in length step by step until what lies further back has faded to `faded`: by
    default below a double's last digit. A row depends on no later one, not even in its last bit.
    """
    first = _first_known(x)
    start = first + n - 1
    if start >= len(x):
        return np.full(len(x), np.nan)
    y = alpha * x[start:]
    y[0] = x[first : start + 1].mean()
    gaps = np.flatnonzero(np.isnan(y))
    fade, back = 1.0 - alpha, 1
    while fade > faded and back < len(y):
        y[back:] += fade * y[:-back]
        fade, back = fade * fade, 2 * back
    if len(gaps):
        y[gaps[0] :] = np.nan
    return _warm(y, len(x))


def _first_known(x: Floats) -> int:
    """The row of the first value that is not NaN; the length when there is none."""
    known: NDArray[np.bool_] = ~np.isnan(x)
    return int(known.argmax()) if known.any() else len(x)


def _warm(values: Floats, n: int) -> Floats:
    """`values` moved to the end of an array of length n, NaN before it."""
    if len(values) == n:
        return values
    out = np.empty(n)
    out[: n - len(values)] = np.nan
    out[n - len(values) :] = values
    return out
