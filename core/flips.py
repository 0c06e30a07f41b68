"""Flips: the next closes at which an axis would ask for another state, and those that would bring another label."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from . import format as fmt
from .axes import AXES, DWELL, Track
from .history import History
from .levers import Lever, Response
from .regime import INSUFFICIENT, REGIMES, label_of

ASIDE = 1e-9

Brings = tuple[str, int]
"""What comes first, and after how many closes in a row; what is held already comes after none."""


class Flip(NamedTuple):
    """One way to another label, or another state of an axis: `ticker` (or the pair) closes below (or above) `close`.

    `closes` is for how many closes in a row, `change` the distance from the last close, as a fraction. Both `close` and
    `change` are NaN where it takes no other close than any. Beyond `until` it asks for that no longer; NaN without end.
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
        """Whether the last close is already where it asks for that: `close` is the end by which it would leave."""
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
        written = fmt.ratio if "/" in self.ticker else fmt.price
        stays = "stays " if self.stays else ""
        if math.isnan(self.until):
            return f"{stays}{'<' if self.below else '>'} {written(self.close)}"
        return stays + " to ".join(map(written, sorted((self.close, self.until))))


def find(history: History, ways: tuple[Lever, ...]) -> tuple[Flip, ...]:
    """The nearest closes of the ratio, of its first ticker and of its second that would bring another label.

    `ways` are the levers of that history; none without a label. Closes are on the scale of the as-of session's close.
    """
    today = REGIMES[int(history.codes[-1])].label
    if today == INSUFFICIENT.label:
        return ()
    found = []
    for lever in ways:
        moves = sorted({turn for response in lever.responses for turn in response.turns})
        brings = partial(_label_after, history, lever.responses, today)
        found += _nearest(_told(lever, _stretches(moves, brings), today))
    return tuple(found)


def turns(ways: tuple[Lever, ...], key: str) -> tuple[Flip, ...]:
    """The nearest closes that would ask one axis for another state than it holds; `to` is that state."""
    found = []
    for lever in ways:
        for response in lever.responses:
            axis, held = response.track.axis, int(response.track.state[-1])
            if axis.key == key and not response.still:
                stretches = _stretches(list(response.turns), partial(_state_after, response))
                found += _nearest(_told(lever, stretches, axis.word(held)))
    return tuple(found)


def _label_after(history: History, responses: tuple[Response, ...], today: str, move: float) -> Brings:
    """The first other label that closes like this bring: each axis takes the state asked of it in its own time."""
    states = {track.axis.key: int(track.state[-1]) for track in history.tracks}
    asked = [(one.track.axis.key, state, _needed(one.track, state)) for one in responses for state in (one.asks(move),)]
    for closes in sorted({needed for *_, needed in asked}):
        states |= {key: state for key, state, needed in asked if needed == closes}
        label = label_of(*(states.get(axis.key, 0) for axis in AXES)).label
        if label != today:
            return label, closes
    return today, 0


def _state_after(response: Response, move: float) -> Brings:
    state = response.asks(move)
    return response.track.axis.word(state), _needed(response.track, state)


def _needed(track: Track, asked: int) -> int:
    """How many closes in a row an axis still needs to take the state asked for; 0 when it has it."""
    if asked == int(track.state[-1]):
        return 0
    return DWELL - (int(track.closes[-1]) if int(track.pending[-1]) == asked else 0)


class Stretch(NamedTuple):
    """Moves between which the same comes after as many closes; 0 and infinity where it has no end."""

    brings: Brings
    low: float
    high: float


def _stretches(moves: list[float], brings: Callable[[float], Brings]) -> list[Stretch]:
    found: list[Stretch] = []
    for low, high in pairwise((0.0, *moves, math.inf)):
        # With no move at which anything changes, any place tells.
        inside = low * (1.0 + ASIDE) if low else high * (1.0 - ASIDE) if moves else 1.0
        one = Stretch(brings(inside), low, high)
        if found and found[-1].brings == one.brings:
            found[-1] = found[-1]._replace(high=high)
        else:
            found.append(one)
    return found


def _told(lever: Lever, stretches: list[Stretch], held: str) -> list[Flip]:
    """Every stretch that brings something else than what is held, from the end that the last close is nearer to.

    A lever whose every close brings the same other thing has no end.
    """
    found = []
    for (to, closes), low, high in stretches:
        if to == held:
            continue
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
