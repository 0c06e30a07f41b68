"""The signals: each one's votes over time, its value and its reason."""

from __future__ import annotations

import numpy as np

from . import format as fmt
from .bars import Floats
from .indicators import FIBONACCI_LEVELS, lag, place_in_range, sign, sign_between
from .signal import Inputs, Signal
from .studies import Studies

EVENT_VOLUME = 2.0
BREADTH_FULL = 0.05
BREADTH_BENCHMARK = "QQQ"


def _trend(inputs: Inputs) -> Floats:
    s, close = inputs.studies, inputs.studies.bars.close
    return (sign_between(close, s.sma50) + sign_between(close, s.sma200)) / 2.0


def _trend_why(inputs: Inputs) -> str:
    s, close = inputs.studies, inputs.studies.bars.close[-1]
    from50, from200 = (fmt.percent(close / mean[-1] - 1.0) for mean in (s.sma50, s.sma200))
    return f"{inputs.ticker} {from50} from SMA50, {from200} from SMA200"


def _rsi(inputs: Inputs) -> Floats:
    return (inputs.studies.rsi14 - 50.0) / 50.0


def _rsi_why(inputs: Inputs) -> str:
    value = inputs.studies.rsi14[-1]
    where = "above 50" if value > 50 else "below 50" if value < 50 else "at 50"
    return f"RSI(14) of {inputs.ticker} {value:.1f}, {where}"


def _macd(inputs: Inputs) -> Floats:
    close, histogram = inputs.studies.bars.close, inputs.studies.macd.histogram
    return (sign(histogram, close) + sign(histogram - lag(histogram, 1), close)) / 2.0


def _macd_why(inputs: Inputs) -> str:
    now, close = inputs.studies.macd.histogram, inputs.studies.bars.close[-1:]
    slope = {1.0: "rising", -1.0: "falling"}.get(float(sign(now[-1:] - now[-2:-1], close)[0]), "flat")
    return f"MACD histogram of {inputs.ticker} {fmt.signed(now[-1])}, {slope}"


def _fibonacci_why(inputs: Inputs) -> str:
    swing = inputs.studies.last_swing
    high, low, share = (float(part[-1]) for part in (swing.high, swing.low, swing.retracement))
    if high == low:
        return f"no swing: 126 closes at {fmt.price(high)}"
    levels = (0.0, *FIBONACCI_LEVELS, 1.0)
    at = min(int(np.searchsorted(levels, share, "right")), len(levels) - 1)
    band = f"({100 * levels[at - 1]:g}-{100 * levels[at]:g}%)"
    ends, did = ((low, high), "given back") if swing.rising[-1] else ((high, low), "won back")
    word = "rise" if swing.rising[-1] else "fall"
    return f"{fmt.share(share, 1)} of the {word} {fmt.price(ends[0])} to {fmt.price(ends[1])} {did} {band}"


def _volume(inputs: Inputs) -> Floats:
    studies, close = inputs.studies, inputs.studies.bars.close
    relative, change = studies.relative_volume, close - lag(close, 1)
    breakout = np.where(np.isnan(studies.high63), np.nan, (close >= studies.high63) & (change > 0))
    vote = np.where(change < 0, -1.0, breakout)
    return np.where(relative >= EVENT_VOLUME, vote, np.where(np.isnan(relative), np.nan, 0.0))


def _volume_why(inputs: Inputs) -> str:
    relative = float(inputs.studies.relative_volume[-1])
    return f"{inputs.ticker} {fmt.price(relative)}x its mean volume, {event_kind(inputs.studies) or 'no event'}"


def event_kind(studies: Studies) -> str | None:
    """What kind of volume event the last session is: breakout (a 63-session high), rising, falling or unchanged day.

    None without an event.
    """
    close = studies.bars.close
    if not studies.relative_volume[-1] >= EVENT_VOLUME:
        return None
    if close[-1] > close[-2]:
        return "breakout" if close[-1] >= studies.high63[-1] else "rising day"
    return "falling day" if close[-1] < close[-2] else "unchanged day"


def _confirmation_why(inputs: Inputs) -> str:
    assert inputs.confirmation is not None
    return f"confirmation score {fmt.signed(inputs.confirmation[-1])}"


def _breadth(inputs: Inputs) -> Floats | None:
    return None if inputs.versus is None else np.clip(inputs.versus / BREADTH_FULL, -1.0, 1.0)


def _breadth_why(inputs: Inputs) -> str:
    assert inputs.versus is not None
    return f"{inputs.ticker} {fmt.percent(inputs.versus[-1])} against {BREADTH_BENCHMARK} over 20 sessions"


def _last(rows: Floats | None) -> float:
    return float("nan") if rows is None else float(rows[-1])


TREND = Signal(
    "trend",
    "trend",
    "(sign(close - SMA50) + sign(close - SMA200)) / 2",
    _trend,
    lambda i: float(i.studies.bars.close[-1] / i.studies.sma200[-1] - 1.0),
    _trend_why,
)
RSI = Signal("rsi", "RSI", "(RSI(14) - 50) / 50", _rsi, lambda i: _last(i.studies.rsi14), _rsi_why)
MACD = Signal(
    "macd",
    "MACD",
    "(sign(histogram) + sign(histogram - histogram before)) / 2",
    _macd,
    lambda i: _last(i.studies.macd.histogram),
    _macd_why,
)
FIBONACCI = Signal(
    "fibonacci",
    "Fibonacci",
    "place in the range of 126 closes, -1 to +1",
    lambda i: place_in_range(i.studies.bars.close, 126),
    lambda i: _last(i.studies.last_swing.retracement),
    _fibonacci_why,
)
VOLUME = Signal(
    "volume",
    "volume",
    "+1 a breakout, -1 a falling day, on 2x volume; else 0",
    _volume,
    lambda i: _last(i.studies.relative_volume),
    _volume_why,
)
RATIO = Signal(
    "ratio",
    "ratio",
    "the leadership score",
    lambda i: i.leadership,
    lambda i: _last(i.leadership),
    lambda i: f"leadership {fmt.signed(i.leadership[-1])}",
)
CONFIRMATION = Signal(
    "confirmation",
    "sectors",
    "the confirmation score",
    lambda i: i.confirmation,
    lambda i: _last(i.confirmation),
    _confirmation_why,
)
BREADTH = Signal(
    "breadth",
    "breadth",
    "20-session performance against QQQ / 5%, within -1 to +1",
    _breadth,
    lambda i: _last(i.versus),
    _breadth_why,
)
