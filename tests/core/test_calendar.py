"""The exchange calendar against exchange_calendars, against dates everyone remembers, and against itself."""

from __future__ import annotations

import subprocess
import sys
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
    """Sessions and early closes of the reference, 1993-2027, as datetime64[D]; its opens and closes as UTC seconds."""
    with warnings.catch_warnings():
        # Its own use of pandas is deprecated there; that is not ours to fail on.
        warnings.simplefilter("ignore")
        exchange_calendars = pytest.importorskip("exchange_calendars")
        there = exchange_calendars.get_calendar("XNYS", start="1993-01-01", end="2027-12-31")
        days = tuple(days.values.astype("datetime64[D]") for days in (there.sessions, there.early_closes))
        return *days, *(there.schedule[at].values.astype("datetime64[s]") for at in ("open", "close"))


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


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-11-20T14:29:59.999999Z", "closed until Fri 2026-11-20 09:30 ET"),
        ("2026-11-20T14:30:00Z", "open until 16:00 ET"),  # the instant of the opening
        ("2026-11-20T20:59:59.999999Z", "open until 16:00 ET"),
        ("2026-11-20T21:00:00Z", "closed until Mon 2026-11-23 09:30 ET"),  # the instant of the close
        ("2026-11-21T12:00:00Z", "closed until Mon 2026-11-23 09:30 ET"),  # Saturday
        ("2026-11-26T15:00:00Z", "closed until Fri 2026-11-27 09:30 ET"),  # Thanksgiving
        ("2026-11-27T17:59:59Z", "open until 13:00 ET"),  # a half day
        ("2026-11-27T18:00:00Z", "closed until Mon 2026-11-30 09:30 ET"),
        ("2001-09-10T20:00:00Z", "closed until Mon 2001-09-17 09:30 ET"),  # the attacks
        ("2026-03-06T14:29:00Z", "closed until Fri 2026-03-06 09:30 ET"),  # the Friday before summer time
        ("2026-03-06T14:30:00Z", "open until 16:00 ET"),
        ("2026-03-09T13:29:00Z", "closed until Mon 2026-03-09 09:30 ET"),  # the Monday in it
        ("2026-03-09T13:30:00Z", "open until 16:00 ET"),
        ("2026-10-30T20:00:00Z", "closed until Mon 2026-11-02 09:30 ET"),  # the Friday before winter time
        ("2026-11-02T13:30:00Z", "closed until Mon 2026-11-02 09:30 ET"),
        ("2026-11-02T14:30:00Z", "open until 16:00 ET"),
        ("2026-11-20T23:30:00+09:00", "open until 16:00 ET"),  # evening in Tokyo
    ],
)
def test_open_or_closed_is_said_with_the_next_change(instant, words):
    assert calendar.hours(datetime.fromisoformat(instant)).words() == words


def test_every_opening_and_close_of_30_years_is_the_reference_calendars(xnys):
    since = int(np.searchsorted(xnys[0], np.datetime64("1998-01-01")))
    days = xnys[0][since:].tolist()
    opens, closes = ([at.replace(tzinfo=UTC) for at in column[since:].tolist()] for column in xnys[2:])
    assert len(days) > 7500
    for day, opening, close in zip(days, opens, closes, strict=True):
        assert calendar.hours(opening) == calendar.Hours(True, day, close)
    for close, day, opening in zip(closes[:-1], days[1:], opens[1:], strict=True):
        assert calendar.hours(close) == calendar.Hours(False, day, opening)


@given(st.datetimes(datetime(1993, 1, 2), datetime(2036, 12, 31), timezones=st.just(UTC)))
def test_the_exchange_opens_or_closes_at_the_change_and_not_a_microsecond_before(now):
    found = calendar.hours(now)
    assert found.changes_at > now
    assert calendar.is_session(found.session)
    assert calendar.hours(found.changes_at - timedelta(microseconds=1)) == found
    flipped = calendar.hours(found.changes_at)
    assert flipped.open is not found.open
    assert (flipped.session == found.session) is flipped.open


def test_hours_are_known_to_the_last_close_and_no_further():
    assert calendar.hours(datetime(2036, 12, 31, 20, 59, tzinfo=UTC)).words() == "open until 16:00 ET"
    beyond = (datetime(2036, 12, 31, 21, tzinfo=UTC), datetime(2037, 1, 2, 15, tzinfo=UTC))
    ends = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    for instant in (*beyond, datetime(1992, 12, 31, 15, tzinfo=UTC), *ends):
        with pytest.raises(SmallcapError, match="outside the exchange calendar, which knows 1993 to 2036"):
            calendar.hours(instant)


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2020, 1, 15), -1, date(2019, 12, 15)),
        (date(2020, 12, 31), 1, date(2021, 1, 31)),
        (date(2020, 5, 7), -12, date(2019, 5, 7)),
        (date(2020, 2, 29), -120, date(2010, 2, 28)),
    ],
)
def test_the_same_day_of_another_month(day: date, months: int, there: date):
    assert calendar.same_day(day, months) == there


@given(inside, st.integers(-120, 120))
def test_another_month_is_that_many_months_away(day: date, months: int):
    there = calendar.same_day(day, months)
    assert 12 * (there.year - day.year) + there.month - day.month == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(1)).day == 1)


def test_the_calendar_is_imported_without_anything_heavy():
    heavy = ["pandas", "exchange_calendars", "textual", "zoneinfo", "tomllib"]
    code = f"import sys, smallcap.core.calendar; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_date_outside_the_calendar_is_a_sentence():
    for day in (date(1992, 12, 31), date(2037, 1, 1)):
        with pytest.raises(SmallcapError, match=f"{day} is outside the exchange calendar"):
            calendar.sessions(day, day)
    with pytest.raises(SmallcapError, match="no session before 1993-01-04"):
        calendar.previous_session(date(1993, 1, 4))


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(SmallcapError, match="has no time zone"):
        calendar.new_york(datetime(2026, 4, 2))
    with pytest.raises(SmallcapError, match="has no time zone"):
        calendar.hours(datetime(2026, 4, 2))


def test_a_range_backwards_is_empty_and_what_is_given_out_cannot_be_written_to():
    assert len(calendar.sessions(date(2026, 4, 2), date(2026, 4, 1))) == 0
    assert not calendar.sessions(date(2026, 4, 1), date(2026, 4, 30)).flags.writeable
