"""OVERLAYS: what can be drawn on the price, one row each, worked out from one ticker's bars and causal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from . import indicators as ind
from .bars import Bars, Days, Floats
from .studies import Studies

BAND_DEVIATIONS, CHANNEL_DEVIATIONS = 2.0, 2.0
SWING, CHANNEL, PIVOT = 126, 63, 10
KEPT_PIVOTS = 2

Shape = Literal["line", "level", "bars", "told"]


class Curve(NamedTuple):
    """One value a session, (t,), NaN where it has none; how it is drawn, and the letter that stands for its ink.

    A `level` is flat and may lie outside what is shown; `bars` stand on zero; what is only `told` is read out and not
    drawn; a curve without a name is the pane's own value, or, on the price, drawn and not read out.
    """

    name: str
    values: Floats
    ink: str
    letter: str = ""
    shape: Shape = "line"


class Overlay(NamedTuple):
    """One row: its key and name, the formula with its source in words, and its curves as seen from the row `last`.

    Of no curve does a row up to `last` depend on a later one; `anchored` when a curve is drawn backwards from `last`,
    so that another `last` has others.
    """

    key: str
    name: str
    formula: str
    of: Callable[[Studies, int], tuple[Curve, ...]]
    anchored: bool = False


def ratio_bars(name: str, sessions: Days, ratio: Floats) -> Bars:
    """A ratio as bars that hold nothing but closes, on the sessions where it is known, so that it is read like one."""
    known = ~np.isnan(ratio)
    closes = ratio[known]
    return Bars(name, sessions[known], closes, closes, closes, closes, closes, np.zeros(len(closes)))


def bollinger(close: Floats, n: int = 20, deviations: float = BAND_DEVIATIONS) -> tuple[Floats, Floats, Floats]:
    """The mean of n closes and so many standard deviations of those n above and below it: upper, middle, lower.

    close: (t,). NaN for the first n - 1 rows and wherever the window holds a NaN. The deviation divides by n. Source:
    John Bollinger, Bollinger on Bollinger Bands (2001).
    """
    middle, spread_ = ind.sma(close, n), np.full(len(close), np.nan)
    if len(close) >= n:
        spread_[n - 1 :] = sliding_window_view(close, n).std(axis=1)
    return middle + deviations * spread_, middle, middle - deviations * spread_


def channel(close: Floats, last: int, n: int = CHANNEL) -> tuple[Floats, Floats, Floats]:
    """The least-squares line through the n closes up to `last`, and 2 residual deviations above and below it.

    close: (t,). Upper, middle, lower; NaN outside those n rows and everywhere with fewer. The residual deviation is
    sqrt(sum of squared residuals / (n - 2)). Source: Kirkpatrick & Dahlquist, Technical Analysis (2010), ch. 14.
    """
    middle, away = np.full(len(close), np.nan), np.nan
    first = last - n + 1
    if first >= 0:
        y, x = close[first : last + 1], np.arange(n) - (n - 1) / 2.0
        line = y.mean() + x * (x @ (y - y.mean()) / (x @ x))
        middle[first : last + 1] = line
        away = CHANNEL_DEVIATIONS * float(np.sqrt(((y - line) ** 2).sum() / (n - 2)))
    return middle + away, middle, middle - away


class Move(NamedTuple):
    """A swing as seen from its last row: the rows and closes of its beginning and its end."""

    start: int
    start_close: float
    end: int
    end_close: float

    def level(self, share: float) -> float:
        """The close at which so much of the move has been given back."""
        return self.end_close - share * (self.end_close - self.start_close)


def move(close: Floats, last: int, n: int = SWING) -> Move | None:
    """The swing of the n closes up to `last`: from the first of their highest and lowest to the second.

    None with fewer, or beside a NaN. Of equal highs or lows the later one counts, as in indicators.fibonacci.
    """
    first = last - n + 1
    if first < 0 or np.isnan(close[first : last + 1]).any():
        return None
    back = close[first : last + 1][::-1]
    ends = sorted((last - int(back.argmax()), last - int(back.argmin())))
    return Move(ends[0], float(close[ends[0]]), ends[1], float(close[ends[1]]))


def pivots(close: Floats, last: int, n: int = PIVOT) -> list[int]:
    """The rows, newest first, of closes that were the highest of n on either side and that none up to `last` reached.

    A prior high is known n sessions later. Lows are the pivots of -close. Source: Edwards & Magee, Technical Analysis
    of Stock Trends (1948), on support and resistance.
    """
    seen = close[: last + 1]
    if len(seen) <= 2 * n:
        return []
    top = ind.highest(seen, 2 * n + 1)[2 * n :]
    later = np.append(np.maximum.accumulate(seen[:0:-1])[::-1], -np.inf)
    rows = np.flatnonzero((seen[n : len(seen) - n] == top) & (seen[n : len(seen) - n] > later[n : len(seen) - n])) + n
    newest_first: list[int] = rows[::-1].tolist()
    return newest_first


def _means(studies: Studies, _: int) -> tuple[Curve, ...]:
    return (
        Curve("sma20", ind.sma(studies.bars.close, 20), "b", "s"),
        Curve("sma50", studies.sma50, "fast", "5"),
        Curve("sma200", studies.sma200, "slow", "2"),
    )


def _bollinger(studies: Studies, _: int) -> tuple[Curve, ...]:
    upper, middle, lower = bollinger(studies.bars.close)
    return (
        Curve("boll up", upper, "neutral", "b"),
        Curve("mid", middle, "faint", "m"),
        Curve("low", lower, "neutral", "b"),
    )


def _donchian(studies: Studies, _: int) -> tuple[Curve, ...]:
    high, low = studies.donchian20
    return Curve("don high", high, "muted", "d"), Curve("low", low, "muted", "d")


def _fibonacci(studies: Studies, last: int) -> tuple[Curve, ...]:
    close = studies.bars.close
    swing = move(close, last)
    line = np.full(len(close), np.nan)
    if swing:
        rows = np.arange(swing.start, swing.end + 1)
        line[rows] = np.interp(rows, [swing.start, swing.end], [swing.start_close, swing.end_close])
    levels = tuple(
        Curve(
            f"{'fib ' * (share == ind.FIBONACCI_LEVELS[0])}{100 * share:.1f}",
            _flat(len(close), swing.start if swing else last + 1, last, swing.level(share) if swing else np.nan),
            "muted",
            "f",
            "level",
        )
        for share in ind.FIBONACCI_LEVELS
    )
    return *levels, Curve("", line, "muted", shape="level")


def _prior(studies: Studies, last: int) -> tuple[Curve, ...]:
    close = studies.bars.close
    found = []
    for name, ink, rows in (("prior high", "up", pivots(close, last)), ("low", "down", pivots(-close, last))):
        for at in range(KEPT_PIVOTS):
            row = rows[at] if at < len(rows) else None
            values = np.full(len(close), np.nan) if row is None else _flat(len(close), row, last, float(close[row]))
            found.append(Curve(name if at == 0 else "", values, ink, name[0], "level"))
    return tuple(found)


def _channel(studies: Studies, last: int) -> tuple[Curve, ...]:
    upper, middle, lower = channel(studies.bars.close, last)
    return (
        Curve("chan up", upper, "muted", "c"),
        Curve("mid", middle, "faint", "m"),
        Curve("low", lower, "muted", "c"),
    )


def _flat(size: int, first: int, last: int, value: float) -> Floats:
    values = np.full(size, np.nan)
    values[first : last + 1] = value
    return values


OVERLAYS = (
    Overlay("sma", "moving averages", "mean of the last 20, 50, 200 closes", _means),
    Overlay(
        "bollinger",
        "Bollinger bands",
        "mean of 20 closes +- 2 of their standard deviations (Bollinger 2001)",
        _bollinger,
    ),
    Overlay("donchian", "Donchian channel", "highest and lowest of the last 20 closes, today included", _donchian),
    Overlay(
        "fib",
        "Fibonacci levels",
        "shares of the 126-session swing given back: highest and lowest close, the later one is its end",
        _fibonacci,
        anchored=True,
    ),
    Overlay(
        "prior",
        "prior highs, lows",
        "closes beyond 10 on either side that no close since has reached; the newest two of each (Edwards & Magee)",
        _prior,
        anchored=True,
    ),
    Overlay(
        "channel",
        "regression channel",
        "least squares through the last 63 closes shown +- 2 residual deviations (Kirkpatrick & Dahlquist)",
        _channel,
        anchored=True,
    ),
)
