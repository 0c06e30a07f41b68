"""The ledger: when each job was last answered or failed, and how each provider is doing; kept over restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from .. import calendar
from ..bars import to_day
from .due import Failure, Kept, Known
from .intake import Intake
from .shared import Shared

PROVIDERS = {"yahoo": "Yahoo", "fred": "FRED"}
CANARY = timedelta(minutes=10)
GAP_SESSIONS, GAP_DAYS = 10, timedelta(days=3)
FORGOTTEN = timedelta(days=8)
MACRO = "macro"


class Ledger:
    """Answers, failures and throttles, read from the intake's notes and written back to them."""

    def __init__(self, intake: Intake, now: Callable[[], datetime], jitter: Callable[[], float]) -> None:
        self._intake, self._now = intake, now
        self.throttles = {key: Shared(name, jitter) for key, name in PROVIDERS.items()}
        for key, throttle in self.throttles.items():
            memory = intake.notes.get(f"throttle/{key}")
            if isinstance(memory, dict):
                throttle.remember(memory, now().timestamp())
        self._answered = _instants(intake.notes.get("answered"))
        self._failures: dict[str, Failure] = {}
        self._last_answer: dict[str, datetime] = {}

    def known(self) -> Known:
        """What `due` has to know."""
        sent = self.throttles["yahoo"].sent_last_hour(self._now().timestamp())
        tickers = {*self._intake.held, *self._intake.staged}
        daily = {ticker: self._kept(ticker) for ticker in tickers}
        return Known(daily, self._answered, self._failures, sent)

    def answered(self, key: str, tickers: Iterable[str]) -> None:
        """A job was answered."""
        now = self._now()
        self._answered[key] = now
        self._failures.pop(key, None)
        if not key.startswith(MACRO):
            self._last_answer |= dict.fromkeys(tickers, now)

    def failed(self, key: str, *, unknown: bool = False) -> None:
        """A job failed once more."""
        before = self._failures.get(key)
        self._failures[key] = Failure(before.times + 1 if before else 1, self._now(), unknown)

    def forget_failures(self) -> None:
        """Try what failed again at once."""
        self._failures.clear()

    def canary(self, tickers: Iterable[str]) -> bool:
        """Whether Yahoo answered for another ticker a short while ago."""
        others = (at for ticker, at in self._last_answer.items() if ticker not in tuple(tickers))
        return any(self._now() - at < CANARY for at in others)

    def nonsense(self, group: str) -> None:
        """An answer with a good status was no answer."""
        self.throttles[group].failed(self._now().timestamp(), "upstream")

    def look_for_gaps(self, ticker: str) -> None:
        """Remember for how long a session that is missing among the newest is asked for again."""
        held, key = self._intake.newest(ticker), f"gap/{ticker}"
        if held is None:
            return
        last = to_day(held.raw.sessions[-1])
        there = calendar.sessions(last - timedelta(GAP_SESSIONS * 2), last)[-GAP_SESSIONS:]
        gap = bool(np.isin(there[there >= held.raw.sessions[0]], held.raw.sessions, invert=True).any())
        if not gap:
            self._intake.remember(key, None)
        elif _day(self._intake.notes.get(key)) is None:
            self._intake.remember(key, (calendar.new_york(self._now()).date() + GAP_DAYS).isoformat())

    def write_down(self, next_due: datetime, poll: timedelta) -> None:
        """Put everything a restart or another process needs into the notes; `poll` apart come the last trades."""
        now = self._now()
        at = now.timestamp()
        fresh = {key: when for key, when in self._answered.items() if now - when < FORGOTTEN}
        self._intake.remember("answered", {key: when.isoformat() for key, when in fresh.items()})
        status: dict[str, object] = {
            "next": next_due.isoformat(timespec="minutes"),
            "poll": poll.total_seconds(),
        }
        for key, throttle in self.throttles.items():
            self._intake.remember(f"throttle/{key}", throttle.memory())
            if trouble := throttle.state(at):
                status[key] = {"kind": trouble.kind, "until": trouble.until, "since": trouble.since}
        self._intake.remember("status", status)

    def _kept(self, ticker: str) -> Kept:
        held = self._intake.newest(ticker)
        assert held is not None
        gap = _day(self._intake.notes.get(f"gap/{ticker}"))
        return Kept(to_day(held.raw.sessions[-1]), held.final_through, ticker in self._intake.full, gap)


def _instants(note: object) -> dict[str, datetime]:
    """Instants by key; nonsense is left out."""
    found: dict[str, datetime] = {}
    for key, text in note.items() if isinstance(note, dict) else ():
        try:
            found[key] = datetime.fromisoformat(text).astimezone(UTC)
        except (TypeError, ValueError):
            continue
    return found


def _day(note: object) -> date | None:
    """A day that was noted; None for none and for nonsense."""
    try:
        return date.fromisoformat(note) if isinstance(note, str) else None
    except ValueError:
        return None
