"""When daily bars are asked, and for how long a period: closes that are due, late or don't fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from smallcap.core import calendar
from smallcap.core.live.due import Known, final_through, next_due
from smallcap.core.publication import due_session

from tests.core.live.due.conftest import FRIDAY, IWM, NEW_YORK, THURSDAY, WEDNESDAY, at, daily, held, settled


def next_daily(now: str, known: Known) -> str:
    """When the next daily job is due, outside a session, when nothing else is asked."""
    return f"{next_due(at(now), IWM, known).astimezone(NEW_YORK):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "last", "session"),
    [
        ("2026-11-20 16:19:59", THURSDAY, THURSDAY),
        ("2026-11-20 16:20", THURSDAY, FRIDAY),
        ("2026-11-27 13:19:59", THURSDAY, date(2026, 11, 25)),
        ("2026-11-27 13:20", THURSDAY, date(2026, 11, 27)),
        ("2026-11-22 12:00", THURSDAY, FRIDAY),
    ],
)
def test_a_close_is_due_20_minutes_after_it_and_not_a_second_before(now, last, session):
    assert due_session(at(now)) == session
    assert bool(daily(now, held(session))) is False
    assert bool(daily(now, held(calendar.previous_session(session)))) is True


@pytest.mark.parametrize(
    ("fetched", "session"),
    [
        ("2026-11-20 17:59:59", THURSDAY),
        ("2026-11-20 18:00", FRIDAY),
        ("2026-11-22 03:00", FRIDAY),
        ("2026-11-27 14:59:59", date(2026, 11, 25)),
        ("2026-11-27 15:00", date(2026, 11, 27)),
    ],
)
def test_a_bar_is_final_when_fetched_two_hours_after_its_close(fetched, session):
    assert final_through(at(fetched)) == session


@pytest.mark.parametrize(
    ("sessions", "period"), [(1, "1mo"), (20, "1mo"), (21, "3mo"), (60, "3mo"), (61, "1y"), (240, "1y"), (241, "max")]
)
def test_the_longer_the_gap_the_longer_the_period(sessions, period):
    days = calendar.sessions(date(2020, 1, 1), FRIDAY)
    (job,) = daily("2026-11-20 18:00", held(days[-1 - sessions].astype(object)))
    assert (job.period, job.priority) == (period, 2)
    (job,) = daily("2026-11-20 18:00", held(THURSDAY, days[-1 - sessions].astype(object)))
    assert job.period == period


def test_a_ticker_of_which_nothing_is_held_is_asked_in_full():
    (job,) = daily("2026-11-22 12:00", Known())
    assert (job.period, job.key, job.priority) == ("max", "daily IWM max", 2)


def test_a_late_close_is_asked_for_again_after_5_10_20_40_60_minutes():
    desk = settled(at("2026-11-20 10:00"), IWM)
    desk.late = {FRIDAY}
    desk.run(at("2026-11-20 21:00"))
    times = [when[-5:] for when, _ in desk.asked("daily")]
    assert times == ["16:20", "16:25", "16:35", "16:55", "17:35", "18:35", "19:35", "20:35"]
    desk.late = set()
    desk.jobs = []
    desk.run(at("2026-11-23 09:00"))
    assert desk.minutes_asked("daily") == ["11-20 21:35"]


def test_the_running_sessions_bar_is_asked_for_again_when_its_close_is_due():
    known = held(FRIDAY, THURSDAY, answered="2026-11-20 15:00")
    assert daily("2026-11-20 16:19:59", known) == []
    assert len(daily("2026-11-20 16:20", known)) == 1


def test_a_close_fetched_before_it_settled_is_asked_for_once_more():
    known = held(FRIDAY, THURSDAY, answered="2026-11-20 16:21")
    assert next_daily("2026-11-20 16:22", known) == "2026-11-20 18:00"
    known = held(FRIDAY, THURSDAY, answered="2026-11-20 18:00")
    assert next_daily("2026-11-20 18:01", known) == "2026-11-23 09:30"
    assert daily("2026-11-23 09:30", known) == []


def test_bars_that_do_not_fit_are_asked_in_full_at_once_and_then_daily():
    known = held(FRIDAY, full=True, answered="2026-11-20 18:00")
    (job,) = daily("2026-11-20 18:00", known)
    assert (job.period, job.priority) == ("max", 4)
    known = replace(known, answered_at={**known.answered_at, "daily IWM max": at("2026-11-20 18:01")})
    assert next_daily("2026-11-20 18:01", known) == "2026-11-21 18:01"
    assert daily("2026-11-21 18:01", known)[0].key == "daily IWM max"


def test_a_full_history_of_long_ago_does_not_delay_the_one_that_is_needed_now():
    known = held(FRIDAY, full=True, answered="2026-11-20 18:00")
    known = replace(known, answered_at={**known.answered_at, "daily IWM max": at("2026-11-20 10:00")})
    assert len(daily("2026-11-20 18:00", known)) == 1


def test_a_session_missing_inside_is_asked_for_again_daily_until_the_gap_is_old():
    known = held(FRIDAY, gap_until=date(2026, 11, 22), answered="2026-11-20 18:00")
    (job,) = daily("2026-11-21 18:00", known)
    assert (job.period, job.priority) == ("1mo", 4)
    assert daily("2026-11-21 17:59", known) == []
    known = held(FRIDAY, gap_until=date(2026, 11, 22), answered="2026-11-21 18:00")
    assert len(daily("2026-11-22 18:00", known)) == 1
    known = held(FRIDAY, gap_until=date(2026, 11, 22), answered="2026-11-22 18:00")
    assert next_daily("2026-11-22 18:01", known) == "2026-11-23 09:30"
    assert daily("2026-11-23 12:00", known) == []


def test_a_due_close_is_more_urgent_than_filling_a_gap():
    known = held(WEDNESDAY, gap_until=date(2026, 11, 22), answered="2026-11-19 10:00")
    assert daily("2026-11-20 18:30", known)[0].priority == 2


def test_a_session_that_is_not_held_is_missing_whatever_is_called_final():
    assert len(daily("2026-11-20 18:30", held(THURSDAY, FRIDAY, answered="2026-11-20 16:25"))) == 1
