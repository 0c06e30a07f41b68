"""The intake: an answer goes through the gate and into the archive, or is refused by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import numpy as np

from .. import calendar
from ..bars import Series, to_day
from . import fred
from .archive import Archive, Change
from .due import final_through
from .gate import gate
from .log import Entry
from .merge import merge, replaced
from .raw import Answer, Held, Minutes, Quote
from .trouble import Upstream

# A quote this far from the last close, up or down, is shown to nobody; the VIX may double in a day.
FURTHEST_QUOTE, FURTHEST_INDEX = math.log(1.25), math.log(2.5)
# Yahoo's own previous close against ours: further apart than this, something was restated, as by a split.
RESTATED = 0.005
# A macro value this many times the one before is a lost decimal point; claims once rose twelvefold in a week.
IMPOSSIBLE = 30.0
AHEAD_SECONDS = 120

Write = Callable[[Change], None]


class Intake:
    """Takes answers in, in memory first; `flush` writes what was taken in one transaction.

    A write that fails is kept and tried again with the next flush, so nothing that was fetched is lost.
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
        self._writes: list[Write] = []
        self._log: list[Entry] = []

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
            self._writes.append(lambda change: change.note({key: value}))

    def daily(self, ticker: str, answer: Answer, *, whole: bool) -> str:
        """Stage the bars of an answer; why not, when they are refused."""
        now = self._now()
        held = self.newest(ticker)
        gated = gate(answer, ticker, calendar.last_closed_session(now), held)
        if gated.raw is None:
            return self._refused(ticker, gated.refused)
        if held is None:
            fresh: Held | None = Held(gated.raw, now, final_through(now), gated.flags)
            why = f"{len(gated.raw):,} sessions"
        else:
            join = replaced if whole else merge
            joined = join(held, gated.raw, now, final_through(now), gated.flags)
            fresh, why = joined.held, joined.why or joined.outcome
            self.full = self.full | {ticker} if joined.refetch or fresh is None else self.full - {ticker}
        if fresh is None:
            return self._refused(ticker, why)
        self._stage(fresh)
        self.note("stored", ticker, why)
        for flag in gated.flags:
            self.note("flag", ticker, flag)
        self.remember(f"refused/{ticker}", None)
        self.remember(f"unknown/{ticker}", None)
        return ""

    def promote(self) -> tuple[str, ...]:
        """End a refresh: what was staged takes the place of what was held; which tickers."""
        names = tuple(self.staged)
        if names:
            self.held.update(self.staged)
            self.staged.clear()
            self._writes.append(Change.promote)
        return names

    def macro(self, found: dict[str, Series], at: datetime, *, whole: bool) -> tuple[str, ...]:
        """Keep the sound series; the names of those kept."""
        kept = []
        for name, fresh in found.items():
            try:
                kept.append(
                    fred.merged(None if whole else self.series.get(name), _possible(fresh, self.series.get(name)))
                )
            except Upstream as error:
                self.note("refused", name, str(error))
        self.series.update({one.name: one for one in kept})
        if kept:
            self._writes.append(lambda change: change.series(kept, at))
            newest = max(to_day(one.dates[-1]) for one in kept)
            self.note("stored", "FRED", f"{len(kept)} series, the newest observation of {newest}")
        return tuple(one.name for one in kept)

    def minutes(self, minutes: Minutes) -> str:
        """Keep minute bars; why not, when they are refused."""
        held = self.held.get(minutes.ticker)
        if held and _far(float(minutes.close[-1]), held):
            return self._refused_minutes(minutes, f"{minutes.close[-1]:,.2f} is too far from the last close")
        now = self._now()
        self._writes.append(lambda change: change.minutes(minutes, now))
        return ""

    def trades(self, quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        """Keep the sound trades that are newer than those known; which ones. A doubtful one is named in a note."""
        newer = []
        for quote in quotes:
            known = self.quotes.get(quote.ticker)
            if known and (known.at > quote.at or known == quote):
                continue
            why = self._doubt(quote)
            self.remember(f"quote/{quote.ticker}", why or None)
            if why:
                self.note("refused", quote.ticker, why)
            else:
                self.quotes[quote.ticker] = quote
                newer.append(quote)
        if newer:
            self._writes.append(lambda change: change.quotes(newer))
        return tuple(newer)

    def flush(self) -> bool:
        """Write everything taken since the last flush in one transaction; whether anything was written."""
        if not self._writes and not self._log:
            return False
        writes, log = list(self._writes), list(self._log)

        def everything(change: Change) -> None:
            for write in writes:
                write(change)
            if log:
                change.log(log)

        self.archive.write(everything)
        del self._writes[: len(writes)], self._log[: len(log)]
        return True

    def move(self, archive: Archive) -> None:
        """Write everything known into another archive from now on, beginning with what is held."""
        self.archive = archive
        held, staged, series = list(self.held.values()), list(self.staged.values()), list(self.series.values())
        quotes, notes, at = list(self.quotes.values()), dict(self.notes), self._now()

        def everything(change: Change) -> None:
            for one in held:
                change.hold(one)
            for one in staged:
                change.stage(one)
            change.series(series, at)
            change.quotes(quotes)
            change.note(notes)

        self._writes = [everything]

    def _stage(self, fresh: Held) -> None:
        self.staged[fresh.ticker] = fresh
        self._writes.append(lambda change: change.stage(fresh))

    def _refused(self, ticker: str, why: str) -> str:
        known = self.notes.get(f"refused/{ticker}", {})
        since = known.get("since") if isinstance(known, dict) else None
        self.remember(f"refused/{ticker}", {"why": why, "since": since or self._now().isoformat()})
        self.note("refused", ticker, why)
        return why

    def _refused_minutes(self, minutes: Minutes, why: str) -> str:
        self.note("refused", f"{minutes.ticker} {minutes.interval}m", why)
        return why

    def _doubt(self, quote: Quote) -> str:
        """What is wrong with a quote, judged by the close held; empty when nothing is."""
        if quote.at > self._now().timestamp() + AHEAD_SECONDS:
            return (
                f"the trade is dated {datetime.fromtimestamp(quote.at, UTC):%Y-%m-%d %H:%M} UTC, which is in the future"
            )
        held = self.held.get(quote.ticker)
        if held is None:
            return ""
        last, day = float(held.raw.close[-1]), to_day(held.raw.sessions[-1])
        traded = calendar.new_york(datetime.fromtimestamp(quote.at, UTC)).date()
        followed = calendar.is_session(traded) and calendar.previous_session(traded) == day
        if followed and abs(quote.previous_close / last - 1) > RESTATED:
            self.full.add(quote.ticker)
            theirs = f"Yahoo's close before is {quote.previous_close:,.2f}, the one held {last:,.2f}"
            return f"{theirs}: the history is asked for again"
        return f"{quote.price:,.2f} is too far from the last close, {last:,.2f}" if _far(quote.price, held) else ""


def _far(price: float, held: Held) -> bool:
    furthest = FURTHEST_INDEX if held.ticker.startswith("^") else FURTHEST_QUOTE
    return abs(math.log(price / float(held.raw.close[-1]))) > furthest


def _possible(fresh: Series, held: Series | None) -> Series:
    """The series, unless a value in it can't be; Upstream naming it."""
    before = np.concatenate([[held.values[-1] if held is not None else fresh.values[0]], fresh.values[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.abs(fresh.values / before)
    wrong = (np.abs(before) >= 0.3) & (np.abs(fresh.values) >= 0.3) & ((times > IMPOSSIBLE) | (times < 1 / IMPOSSIBLE))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise Upstream(f"{fresh.name} {fresh.dates[at]}: {fresh.values[at]:g} after {before[at]:g} cannot be")
    return fresh
