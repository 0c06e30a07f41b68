"""One fetch from beginning to end: every bar and series that is due, each tried at most twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from .. import calendar
from .due import SPANS, Job, Known, Wants, due
from .protocol import Progress, Start

TRIES = 2
# Seconds that pauses are waited for, from the first on; a longer one ends the fetch, with what is missing said.
PATIENCE = 30.0
# Seconds before a request that was held back is put again.
HELD_BACK = 2.0
PERIODS = (*(period for _, period in SPANS), "max")
FRED = "FRED"


class Shut(NamedTuple):
    """A provider that is not to be asked before `until` (epoch seconds), and why."""

    until: float
    words: str


class Desk(NamedTuple):
    """What a fetch needs of the fetcher."""

    now: Callable[[], datetime]
    known: Callable[[], Known]
    put: Callable[[Job], None]
    busy: Callable[[], bool]
    shut: Callable[[Job], Shut | None]
    say: Callable[[Progress], None]


class Once:
    """Puts every due job into the pool, tries those that failed once more, and knows when all is over."""

    def __init__(self, start: Start, desk: Desk) -> None:
        self._wants, self._desk = Wants(start.tickers, start.series), desk
        self._since = date.fromisoformat(start.since) if start.since else None
        self._tries: dict[str, int] = {}
        self._named: dict[str, str] = {}
        self._done: set[str] = set()
        self._failed: dict[str, str] = {}
        self._held_back: dict[str, Shut] = {}
        self._reached: dict[str, int] = {}
        self._patient_until = math.inf

    def over(self) -> bool:
        """Put what is left to do into the pool; whether nothing is, and nothing is worth waiting for."""
        if self._desk.busy():
            return False
        return not [job for job in self._left() if self._waits(job)]

    def took(self, job: Job, why: str, *, sent: bool) -> None:
        """A job came back; one that the throttle held back was not tried."""
        if not sent:
            self._tries[job.key] -= 1
            self._held_back[job.key] = Shut(self._now() + HELD_BACK, why)
            return
        name = self._named[job.key]
        # All bars answer for the few that didn't fit those held, too.
        keys = [key for key, named in self._named.items() if named == name]
        self._failed = {key: words for key, words in self._failed.items() if key not in keys}
        if why:
            self._failed[job.key] = why
        else:
            self._reached[name] = max(_rank(job), self._reached.get(name, -1))
        self._done.add(job.key)
        self._desk.say(Progress(len(self._done), len(self._named), name, why))

    def _waits(self, job: Job) -> bool:
        """Put a job into the pool unless its provider is shut; whether it is worth waiting for."""
        shut = self._shut(job)
        if shut is None:
            self._tries[job.key] = self._tries.get(job.key, 0) + 1
            self._desk.put(job)
            return True
        self._patient_until = min(self._patient_until, self._now() + PATIENCE)
        if shut.until <= self._patient_until:
            return True
        self._failed[job.key] = shut.words
        return False

    def _shut(self, job: Job) -> Shut | None:
        held_back = self._held_back.get(job.key)
        return self._desk.shut(job) or (held_back if held_back and held_back.until > self._now() else None)

    def _now(self) -> float:
        return self._desk.now().timestamp()

    def failures(self) -> tuple[str, ...]:
        """What failed in the end, each with its reason."""
        return tuple(f"{self._named[key]}: {why}" for key, why in self._failed.items())

    def _left(self) -> list[Job]:
        """One job a ticker, the one over the longest period, and one for the series."""
        jobs: dict[str, Job] = {}
        for job in (*self._due(), *self._asked_for()):
            name = self._named.setdefault(job.key, FRED if job.kind == "macro" else job.tickers[0])
            if name not in jobs or _rank(job) > _rank(jobs[name]):
                jobs[name] = job
        return [
            job
            for job in jobs.values()
            if self._tries.get(job.key, 0) < TRIES and (job.key not in self._done or job.key in self._failed)
        ]

    def _due(self) -> list[Job]:
        known = self._desk.known()
        fresh = Known(known.daily, known.answered_at, {}, known.requests_last_hour)
        return [job for job in due(self._desk.now(), self._wants, fresh) if job.kind in {"daily", "macro"}]

    def _asked_for(self) -> Iterator[Job]:
        """The bars since a date, of every ticker that is held and hasn't answered for as long a period yet."""
        if self._since is None:
            return
        span = calendar.sessions_between(self._since, calendar.new_york(self._desk.now()).date())
        period = next((name for sessions, name in SPANS if span < sessions), "max")
        held = self._desk.known().daily
        for ticker in self._wants.tickers:
            job = Job("daily", (ticker,), period, 0, f"since {self._since}", 3)
            if ticker in held and self._reached.get(ticker, -1) < _rank(job):
                yield job


def _rank(job: Job) -> int:
    """How long a period of daily bars is, as a place among them."""
    return PERIODS.index(job.period) if job.kind == "daily" else 0
