"""The same indicators of one ticker written the usual way in numpy, in pandas and with TA-Lib, to compare with ours."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from smallcap.core.bars import Bars, Floats
from smallcap.core.studies import STUDIES, Studies

Table = dict[str, Floats]


def ours(bars: Bars) -> Table:
    """Every indicator of the ticker."""
    studies = Studies(bars)
    return {row.key: row.of(studies) for row in STUDIES}


def by_numpy(bars: Bars) -> Table:
    """Cumulative sums for means, sliding windows for extremes, a scaled cumulative sum for recursions."""
    close, returns = bars.close, np.diff(np.log(bars.adj_close), prepend=np.nan)
    change = np.diff(bars.adj_close, prepend=np.nan)
    gain, loss = _smooth(np.maximum(change, 0), 14, 1 / 14), _smooth(np.maximum(-change, 0), 14, 1 / 14)
    before = np.concatenate(([np.nan], close[:-1]))
    ranges = np.maximum(bars.high - bars.low, np.maximum(np.abs(bars.high - before), np.abs(bars.low - before)))
    line = _smooth(np.concatenate((np.full(14, np.nan), close[14:])), 12, 2 / 13) - _smooth(close, 26, 2 / 27)
    swing = sliding_window_view(close, 126)
    year = sliding_window_view(close, 20)
    return {
        "sma50": _mean(close, 50),
        "sma200": _mean(close, 200),
        "ema20": _smooth(close, 20, 2 / 21),
        "rsi14": 100 * gain / (gain + loss),
        "macd": line,
        "macd_signal": _smooth(line, 9, 0.2),
        "atr14": _smooth(ranges, 14, 1 / 14),
        "realized_vol20": _late(
            np.std(sliding_window_view(returns[1:], 20), axis=1, ddof=1) * np.sqrt(252), len(close)
        ),
        "relative_volume": bars.volume / np.concatenate(([np.nan], _mean(bars.volume, 20)[:-1])),
        "donchian_high20": _late(year.max(axis=1), len(close)),
        "donchian_low20": _late(year.min(axis=1), len(close)),
        "swing_high126": _late(swing.max(axis=1), len(close)),
        "swing_low126": _late(swing.min(axis=1), len(close)),
        "rising": _late(swing[:, ::-1].argmax(axis=1) <= swing[:, ::-1].argmin(axis=1), len(close)),
    }


def by_pandas(bars: Bars) -> Table:
    """Rolling windows and `ewm` started from the mean of the first n."""
    import pandas as pd

    close, adj, volume = pd.Series(bars.close), pd.Series(bars.adj_close), pd.Series(bars.volume)
    high, low, before = pd.Series(bars.high), pd.Series(bars.low), close.shift(1)

    def smooth(x: pd.Series, n: int, alpha: float) -> pd.Series:
        known = x.dropna()
        known = known.iloc[n - 1 :].copy()
        known.iloc[0] = x.dropna().iloc[:n].mean()
        return known.ewm(alpha=alpha, adjust=False).mean().reindex(x.index)

    change = adj.diff()
    gain, loss = smooth(change.clip(lower=0), 14, 1 / 14), smooth(-change.clip(upper=0), 14, 1 / 14)
    ranges = (
        pd.concat([high - low, (high - before).abs(), (low - before).abs()], axis=1).max(axis=1).where(before.notna())
    )
    late = close.where(close.index >= 14)
    line = smooth(late, 12, 2 / 13) - smooth(close, 26, 2 / 27)
    swing = close.rolling(126)
    found = {
        "sma50": close.rolling(50).mean(),
        "sma200": close.rolling(200).mean(),
        "ema20": smooth(close, 20, 2 / 21),
        "rsi14": 100 * gain / (gain + loss),
        "macd": line,
        "macd_signal": smooth(line, 9, 0.2),
        "atr14": smooth(ranges, 14, 1 / 14),
        "realized_vol20": np.log(adj).diff().rolling(20).std() * np.sqrt(252),
        "relative_volume": volume / volume.rolling(20).mean().shift(1),
        "donchian_high20": close.rolling(20).max(),
        "donchian_low20": close.rolling(20).min(),
        "swing_high126": swing.max(),
        "swing_low126": swing.min(),
    }
    return {name: series.to_numpy() for name, series in found.items()}


def by_talib(bars: Bars) -> Table:
    """TA-Lib's functions; it has no volume relative to the days before, and its deviation is the population's."""
    import talib

    close = bars.close
    line, signal, _ = talib.MACD(close, 12, 26, 9)
    deviation = talib.STDDEV(np.diff(np.log(bars.adj_close)), 20) * np.sqrt(20 / 19 * 252)
    return {
        "sma50": talib.SMA(close, 50),
        "sma200": talib.SMA(close, 200),
        "ema20": talib.EMA(close, 20),
        "rsi14": talib.RSI(bars.adj_close, 14),
        "macd": line,
        "macd_signal": signal,
        "atr14": talib.ATR(bars.high, bars.low, close, 14),
        "realized_vol20": np.concatenate(([np.nan], deviation)),
        "relative_volume": bars.volume / np.concatenate(([np.nan], talib.SMA(bars.volume, 20)[:-1])),
        "donchian_high20": talib.MAX(close, 20),
        "donchian_low20": talib.MIN(close, 20),
        "swing_high126": talib.MAX(close, 126),
        "swing_low126": talib.MIN(close, 126),
        "rising": (talib.MAXINDEX(close, 126) >= talib.MININDEX(close, 126)).astype(float),
    }


def _mean(x: Floats, n: int) -> Floats:
    total = np.cumsum(x)
    total[n:] = total[n:] - total[:-n]
    return _late(total[n - 1 :] / n, len(x))


def _smooth(x: Floats, n: int, alpha: float) -> Floats:
    """A recursion as cumulative sums of scaled blocks."""
    start = int(np.argmax(~np.isnan(x))) + n - 1
    out = np.full(len(x), np.nan)
    value = out[start] = x[start - n + 1 : start + 1].mean()
    size = int(13.8 / -np.log1p(-alpha))
    decay = (1 - alpha) ** np.arange(1, size + 1)
    for at in range(start + 1, len(x), size):
        part = x[at : at + size]
        fade = decay[: len(part)]
        out[at : at + size] = fade * (value + np.cumsum(alpha * part / fade))
        value = out[at + len(part) - 1]
    return out


def _late(values: Floats, n: int) -> Floats:
    return np.concatenate((np.full(n - len(values), np.nan), values))
