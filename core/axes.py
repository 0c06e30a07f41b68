"""Axes: a score becomes one of three states by hysteresis, and a new state is taken only after some closes in a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bars import Floats
from .indicators import lag, place_in_range, sign_between, sma
from .rule import RULE, Rule

Ints = NDArray[np.int64]

DWELL = RULE.dwell
CYCLICAL = ("XLF", "XLI", "XLY")
DEFENSIVE = ("XLU", "XLP", "XLV")


class Axis(NamedTuple):
    """One axis: its key, what it measures, the words for states -1, 0 and +1, and the scores that enter and leave."""

    key: str
    measures: str
    states: tuple[str, str, str]
    enter: float
    exit: float

    def word(self, state: int) -> str:
        """The word for state -1, 0 or +1."""
        return self.states[state + 1]

    def by(self, rule: Rule) -> Axis:
        """This axis with the scores that enter and leave it by another rule than its own."""
        enter = self.enter * rule.enter
        return self._replace(enter=enter, exit=self.exit + rule.exit * (enter - self.exit))


LEADERSHIP = Axis("leadership", "ratio trend", ("LAGGING", "FLAT", "LEADING"), 0.5, 0.0)
CONFIRMATION = Axis("confirmation", "sectors", ("DENIED", "MIXED", "CONFIRMED"), 0.33, 0.01)
MARKET = Axis("market", "market trend", ("DOWN", "SIDEWAYS", "UP"), 0.01, 0.0)
AXES = (LEADERSHIP, CONFIRMATION, MARKET)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
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

    def within(self, rows: slice) -> Track:
        """Some rows in a row, as views."""
        states = (column[rows] for column in (self.state, self.pending, self.closes, self.held))
        return Track(self.axis, self.score[rows], *states)


def follow(axis: Axis, score: Floats, dwell: int = DWELL) -> Track:
    """The axis's state on every session, from its scores (t,), oldest first; a new one is taken after `dwell` closes.

    A NaN score keeps the state and restarts the count; the state before the first score is 0. What each of the three
    states would be asked to become is worked out for all sessions at once; then one step a change of state.
    """
    rows = np.arange(len(score))
    by_state = asked_of(axis, score)
    starts, states = _changes(
        [_runs(asked, held, dwell) for asked, held in zip(by_state, (-1, 0, 1), strict=True)], dwell
    )
    lengths = np.diff([*starts, len(score)])
    state = np.repeat(np.array(states, dtype=np.int64), lengths)
    below, level, above = by_state
    asked = np.where(state == 0, level, np.where(state > 0, above, below))
    known = np.flatnonzero(~np.isnan(score))
    held = rows - np.repeat(starts, lengths) + 1
    held[: lengths[0]] = np.maximum(rows[: lengths[0]] - (known[0] if len(known) else len(score)) + 1, 0)
    return Track(axis, score, state, asked, _closes(asked, state, starts), held)


def asked_of(axis: Axis, score: Floats) -> list[Ints]:
    """What the scores ask of an axis that holds -1, 0 and +1, if it held that on every session."""
    up, down, missing = score >= axis.enter, score <= -axis.enter, np.isnan(score)
    beyond, inside = up.astype(np.int64) - down, ~(up | down)
    stays = (inside & (-score > axis.exit), inside, inside & (score > axis.exit))
    return [np.where(stay | missing, held, beyond) for stay, held in zip(stays, (-1, 0, 1), strict=True)]


class Runs(NamedTuple):
    """The stretches, as long as the dwell or longer, in which a state other than the one held is asked for: their first
    rows, the rows after their last, the states."""

    starts: list[int]
    ends: list[int]
    states: list[int]


def _runs(asked: Ints, held: int, dwell: int) -> Runs:
    edges = np.concatenate(([0], np.flatnonzero(asked[1:] != asked[:-1]) + 1, [len(asked)]))
    starts, ends = edges[:-1], edges[1:]
    long = np.flatnonzero(ends - starts >= dwell)
    long = long[asked[starts[long]] != held]
    return Runs(starts[long].tolist(), ends[long].tolist(), asked[starts[long]].tolist())


def _changes(runs_of: list[Runs], dwell: int) -> tuple[list[int], list[int]]:
    """The first row of every stretch of one state held, and the states; the first stretch starts on row 0."""
    starts, states, counted_from = [0], [0], 0
    while (change := _next_change(runs_of[states[-1] + 1], counted_from, dwell)) is not None:
        row, state = change
        starts.append(row)
        states.append(state)
        counted_from = row + 1
    return starts, states


def _next_change(runs: Runs, counted_from: int, dwell: int) -> tuple[int, int] | None:
    """The row on which another state has been asked for long enough, counted from a row, and that state."""
    for place in range(bisect_right(runs.ends, counted_from), len(runs.ends)):
        row = max(runs.starts[place], counted_from) + dwell - 1
        if row < runs.ends[place]:
            return row, runs.states[place]
    return None


def _closes(asked: Ints, state: Ints, starts: list[int]) -> Ints:
    """How many closes in a row have asked for another state than the one held; the close that takes one counts 0."""
    fresh = np.concatenate(([True], asked[1:] != asked[:-1]))[: len(asked)]
    fresh[[row + 1 for row in starts[1:] if row + 1 < len(asked)]] = True
    began = np.flatnonzero(fresh)
    run = np.arange(1, len(asked) + 1) - np.repeat(began, np.diff(began, append=len(asked)))
    return np.where(asked == state, 0, run)


class Part(NamedTuple):
    """One quarter of the leadership score: its key, the words for a vote of +, 0 and -, and its votes over time."""

    key: str
    above: str
    below: str
    votes: Callable[[Floats, Rule], Floats]

    def words(self, vote: float) -> str:
        """What a vote says."""
        if vote > 0:
            return self.above
        return self.below if vote < 0 else f"{self.key}: level" if vote == 0 else f"{self.key}: not known yet"


def _slope(ratio: Floats, rule: Rule) -> Floats:
    mean = sma(ratio, rule.short)
    return sign_between(mean, lag(mean, rule.slope))


LEADERSHIP_PARTS = (
    Part("sma50", "above SMA50", "below SMA50", lambda r, rule: sign_between(r, sma(r, rule.short))),
    Part("sma200", "above SMA200", "below SMA200", lambda r, rule: sign_between(r, sma(r, rule.long))),
    Part("slope", "SMA50 rising", "SMA50 falling", _slope),
    Part("place", "high in its 63-day range", "low in its 63-day range", lambda r, rule: place_in_range(r, rule.place)),
)


def leadership_votes(ratio: Floats, rule: Rule = RULE) -> tuple[Floats, ...]:
    """The four votes of -1..+1 behind the leadership score, (t,) each, in the order of LEADERSHIP_PARTS."""
    return tuple(part.votes(ratio, rule) for part in LEADERSHIP_PARTS)


def leadership_score(votes: Sequence[Floats]) -> Floats:
    """Mean of the four votes, (t,) each, on the ratio's trend; (t,), -1..+1, NaN until all four are known."""
    return _mean(votes)


def _mean(rows: Sequence[Floats]) -> Floats:
    """The mean of rows of one length, value by value; NaN wherever one of them is."""
    return reduce(np.add, rows) / len(rows)


def sector_gap_and_vote(sector: Floats, benchmark: Floats, rule: Rule = RULE) -> tuple[Floats, Floats]:
    """S / SMA50(S) - 1 as a fraction, and its sign, with S = sector / benchmark, both adj_close on the same sessions.

    Two (t,), NaN warm-up; the gap of an exact tie is 0.
    """
    ratio = sector / benchmark
    mean = sma(ratio, rule.short)
    vote = sign_between(ratio, mean)
    return np.where(vote == 0, 0.0, ratio / mean - 1.0), vote


def confirmation_score(cyclical: Sequence[Floats], defensive: Sequence[Floats]) -> Floats:
    """5-session mean of half the difference between the cyclical and the defensive sectors' mean votes.

    cyclical, defensive: one (t,) a sector. (t,), -1..+1; NaN wherever one of them has no vote in the five sessions.
    """
    return sma((_mean(cyclical) - _mean(defensive)) / 2.0, 5)


def market_score(adj_close: Floats, rule: Rule = RULE) -> Floats:
    """Distance of the market from its 200-day mean, as a fraction; (t,), NaN for the first 199 rows."""
    return adj_close / sma(adj_close, rule.long) - 1.0
