"""The composite: signals on a pair's first ticker, each with value, vote and reason, and their weighted mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from .bars import Days, Floats
from .matching import spread_all
from .signal import Inputs, Signal
from .signals import BREADTH, CONFIRMATION, FIBONACCI, MACD, RATIO, RSI, TREND, VOLUME

ENOUGH = 5

EQUAL: Mapping[str, float] = MappingProxyType({})
"""The weights where none is set: a signal that has none weighs 1."""


class Vote(NamedTuple):
    """One signal on the as-of session: its value, a vote of -1..+1 and the reason; NaN where it is not known."""

    key: str
    value: float
    vote: float
    weight: float
    why: str


class CompositeReading(NamedTuple):
    """The composite on the as-of session, 0 to 100, NaN where too few signals are known, and the signals' votes."""

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


SIGNALS = (TREND, RSI, MACD, FIBONACCI, VOLUME, RATIO, CONFIRMATION, BREADTH)
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
