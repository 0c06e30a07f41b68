"""Openings, closes and when closes are due: against the clocks of New York, winter, summer and short days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from smallcap.core import calendar
from smallcap.core.bars import to_day
from smallcap.core.publication import closes_at, due_at, due_session, opens_at


@pytest.mark.parametrize(
    ("session", "opens", "closes"),
    [
        (date(2026, 11, 20), "14:30", "21:00"),
        (date(2026, 7, 1), "13:30", "20:00"),
        (date(2026, 3, 6), "14:30", "21:00"),
        (date(2026, 3, 9), "13:30", "20:00"),
        (date(2026, 11, 27), "14:30", "18:00"),
        (date(2024, 7, 3), "13:30", "17:00"),
    ],
)
def test_a_session_opens_and_closes_on_new_yorks_clocks(session, opens, closes):
    assert (f"{opens_at(session):%H:%M}", f"{closes_at(session):%H:%M}") == (opens, closes)
    assert opens_at(session).date() == closes_at(session).date() == session
    assert opens_at(session).tzinfo is UTC
    assert due_at(session) - closes_at(session) == timedelta(minutes=20)


def test_every_session_of_44_years_opens_at_half_past_nine_and_closes_on_its_own_day():
    new_york = ZoneInfo("America/New_York")
    for day in calendar.sessions(date(1993, 1, 1), date(2036, 12, 30))[::7]:
        session = to_day(day)
        opens, closes = opens_at(session).astimezone(new_york), closes_at(session).astimezone(new_york)
        assert (opens.date(), f"{opens:%H:%M}") == (session, "09:30")
        assert (closes.date(), f"{closes:%H:%M}") == (session, "13:00" if calendar.early_close(session) else "16:00")


def test_a_close_is_due_from_its_instant_on():
    due = datetime(2026, 11, 20, 21, 20, tzinfo=UTC)
    assert due_session(due) == date(2026, 11, 20)
    assert due_session(due - timedelta(microseconds=1)) == date(2026, 11, 19)
