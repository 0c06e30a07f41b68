"""What is asked through a trading day, weekends, short days, clock changes and sleep, in virtual time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from smallcap.core.live.due import Wants, due, next_due

from tests.core.live.due.conftest import (
    FRIDAY,
    HOUR,
    IWM,
    SECOND,
    SERIES,
    THURSDAY,
    TICKERS,
    WANTS,
    Desk,
    at,
    held,
    settled,
)


def test_one_trading_day_from_a_cold_start_in_session_stays_under_310_requests_in_any_hour():
    desk = Desk(at("2026-11-20 10:03"), WANTS._replace(visible="IWM", minutes=1)).run(at("2026-11-21 10:03"))
    most = max(sum(start <= when < start + HOUR for when in desk.requests) for start in desk.requests)
    assert 250 <= most <= 300
    first = {(job.kind, job.key) for when, job in desk.jobs if when < at("2026-11-20 10:04")}
    assert {key for kind, key in first if kind == "daily"} == {f"daily {ticker} max" for ticker in TICKERS}
    assert ("macro", "macro DGS2,DGS10 max") in first
    assert len([job for when, job in desk.jobs if job.kind == "daily" and when > at("2026-11-20 10:04")]) == 2 * 28


def test_quotes_come_every_15_seconds_while_the_hour_has_room():
    desk = settled(at("2026-11-20 11:00")).run(at("2026-11-20 12:00"))
    assert len(desk.asked("quotes")) == pytest.approx(3600 / 15.2, abs=2)
    assert {len(job.tickers) for _, job in desk.asked("quotes")} == {28}


@pytest.mark.parametrize(
    ("changes", "requests", "apart"),
    [
        ({}, 0, 15),
        ({}, 280, 15),
        ({}, 281, 60),
        ({"streaming": True}, 0, 60),
        ({"idle": True}, 0, 60),
        ({"idle": True, "streaming": True}, 0, 240),
    ],
)
def test_quotes_are_rarer_when_idle_when_trades_stream_in_and_when_the_hour_is_full(changes, requests, apart):
    now = at("2026-11-20 11:00")
    wants = IWM._replace(**changes)
    known = replace(held(FRIDAY, THURSDAY, answered="2026-11-20 10:00"), requests_last_hour=requests)
    known = replace(known, answered_at={**known.answered_at, "quotes": now})
    assert next_due(now, wants, known) == now + apart * SECOND
    assert due(now + (apart - 1) * SECOND, wants, known) == ()
    assert [job.kind for job in due(now + apart * SECOND, wants, known)] == ["quotes"]


def test_quotes_run_from_the_opening_until_the_close_was_seen():
    desk = settled(at("2026-11-19 20:00"), IWM).run(at("2026-11-20 20:00"))
    times = [when for when, job in desk.jobs if job.kind == "quotes"]
    assert at("2026-11-20 09:30") <= times[0] < at("2026-11-20 09:30") + SECOND
    assert at("2026-11-20 16:00") < times[-1] < at("2026-11-20 16:01")


@pytest.mark.parametrize("changes", [{"idle": True}, {"streaming": True}, {"idle": True, "streaming": True}])
def test_the_close_is_seen_however_rare_the_quotes_are(changes):
    for start in range(0, 240, 7):
        begin = at("2026-11-20 15:50") + start * SECOND
        desk = settled(begin, IWM._replace(**changes)).run(at("2026-11-20 16:10"))
        last = [when for when, job in desk.jobs if job.kind == "quotes"][-1]
        assert at("2026-11-20 16:00") <= last < at("2026-11-20 16:01")


def test_before_the_opening_and_in_the_evening_no_quotes_and_no_minutes_are_asked():
    desk = settled(at("2026-11-20 04:00"), Wants(("IWM",), SERIES, "IWM", 1)).run(at("2026-11-20 09:30"))
    assert [job for _, job in desk.jobs if job.kind != "macro"] == []
    desk.run(at("2026-11-20 18:05"))
    desk.jobs = []
    desk.run(at("2026-11-21 04:00"))
    assert desk.jobs == []


def test_after_everything_was_answered_nothing_is_due():
    for now in ("2026-11-20 10:03", "2026-11-20 16:20", "2026-11-21 12:00", "2026-11-20 03:00"):
        desk = Desk(at(now), WANTS._replace(visible="IWM", minutes=5))
        assert len(due(desk.now, desk.wants, desk.known)) >= 30
        for job in due(desk.now, desk.wants, desk.known):
            desk.known = replace(desk.known, answered_at={**desk.known.answered_at, job.key: desk.now})
            if job.kind == "daily":
                desk.known = replace(desk.known, daily={**desk.known.daily, job.tickers[0]: desk._bars()})
        assert due(desk.now, desk.wants, desk.known) == ()
        assert next_due(desk.now, desk.wants, desk.known) > desk.now


def test_a_whole_weekend_without_a_request():
    desk = settled(at("2026-11-20 22:30"), WANTS._replace(visible="IWM", minutes=1))
    assert next_due(desk.now, desk.wants, desk.known) == at("2026-11-23 09:30")
    assert desk.run(at("2026-11-23 09:30")).jobs == []


def test_a_holiday_is_as_quiet_as_a_weekend():
    desk = settled(at("2026-11-25 22:30"), Wants(TICKERS)).run(at("2026-11-27 09:30"))  # Thanksgiving
    assert desk.jobs == []


def test_daily_bars_are_asked_20_minutes_after_the_close_and_again_when_volumes_have_settled():
    desk = settled(at("2026-11-20 15:55"), Wants(TICKERS)).run(at("2026-11-21 05:00"))
    assert desk.minutes_asked("daily") == ["11-20 16:20", "11-20 18:00"]
    assert len(desk.asked("daily")) == 2 * 28
    assert {job.period for _, job in desk.asked("daily")} == {"1mo"}


def test_after_an_early_close_all_comes_three_hours_earlier():
    desk = settled(at("2026-11-27 05:00"), Wants(("IWM",), (), "IWM", 1)).run(at("2026-11-30 09:30"))
    assert desk.minutes_asked("daily") == ["11-27 13:20", "11-27 15:00"]
    assert desk.minutes_asked("quotes")[-1] == "11-27 13:00"
    assert desk.minutes_asked("minutes")[-2:] == ["11-27 12:59", "11-27 13:20"]


@pytest.mark.parametrize(("friday", "monday"), [("2026-03-06", "2026-03-09"), ("2026-10-30", "2026-11-02")])
def test_over_a_change_of_the_clocks_all_stays_on_new_yorks_time(friday, monday):
    desk = settled(at(f"{friday} 05:00"), IWM).run(at(f"{monday} 23:00"))
    days = [f"{friday[5:]} 16:20", f"{friday[5:]} 18:00", f"{monday[5:]} 16:20", f"{monday[5:]} 18:00"]
    assert desk.minutes_asked("daily") == days
    assert {when[-5:] for when, _ in desk.asked("quotes")} >= {"09:30", "16:00"}
    assert min(when[-5:] for when, _ in desk.asked("quotes")) == "09:30"


def test_a_machine_that_slept_for_days_catches_up_once():
    desk = settled(at("2026-11-13 22:30"), Wants(TICKERS, SERIES))
    desk.now = at("2026-11-20 21:00")
    desk.run(at("2026-11-20 21:10"))
    assert sorted({job.key for _, job in desk.jobs}) == sorted(
        {f"daily {t}" for t in TICKERS} | {"macro DGS2,DGS10 max"}
    )
    assert len(desk.jobs) == 29
