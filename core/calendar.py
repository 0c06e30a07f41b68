"""NYSE sessions 1993-2036: holidays by rule, other closings by name, open or closed at an instant, dates to know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from . import format as fmt
from .bars import Days, to_day
from .errors import SmallcapError

FIRST, LAST = date(1993, 1, 1), date(2036, 12, 31)
DAY = np.timedelta64(1, "D")
DAYS_A_YEAR = 365.25
OPEN, CLOSE, EARLY_CLOSE = time(9, 30), time(16, 0), time(13, 0)
RECONSTITUTION = "Russell reconstitution"
MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6
MARTIN_LUTHER_KING_FROM, JUNETEENTH_FROM = 1998, 2022
# Until 2012 a Thursday 4 July shortened the Friday after it; since 2013 it shortens the Wednesday before.
JULY_THIRD_FROM = 2013
# Before 2007 June's reconstitution followed other rules (2006: 30 June), so no date is given for those years.
RUSSELL_JUNE_FROM, RUSSELL_NOVEMBER_FROM = 2007, 2026


class Hours(NamedTuple):
    """Whether the exchange is open; the session in progress, else the next; when that changes, on New York clocks."""

    open: bool
    session: date
    changes_at: datetime

    def words(self) -> str:
        """`open until 16:00 ET` or `closed until Mon 2026-11-23 09:30 ET`."""
        at = f"{self.changes_at:%H:%M} ET"
        return f"open until {at}" if self.open else f"closed until {fmt.day(self.session)} {at}"


class Event(NamedTuple):
    """A date worth knowing ahead, and what happens on it in a few words."""

    date: date
    name: str


def sessions(first: date, last: date) -> Days:
    """Every session from `first` to `last`, both included.

    A read-only datetime64[D] array, empty when `last` is before `first`; SmallcapError outside 1993-2036.
    """
    days = _all_sessions()
    return days[_place(first, "left") : _place(last, "right")]


def is_session(day: date) -> bool:
    """Whether the exchange opens on `day`; SmallcapError outside 1993-2036."""
    return _place(day, "left") < _place(day, "right")


def early_close(day: date) -> bool:
    """Whether `day` is a session that ends at 13:00 New York; SmallcapError outside 1993-2036."""
    return len(early_closes(day, day)) == 1


def early_closes(first: date, last: date) -> Days:
    """Every session from `first` to `last`, both included, that ends at 13:00 New York: a datetime64[D] array."""
    _check(first)
    _check(last)
    days = _all_early_closes()
    return days[np.searchsorted(days, np.datetime64(first)) : np.searchsorted(days, np.datetime64(last), "right")]


def previous_session(day: date) -> date:
    """The last session strictly before `day`; SmallcapError when it would lie outside 1993-2036."""
    place = _place(day, "left")
    if place == 0:
        raise SmallcapError(f"no session before {day} is known: the calendar starts in {FIRST.year}")
    return to_day(_all_sessions()[place - 1])


def next_session(day: date) -> date:
    """The first session on or after `day`; SmallcapError when it would lie outside 1993-2036."""
    place = _place(day, "left")
    if place == len(_all_sessions()):
        raise SmallcapError(f"no session from {day} on is known: the calendar ends in {LAST.year}")
    return to_day(_all_sessions()[place])


def next_session_after(day: date) -> date:
    """The first session strictly after `day`; SmallcapError when it would lie outside 1993-2036."""
    return next_session(day + timedelta(1))


def sessions_between(earlier: date, later: date) -> int:
    """How many sessions lie after `earlier` up to and including `later`.

    Negative when `later` is before `earlier` (the swapped count); SmallcapError outside 1993-2036.
    """
    return _place(later, "right") - _place(earlier, "right")


def new_york(now: datetime) -> datetime:
    """The instant `now` on New York clocks; SmallcapError for an instant without a time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  only what asks for the hour pays for it

    if now.tzinfo is None:
        raise SmallcapError(f"the instant {now.isoformat()} has no time zone: write it with one, such as Z or +00:00")
    try:
        return now.astimezone(ZoneInfo("America/New_York"))
    except OverflowError:  # the first and last hours a datetime can hold
        raise _outside(now.date()) from None
    except ZoneInfoNotFoundError:
        raise SmallcapError(
            "this machine has no time zone database: install the system's tzdata package or `pip install tzdata`"
        ) from None


def last_closed_session(now: datetime) -> date:
    """The newest session whose close (16:00 or 13:00 New York) is at or before `now`."""
    local = new_york(now)
    today = local.date()
    return today if is_session(today) and local.time() >= _close(today) else previous_session(today)


def hours(now: datetime) -> Hours:
    """Whether the exchange is open at `now`, by its timetable: a late opening or a trading halt is not known.

    The instant of the opening is open, the instant of the close is closed. SmallcapError for an instant without a time
    zone, outside 1993-2036, or after the last close of 2036.
    """
    local = new_york(now)
    today = local.date()
    ahead = is_session(today) and local.time() < _close(today)
    session = today if ahead else next_session_after(today)
    opening = datetime.combine(session, OPEN, local.tzinfo)
    if local < opening:
        return Hours(False, session, opening)
    return Hours(True, session, datetime.combine(session, _close(session), local.tzinfo))


def russell_dates(first: date, last: date) -> tuple[date, ...]:
    """The Fridays from `first` to `last`, both included, after whose close the Russell indexes are reconstituted.

    The fourth Friday of June from 2007 on (other rules held before: those years have no date here), and from 2026 the
    second Friday of November too; none after 2036.
    """
    june = [nth_weekday(year, 6, FRIDAY, 4) for year in range(RUSSELL_JUNE_FROM, LAST.year + 1)]
    november = [nth_weekday(year, 11, FRIDAY, 2) for year in range(RUSSELL_NOVEMBER_FROM, LAST.year + 1)]
    return tuple(day for day in sorted(june + november) if first <= day <= last)


def events(first: date, last: date) -> tuple[Event, ...]:
    """Reconstitutions, early closes and holidays from `first` to `last`, both included, by date.

    A closing that no rule gives, as after a death or an attack, is left out: nobody could have looked ahead to it.
    Dates outside 1993-2036 are no error: nothing is known there, so nothing is listed.
    """
    return tuple(event for event in _all_events() if first <= event.date <= last)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The `nth` (from 1) Monday=0 ... Sunday=6 of a month."""
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def same_day(day: date, months: int) -> date:
    """The same day so many months later, negative for earlier; the month's last day where it is shorter."""
    after = np.datetime64(day, "M") + np.timedelta64(months + 1, "M")
    last = to_day(after.astype("datetime64[D]") - DAY)
    return last.replace(day=min(day.day, last.day))


def _check(day: date) -> None:
    if not FIRST <= day <= LAST:
        raise _outside(day)


def _outside(day: date) -> SmallcapError:
    return SmallcapError(f"{day} is outside the exchange calendar, which knows {FIRST.year} to {LAST.year}")


@lru_cache(256)  # what is open now is asked every second, of the same few days
def _place(day: date, side: Literal["left", "right"]) -> int:
    _check(day)
    return int(np.searchsorted(_all_sessions(), np.datetime64(day, "D"), side))


@lru_cache(256)
def _close(session: date) -> time:
    return EARLY_CLOSE if early_close(session) else CLOSE


@cache
def _all_sessions() -> Days:
    closed = list(_all_closings())
    every = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + DAY)
    days: Days = every[np.is_busday(every, holidays=np.array(closed, "datetime64[D]"))]
    days.flags.writeable = False
    return days


@cache
def _all_early_closes() -> Days:
    short = {day for year in range(FIRST.year, LAST.year + 1) for day in _short_days(year)} | {*_named("early_closes")}
    found, open_days = np.array(sorted(short), "datetime64[D]"), _all_sessions()
    # As np.intersect1d does, which would import numpy's masked arrays: 9 ms of every start.
    days: Days = found[open_days[np.searchsorted(open_days[:-1], found)] == found]
    days.flags.writeable = False
    return days


@cache
def _all_closings() -> dict[date, str]:
    """Every day the exchange stays closed for a reason, with the reason; some fall on a weekend."""
    return _by_rule() | _named("closings")


def _by_rule() -> dict[date, str]:
    return {day: name for year in range(FIRST.year, LAST.year + 1) for day, name in _holidays(year)}


@cache
def _all_events() -> tuple[Event, ...]:
    found = [Event(day, RECONSTITUTION) for day in russell_dates(FIRST, LAST)]
    found += [Event(to_day(day), f"{EARLY_CLOSE:%H:%M} close") for day in _all_early_closes()]
    found += [Event(day, f"closed: {name}") for day, name in _by_rule().items() if day.weekday() < SATURDAY]
    return tuple(sorted(found, key=lambda event: event.date))


def _holidays(year: int) -> Iterator[tuple[date, str]]:
    """The days on which the exchange's Rule 7.2 keeps it closed in `year`, named; some fall on a weekend."""
    new_year = date(year, 1, 1)
    # A Saturday New Year's Day is not kept on the Friday before: that would close the books' last day of the year.
    yield new_year + timedelta(new_year.weekday() == SUNDAY), "New Year's Day"
    if year >= MARTIN_LUTHER_KING_FROM:
        yield nth_weekday(year, 1, MONDAY, 3), "Martin Luther King Day"
    yield nth_weekday(year, 2, MONDAY, 3), "Washington's Birthday"
    yield _easter(year) - timedelta(2), "Good Friday"
    yield nth_weekday(year, 6, MONDAY, 1) - timedelta(7), "Memorial Day"  # the last Monday of May
    if year >= JUNETEENTH_FROM:
        yield _observed(date(year, 6, 19)), "Juneteenth"
    yield _observed(date(year, 7, 4)), "Independence Day"
    yield nth_weekday(year, 9, MONDAY, 1), "Labor Day"
    yield nth_weekday(year, 11, THURSDAY, 4), "Thanksgiving"
    yield _observed(date(year, 12, 25)), "Christmas"


def _short_days(year: int) -> Iterator[date]:
    """The days that end at 13:00 by rule in `year`; one that is no session at all does no harm."""
    yield nth_weekday(year, 11, THURSDAY, 4) + timedelta(1)
    yield date(year, 12, 24)
    fourth = date(year, 7, 4)
    if fourth.weekday() == THURSDAY and year < JULY_THIRD_FROM:
        yield date(year, 7, 5)
    else:
        yield date(year, 7, 3)


def _observed(day: date) -> date:
    """A fixed holiday is kept on the Friday before a Saturday and the Monday after a Sunday."""
    return day + timedelta({SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def _easter(year: int) -> date:
    """Gregorian Easter Sunday by Gauss's rule, whose century terms are the constants 24 and 5 from 1900 to 2099."""
    golden = year % 19
    moon = (19 * golden + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    offset = moon + sunday
    if (moon == 29 and sunday == 6) or (moon == 28 and sunday == 6 and golden > 10):
        offset -= 7
    return date(year, 3, 22) + timedelta(offset)


def _named(table: str) -> dict[date, str]:
    import tomllib  # noqa: PLC0415  read once in a process, by the first question

    with open(Path(__file__).resolve().parents[1] / "seeds" / "calendar.toml", "rb") as file:
        return {date.fromisoformat(day): name for day, name in tomllib.load(file)[table].items()}
