"""What is asked first, and that what is announced is due then, once and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import calendar
from smallcap.core.errors import SmallcapError
from smallcap.core.live.due import Failure, Kept, Known, Wants, due, next_due

from tests.core.live.due.conftest import DAY, FRIDAY, IWM, SECOND, SERIES, THURSDAY, WANTS, Desk, at


def test_the_most_urgent_comes_first_and_the_ticker_on_the_chart_before_the_others():
    wants = WANTS._replace(visible="T07", minutes=1)
    known = Known({"SPY": Kept(THURSDAY, THURSDAY, full=True)})
    jobs = due(at("2026-11-20 11:00"), wants, known)
    assert [job.kind for job in jobs[:3]] == ["minutes", "quotes", "daily"]
    assert [job.priority for job in jobs] == sorted(job.priority for job in jobs)
    assert jobs[2].tickers == ("T07",)
    assert jobs[-1].key == "daily SPY max"
    assert len([job for job in jobs if job.kind == "daily"]) == 28


def test_times_from_a_clock_that_was_ahead_count_as_never():
    now = at("2026-11-20 20:00")
    ahead = now + 400 * DAY
    known = Known(
        {"IWM": Kept(ahead.date(), ahead.date())},
        {"daily IWM": ahead, "daily IWM max": ahead},
        {"daily IWM max": Failure(5, ahead)},
    )
    (job,) = due(now, IWM, known)
    assert job.period == "max"
    quotes = Known({"IWM": Kept(FRIDAY, THURSDAY)}, {"daily IWM": at("2026-11-20 10:00"), "quotes": ahead})
    assert [job.kind for job in due(at("2026-11-20 11:00"), IWM, quotes)] == ["quotes"]


def test_who_wants_nothing_is_woken_by_the_exchange_only():
    nothing = Wants(())
    assert due(at("2026-11-20 11:00"), nothing, Known()) == ()
    assert next_due(at("2026-11-20 11:00"), nothing, Known()) == at("2026-11-20 16:00")
    assert next_due(at("2026-11-20 16:00"), nothing, Known()) == at("2026-11-23 09:30")


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(SmallcapError, match="time zone"):
        due(datetime(2026, 11, 20, 12), IWM, Known())
    with pytest.raises(SmallcapError, match="time zone"):
        next_due(datetime(2026, 11, 20, 12), IWM, Known())


anywhere = st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 20), timezones=st.just(UTC))
near = st.sampled_from(["09:30", "16:00", "16:20", "18:00"]).map(lambda clock: at(f"2026-11-20 {clock}"))
moments = anywhere | st.builds(lambda when, off: when + off * SECOND, near, st.integers(-90, 90))


@st.composite
def situations(draw):
    """Any present, with things held and answered at any time before it."""
    now = draw(moments)
    ago = st.one_of(*(st.integers(0, most).map(lambda n: now - n * SECOND / 4) for most in (400, 90_000, 14_000_000)))
    day = st.integers(0, 60).map(lambda days: calendar.previous_session((now - days * DAY).date() + DAY))
    kept = st.builds(Kept, day, day, st.booleans(), st.none() | day)
    keys = ["daily IWM", "daily IWM max", "quotes", "minutes IWM 1", "macro DGS2,DGS10", "macro DGS2,DGS10 max"]
    failures = draw(st.dictionaries(st.sampled_from(keys), st.builds(Failure, st.integers(1, 20), ago, st.just(False))))
    if "daily IWM" in failures:
        failures["daily IWM"] = failures["daily IWM"]._replace(unknown=draw(st.booleans()))
    known = Known(
        draw(st.dictionaries(st.just("IWM"), kept)),
        draw(st.dictionaries(st.sampled_from(keys), ago)),
        failures,
        draw(st.sampled_from([0, 290])),
    )
    wants = Wants(
        ("IWM",), SERIES, draw(st.sampled_from(["", "IWM"])), draw(st.sampled_from([0, 1])), draw(st.booleans())
    )
    return now, wants, known


@settings(max_examples=300, deadline=None)
@given(situations())
def test_what_is_announced_is_due_then_and_not_before(situation):
    now, wants, known = situation
    then = next_due(now, wants, known)
    assert then >= now
    assert due(then, wants, known)
    assert (then == now) == bool(due(now, wants, known))
    if then > now:
        assert due(now + (then - now) / 2, wants, known) == ()
        assert due(then - timedelta(microseconds=1), wants, known) == ()


@settings(deadline=None)
@given(situations())
def test_no_job_is_due_twice_at_one_instant(situation):
    now, wants, known = situation
    desk = Desk(now, wants, known=known)
    jobs = due(now, wants, known)
    assert len({job.key for job in jobs}) == len(jobs)
    for job in jobs:
        desk.known = replace(desk.known, answered_at={**desk.known.answered_at, job.key: now})
    assert due(now, wants, desk.known) == ()
