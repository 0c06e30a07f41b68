"""The calendar's events: reconstitutions, closings and short days, none that nobody could foresee."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from smallcap.core import calendar

from tests.core.test_calendar import inside


def test_the_russell_indexes_are_reconstituted_twice_a_year_from_2026():
    found = calendar.russell_dates(date(2025, 1, 1), date(2028, 12, 31))
    days = "2025-06-27 2026-06-26 2026-11-13 2027-06-25 2027-11-12 2028-06-23 2028-11-10"
    assert [str(day) for day in found] == days.split()
    assert calendar.russell_dates(date(2026, 6, 26), date(2026, 11, 13)) == (date(2026, 6, 26), date(2026, 11, 13))
    assert calendar.russell_dates(date(2026, 6, 27), date(2026, 11, 12)) == ()


def test_years_whose_june_followed_other_rules_have_no_russell_date():
    assert calendar.russell_dates(date(1993, 1, 1), date(2006, 12, 31)) == ()
    assert calendar.russell_dates(date(1993, 1, 1), date(2007, 12, 31)) == (date(2007, 6, 22),)


def test_every_russell_date_is_a_session_and_none_lies_beyond_the_calendar():
    found = calendar.russell_dates(date.min, date.max)
    assert len(found) == 30 + 11
    assert all(calendar.is_session(day) for day in found)
    assert found[-1].year == 2036


def test_the_events_of_a_year_are_listed_by_date():
    found = calendar.events(date(2026, 1, 1), date(2026, 12, 31))
    assert [f"{event.date} {event.name}" for event in found] == [
        "2026-01-01 closed: New Year's Day",
        "2026-01-19 closed: Martin Luther King Day",
        "2026-02-16 closed: Washington's Birthday",
        "2026-04-03 closed: Good Friday",
        "2026-05-25 closed: Memorial Day",
        "2026-06-19 closed: Juneteenth",
        "2026-06-26 Russell reconstitution",
        "2026-07-03 closed: Independence Day",
        "2026-09-07 closed: Labor Day",
        "2026-11-13 Russell reconstitution",
        "2026-11-26 closed: Thanksgiving",
        "2026-11-27 13:00 close",
        "2026-12-24 13:00 close",
        "2026-12-25 closed: Christmas",
    ]


def test_a_closing_that_nobody_could_look_ahead_to_is_no_event():
    assert calendar.events(date(2001, 9, 4), date(2001, 9, 30)) == ()
    assert calendar.events(date(2018, 12, 1), date(2018, 12, 20)) == ()


UNFORESEEN = {
    date(1994, 4, 27), *(date(2001, 9, day) for day in (11, 12, 13, 14)), date(2004, 6, 11), date(2007, 1, 2),
    date(2012, 10, 29), date(2012, 10, 30), date(2018, 12, 5), date(2025, 1, 9),
}  # fmt: skip


@given(inside, inside)
def test_events_say_of_every_weekday_whether_it_is_closed_or_short(a, b):
    first, last = min(a, b), min(max(a, b), min(a, b) + timedelta(400))
    found = calendar.events(first, last)
    assert [event.date for event in found] == sorted(event.date for event in found)
    days = [first + timedelta(at) for at in range((last - first).days + 1)]
    closed = [day for day in days if day.weekday() < 5 and not calendar.is_session(day) and day not in UNFORESEEN]
    assert [event.date for event in found if event.name.startswith("closed: ")] == closed
    short = [day for day in days if calendar.early_close(day)]
    assert [event.date for event in found if event.name == "13:00 close"] == short


def test_events_beyond_the_calendar_are_absent_and_no_error():
    assert calendar.events(date(2036, 12, 20), date(2037, 6, 30)) == (
        calendar.Event(date(2036, 12, 24), "13:00 close"),
        calendar.Event(date(2036, 12, 25), "closed: Christmas"),
    )
    assert calendar.events(date(2037, 1, 1), date.max) == ()
    assert calendar.events(date(2026, 12, 31), date(2026, 1, 1)) == ()
