"""What is asked and when, in virtual time: a trading day, weekends, short days, clock changes, sleep, failures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import calendar
from smallcap.core.errors import SmallcapError
from smallcap.core.live.due import Failure, Job, Kept, Known, Wants, due, final_through, next_due
from smallcap.core.publication import due_session

NEW_YORK = ZoneInfo("America/New_York")
TICKERS = ("IWM", "SPY", *(f"T{n:02}" for n in range(26)))
SERIES = ("DGS2", "DGS10")
WANTS = Wants(TICKERS, SERIES)
IWM = Wants(("IWM",))
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)


def at(text: str) -> datetime:
    """`2026-11-20 16:20` on New York clocks, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@dataclass
class Desk:
    """A fake of whoever carries the jobs out: every request takes a fifth of a second and is answered in full."""

    now: datetime
    wants: Wants = WANTS
    late: set[date] = field(default_factory=set)
    known: Known = field(default_factory=Known)
    requests: list[datetime] = field(default_factory=list)
    jobs: list[tuple[datetime, Job]] = field(default_factory=list)

    def run(self, until: datetime) -> Desk:
        while (moment := next_due(self.now, self.wants, self._counted())) < until:
            assert moment >= self.now
            self.now = moment
            todo = due(moment, self.wants, self._counted())
            assert todo, f"nothing is due at {moment}, which was announced"
            for job in todo:
                self._answer(job)
        self.now = until
        return self

    def _counted(self) -> Known:
        recent = sum(at > self.now - HOUR for at in self.requests[-400:])
        return replace(self.known, requests_last_hour=recent)

    def _answer(self, job: Job) -> None:
        self.now += SECOND / 5
        self.requests.append(self.now)
        self.jobs.append((self.now, job))
        daily = dict(self.known.daily)
        if job.kind == "daily":
            daily[job.tickers[0]] = self._bars()
        answered = {**self.known.answered_at, job.key: self.now}
        self.known = replace(self.known, daily=daily, answered_at=answered)

    def _bars(self) -> Kept:
        """A provider that shows the running session's bar too, as Yahoo does."""
        last = calendar.previous_session(self.now.astimezone(NEW_YORK).date() + DAY)
        if calendar.hours(self.now).session == last and not calendar.hours(self.now).open:
            last = calendar.previous_session(last)
        while last in self.late:
            last = calendar.previous_session(last)
        return Kept(last, min(last, final_through(self.now)))

    def asked(self, kind: str) -> list[tuple[str, Job]]:
        """When jobs of a kind were answered on New York clocks, to the minute."""
        return [(f"{when.astimezone(NEW_YORK):%m-%d %H:%M}", job) for when, job in self.jobs if job.kind == kind]

    def minutes_asked(self, kind: str) -> list[str]:
        return list(dict.fromkeys(when for when, _ in self.asked(kind)))


def settled(now: datetime, wants: Wants = WANTS) -> Desk:
    """A desk that holds everything that there is at `now`, and for which nothing is due."""
    desk = Desk(now, wants)
    for job in due(now, wants, desk.known):
        desk._answer(job)
    desk.requests, desk.jobs = [], []
    return desk


def held(last: date, final: date | None = None, *, answered: str = "", **more) -> Known:
    times = {"daily IWM": at(answered)} if answered else {}
    return Known({"IWM": Kept(last, final or last, **more)}, times)


def daily(now: str, known: Known) -> list[Job]:
    return [job for job in due(at(now), IWM, known) if job.kind == "daily"]


def next_daily(now: str, known: Known) -> str:
    """When the next daily job is due, outside a session, when nothing else is asked."""
    return f"{next_due(at(now), IWM, known).astimezone(NEW_YORK):%Y-%m-%d %H:%M}"


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


def test_minutes_are_rarer_when_idle_and_when_the_hour_is_full():
    now = at("2026-11-20 11:00")
    wants = IWM._replace(visible="IWM", minutes=1)
    for idle, requests, apart in ((False, 280, 60), (False, 281, 120), (True, 0, 240)):
        known = replace(held(FRIDAY, THURSDAY, answered="2026-11-20 10:00"), requests_last_hour=requests)
        known = replace(known, answered_at={**known.answered_at, "minutes IWM 1": now})
        for second, expected in ((apart - 1, 0), (apart, 1)):
            jobs = due(now + second * SECOND, wants._replace(idle=idle), known)
            assert sum(job.kind == "minutes" for job in jobs) == expected


@pytest.mark.parametrize(("times", "pause"), [(1, 15), (2, 30), (3, 60), (6, 480), (7, 900), (8, 900), (10**6, 900)])
def test_a_failed_job_waits_15_seconds_doubling_to_15_minutes(times, pause):
    now = at("2026-11-20 20:00")
    known = replace(held(THURSDAY), failures={"daily IWM": Failure(times, now)})
    assert next_due(now, IWM, known) == now + pause * SECOND
    assert due(now + (pause - 1) * SECOND, IWM, known) == ()
    assert len(due(now + pause * SECOND, IWM, known)) == 1


def test_failed_quotes_and_minutes_are_tried_every_minute_at_least():
    now = at("2026-11-20 11:00")
    wants = IWM._replace(visible="IWM", minutes=1)
    failed = Failure(9, now)
    known = replace(held(FRIDAY, THURSDAY, answered="2026-11-20 10:00"), failures={})
    known = replace(known, failures={"quotes": failed, "minutes IWM 1": failed})
    assert due(now + 59 * SECOND, wants, known) == ()
    assert [job.kind for job in due(now + MINUTE, wants, known)] == ["minutes", "quotes"]


def test_an_answer_from_just_before_the_opening_delays_nothing():
    early, opening = at("2026-11-20 09:29:59"), at("2026-11-20 09:30")
    answered = dict.fromkeys(("daily IWM", "quotes", "minutes IWM 1"), early)
    known = replace(held(THURSDAY), answered_at=answered)
    wants = IWM._replace(visible="IWM", minutes=1)
    assert next_due(early, wants, known) == opening
    assert [job.kind for job in due(opening, wants, known)] == ["minutes", "quotes"]


def test_failed_quotes_are_not_tried_again_after_the_session():
    now = at("2026-11-20 16:00:50")
    known = held(FRIDAY, THURSDAY, answered="2026-11-20 10:00")
    known = replace(known, failures={"quotes": Failure(3, now)})
    assert due(now + 20 * SECOND, IWM, known) == ()


def test_a_ticker_that_does_not_exist_is_asked_for_once_a_day():
    now = at("2026-11-20 20:00")
    known = Known(failures={"daily IWM max": Failure(1, now, unknown=True)})
    assert due(now + DAY - SECOND, IWM, known) == ()
    assert [job.key for job in due(now + DAY, IWM, known)] == ["daily IWM max"]


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
