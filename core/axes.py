"""Axes: a score becomes one of three states by hysteresis, and a new state is taken only after ten closes in a row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bars import Floats
from .indicators import lag, place_in_range, sign_between, sma

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
    demands = _demands(axis, score)
    starts, states = _changes(demands, n)
    lengths = np.diff([*starts, n])
    state = np.repeat(np.array(states, dtype=np.int64), lengths)
    counted = rows - np.repeat([-1, *starts[1:]], lengths)
    at_zero, above = state == 0, state > 0
    below_zero, zero, above_zero = demands
    asked = np.where(at_zero, zero.asked, np.where(above, above_zero.asked, below_zero.asked))
    run = np.where(at_zero, zero.run, np.where(above, above_zero.run, below_zero.run))
    closes = np.where(asked == state, 0, np.minimum(run, counted))
    known = np.flatnonzero(~np.isnan(score))
    unscored = int(known[0]) if len(known) else n
    held = counted + 1
    held[: lengths[0]] = np.maximum(rows[: lengths[0]] - unscored + 1, 0)
    return Track(axis, score, state, asked, closes, held)


@dataclass(frozen=True, eq=False, slots=True)
class Demand:
    """What the scores ask of one held state: the state asked for, for how many closes in a row, and the rows on which
    another one has been asked for long enough."""

    asked: Ints
    run: Ints
    ripe: list[int]


def _demands(axis: Axis, score: Floats) -> list[Demand]:
    """The demands on states -1, 0 and +1."""
    up, down = score >= axis.enter, score <= -axis.enter
    beyond, inside = up.astype(np.int64) - down, ~(up | down)
    missing = np.isnan(score)
    rows = np.arange(1, len(score) + 1)
    demands = []
    for held in (-1, 0, 1):
        keeps = inside & (held * score > axis.exit) if held else inside
        asked = np.where(keeps | missing, held, beyond)
        began = np.concatenate(([0], np.flatnonzero(asked[1:] != asked[:-1]) + 1, [len(score)]))
        run = rows - np.repeat(began[:-1], np.diff(began))
        demands.append(Demand(asked, run, np.flatnonzero((asked != held) & (run >= DWELL)).tolist()))
    return demands


def _changes(demands: list[Demand], n: int) -> tuple[list[int], list[int]]:
    """The first row of every stretch of one state, and the states; the first stretch starts on row 0."""
    starts, states, first = [0], [0], 0
    while True:
        demand = demands[states[-1] + 1]
        place = bisect_left(demand.ripe, first + DWELL - 1)
        if place == len(demand.ripe):
            return starts, states
        row = demand.ripe[place]
        starts.append(row)
        states.append(int(demand.asked[row]))
        first = row + 1


@dataclass(frozen=True, slots=True)
class Part:
    """One quarter of the leadership score: its key, the words for a vote of +, 0 and -, and its votes over time."""

    key: str
    above: str
    below: str
    votes: Callable[[Floats], Floats]

    def words(self, vote: float) -> str:
        """What a vote says."""
        if vote > 0:
            return self.above
        return self.below if vote < 0 else f"{self.key}: level" if vote == 0 else f"{self.key}: not known yet"


def _slope(ratio: Floats) -> Floats:
    mean = sma(ratio, 50)
    return sign_between(mean, lag(mean, 20))


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


def sector_gap_and_vote(sector: Floats, benchmark: Floats) -> tuple[Floats, Floats]:
    """S / SMA50(S) - 1 as a fraction, and its sign, with S = sector / benchmark, both adj_close on the same sessions.

    Two (t,), NaN warm-up; the gap of an exact tie is 0.
    """
    ratio = sector / benchmark
    mean = sma(ratio, 50)
    vote = sign_between(ratio, mean)
    return np.where(vote == 0, 0.0, ratio / mean - 1.0), vote


def confirmation_score(cyclical: Floats, defensive: Floats) -> Floats:
    """5-session mean of half the difference between the cyclical and the defensive sectors' mean votes.

    cyclical, defensive: (sectors, t). (t,), -1..+1; NaN wherever one of the sectors has no vote in the five sessions.
    """
    return sma((cyclical.mean(axis=0) - defensive.mean(axis=0)) / 2.0, 5)


def market_score(adj_close: Floats) -> Floats:
    """Distance of the market from its 200-day mean, as a fraction; (t,), NaN for the first 199 rows."""
    return adj_close / sma(adj_close, 200) - 1.0
