"""Flips: the closes that bring another label, or one axis another state, if they are held."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from . import format as fmt
from .axes import AXES, Axis, Ints
from .history import History
from .levers import Lever
from .regime import INSUFFICIENT, REGIMES, labels

Brings = tuple[str, int]
"""What comes first, and after how many closes in a row."""

SLIVER = 1e-4
"""A stretch narrower than this, as a fraction of the last close, is left out."""


class Flip(NamedTuple):
    """One way to another label, or another state of an axis: `ticker` (or the pair) closes below (or above) `close`.

    `closes` is after how many closes there in a row, `change` the distance from the last close, as a fraction. Both
    `close` and `change` are NaN where any close does. Beyond `until` that comes no longer; NaN without end.
    """

    to: str
    ticker: str
    below: bool
    close: float
    change: float
    closes: int
    until: float = math.nan

    @property
    def stays(self) -> bool:
        """Whether the last close is already where that comes: `close` is the end by which it would leave."""
        return self.change > 0 if self.below else self.change < 0

    def words(self) -> str:
        """`IWM/SPY < 0.5640 (-4.7%) for 10 closes`."""
        return f"{self.where()} for {fmt.count(self.closes, 'close')}"

    def where(self) -> str:
        """`IWM/SPY < 0.5640 (-4.7%)`, `SPY stays 760.79 to 777.15`, or `SPY at any close`."""
        if math.isnan(self.close):
            return f"{self.ticker} at any close"
        if self.stays and not math.isnan(self.until):
            return f"{self.ticker} {self.level()}"
        return f"{self.ticker} {self.level()} ({fmt.percent(self.change)})"

    def level(self) -> str:
        """`< 0.5640`, or `stays 0.5512 to 0.5640`: a ratio with four decimals, a price with two."""
        stays = "stays " if self.stays else ""
        if math.isnan(self.until):
            return f"{stays}{'<' if self.below else '>'} {self._written(self.close)}"
        return stays + " to ".join(map(self._written, sorted((self.close, self.until))))

    def end(self) -> str:
        """`0.5640`, the end that the last close is nearer to."""
        return self._written(self.close)

    def _written(self, close: float) -> str:
        return fmt.ratio(close) if "/" in self.ticker else fmt.price(close)


def find(history: History, ways: tuple[Lever, ...]) -> tuple[Flip, ...]:
    """The nearest closes of the ratio, of its first ticker and of its second that bring another label if they are held.

    `ways` are the levers of that history; none without a label. Closes are on the scale of the as-of session's close.
    """
    today = int(history.codes[-1])
    if REGIMES[today] is INSUFFICIENT:
        return ()
    words = [regime.label for regime in REGIMES]
    found = []
    for lever in ways:
        states = [lever.states.get(axis.key, np.zeros(1, dtype=np.int64)) for axis in AXES]
        shape = np.broadcast_shapes(*(one.shape for one in states))
        ahead = labels(*(np.broadcast_to(one, shape).ravel() for one in states)).reshape(shape)
        found += _nearest(_told(lever, _first_other(ahead, today, words)))
    return tuple(found)


def turns(ways: tuple[Lever, ...], axis: Axis, held: int) -> tuple[Flip, ...]:
    """The nearest closes that bring an axis to another state than the one held if they are held; `to` is that state."""
    words = [axis.word(state) for state in (-1, 0, 1)]
    moving = (lever for lever in ways if axis.key in lever.moved)
    return tuple(
        flip
        for lever in moving
        for flip in _nearest(_told(lever, _first_other(lever.states[axis.key] + 1, held + 1, words)))
    )


def _first_other(ahead: Ints, now: int, words: Sequence[str]) -> list[Brings | None]:
    """The word of the first that is another than now, and after how many closes; None where none is. One row a move."""
    other = ahead != now
    first = other.argmax(axis=1).tolist()
    return [
        (words[int(row[at])], at + 1) if any_ else None
        for row, at, any_ in zip(ahead, first, other.any(axis=1).tolist(), strict=True)
    ]


class Stretch(NamedTuple):
    """Moves between which the same comes after as many closes; 0 and infinity where it has no end."""

    brings: Brings | None
    low: float
    high: float


def _stretches(lever: Lever, brings: list[Brings | None]) -> Iterator[Stretch]:
    bounds, at = (0.0, *lever.ends, math.inf), 0
    for one, run in groupby(brings):
        low, at = bounds[at], at + sum(1 for _ in run)
        yield Stretch(one, low, bounds[at])


def _told(lever: Lever, brings: list[Brings | None]) -> list[Flip]:
    """Every stretch that brings something, from the end that the last close is nearer to.

    A lever whose every close brings the same has no end. What is too narrow for a close to stay in is left out, unless
    the last one is there.
    """
    found = []
    for one, low, high in _stretches(lever, brings):
        sliver = high - low < SLIVER and not low < 1.0 < high
        if one is None or sliver:
            continue
        to, closes = one
        ends = sorted((end for end in (low, high) if end not in {0.0, math.inf}), key=lambda end: abs(end - 1.0))
        for name, close in lever.closes:
            if not ends:
                found.append(Flip(to, name, False, math.nan, math.nan, closes))
                continue
            move, *rest = ends
            until = close * rest[0] if rest else math.nan
            found.append(Flip(to, name, move == high, close * move, move - 1.0, closes, until))
    return found


def nearness(flip: Flip) -> float:
    """How far from the last close it is, to sort by; nothing is nearer than what no move is needed for."""
    return 0.0 if flip.stays or math.isnan(flip.change) else abs(flip.change)


def _nearest(found: list[Flip]) -> list[Flip]:
    """Of every name's the one that the last close lies in, and on either side of that the nearest."""
    kept: dict[tuple[str, bool, bool], Flip] = {}
    for flip in sorted(found, key=nearness):
        kept.setdefault((flip.ticker, flip.stays, flip.below), flip)
    return list(kept.values())
