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

    A NaN score keeps the state and restarts the count; the state before the first score is 0. What each of the three
    states would be asked to become is worked out for all sessions at once; then one step a change of state.
    """
    n, rows = len(score), np.arange(len(score))
    state, pending, closes = (np.zeros(n, dtype=np.int64) for _ in range(3))
    known = np.flatnonzero(~np.isnan(score))
    held = np.maximum(rows - known[0] + 1, 0) if len(known) else np.zeros(n, dtype=np.int64)
    demands = {at: _demands(axis, score, at) for at in (-1, 0, 1)}
    at, start = 0, 0
    while start < n:
        demand = demands[at]
        place = int(np.searchsorted(demand.ripe, start + DWELL - 1))
        end = int(demand.ripe[place]) if place < len(demand.ripe) else n
        span = slice(start, end)
        state[span], pending[span] = at, demand.asked[span]
        closes[span] = np.where(demand.asked[span] == at, 0, np.minimum(demand.run[span], rows[span] - start + 1))
        if end < n:
            at = int(demand.asked[end])
            state[end] = pending[end] = at
            held[end:] = rows[end:] - end + 1
        start = end + 1
    return Track(axis, score, state, pending, closes, held)


@dataclass(frozen=True, eq=False, slots=True)
class Demand:
    """What the scores ask of one held state: the state asked for, for how many closes in a row, and the rows on which
    another one has been asked for long enough."""

    asked: Ints
    run: Ints
    ripe: Ints


def _demands(axis: Axis, score: Floats, held: int) -> Demand:
    inside = np.where(held * score <= axis.exit, 0, held)
    asked = np.where(score >= axis.enter, 1, np.where(score <= -axis.enter, -1, inside))
    asked = np.where(np.isnan(score), held, asked).astype(np.int64)
    rows = np.arange(len(score))
    fresh = np.concatenate(([True], asked[1:] != asked[:-1]))[: len(asked)]
    run = rows - np.maximum.accumulate(np.where(fresh, rows, 0)) + 1
    return Demand(asked, run, np.flatnonzero((asked != held) & (run >= DWELL)))


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


def leadership_score(votes: Floats) -> Floats:
    """Mean of the four votes (4, t) on the ratio's trend; (t,), -1..+1, NaN until all four are known."""
    return np.asarray(votes.mean(axis=0), dtype=np.float64)


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
