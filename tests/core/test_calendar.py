"""The exchange calendar against exchange_calendars, against dates everyone remembers, and against itself."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import calendar
from smallcap.core.errors import SmallcapError

inside = st.dates(date(1993, 1, 5), date(2036, 12, 31))


@pytest.fixture(scope="module")
def xnys():
    """Sessions and early closes of the reference, 1993-2027, as datetime64[D]."""
    with warnings.catch_warnings():
        # Its own use of pandas is deprecated there; that is not ours to fail on.
        warnings.simplefilter("ignore")
        exchange_calendars = pytest.importorskip("exchange_calendars")
        there = exchange_calendars.get_calendar("XNYS", start="1993-01-01", end="2027-12-31")
        return tuple(days.values.astype("datetime64[D]") for days in (there.sessions, there.early_closes))


def test_every_session_of_35_years_is_the_reference_calendars(xnys):
    ours = calendar.sessions(date(1993, 1, 1), date(2027, 12, 31))
    assert len(ours) == 8809
    np.testing.assert_array_equal(ours, xnys[0])


def test_every_early_close_of_35_years_is_the_reference_calendars(xnys):
    ours = calendar.early_closes(date(1993, 1, 1), date(2027, 12, 31))
    np.testing.assert_array_equal(ours, xnys[1])


@pytest.mark.parametrize(
    ("day", "open_", "why"),
    [
        ("2001-09-10", True, "the day before the attacks"),
        ("2001-09-14", False, "the fourth day of the closing"),
        ("2012-10-29", False, "hurricane Sandy"),
        ("2018-12-05", False, "mourning for George H. W. Bush"),
        ("2025-01-09", False, "mourning for Jimmy Carter"),
        ("1997-01-20", True, "Martin Luther King day before the exchange kept it"),
        ("1998-01-19", False, "the first one it kept"),
        ("2021-06-18", True, "Juneteenth before the exchange kept it"),
        ("2022-06-20", False, "the first one, a Sunday kept on Monday"),
        ("2010-12-31", True, "a Saturday New Year is not kept on Friday"),
        ("2021-12-31", True, "the same"),
        ("2023-01-02", False, "a Sunday New Year is kept on Monday"),
        ("2020-07-03", False, "a Saturday 4 July is kept on Friday"),
        ("2024-03-29", False, "Good Friday"),
        ("2026-04-03", False, "Good Friday"),
        ("2038-01-04", None, "beyond what is known"),
        ("2034-04-07", False, "Good Friday, by hand from the tables of Easter"),
        ("2033-12-26", False, "a Sunday Christmas is kept on Monday"),
        ("2032-12-24", False, "a Saturday Christmas is kept on Friday"),
        ("2032-12-31", True, "the New Year after it is Saturday"),
    ],
)
def test_a_day_everyone_can_check(day, open_, why):
    if open_ is None:
        with pytest.raises(SmallcapError, match="1993 to 2036"):
            calendar.is_session(date.fromisoformat(day))
    else:
        assert calendar.is_session(date.fromisoformat(day)) is open_, why


@pytest.mark.parametrize(
    ("day", "early"),
    [
        ("2013-07-03", True),
        ("2002-07-05", True),
        ("2002-07-03", False),
        ("1999-12-31", True),
        ("2026-11-27", True),
        ("2027-12-24", False),
        ("2028-07-03", True),
        ("2029-12-24", True),
        ("2026-07-02", False),
        ("2025-11-27", False),
    ],
)
def test_a_half_day_everyone_can_check(day, early):
    assert calendar.early_close(date.fromisoformat(day)) is early


@given(inside)
def test_the_previous_session_is_the_nearest_one_before(day):
    before = calendar.previous_session(day)
    assert before < day
    assert calendar.is_session(before)
    assert calendar.sessions_between(before, day) == calendar.is_session(day)
    gap = (before + timedelta(at) for at in range(1, (day - before).days))
    assert not any(calendar.is_session(between) for between in gap)


@given(inside)
def test_the_next_session_is_the_day_itself_or_the_nearest_one_after(day):
    if day > date(2036, 12, 31) - timedelta(5):
        return
    after = calendar.next_session(day)
    assert (after == day) is calendar.is_session(day)
    assert calendar.previous_session(after) < day


@given(inside, inside, inside)
def test_counts_of_sessions_add_up(a, b, c):
    assert calendar.sessions_between(a, b) + calendar.sessions_between(b, c) == calendar.sessions_between(a, c)


@given(inside, inside)
def test_a_count_of_sessions_is_the_number_listed(a, b):
    earlier, later = min(a, b), max(a, b)
    assert calendar.sessions_between(earlier, later) == len(calendar.sessions(earlier, later)) - calendar.is_session(
        earlier
    )


@pytest.mark.parametrize(
    ("instant", "closed"),
    [
        ("2026-04-02T19:59:59Z", "2026-04-01"),
        ("2026-04-02T20:00:00Z", "2026-04-02"),  # summer time: 16:00 is 20:00 UTC
        ("2026-04-03T21:00:00Z", "2026-04-02"),  # Good Friday
        ("2026-01-05T20:30:00Z", "2026-01-02"),  # winter time: 16:00 is 21:00 UTC
        ("2026-01-05T21:00:00Z", "2026-01-05"),
        ("2026-11-27T17:59:00Z", "2026-11-25"),
        ("2026-11-27T18:00:00Z", "2026-11-27"),  # a half day
        ("2026-11-29T12:00:00Z", "2026-11-27"),  # Sunday
        ("2026-04-03T01:00:00+00:00", "2026-04-02"),  # still the evening before in New York
    ],
)
def test_the_last_closed_session_turns_over_at_the_close(instant, closed):
    assert calendar.last_closed_session(datetime.fromisoformat(instant)) == date.fromisoformat(closed)


@given(st.datetimes(datetime(1993, 2, 1), datetime(2036, 12, 30), timezones=st.just(UTC)))
def test_the_last_closed_session_is_today_or_before_today(now):
    today, closed = calendar.new_york(now).date(), calendar.last_closed_session(now)
    assert calendar.is_session(closed)
    assert calendar.previous_session(today) <= closed <= today


def test_a_date_outside_the_calendar_is_a_sentence():
    for day in (date(1992, 12, 31), date(2037, 1, 1)):
        with pytest.raises(SmallcapError, match=f"{day} is outside the exchange calendar"):
            calendar.sessions(day, day)
    with pytest.raises(SmallcapError, match="no session before 1993-01-04"):
        calendar.previous_session(date(1993, 1, 4))


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(SmallcapError, match="has no time zone"):
        calendar.new_york(datetime(2026, 4, 2))


def test_a_range_backwards_is_empty_and_what_is_given_out_cannot_be_written_to():
    assert len(calendar.sessions(date(2026, 4, 2), date(2026, 4, 1))) == 0
    assert not calendar.sessions(date(2026, 4, 1), date(2026, 4, 30)).flags.writeable
