"""When minutes and macro series are asked."""

from __future__ import annotations

from dataclasses import replace

from smallcap.core.live.due import Wants, due

from tests.core.live.due.conftest import FRIDAY, IWM, SECOND, SERIES, THURSDAY, Desk, at, held, settled


def test_minutes_are_rarer_when_idle_and_when_the_hour_is_full():
    now = at("2026-11-20 11:00")
    wants = IWM._replace(visible="IWM", minutes=1)
    for idle, requests, apart in ((False, 280, 60), (False, 281, 120), (True, 0, 240)):
        known = replace(held(FRIDAY, THURSDAY, answered="2026-11-20 10:00"), requests_last_hour=requests)
        known = replace(known, answered_at={**known.answered_at, "minutes IWM 1": now})
        for second, expected in ((apart - 1, 0), (apart, 1)):
            jobs = due(now + second * SECOND, wants._replace(idle=idle), known)
            assert sum(job.kind == "minutes" for job in jobs) == expected


def test_minutes_follow_the_ticker_on_the_chart_every_minute_while_the_session_runs():
    wants = IWM._replace(visible="IWM", minutes=1)
    desk = settled(at("2026-11-20 11:00"), wants).run(at("2026-11-20 11:10"))
    assert 9 <= len(desk.asked("minutes")) <= 10
    job = desk.asked("minutes")[0][1]
    assert (job.tickers, job.period, job.interval, job.priority) == (("IWM",), "1d", 1, 0)
    desk.wants, desk.jobs = wants._replace(minutes=5), []
    job = desk.run(at("2026-11-20 11:11")).asked("minutes")[0][1]
    assert (job.period, job.interval, job.key) == ("5d", 5, "minutes IWM 5")
    desk.wants, desk.jobs = wants._replace(minutes=0), []
    assert desk.run(at("2026-11-20 11:30")).asked("minutes") == []


def test_after_the_close_the_minutes_of_the_session_are_asked_once():
    desk = settled(at("2026-11-20 15:30"), IWM._replace(visible="IWM", minutes=1)).run(at("2026-11-23 09:30"))
    assert [when for when, _ in desk.asked("minutes") if when >= "11-20 16:00"] == ["11-20 16:20"]


def test_a_chart_first_looked_at_on_a_weekend_gets_the_last_sessions_minutes_once():
    desk = settled(at("2026-11-21 12:00"), IWM)
    desk.wants = IWM._replace(visible="SPY", minutes=1)
    desk.run(at("2026-11-23 09:00"))
    assert [job.key for _, job in desk.jobs] == ["daily SPY max", "minutes SPY 1"][::-1]


def test_macro_is_asked_when_a_business_days_observations_can_have_come():
    desk = settled(at("2026-11-18 09:00"), Wants((), SERIES)).run(at("2026-11-25 00:00"))
    hours = ["18 10", "18 17", "19 10", "19 17", "20 10", "20 17", "23 10", "23 17", "24 10", "24 17"]
    assert [when[3:8] for when, _ in desk.asked("macro")] == hours
    assert len(desk.jobs) == len(hours)
    assert all(job.tickers == SERIES for _, job in desk.jobs)


def test_macro_is_asked_in_full_at_first_and_then_weekly():
    desk = Desk(at("2026-11-18 09:00"), Wants((), SERIES)).run(at("2026-12-09 00:00"))
    full = [when for when, job in desk.asked("macro") if job.period == "max"]
    assert full == ["11-18 09:00", "11-25 10:00", "12-02 10:00"]
    assert {job.period for _, job in desk.jobs} == {"max", "40d"}


def test_a_series_that_is_new_brings_all_observations():
    desk = settled(at("2026-11-18 12:00"), Wants((), SERIES))
    (job,) = due(desk.now, Wants((), (*SERIES, "DFF")), desk.known)
    assert (job.period, job.tickers) == ("max", (*SERIES, "DFF"))
