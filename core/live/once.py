"""One fetch from beginning to end: every bar and series that is due, each tried at most twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from .. import calendar
from .due import SPANS, Job, Known, Wants, due
from .protocol import Progress, Start

TRIES = 2
# Seconds that pauses are waited for in all; a longer one ends the fetch, with what is missing said.
PATIENCE = 30.0


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
        self._began = desk.now()

    def over(self) -> bool:
        """Put what is left to do into the pool; whether nothing is, and nothing is worth waiting for."""
        if self._desk.busy():
            return False
        waiting = False
        for job in self._left():
            shut = self._desk.shut(job)
            if shut is None:
                self._tries[job.key] = self._tries.get(job.key, 0) + 1
                self._desk.put(job)
                waiting = True
            elif shut.until <= self._began.timestamp() + PATIENCE:
                waiting = True
            else:
                self._failed[job.key] = shut.words
        return not waiting

    def took(self, job: Job, why: str, *, sent: bool) -> None:
        """A job came back; one that the throttle held back was not tried."""
        if not sent:
            self._tries[job.key] -= 1
            return
        if why:
            self._failed[job.key] = why
        else:
            self._failed.pop(job.key, None)
        self._done.add(job.key)
        self._desk.say(Progress(len(self._done), len(self._named), self._named[job.key], why))

    def failures(self) -> tuple[str, ...]:
        """What failed in the end, each with its reason."""
        return tuple(f"{self._named[key]}: {why}" for key, why in self._failed.items())

    def _left(self) -> list[Job]:
        jobs = {job.key: job for job in (*self._due(), *self._asked_for())}
        for key, job in jobs.items():
            self._named.setdefault(key, "FRED" if job.kind == "macro" else job.tickers[0])
        return [
            job
            for key, job in jobs.items()
            if self._tries.get(key, 0) < TRIES and (key not in self._done or key in self._failed)
        ]

    def _due(self) -> list[Job]:
        known = self._desk.known()
        fresh = Known(known.daily, known.answered_at, {}, known.requests_last_hour)
        return [job for job in due(self._desk.now(), self._wants, fresh) if job.kind in {"daily", "macro"}]

    def _asked_for(self) -> Iterator[Job]:
        """The bars since a date, of every ticker that isn't due anyway."""
        if self._since is None:
            return
        span = calendar.sessions_between(self._since, calendar.new_york(self._desk.now()).date())
        period = next((name for sessions, name in SPANS if span < sessions), "max")
        for ticker in self._wants.tickers:
            yield Job("daily", (ticker,), period, 0, f"since {self._since}", 3)
