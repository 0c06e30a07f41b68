"""Minute bars on a grid: every slot of the sessions they are of, so that time is even and what is missing is a hole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from .bars import Bars, Days, Floats, to_day
from .calendar import CLOSE, EARLY_CLOSE, FIRST, LAST, OPEN, early_close, is_session, new_york
from .live.raw import FIELDS, Minutes
from .matching import spread

INTERVALS = {1: 1, 5: 5}
"""How many minutes a bar has, by the number of sessions that are looked at."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Grid:
    """Bars on all slots of their sessions, nights left out; NaN where a slot has no bar or is yet to come.

    `clock` (datetime64[m], strictly increasing) are the slots' beginnings on New York clocks; the five columns have its
    length. `session` is the newest session, `began` the first one.
    """

    clock: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    @property
    def began(self) -> date:
        """The first session."""
        return to_day(self.clock[0])

    @property
    def session(self) -> date:
        """The newest session."""
        return to_day(self.clock[-1])


@lru_cache(maxsize=8)
def on_grid(minutes: Minutes, sessions: int) -> Grid | None:
    """The bars of the newest `sessions` sessions on their grid; None when no bar lies within a session's hours.

    A bar belongs to the slot that its beginning falls in; bars before the opening and after the close are left out.
    """
    days = minutes.times.astype("datetime64[D]")
    found = [day for day in np.unique(days) if _known(to_day(day))]
    clocks: list[Days] = []
    parts: list[list[Floats]] = []
    for day in reversed(found):
        session = to_day(day)
        rows = np.flatnonzero(days == day)
        slots = (minutes.times[rows] - opening(session)).astype(np.int64) // (60 * minutes.interval)
        count = session_minutes(session) // minutes.interval
        inside = (slots >= 0) & (slots < count)
        if inside.any() and len(parts) < sessions:
            parts.append([_laid(getattr(minutes, f)[rows[inside]], slots[inside], count) for f in FIELDS])
            clocks.append(_clock(session, count, minutes.interval))
    if not parts:
        return None
    columns = [np.concatenate(column) for column in zip(*reversed(parts), strict=True)]
    return Grid(np.concatenate(clocks[::-1]), *columns)


def price_ratio(a: Grid, b: Grid) -> Floats:
    """The ratio of two closes on the slots of `a`, NaN where either has no bar; dividends don't matter within days."""
    return a.close / spread(b.close, b.clock, a.clock)


def close_before(bars: Bars, session: date) -> float:
    """The last daily close before `session`, which the day's change is measured from; NaN when there is none."""
    at = int(np.searchsorted(bars.sessions, np.datetime64(session)))
    return float(bars.close[at - 1]) if at else np.nan


def session_minutes(session: date) -> int:
    """How many minutes the session has from opening to close."""
    end = EARLY_CLOSE if early_close(session) else CLOSE
    return (end.hour - OPEN.hour) * 60 + end.minute - OPEN.minute


@cache
def opening(session: date) -> np.datetime64:
    """The instant of the opening, datetime64[s] in UTC."""
    local = new_york(datetime.combine(session, time(17), UTC)).replace(hour=OPEN.hour, minute=OPEN.minute)
    return np.datetime64(local.astimezone(UTC).replace(tzinfo=None), "s")


def evening(session: date) -> datetime:
    """The last second of the session's day in New York: everything it brought is known, and nothing later."""
    noon = new_york(datetime.combine(session, time(17), UTC))
    return noon.replace(hour=23, minute=59, second=59)


def until(minutes: Minutes, session: date) -> Minutes:
    """The bars up to the end of `session`; nothing later is in them."""
    # New York's evening trades end at 20:00, which is at 01:00 UTC of the next day at the latest.
    n = int(np.searchsorted(minutes.times, np.datetime64(session) + np.timedelta64(28 * 3600, "s")))
    return Minutes(minutes.ticker, minutes.interval, minutes.times[:n], *(getattr(minutes, f)[:n] for f in FIELDS))


def same(a: Minutes | None, b: Minutes | None) -> bool:
    """Whether two answers hold the same bars."""
    if a is None or b is None or a is b:
        return a is b
    if len(a) != len(b) or a.interval != b.interval or a.ticker != b.ticker:
        return False
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("times", *FIELDS))


def _known(day: date) -> bool:
    return FIRST <= day <= LAST and is_session(day)


def _laid(values: Floats, slots: NDArray[np.int64], count: int) -> Floats:
    out = np.full(count, np.nan)
    out[slots] = values
    return out


def _clock(session: date, count: int, interval: int) -> Days:
    first = np.datetime64(datetime.combine(session, OPEN), "m")
    clock: Days = first + interval * np.arange(count)
    return clock
