"""Axes: a score becomes one of three states by hysteresis, and a new state is taken only after ten closes in a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bars import Floats
from .indicators import place_in_range, sign_between, sma

Ints = NDArray[np.int64]

DWELL = 10
CYCLICAL = ("XLF", "XLI", "XLY")
DEFENSIVE = ("XLU", "XLP", "XLV")


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its key, what it measures, the words for states -1, 0 and +1, and the scores that enter and leave."""

    key: str
    measures: str
    states: tuple[str, str, str]
    enter: float
    exit: float

    def word(self, state: int) -> str:
        """The word for state -1, 0 or +1."""
        return self.states[state + 1]

    def asks(self, state: int, score: float) -> int:
        """The state that a score asks for when `state` is held."""
        if score >= self.enter:
            return 1
        if score <= -self.enter:
            return -1
        return 0 if state * score <= self.exit else state


LEADERSHIP = Axis("leadership", "ratio trend", ("LAGGING", "FLAT", "LEADING"), 0.5, 0.0)
CONFIRMATION = Axis("confirmation", "sectors", ("DENIED", "MIXED", "CONFIRMED"), 0.33, 0.01)
MARKET = Axis("market", "market trend", ("DOWN", "SIDEWAYS", "UP"), 0.01, 0.0)
AXES = (LEADERSHIP, CONFIRMATION, MARKET)


@dataclass(frozen=True, eq=False, slots=True)
class Track:
    """An axis over all sessions, one row each.

    score: NaN while warming up; state: -1, 0, +1; pending: the state asked for (equal to `state` when none is);
    closes: consecutive closes that asked for it; held: sessions in the state, the one that took it included
    (0 before the first score).
    """

    axis: Axis
    score: Floats
    state: Ints
    pending: Ints
    closes: Ints
    held: Ints

    def since(self, row: int) -> Track:
        """The rows from `row` on, as views."""
        return Track(
            self.axis, self.score[row:], self.state[row:], self.pending[row:], self.closes[row:], self.held[row:]
        )


def follow(axis: Axis, score: Floats) -> Track:
    """The axis's state on every session, from its scores (t,), oldest first.

    A NaN score keeps the state and restarts the count; the state before the first score is 0.
    """
    rows = np.zeros((len(score), 4), dtype=np.int64)
    state = pending = closes = held = 0
    seen = False
    for i, value in enumerate(score.tolist()):
        known = value == value  # noqa: PLR0124  NaN is the one value unlike itself, and this is the fast test
        seen = seen or known
        held += seen
        asked = axis.asks(state, value) if known else state
        closes = 0 if asked == state else closes + 1 if asked == pending else 1
        pending = asked
        if closes == DWELL:
            state, closes, held = asked, 0, 1
        rows[i] = state, pending, closes, held
    return Track(axis, score, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])


@dataclass(frozen=True, slots=True)
class Part:
    """One quarter of the leadership score: its key, the words for a vote of +, 0 and -, and its votes over time."""

    key: str
    above: str
    below: str
    votes: Callable[[Floats], Floats]


def _slope(ratio: Floats) -> Floats:
    mean = sma(ratio, 50)
    before = np.concatenate((np.full(20, np.nan), mean[:-20]))[: len(mean)]
    return sign_between(mean, before)


LEADERSHIP_PARTS = (
    Part("sma50", "above SMA50", "below SMA50", lambda r: sign_between(r, sma(r, 50))),
    Part("sma200", "above SMA200", "below SMA200", lambda r: sign_between(r, sma(r, 200))),
    Part("slope", "SMA50 rising", "SMA50 falling", _slope),
    Part("place", "high in its 63-day range", "low in its 63-day range", lambda r: place_in_range(r, 63)),
)


def leadership_votes(ratio: Floats) -> Floats:
    """The four votes of -1..+1 behind the leadership score, (4, t), in the order of LEADERSHIP_PARTS."""
    return np.array([part.votes(ratio) for part in LEADERSHIP_PARTS]).reshape(len(LEADERSHIP_PARTS), len(ratio))


def leadership_score(ratio: Floats) -> Floats:
    """Mean of the four votes on the ratio's trend; (t,), -1..+1, NaN until all four are known."""
    return np.asarray(leadership_votes(ratio).mean(axis=0), dtype=np.float64)


def sector_votes(sector: Floats, benchmark: Floats) -> Floats:
    """sign(S - SMA50(S)) with S = sector / benchmark, both adj_close on the same sessions; (t,), NaN warm-up."""
    ratio = sector / benchmark
    return sign_between(ratio, sma(ratio, 50))


def confirmation_score(cyclical: Floats, defensive: Floats) -> Floats:
    """5-session mean of half the difference between the cyclical and the defensive sectors' mean votes.

    cyclical, defensive: (sectors, t). (t,), -1..+1; NaN wherever one of the sectors has no vote in the five sessions.
    """
    return sma((cyclical.mean(axis=0) - defensive.mean(axis=0)) / 2.0, 5)


def market_score(adj_close: Floats) -> Floats:
    """Distance of the market from its 200-day mean, as a fraction; (t,), NaN for the first 199 rows."""
    return adj_close / sma(adj_close, 200) - 1.0
