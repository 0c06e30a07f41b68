"""What a watch tells: the lines that differ between two readings, session by session, and the alerts that fired."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple

import numpy as np

from .alerts import Alert
from .axes import DWELL, Track
from .bars import to_day
from .format import count
from .framework.document import plain
from .history import History
from .reading import Reading
from .regime import REGIMES

SCHEMA = 1
HEADLINES = {"alert", "regime"}
NOTHING = "none"
"""What is pending when nothing is, and the state of an axis that the pair hasn't got."""


class Line(NamedTuple):
    """One thing told: at which instant, of which session, of what, and how it was and is; `before` may be empty."""

    at: datetime
    as_of: date
    pair: str
    source: str
    simulated: bool
    what: str
    before: str
    after: str

    def text(self) -> str:
        """`2026-11-20T21:00:05Z 2026-11-20 regime NEUTRAL -> RISK-ON`; SIMULATED first where it is."""
        change = f"{self.before} -> {self.after}" if self.before else self.after
        badge = "SIMULATED " if self.simulated else ""
        return plain(f"{badge}{_instant(self.at)} {self.as_of} {self.what} {change}")

    def document(self) -> str:
        """The line as one JSON object on one line; null where there was nothing before."""
        return json.dumps(
            {
                "schema": SCHEMA,
                "at": _instant(self.at),
                "as_of": self.as_of.isoformat(),
                "pair": self.pair,
                "source": {"name": plain(self.source), "simulated": self.simulated},
                "what": self.what,
                "before": self.before or None,
                "after": plain(self.after),
            }
        )


class Row(NamedTuple):
    """One thing that is compared, and its words on a row of a history."""

    what: str
    words: Callable[[History, int], str]


def _label(past: History, row: int) -> str:
    return REGIMES[int(past.codes[row])].label


def _track(past: History, key: str) -> Track | None:
    return next((track for track in past.tracks if track.axis.key == key), None)


def _state(past: History, row: int, *, key: str) -> str:
    track = _track(past, key)
    return track.axis.word(int(track.state[row])) if track else NOTHING


def _pending(past: History, row: int, *, key: str) -> str:
    track = _track(past, key)
    if track is None or track.pending[row] == track.state[row]:
        return NOTHING
    return f"{track.axis.word(int(track.pending[row]))} {track.closes[row]} of {DWELL} closes"


ROWS = (
    Row("regime", _label),
    Row("leadership", partial(_state, key="leadership")),
    Row("confirmation", partial(_state, key="confirmation")),
    Row("market", partial(_state, key="market")),
    Row("leadership pending", partial(_pending, key="leadership")),
    Row("confirmation pending", partial(_pending, key="confirmation")),
    Row("market pending", partial(_pending, key="market")),
)


def comparable(before: Reading, after: Reading) -> bool:
    """Whether they read the same pair from the same source, so that what differs has changed."""
    return (before.pair, before.origin.name, before.origin.simulated) == (
        after.pair,
        after.origin.name,
        after.origin.simulated,
    )


def opening(reading: Reading, armed: int, at: datetime, idle: int = 0) -> Line:
    """What is watched, the state that it starts from, and how many alerts are armed; `idle` more aren't looked at."""
    here = len(reading.history.sessions) - 1
    states = ", ".join(f"{row.what} {row.words(reading.history, here)}" for row in ROWS)
    words = f"{reading.pair} from {reading.origin.name}: {states}; {count(armed, 'alert')} armed"
    if idle:
        words += f", {idle} more on {'real' if reading.origin.simulated else 'simulated'} data not looked at"
    return _line(reading, at, reading.as_of, ("watching", "", words))


def changes(before: Reading, after: Reading, at: datetime) -> tuple[Line, ...]:
    """What changed between two comparable readings, a line each, in the order of the sessions and of ROWS.

    The session of `before` is held against what it was, as a late bar may have changed it, and every one since against
    the one before it, so that a change is told though another undid it while nobody looked.
    """
    found, old = list[Line](), _words(before.history, len(before.history.sessions) - 1)
    for row in _since(before.as_of, after.history):
        new, day = _words(after.history, row), to_day(after.history.sessions[row])
        found += [
            _line(after, at, day, (each.what, was, now))
            for each, was, now in zip(ROWS, old, new, strict=True)
            if was != now
        ]
        old = new
    return tuple(found)


def fired(alerts: Iterable[Alert], reading: Reading, at: datetime) -> tuple[Line, ...]:
    """The alerts that fired, a line each."""
    return tuple(_line(reading, at, reading.as_of, ("alert", "", alert.told())) for alert in alerts)


def headline(lines: Sequence[Line]) -> Line:
    """The newest alert or regime among the lines, else the newest of them."""
    return next((line for line in reversed(lines) if line.what in HEADLINES), lines[-1])


def news(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """What to say of troubles by who has them: each once when it begins, and once when it is over."""
    yield from (f"{who}: {words}" for who, words in after.items() if who not in before)
    yield from (f"{who}: all right again" for who in before if who not in after)


def _since(day: date, past: History) -> range:
    first = int(np.searchsorted(past.sessions, np.datetime64(day)))
    return range(min(first, len(past.sessions) - 1), len(past.sessions))


def _words(past: History, row: int) -> tuple[str, ...]:
    return tuple(each.words(past, row) for each in ROWS)


def _line(reading: Reading, at: datetime, day: date, change: tuple[str, str, str]) -> Line:
    origin = reading.origin
    return Line(at, day, str(reading.pair), origin.name, origin.simulated, *change)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
