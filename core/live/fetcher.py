"""The fetcher: what is due is asked for by the pool's threads, what comes back is taken in, written and told."""

from __future__ import annotations

import os
import queue
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from .. import calendar
from ..bars import Series
from .due import QUOTES, Job, Known, Wants, due, next_due, quotes_apart
from .fred import Fred
from .guard import Clock, Guard
from .intake import Intake
from .ledger import Ledger
from .log import Entry
from .once import PATIENCE, Desk, Once, Shut
from .place import Place
from .pool import Outcome, Pool, Task
from .protocol import Alive, Done, Message, Progress, Ready, Refresh, Start, Stored, Ticks, Want
from .raw import Answer, Minutes, Quote
from .stream import Stream
from .trouble import NoSuchTicker, Paused, RateLimited, Trouble, Upstream, clock
from .yahoo import Yahoo, know_zone, prepare

STEP, BEAT, HUNG, HOME_AGAIN = 0.25, 3.0, 90.0, 300.0
FRED_DAYS = timedelta(days=40)
JITTER = 3.0
# Seconds between quotes while minute bars are asked for too, so that both fit into the hour's requests.
WITH_MINUTES = timedelta(seconds=20)
LONGEST_PAUSE = WITH_MINUTES.total_seconds() + JITTER
BESIDE_APART = timedelta(minutes=5)
# Seconds after an answer in which several requests may be under way; later the first one goes alone, as it may turn out
# that the provider asks for a pause, and then no other is to be sent into it.
ANSWERING = 5.0
TROUBLE = {"offline": "can't be reached", "upstream": "answers with errors"}
GROUP = {"daily": "yahoo", "quotes": "yahoo", "minutes": "yahoo", "macro": "fred"}


class Fetcher:
    """One run, until told to end: follows what is wanted, or with `once` fetches what is due and ends."""

    def __init__(
        self, start: Start, inbox: queue.Queue[object], say: Callable[[Message], None], clock: Clock
    ) -> None:  # fmt: skip
        self._inbox, self._say, self._now = inbox, say, clock.now
        self._place = Place(Path(start.archive), os.getpid())
        self._place.settle()
        self.intake = Intake(self._place.archive, self._instant)
        self.ledger = Ledger(self.intake, self._instant, random.random)
        guards = {name: Guard(throttle, clock, inbox.put) for name, throttle in self.ledger.throttles.items()}
        at_home = self._place.archive is self._place.home
        prepare(Path(start.cache) if at_home else self._place.archive.path.with_name("yfinance"), start.tickers)
        self._yahoo, self._fred = Yahoo(guards["yahoo"]), Fred(guards["fred"])
        self._pool = Pool(inbox.put, time.monotonic)
        self._stream = Stream(inbox.put, lambda kind, words: inbox.put(self._entry(kind, words)), random.random)
        self.wants = Wants(start.tickers, start.series)
        self._beside: tuple[str, ...] = ()
        desk = Desk(self._instant, self.ledger.known, self._put, lambda: bool(self._pool.waiting), self._shut, say)
        self._once = Once(start, desk) if start.once else None
        self._jobs: dict[str, Job] = {}
        self._beat = self._flushed = self._tried_home = time.monotonic()
        self._quotes_from = 0.0
        self._refreshing = True
        self._answered_at = dict.fromkeys(self.ledger.throttles, 0.0)

    def run(self) -> int:
        """Go on until standard input ends or the one fetch is done; the exit code, 3 when a request hangs for ever."""
        self._say(Ready(str(self._place.archive.path), self._place.why))
        while (code := self.turn()) is None:
            pass
        return code

    def turn(self) -> int | None:
        """One time round: put what is due, take in what came until nothing more does; the exit code at the end."""
        over = self._once.over() if self._once else self._dispatch()
        try:
            message = self._inbox.get(timeout=STEP)
            while True:
                if message is None:
                    return self._end(0)
                self._take(message)
                message = self._inbox.get_nowait()
        except queue.Empty:
            pass
        self._round()
        if over and self._once and not self._pool.waiting:
            self._finish()
            return self._end(0)
        return self._end(3) if self._pool.oldest() > HUNG else None

    def _put(self, job: Job) -> None:
        self._jobs[job.key] = job
        if job.kind in {"daily", "minutes"}:
            know_zone(job.tickers[0])
        self._pool.put(Task(job.priority, job.key, lambda: self._ask(job)))

    def _shut(self, job: Job) -> Shut | None:
        """Why a job's provider is not asked now: it is in trouble, and its pause isn't over, or a job tries it out."""
        group, now = GROUP[job.kind], self._now()
        throttle = self.ledger.throttles[group]
        trouble = throttle.state(now)
        under_way = any(GROUP[self._jobs[key].kind] == group for key in self._pool.waiting)
        if trouble is None:
            alone = under_way and not 0 <= now - self._answered_at[group] <= ANSWERING
            return Shut(0.0, f"{throttle.name} is tried with another request first") if alone else None
        if trouble.until <= now and not under_way:
            return None
        words = (
            "rate limited" if trouble.kind == "rate limited" else f"{throttle.name} {TROUBLE[trouble.kind]}, not asked"
        )
        return Shut(trouble.until, f"{words} until {clock(trouble.until)}")

    def _dispatch(self) -> bool:
        """Put what is due into the pool; while a provider is in trouble, one job at a time after its pause.

        Then end a refresh of which nothing is left to do, so that its bars show all at once.
        """
        now, wants = self._instant(), self.wants
        open_now = calendar.hours(now).open
        self._stream.follow(wants.tickers if open_now else ())
        wants = self.wants = wants._replace(streaming=self._stream.healthy)
        known = self.ledger.known()
        self._refreshing = False
        for job in (*due(now, wants, known), *self._beside_the_chart(now, known)):
            # Further ahead than the longest pause only when the clock was set back.
            early = job.kind == "quotes" and 0 < self._quotes_from - self._now() <= LONGEST_PAUSE
            under_way = job.key in self._pool.waiting
            shut = None if early or under_way else self._shut(job)
            if not early and not under_way and shut is None:
                self._put(job)
            soon = shut is None or shut.until <= self._now() + PATIENCE
            self._refreshing = self._refreshing or (job.kind == "daily" and soon)
        return False

    def _beside_the_chart(self, now: datetime, known: Known) -> list[Job]:
        """Minutes of the tickers that are drawn beside the chosen one, less often than its own."""
        charts = (Wants((), (), ticker, self.wants.minutes, self.wants.idle) for ticker in self._beside)
        jobs = [job for wants in charts for job in due(now, wants, known) if job.kind == "minutes"]
        return [job for job in jobs if (at := known.answered(job.key, now)) is None or now - at >= BESIDE_APART]

    def _ask(self, job: Job) -> object:
        """What the providers answer to a job; on a thread of the pool."""
        match job.kind:
            case "daily":
                return self._yahoo.daily(job.tickers[0], job.period)
            case "minutes":
                return self._yahoo.minutes(job.tickers[0], job.period, job.interval)
            case "quotes":
                return self._yahoo.quotes(job.tickers)
            case "macro":
                since = None if job.period == "max" else calendar.new_york(self._instant()).date() - FRED_DAYS
                return self._fred.read(job.tickers, since)

    def _take(self, message: object) -> None:
        match message:
            case Outcome(key, result):
                self._pool.settle(key)
                self._outcome(self._jobs[key], result)
            case Entry():
                self.intake.enter(message)
            case Quote():
                self._tell_trades((message,))
            case Want():
                given = message._asdict()
                self._beside = tuple(ticker for ticker in given.pop("beside") if ticker != message.visible)
                self.wants = self.wants._replace(**given)
            case Refresh():
                self.ledger.forget_failures()

    def _outcome(self, job: Job, result: object) -> None:
        why = ""
        if isinstance(result, Exception):
            why = self._failed(job, result)
        else:
            self.ledger.answered(job.key, job.tickers)
            self._answered_at[GROUP[job.kind]] = self._now()
            match result:
                case Answer():
                    why = self.intake.daily(job.tickers[0], result, whole=job.period == "max")
                    self.ledger.look_for_gaps(job.tickers[0])
                case Minutes():
                    why = self.intake.minutes(result)
                case list():
                    pause = WITH_MINUTES if self.wants.minutes else QUOTES
                    self._quotes_from = self._now() + pause.total_seconds() + JITTER * random.random()
                    self._tell_trades(tuple(cast("list[Quote]", result)))
                case dict():
                    self.intake.macro(cast("dict[str, Series]", result), self._instant(), whole=job.period == "max")
        if job.kind == "daily" and not self._once:
            staged = len(self.intake.staged)
            self._say(Progress(staged, staged + self._daily_left(), job.tickers[0], why))
        if self._once:
            self._once.took(job, why, sent=not isinstance(result, Paused | RateLimited))

    def _daily_left(self) -> int:
        """How many tickers' daily bars are due, those that wait for another try included."""
        known = self.ledger.known()
        known = Known(known.daily, known.answered_at, {}, known.requests_last_hour)
        return sum(job.kind == "daily" for job in due(self._instant(), self.wants, known))

    def _failed(self, job: Job, error: Exception) -> str:
        """Write a failure down; a ticker is only unknown while others are answered for."""
        trouble = error if isinstance(error, Trouble) else Upstream(f"unexpected: {type(error).__name__}: {error}")
        if isinstance(trouble, Paused | RateLimited):
            state = self.ledger.throttles[GROUP[job.kind]].state(self._now())
            until = state.until if state else getattr(trouble, "until", self._now())
            return f"{trouble}" if isinstance(trouble, Paused) else f"rate limited until {clock(until)}"
        if isinstance(trouble, NoSuchTicker) and not self.ledger.canary(job.tickers):
            trouble = Upstream(f"{trouble}, but nor does it answer for any other ticker")
        unknown = isinstance(trouble, NoSuchTicker)
        self.ledger.failed(job.key, unknown=unknown)
        if unknown:
            self.intake.remember(f"unknown/{job.tickers[0]}", {"why": str(trouble), "at": self._now()})
        self.intake.note("failed", " ".join(job.tickers[:3]) + " ..." * (len(job.tickers) > 3), str(trouble))
        if isinstance(trouble, Upstream):
            self.ledger.nonsense(GROUP[job.kind])
        return str(trouble)

    def _tell_trades(self, quotes: tuple[Quote, ...]) -> None:
        if newer := self.intake.trades(quotes):
            self._say(Ticks(newer))

    def _round(self) -> None:
        """What is done a few times a second: write, give a sign of life."""
        at = time.monotonic()
        if self.intake.staged and not self._refreshing and not self._once:
            self._say(Stored(self.intake.promote()))
        if at - self._flushed >= 1.0 or self._once:
            self._flushed = at
            self._write()
        if at - self._beat >= BEAT:
            self._beat = at
            self._say(Alive())

    def _write(self) -> None:
        known = self.ledger.known()
        poll = quotes_apart(self.wants, known)
        self.ledger.write_down(
            next_due(self._instant(), self.wants, known), max(poll, WITH_MINUTES) if self.wants.minutes else poll
        )
        try:
            self.intake.flush()
            if self._place.archive is not self._place.home and time.monotonic() - self._tried_home > HOME_AGAIN:
                self._tried_home = time.monotonic()
                if self._place.back_home():
                    self._moved()
        except (OSError, sqlite3.Error) as error:
            if "locked" not in str(error):
                self._take_refuge(error)

    def _take_refuge(self, error: OSError | sqlite3.Error) -> None:
        """Go on in memory; where even that can't be written everything waits in the intake for the next try."""
        try:
            self._place.into_memory(str(error))
        except (OSError, sqlite3.Error):
            return
        self._moved()

    def _moved(self) -> None:
        self.intake.move(self._place.archive)
        self.intake.note("note", "store", self._place.why or f"{self._place.home.path} can be written again")
        self._say(Ready(str(self._place.archive.path), self._place.why))

    def _finish(self) -> None:
        assert self._once
        if names := self.intake.promote():
            self._say(Stored(names))
        self._write()
        self._say(Done(self._once.failures()))

    def _end(self, code: int) -> int:
        self._place.leave()
        return code

    def _instant(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def _entry(self, kind: str, words: str) -> Entry:
        return Entry(self._instant(), kind, "Yahoo", words)
