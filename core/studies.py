"""Studies: every indicator of one ticker, each a row of one table with its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import indicators as ind
from .bars import Bars, Floats


@dataclass(frozen=True, eq=False, slots=True)
class Studies:
    """All indicators of one ticker, on its own sessions: every array has the length of `bars`, NaN while warming up."""

    bars: Bars
    sma50: Floats
    sma200: Floats
    ema20: Floats
    rsi14: Floats
    macd: ind.Macd
    atr14: Floats
    realized_vol20: Floats
    relative_volume: Floats
    donchian20: tuple[Floats, Floats]
    swing: ind.Swing

    @property
    def atr_pct(self) -> Floats:
        """ATR(14) in percent of the close."""
        return 100.0 * self.atr14 / self.bars.close


def study(bars: Bars) -> Studies:
    """Every indicator of a ticker: on the close, but RSI and volatility on adj_close, so that a dividend is no loss."""
    close = bars.close
    return Studies(
        bars=bars,
        sma50=ind.sma(close, 50),
        sma200=ind.sma(close, 200),
        ema20=ind.ema(close, 20),
        rsi14=ind.rsi(bars.adj_close, 14),
        macd=ind.macd(close, 12, 26, 9),
        atr14=ind.atr(bars.high, bars.low, close, 14),
        realized_vol20=ind.realized_vol(bars.adj_close, 20),
        relative_volume=ind.relative_volume(bars.volume, 20),
        donchian20=ind.donchian(close, 20),
        swing=ind.fibonacci(close, 126),
    )


@dataclass(frozen=True, slots=True)
class Study:
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
