"""The analyst's window: a reading on its last session, the rows it covers, and what the pair did in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import prod
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from .. import reading as readings
from ..axes import Axis
from ..bars import Days, Floats, Panel, to_day
from ..history import History, Pair
from ..matching import either, match
from ..reading import Reading
from ..regime import REGIMES, Regime


class Moves(NamedTuple):
    """Simple total returns of the pair's two tickers between two closes, as fractions."""

    a: float
    b: float

    @property
    def ratio(self) -> float:
        """The ratio's change between the same closes."""
        return (1.0 + self.a) / (1.0 + self.b) - 1.0

    def words(self, pair: Pair) -> str:
        """`IWM +3.1%, SPY +1.0%, ratio +2.1%`."""
        return f"{pair.a} {fmt.percent(self.a)}, {pair.b} {fmt.percent(self.b)}, ratio {fmt.percent(self.ratio)}"


class Episode(NamedTuple):
    """A stretch of one label inside the window; `began` is before `first` where the window cuts it.

    `moves` run from the close of `first` to the close that ended the label, or to the window's last one: whoever read
    the label had them before him, and the episodes' moves multiply to the window's.
    """

    regime: Regime
    began: date
    first: date
    last: date
    sessions: int
    moves: Moves


class Summary(NamedTuple):
    """All episodes of one label in the window together; `share` is of its sessions."""

    regime: Regime
    sessions: int
    share: float
    episodes: int
    moves: Moves


class Change(NamedTuple):
    """An axis taking another state on `day`, after so many sessions in the one before; states are -1, 0, +1."""

    axis: Axis
    day: date
    before: int
    after: int
    held: int


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Window:
    """A window ends on the last session of `reading`, so nothing later is in it; `first` is its first row there."""

    reading: Reading
    first: int

    @property
    def past(self) -> History:
        """The pair's history up to the window's end, what was before the window included."""
        return self.reading.history

    @property
    def sessions(self) -> Days:
        """The window's sessions."""
        return self.past.sessions[self.first :]

    def day(self, row: int) -> date:
        """The session of a row of the history."""
        return to_day(self.past.sessions[row])

    @property
    def span(self) -> tuple[date, date]:
        """The window's first and last session."""
        return self.day(self.first), self.day(-1)

    def moves(self, start: int, stop: int) -> Moves:
        """What the pair did from the close of one row to that of another, by the newest closes known on them."""
        pair, ends = self.past.pair, self.past.sessions[[start, stop]]
        return Moves(self._moved(pair.a, ends), self._moved(pair.b, ends))

    def _moved(self, ticker: str, ends: Days) -> float:
        bars = self.reading.panel[ticker]
        before, after = bars.adj_close[np.searchsorted(bars.sessions, ends, "right") - 1].tolist()
        return float(after / before - 1.0)

    @property
    def all_moves(self) -> Moves:
        """What the pair did from the close of the window's first session to that of its last."""
        return self.moves(self.first, len(self.past.sessions) - 1)


def sessions_of(panel: Panel, pair: Pair) -> Days:
    """The sessions that a pair's history has: from the first that both tickers have, those of either.

    SourceError for a ticker without bars; none where the two share no session.
    """
    a, b = panel[pair.a], panel[pair.b]
    both = match(a, b).sessions
    days = either(a.sessions, b.sessions, len(both))
    return days[np.searchsorted(days, both[0]) :] if len(both) else both


def window(reading: Reading, pair: Pair, first: date, last: date) -> Window:
    """The window of a pair from `first` to `last`, read as on its own end; SourceError where that can't be read.

    `last` is not after the reading's session, and at least one session lies in the window.
    """
    here = reading
    if last != reading.as_of or pair != reading.pair:
        settings = reading.settings.but(pair=str(pair))
        here = readings.build(reading.panel, last, settings, closed=reading.as_of)
    return Window(here, int(np.searchsorted(here.history.sessions, np.datetime64(first))))


def episodes(window: Window) -> tuple[Episode, ...]:
    """The labels of the window, oldest first."""
    past, end = window.past, len(window.past.sessions) - 1
    found = []
    for began, after in past.runs():
        if after > window.first:
            start = max(began, window.first)
            days = window.day(began), window.day(start), window.day(after - 1)
            moves = window.moves(start, min(after, end))
            found.append(Episode(REGIMES[int(past.codes[began])], *days, after - start, moves))
    return tuple(found)


def summaries(found: tuple[Episode, ...]) -> tuple[Summary, ...]:
    """Each label's episodes together, the one with most sessions first."""
    total = sum(episode.sessions for episode in found)
    by_label = sorted(found, key=lambda episode: REGIMES.index(episode.regime))
    rows = [_summary(tuple(group), total) for _, group in groupby(by_label, key=lambda episode: episode.regime)]
    return tuple(sorted(rows, key=lambda row: -row.sessions))


def _summary(group: tuple[Episode, ...], total: int) -> Summary:
    sessions = sum(episode.sessions for episode in group)
    a, b = (prod(1.0 + move for move in moves) - 1.0 for moves in zip(*(e.moves for e in group), strict=True))
    return Summary(group[0].regime, sessions, sessions / total, len(group), Moves(a, b))


def changes(window: Window) -> tuple[Change, ...]:
    """Every change of an axis's state in the window, oldest first."""
    found = sorted(((row, place) for place, row in _changed(window)), key=lambda each: each)
    return tuple(_change(window, place, row) for row, place in found)


def _changed(window: Window) -> Iterator[tuple[int, int]]:
    for place, track in enumerate(window.past.tracks):
        rows = np.flatnonzero(np.diff(track.state)) + 1
        yield from ((place, row) for row in rows[rows >= window.first].tolist())


def _change(window: Window, place: int, row: int) -> Change:
    track = window.past.tracks[place]
    before, after = track.state[[row - 1, row]].tolist()
    return Change(track.axis, window.day(row), before, after, int(track.held[row - 1]))


def within(window: Window, values: Floats) -> Floats:
    """The window's rows of something that the history has a value of on each session, (t,)."""
    return values[window.first :]
