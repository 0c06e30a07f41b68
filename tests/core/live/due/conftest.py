"""What the tests of what is due need: a desk in virtual time that answers all that is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from smallcap.core import calendar
from smallcap.core.live.due import Job, Kept, Known, Wants, due, final_through, next_due

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
