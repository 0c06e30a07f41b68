"""The regime: one label from three axis states, since when, and how much of what it needs was there."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from .axes import Ints
from .bars import Floats

MIN_COVERAGE = 0.6
MAX_SILENCE = 10
SMALL_CAPS = ("IWM", "SPY")
"""The pair that small caps and the market are another name for."""


class Regime(NamedTuple):
    """One label: the banner's word, the shape that stands for it without colour, its letter and its ink's name."""

    label: str
    shape: str
    letter: str
    ink: str
    meaning: str
    of_pair: str
    """As `meaning`, of {a} over {b}."""

    def means(self, a: str, b: str) -> str:
        """What it says of a pair; small caps are IWM against SPY."""
        return self.meaning if (a, b) == SMALL_CAPS else self.of_pair.format(a=a, b=b)


INSUFFICIENT = Regime(
    "INSUFFICIENT DATA",
    "?",
    "?",
    "muted",
    "too few inputs, or sessions, for a label",
    "too few inputs, or sessions, for a label",
)
RISK_ON = Regime("RISK-ON", "▲", "+", "risk_on", "the market rises and small caps lead", "{b} rises and {a} leads")
NARROW = Regime("NARROW", "◆", "n", "narrow", "the index rises, small caps do not", "{b} rises, {a} lags")
NEUTRAL = Regime("NEUTRAL", "■", "=", "neutral", "no clear lead", "no clear lead")
RISK_OFF = Regime(
    "RISK-OFF",
    "▼",
    "-",
    "risk_off",
    "the market falls, or small caps lag and cyclicals with them",
    "{b} falls, or {a} lags and the sectors deny it",
)
REGIMES = (INSUFFICIENT, RISK_ON, NARROW, NEUTRAL, RISK_OFF)


def labels(leadership: Ints, confirmation: Ints, market: Ints) -> Ints:
    """The regime of every session as its place in REGIMES, from axis states of -1, 0, +1; the first that fits wins.

    All (t,). A pair without a confirmation axis passes zeros.
    """
    lagging, leading = leadership == -1, leadership == 1
    denied, down, up = confirmation == -1, market == -1, market == 1
    codes = [
        (down | (lagging & denied), RISK_OFF),
        (up & leading & ~denied, RISK_ON),
        (up & lagging, NARROW),
    ]
    picks = np.select([rows for rows, _ in codes], [REGIMES.index(r) for _, r in codes], REGIMES.index(NEUTRAL))
    return np.asarray(picks, dtype=np.int64)


@cache
def label_of(leadership: int, confirmation: int, market: int) -> Regime:
    """The regime of one session, from axis states of -1, 0, +1."""
    return REGIMES[int(labels(*(np.array([state]) for state in (leadership, confirmation, market)))[0])]


def silence(score: Floats) -> Ints:
    """Sessions since the score was last known; (t,), 0 where it is known, more than MAX_SILENCE before the first."""
    rows = np.arange(len(score))
    last = np.maximum.accumulate(np.where(np.isnan(score), -MAX_SILENCE - 1 - len(score), rows))
    return np.asarray(rows - last, dtype=np.int64)


def withhold(codes: Ints, coverage: Floats, *scores: Floats) -> Ints:
    """`codes` with INSUFFICIENT DATA where coverage is under 60 %, or one of the scores has been missing too long.

    All (t,). Too long is more than ten sessions, the dwell: by then the axis could have changed unseen. An axis that
    was never scored has been missing too long from the start.
    """
    blind = coverage < MIN_COVERAGE
    for score in scores:
        blind |= silence(score) > MAX_SILENCE
    return np.where(blind, REGIMES.index(INSUFFICIENT), codes)


def runs(codes: Ints) -> list[tuple[int, int]]:
    """Every stretch of equal codes as its first row and the row after its last, oldest first."""
    if not len(codes):
        return []
    firsts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()]
    return list(zip(firsts, [*firsts[1:], len(codes)], strict=True))
