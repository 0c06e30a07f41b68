"""The intake: an answer goes through the gate and into the archive, or is refused by name."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import numpy as np

from .. import calendar
from ..bars import Series, to_day
from . import fred
from .archive import LOG_KEPT, Archive, Change
from .due import final_through
from .gate import gate
from .log import Entry
from .merge import merge, replaced
from .raw import Answer, Held, Minutes, Quote
from .trades import far, restated, traded

# A macro value this many times the one before is a lost decimal point; claims once rose twelvefold in a week.
IMPOSSIBLE = 30.0
AHEAD_SECONDS = 120
DOUBT, MINUTES, PROMOTE = "quote/", "minutes", ("promote",)

Key = tuple[str, ...]
Write = Callable[[Change], None]


class Intake:
    """Takes answers in, in memory first; `flush` writes what was taken in one transaction.

    A write that fails is kept and tried again with the next flush, so nothing that was fetched is lost; what is
    waiting is never more than the newest of each kind, and as much of the log as the archive keeps.
    """

    def __init__(self, archive: Archive, now: Callable[[], datetime]) -> None:
        self.archive, self._now = archive, now
        self.held = archive.histories()
        self.staged = archive.histories(staged=True)
        self.series = archive.series()
        self.quotes = archive.quotes()
        self.notes = archive.notes()
        self.full: set[str] = set()
        """Tickers whose whole history has to be fetched again."""
        self._writes: dict[Key, Write] = {}
        self._log: deque[Entry] = deque(maxlen=LOG_KEPT)
        for key in [key for key in self.notes if key.startswith(DOUBT)]:
            self.remember(key, None)  # about a trade of some other time; the next one is judged anew

    def newest(self, ticker: str) -> Held | None:
        """What a refresh has fetched of the ticker, else what is held."""
        return self.staged.get(ticker) or self.held.get(ticker)

    def note(self, kind: str, what: str, words: str) -> None:
        """Add a line to the log."""
        self._log.append(Entry(self._now(), kind, what, words))

    def enter(self, entry: Entry) -> None:
        """Add a line that was made elsewhere to the log."""
        self._log.append(entry)

    def remember(self, key: str, value: object) -> None:
        """Keep a note; None takes it away."""
        if self.notes.get(key) != value:
            if value is None:
                self.notes.pop(key, None)
            else:
                self.notes[key] = value
            self._put(("note", key), partial(Change.note, notes={key: value}))

    def daily(self, ticker: str, answer: Answer, *, whole: bool) -> str:
        """Stage the bars of an answer; why not, when they are refused."""
        now = self._now()
        held = self.newest(ticker)
        gated = gate(answer, ticker, calendar.last_closed_session(now), held)
        if gated.raw is None:
            return self._refused(ticker, gated.refused)
        if held is None:
            final = min(final_through(now), to_day(gated.raw.sessions[-1]))
            fresh: Held | None = Held(gated.raw, now, final, gated.flags)
            why = f"{len(gated.raw):,} sessions"
        else:
            join = replaced if whole else merge
            joined = join(held, gated.raw, now, final_through(now), gated.flags)
            fresh, why = joined.held, joined.why or joined.outcome
            if fresh is held:
                self.note("note", ticker, why)
                return ""
            self.full = self.full | {ticker} if joined.refetch else self.full - {ticker}
        if fresh is None:
            return self._refused(ticker, why)
        self._stage(fresh)
        self.note("stored", ticker, why)
        for flag in gated.flags:
            if held is None or flag not in held.flags:
                self.note("flag", ticker, flag)
        self.remember(f"refused/{ticker}", None)
        self.remember(f"unknown/{ticker}", None)
        return ""

    def promote(self) -> tuple[str, ...]:
        """End a refresh: what was staged takes the place of what was held; which tickers."""
        names = tuple(self.staged)
        if names:
            waiting = {ticker: one for ticker, one in self.staged.items() if self._writes.pop(("stage", ticker), None)}
            self.held.update(self.staged)
            self.staged.clear()
            # What an earlier flush staged goes first, as what still waits is newer.
            self._writes.setdefault(PROMOTE, Change.promote)
            for ticker, one in waiting.items():
                self._put(("hold", ticker), partial(Change.hold, held=one))
        return names

    def macro(self, found: dict[str, Series], at: datetime, *, whole: bool) -> tuple[str, ...]:
        """Keep the sound series; the names of those kept."""
        kept = []
        for name, fresh in found.items():
            held = self.series.get(name)
            if why := _impossible(fresh, held):
                self.note("refused", name, why)
            else:
                kept.append(fred.merged(None if whole else held, fresh))
        for one in kept:
            self.series[one.name] = one
            self._put(("series", one.name), partial(Change.series, found=[one], fetched_at=at))
        if kept:
            newest = max(to_day(one.dates[-1]) for one in kept)
            self.note("stored", "FRED", f"{len(kept)} series, the newest observation of {newest}")
        return tuple(one.name for one in kept)

    def minutes(self, minutes: Minutes) -> str:
        """Keep minute bars; why not, when they are refused."""
        held = self.held.get(minutes.ticker)
        if held and far(float(minutes.close[-1]), held):
            return self._refused_minutes(minutes, f"{minutes.close[-1]:,.2f} is too far from the last close")
        self._put(_of(minutes), partial(Change.minutes, minutes=minutes, fetched_at=self._now()))
        return ""

    def trades(self, quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        """Keep the sound trades that are newer than those known; which ones. A doubtful one is named in a note."""
        newer = []
        for quote in quotes:
            known = self.quotes.get(quote.ticker)
            if known and known.at > quote.at:
                continue
            why = self._doubt(quote)
            self._doubted(quote.ticker, why)
            if not why and not (known and known[:3] == quote[:3]):
                self.quotes[quote.ticker] = quote
                self._put(("quote", quote.ticker), partial(Change.quotes, quotes=[quote]))
                newer.append(quote)
        return tuple(newer)

    def flush(self) -> bool:
        """Write everything taken since the last flush in one transaction; whether anything was written."""
        if not self._writes and not self._log:
            return False

        def everything(change: Change) -> None:
            for write in self._writes.values():
                write(change)
            if self._log:
                change.log(list(self._log))

        self.archive.write(everything)
        self._writes.clear()
        self._log.clear()
        return True

    def move(self, archive: Archive) -> None:
        """Write everything known into another archive from now on, beginning with what is held.

        Minute bars that were written already stay where they are: they are asked for again within a minute.
        """
        before, self.archive = self.archive, archive
        last = max((entry.at for entry in archive.log()), default=None)
        entries = [entry for entry in before.log() if last is None or entry.at > last]
        waiting = {key: write for key, write in self._writes.items() if key[0] == MINUTES}
        self._writes = {("log",): partial(Change.log, entries=entries)} | waiting
        for one in self.held.values():
            self._put(("hold", one.ticker), partial(Change.hold, held=one))
        for one in self.staged.values():
            self._put(("stage", one.ticker), partial(Change.stage, held=one))
        for series in self.series.values():
            self._put(("series", series.name), partial(Change.series, found=[series], fetched_at=self._now()))
        for quote in self.quotes.values():
            self._put(("quote", quote.ticker), partial(Change.quotes, quotes=[quote]))
        for key, note in (dict.fromkeys(archive.notes()) | self.notes).items():
            self._put(("note", key), partial(Change.note, notes={key: note}))

    def _put(self, key: Key, write: Write) -> None:
        """Have something written with the next flush, in place of an older write of the same."""
        self._writes.pop(key, None)
        self._writes[key] = write

    def _stage(self, fresh: Held) -> None:
        self.staged[fresh.ticker] = fresh
        self._put(("stage", fresh.ticker), partial(Change.stage, held=fresh))

    def _refused(self, ticker: str, why: str) -> str:
        known = self.notes.get(f"refused/{ticker}", {})
        since = known.get("since") if isinstance(known, dict) else None
        self.remember(f"refused/{ticker}", {"why": why, "since": since or self._now().isoformat()})
        self.note("refused", ticker, why)
        return why

    def _refused_minutes(self, minutes: Minutes, why: str) -> str:
        self.note("refused", f"{minutes.ticker} {minutes.interval}m", why)
        return why

    def _doubted(self, ticker: str, why: str) -> None:
        """Say a doubt once, with its first words, until the next sound trade: trades come several times a second."""
        key = f"{DOUBT}{ticker}"
        if not why:
            self.remember(key, None)
        elif key not in self.notes:
            self.remember(key, why)
            self.note("refused", ticker, why)

    def _doubt(self, quote: Quote) -> str:
        """What is wrong with a quote, judged by the close held; empty when nothing is."""
        if quote.at > self._now().timestamp() + AHEAD_SECONDS:
            return f"the trade is dated {traded(quote):%Y-%m-%d %H:%M} UTC, which is in the future"
        if (held := self.held.get(quote.ticker)) is None:
            return ""
        last = float(held.raw.close[-1])
        if restated(quote, held):
            if restated(quote, self.newest(quote.ticker) or held):
                self.full.add(quote.ticker)
            theirs = f"Yahoo's close before is {quote.previous_close:,.2f}, the one held {last:,.2f}"
            return f"{theirs}: the history is asked for again"
        return f"{quote.price:,.2f} is too far from the last close, {last:,.2f}" if far(quote.price, held) else ""


def _of(minutes: Minutes) -> Key:
    return (MINUTES, minutes.ticker, str(minutes.interval))


def _impossible(fresh: Series, held: Series | None) -> str:
    """A value that can't be after the one before it, in words; empty when every value can."""
    n = int(np.searchsorted(held.dates, fresh.dates[0])) if held is not None else 0
    first = held.values[n - 1] if held is not None and n else fresh.values[0]
    before = np.concatenate([[first], fresh.values[:-1]])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        times = np.abs(fresh.values / before)
    wrong = (np.abs(before) >= 0.3) & (np.abs(fresh.values) >= 0.3) & ((times > IMPOSSIBLE) | (times < 1 / IMPOSSIBLE))
    if not wrong.any():
        return ""
    at = int(np.argmax(wrong))
    return f"{fresh.name} {fresh.dates[at]}: {fresh.values[at]:g} after {before[at]:g} cannot be"
