"""Studies: every indicator of one ticker, each a row of one table with its formula."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import indicators as ind
from .bars import Bars, Floats


class Studies:
    """All indicators of one ticker on its own sessions, each worked out when it is first asked for.

    Every array has the length of `bars`, NaN while warming up. They are of the close, but RSI and volatility of
    adj_close, so that a dividend is no loss.
    """

    def __init__(self, bars: Bars) -> None:
        self.bars = bars

    def until(self, bars: Bars) -> Studies:
        """The studies of these bars' first rows; what has been worked out already is cut, not worked out again."""
        studies, rows = Studies(bars), slice(0, len(bars))
        for name, known in vars(self).items():
            if isinstance(known, np.ndarray):
                studies.__dict__[name] = known[rows]
            elif isinstance(known, tuple) and name != "last_swing":
                parts = [part[rows] for part in known]
                studies.__dict__[name] = type(known)(*parts) if hasattr(known, "_fields") else tuple(parts)
        return studies

    @cached_property
    def sma50(self) -> Floats:
        """Mean of 50 closes."""
        return ind.sma(self.bars.close, 50)

    @cached_property
    def sma200(self) -> Floats:
        """Mean of 200 closes."""
        return ind.sma(self.bars.close, 200)

    @cached_property
    def ema20(self) -> Floats:
        """EMA(20) of the close."""
        return ind.ema(self.bars.close, 20)

    @cached_property
    def rsi14(self) -> Floats:
        """Wilder's RSI of adj_close."""
        return ind.rsi(self.bars.adj_close, 14)

    @cached_property
    def macd(self) -> ind.Macd:
        """MACD(12, 26, 9) of the close."""
        return ind.macd(self.bars.close, 12, 26, 9)

    @cached_property
    def atr14(self) -> Floats:
        """ATR(14) in price units."""
        return ind.atr(self.bars.high, self.bars.low, self.bars.close, 14)

    @cached_property
    def atr_pct(self) -> Floats:
        """ATR(14) in percent of the close."""
        return 100.0 * self.atr14 / self.bars.close

    @cached_property
    def realized_vol20(self) -> Floats:
        """Volatility of 20 daily returns, a fraction a year."""
        return ind.realized_vol(self.bars.adj_close, 20)

    @cached_property
    def relative_volume(self) -> Floats:
        """Volume over the mean of the 20 sessions before."""
        return ind.relative_volume(self.bars.volume, 20)

    @cached_property
    def donchian20(self) -> tuple[Floats, Floats]:
        """Highest and lowest of 20 closes."""
        return ind.donchian(self.bars.close, 20)

    @cached_property
    def high63(self) -> Floats:
        """Highest of 63 closes."""
        return ind.highest(self.bars.close, 63)

    @cached_property
    def last_swing(self) -> ind.Swing:
        """The last session's swing alone; its last row is that of `swing`."""
        return ind.fibonacci(self.bars.close[-126:], 126)

    @cached_property
    def swing(self) -> ind.Swing:
        """The swing of 126 closes that Fibonacci levels are drawn on."""
        return ind.fibonacci(self.bars.close, 126)


class Study(NamedTuple):
    """One column of the table: its key, the formula in words, and where its numbers are."""

    key: str
    formula: str
    of: Callable[[Studies], Floats]


STUDIES = (
    Study("close", "split-adjusted close", lambda s: s.bars.close),
    Study("adj_close", "split- and dividend-adjusted close", lambda s: s.bars.adj_close),
    Study("rsi14", "Wilder's RSI of 14 changes of adj_close", lambda s: s.rsi14),
    Study("macd", "EMA(12) - EMA(26) of the close", lambda s: s.macd.line),
    Study("macd_signal", "EMA(9) of macd", lambda s: s.macd.signal),
    Study("macd_hist", "macd - macd_signal", lambda s: s.macd.histogram),
    Study("atr14", "Wilder's average of 14 true ranges", lambda s: s.atr14),
    Study("atr_pct", "100 x ATR(14) / close", lambda s: s.atr_pct),
    Study("sma50", "mean of 50 closes", lambda s: s.sma50),
    Study("sma200", "mean of 200 closes", lambda s: s.sma200),
    Study("relative_volume", "volume / mean volume of the 20 sessions before", lambda s: s.relative_volume),
    Study("realized_vol20", "deviation of 20 log returns of adj_close x sqrt(252)", lambda s: s.realized_vol20),
    Study("ema20", "EMA(20) of the close", lambda s: s.ema20),
    Study("donchian_high20", "highest of 20 closes", lambda s: s.donchian20[0]),
    Study("donchian_low20", "lowest of 20 closes", lambda s: s.donchian20[1]),
    Study("swing_high126", "highest of 126 closes", lambda s: s.swing.high),
    Study("swing_low126", "lowest of 126 closes", lambda s: s.swing.low),
    Study("retracement", "share of the 126-session swing given back", lambda s: s.swing.retracement),
)
