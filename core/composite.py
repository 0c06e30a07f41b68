"""The composite: eight signals on a pair's first ticker, each with value, vote and reason, and their weighted mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from . import format as fmt
from .bars import Days, Floats
from .indicators import FIBONACCI_LEVELS, lag, place_in_range, sign, sign_between
from .matching import spread_all
from .studies import Studies

ENOUGH = 5
EVENT_VOLUME = 2.0
BREADTH_FULL = 0.05
BREADTH_BENCHMARK = "QQQ"

EQUAL: Mapping[str, float] = MappingProxyType({})
"""The weights where none is set: a signal that has none weighs 1."""


class Inputs(NamedTuple):
    """What the signals are made from, all on the sessions of the pair's first ticker.

    `leadership` and `confirmation` are the axes' scores, `versus` its 20-session performance against QQQ; None for a
    pair that has no such thing, and then `without` says why by the signal's key.
    """

    studies: Studies
    leadership: Floats
    confirmation: Floats | None
    versus: Floats | None
    without: Mapping[str, str]

    @property
    def ticker(self) -> str:
        """The ticker that the signals are about."""
        return self.studies.bars.ticker


class Signal(NamedTuple):
    """One signal: its name, the formula of its vote, its votes over time, and on the last row its value and reason.

    `votes` is None where the inputs lack what the signal is made from; then nothing else is asked of it.
    """

    key: str
    name: str
    formula: str
    votes: Callable[[Inputs], Floats | None]
    value: Callable[[Inputs], float]
    why: Callable[[Inputs], str]


class Vote(NamedTuple):
    """One signal on the as-of session: its value, a vote of -1..+1 and the reason; NaN where it is not known."""

    key: str
    value: float
    vote: float
    weight: float
    why: str


class CompositeReading(NamedTuple):
    """The composite on the as-of session, 0 to 100, NaN where too few signals are known, and the eight votes."""

    score: float
    votes: tuple[Vote, ...]

    @property
    def present(self) -> int:
        """How many of the signals are known."""
        return sum(1 for vote in self.votes if not np.isnan(vote.vote))


class Composite(NamedTuple):
    """The signals over time: `votes` in the order of SIGNALS, (t,) each, and the `score`, (t,), 0 to 100.

    NaN where not known.
    """

    votes: tuple[Floats, ...]
    score: Floats

    def on(self, days: Days, sessions: Days) -> Composite:
        """The rows of `days` laid on `sessions`; NaN on those that have none."""
        *votes, score = spread_all((*self.votes, self.score), days, sessions)
        return Composite(tuple(votes), score)


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


SIGNALS = (
    Signal(
        "trend",
        "trend",
        "(sign(close - SMA50) + sign(close - SMA200)) / 2",
        _trend,
        lambda i: float(i.studies.bars.close[-1] / i.studies.sma200[-1] - 1.0),
        _trend_why,
    ),
    Signal("rsi", "RSI", "(RSI(14) - 50) / 50", _rsi, lambda i: _last(i.studies.rsi14), _rsi_why),
    Signal(
        "macd",
        "MACD",
        "(sign(histogram) + sign(histogram - histogram before)) / 2",
        _macd,
        lambda i: _last(i.studies.macd.histogram),
        _macd_why,
    ),
    Signal(
        "fibonacci",
        "Fibonacci",
        "place in the range of 126 closes, -1 to +1",
        lambda i: place_in_range(i.studies.bars.close, 126),
        lambda i: _last(i.studies.last_swing.retracement),
        _fibonacci_why,
    ),
    Signal(
        "volume",
        "volume",
        "+1 a breakout, -1 a falling day, on 2x volume; else 0",
        _volume,
        lambda i: _last(i.studies.relative_volume),
        _volume_why,
    ),
    Signal(
        "ratio",
        "ratio",
        "the leadership score",
        lambda i: i.leadership,
        lambda i: _last(i.leadership),
        lambda i: f"leadership {fmt.signed(i.leadership[-1])}",
    ),
    Signal(
        "confirmation",
        "sectors",
        "the confirmation score",
        lambda i: i.confirmation,
        lambda i: _last(i.confirmation),
        _confirmation_why,
    ),
    Signal(
        "breadth",
        "breadth",
        "20-session performance against QQQ / 5%, within -1 to +1",
        _breadth,
        lambda i: _last(i.versus),
        _breadth_why,
    ),
)
KEYS = tuple(signal.key for signal in SIGNALS)


def weigh(votes: Sequence[Floats], weights: Mapping[str, float]) -> Floats:
    """50 + 50 x the weighted mean of the votes that are known, 0 to 100.

    votes: one (t,) a signal, in the order of SIGNALS; a signal that `weights` doesn't name weighs 1. (t,); NaN where
    fewer than five votes are known, or none that weighs anything.
    """
    # One signal after the other: the last bit of a matrix product could depend on how many sessions there are.
    count, total, summed = (np.zeros(len(votes[0])) for _ in range(3))
    for key, vote in zip(KEYS, votes, strict=True):
        known, weight = ~np.isnan(vote), weights.get(key, 1.0)
        count += known
        total += weight * known
        summed += weight * np.where(known, vote, 0.0)
    enough = (count >= ENOUGH) & (total > 0)
    mean: Floats = np.divide(summed, total, out=np.full(len(total), np.nan), where=enough)
    return 50.0 + 50.0 * mean


def compute(inputs: Inputs, weights: Mapping[str, float]) -> Composite:
    """All signals and their composite over the ticker's sessions."""
    unknown = np.full(len(inputs.studies.bars), np.nan)
    found = (signal.votes(inputs) for signal in SIGNALS)
    votes = tuple(unknown if rows is None else rows for rows in found)
    return Composite(votes, weigh(votes, weights))


def read(composite: Composite, inputs: Inputs, as_of: date, weights: Mapping[str, float]) -> CompositeReading:
    """The composite on its last session, `as_of`, with every signal's reason."""
    late = inputs.studies.bars.sessions[-1] != np.datetime64(as_of, "D")
    votes = tuple(
        Vote(
            signal.key,
            float("nan") if late else signal.value(inputs),
            float(vote[-1]),
            weights.get(signal.key, 1.0),
            _reason(signal, float(vote[-1]), inputs, late=bool(late)),
        )
        for signal, vote in zip(SIGNALS, composite.votes, strict=True)
    )
    return CompositeReading(float(composite.score[-1]), votes)


def _reason(signal: Signal, vote: float, inputs: Inputs, *, late: bool) -> str:
    if late:
        return f"left out: {inputs.ticker} has no bar on this session"
    if signal.key in inputs.without:
        return f"left out: {inputs.without[signal.key]}"
    return "left out: too few sessions in a row" if np.isnan(vote) else signal.why(inputs)
