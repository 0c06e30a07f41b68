"""MONTHS: the days that are lived through, what happens in them, and what of them must be as the calendar has it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


class Month(NamedTuple):
    """The days from one evening to another, what happens in them; `exact` when the requests must be the schedule's."""

    name: str
    first: date
    last: date
    events: tuple[tuple[Any, ...], ...] = ()
    exact: bool = False
    live: bool = True
    streaming: bool = True


HOURS = 3600.0
MONTHS = (
    Month("November: clocks go back, Thanksgiving, a half day", date(2024, 10, 29), date(2024, 12, 2), exact=True),
    Month(
        "March: clocks go forward, faults, a lid, a clock set wrong",
        date(2024, 3, 1),
        date(2024, 4, 2),
        (
            ("2024-03-04 10:00", "fault", "quote", "hang"),
            ("2024-03-04 10:10", "heal"),
            ("2024-03-04 16:15", "fault", "chart", "500"),
            ("2024-03-04 17:00", "heal"),
            ("2024-03-05 09:00", "fault", "*", "429"),
            ("2024-03-05 12:00", "heal"),
            ("2024-03-06 16:15", "fault", "chart", "cut"),
            ("2024-03-06 18:00", "heal"),
            ("2024-03-07 11:00", "clock", 3 * HOURS),
            ("2024-03-08 15:00", "clock", 14 * HOURS),
            ("2024-03-11 12:00", "clock", -2 * HOURS),
            ("2024-03-12 11:00", "clock", 300.0),
            ("2024-03-12 12:00", "clock", -1800.0),
            ("2024-03-13 09:00", "clock", 26 * HOURS),
            ("2024-03-15 13:00", "fault", "quote", "truncated"),
            ("2024-03-15 14:00", "heal"),
            ("2024-03-18 16:10", "offline"),
            ("2024-03-18 20:00", "heal"),
            ("2024-03-19 16:10", "fault", "chart", "stale"),
            ("2024-03-19 19:00", "heal"),
            ("2024-03-20 16:25", "clock", -0.5 * HOURS),
            ("2024-03-22 18:00", "clock", 60 * HOURS),
            ("2024-03-25 16:00", "fault", "fred", "hang"),
            ("2024-03-26 12:00", "heal"),
            ("2024-03-27 16:15", "fault", "*", "429"),
            ("2024-03-27 22:00", "heal"),
        ),
    ),
    Month(
        "June: a split, dividends, Juneteenth, the Russell reconstitution, a half day",
        date(2024, 6, 14),
        date(2024, 7, 8),
        (
            ("2024-06-14 17:00", "split", "XLK", "2024-06-20", 4.0),
            ("2024-06-14 17:00", "split", "IWM", "2024-06-28", 2.0),
            ("2024-06-14 17:00", "dividend", "SPY", "2024-06-21", 1.7),
            ("2024-06-24 10:00", "keys", ["j"]),
            ("2024-06-24 10:20", "keys", ["k"]),
            ("2024-06-24 10:40", "keys", ["j", "k"]),
        ),
        exact=True,
    ),
    Month(
        "December: Christmas Eve's half day, a holiday, no stream",
        date(2024, 12, 20),
        date(2024, 12, 29),
        exact=True,
        streaming=False,
    ),
    Month("a simulated year: the simulated market", date(2025, 1, 2), date(2026, 1, 3), live=False),
)


def evening(day: date) -> datetime:
    """Half past eleven on New York clocks."""
    return datetime(day.year, day.month, day.day, 23, 30, tzinfo=NEW_YORK)


def instant(text: str) -> datetime:
    """A moment on New York clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
