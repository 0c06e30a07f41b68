"""Yahoo and FRED as a source: what the fetcher has put into the archive, read as a panel; nothing is asked here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import calendar, macro
from ..axes import CYCLICAL, DEFENSIVE
from ..bars import Origin, Panel
from ..context import BREADTH, CREDIT
from ..errors import SourceError, UsageError
from ..freshness import Freshness, freshness
from ..history import parse_pair
from ..live.adjust import adjusted
from ..live.archive import Archive, Versions
from ..live.glance import Glance
from ..live.log import Entry
from ..live.raw import FIELDS, Minutes, Quote
from ..live.throttle import RATE_LIMITED, Trouble
from ..live.trades import day, fits
from ..publication import due_session
from ..settings import Settings
from ..signals import BREADTH_BENCHMARK
from ..store import Store

if TYPE_CHECKING:
    from ..reading import Reading

NAME = "Yahoo and FRED"
POLL, LONGEST_POLL = 15.0, 3600.0
PROVIDERS = {"yahoo": "Yahoo", "fred": "FRED"}
TROUBLES = {"rate limited": "rate limited", "offline": "offline", "upstream": "answers with errors"}
# Small caps beside the pair, all sectors beside those that confirm, and what moves them.
BESIDE = ("IWM", "SPY", "VTWO", "SCHA", "IJR", "XLB", "XLC", "XLE", "XLK", "XLRE", "TLT", "LQD", "^VIX")
INTERVALS = {1: 1, 5: 5}
# The fetcher writes down every second what it will ask next, to the minute: an instant this long past is of one gone.
GONE = timedelta(minutes=2)
SKEW_SECONDS = 120
LATEST = 1e11  # epoch seconds; what is later is no instant


def wanted(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every ticker and every macro series that a reading of these settings looks at."""
    pair = parse_pair(settings.pair)
    context = [ticker for two in (*BREADTH, CREDIT) for ticker in two]
    tickers = (pair.a, pair.b, *settings.watchlist, *CYCLICAL, *DEFENSIVE, *context, BREADTH_BENCHMARK, *BESIDE)
    return tuple(dict.fromkeys(tickers)), tuple(row.series for row in macro.MACRO)


def opened(store: Store) -> Yahoo:
    """What was fetched; UsageError where nothing can be kept."""
    if store.path is None:
        raise UsageError("--source yahoo needs a folder to keep what it fetches in")
    return Yahoo(Archive(store.path))


class Yahoo:
    """The archive as a source."""

    simulated = False
    name = NAME

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._glance = Glance(archive.path)
        self._flags: tuple[str, ...] = ()
        self._pushed: dict[str, Quote] = {}
        self._quotes: dict[str, Quote] = {}
        self._notes: dict[str, object] = {}
        self._seen = Versions(-1, -1, -1, -1)
        self.loaded = 0
        """The market's version when it was last loaded, or an older one when it changed meanwhile; 0 before."""

    def closed(self, now: datetime) -> date:
        """The newest session whose close is due."""
        return due_session(now)

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        """Everything held; SourceError when nothing is."""
        self.loaded = self.archive.versions().market
        held = self.archive.histories()
        if not held:
            why = self.archive.trouble or "nothing of Yahoo's is in the store yet"
            raise SourceError(f"{why}: run `smallcap fetch`")
        self._flags = tuple(flag for one in held.values() for flag in one.flags)
        fetched_at = max(one.fetched_at for one in held.values()).isoformat(timespec="seconds")
        bars = {ticker: adjusted(one.raw) for ticker, one in held.items()}
        trouble = (self.archive.trouble,) if self.archive.trouble else ()
        doubts = (*trouble, *_refused(self.archive.notes()), *self._flags)
        return Panel(bars, Origin(NAME, self.simulated, fetched_at), self.archive.series(), doubts)

    def move(self, archive: str) -> None:
        """Read another file from now on: the fetcher had to change its place."""
        if archive != str(self.archive.path):
            self.archive, self._seen, self.loaded = Archive(Path(archive)), Versions(-1, -1, -1, -1), 0
            self._glance = Glance(self.archive.path)

    def refusal(self, ticker: str) -> str:
        """Why the ticker isn't held though it was asked for; empty when nothing is known against it."""
        note = self._notes.get(f"unknown/{ticker}") or self._notes.get(f"refused/{ticker}")
        return str(note.get("why", "")) if isinstance(note, dict) else ""

    def push(self, quotes: Iterable[Quote]) -> None:
        """Take over trades that came straight from the fetcher."""
        self._pushed.update((quote.ticker, quote) for quote in quotes)

    def versions(self) -> Versions:
        """What grows with every change of the archive; takes over its quotes and notes when they changed."""
        # Asked every second, by every session: most of the time nothing was written.
        if not self._glance.changed() and not self.archive.trouble:
            return self._seen
        versions = self.archive.versions()
        if versions != self._seen:
            self._seen = versions
            self._quotes, self._notes = self.archive.quotes(), self.archive.notes()
        return versions

    def ticks(self, now: datetime, panel: Panel) -> Mapping[str, float]:
        """The last prices of the session in progress, or of the last one as long as the panel lacks its daily bar.

        Only those that fit the panel's closes: when a split makes prices jump, the panel that knows it comes a moment
        before or after the first such price.
        """
        session, latest = self.session_in_progress(now), now.timestamp() + SKEW_SECONDS
        trades = self._trades(panel).items()
        return {name: quote.price for name, quote in trades if quote.at <= latest and day(quote) == session}

    def session_in_progress(self, now: datetime) -> date:
        """The session in progress, or the last one that was."""
        hours = calendar.hours(now)
        return hours.session if hours.open else calendar.last_closed_session(now)

    def minutes(self, ticker: str, days: int, now: datetime) -> Minutes | None:
        """The minute bars of the last day or five that had begun at `now`; None when none are held."""
        held = self.archive.minutes(ticker, INTERVALS[days])
        if held is None:
            return None
        n = int(np.searchsorted(held.times, np.datetime64(int(now.timestamp()), "s"), "right"))
        if n == len(held):
            return held
        return replace(held, **{name: getattr(held, name)[:n] for name in ("times", *FIELDS)}) if n else None

    def log(self) -> tuple[Entry, ...]:
        """What was asked, answered, refused and stored, oldest first."""
        return self.archive.log()

    def outlook(self, now: datetime) -> tuple[str, ...]:
        """What is wrong with whom and until when, and when something is asked for next."""
        troubles = (_trouble_words(name, self._trouble(key), now) for key, name in PROVIDERS.items())
        ahead = _instant(self._status().get("next"))
        asks = ahead is not None and ahead >= now - GONE
        at = f"next question: {calendar.new_york(ahead):%Y-%m-%d %H:%M} ET" if ahead and asks else ""
        return (*filter(None, troubles), at or "nothing is being fetched")

    def freshness(self, now: datetime, reading: Reading, ticker: str, *, replay: bool) -> Freshness:
        """The states of what is shown of this reading and of `ticker`."""
        trades = self._trades(reading.panel)
        shown = {ticker, reading.pair.a, reading.pair.b}
        # Of what is looked at together the oldest counts: a leg that no longer trades makes the ratio old.
        oldest = min((trades[name] for name in shown), key=lambda quote: quote.at) if shown <= trades.keys() else None
        yahoo, fred = self._trouble("yahoo"), self._trouble("fred")
        told = partial(
            freshness,
            now,
            simulated=False,
            replay=replay,
            fetching=False,
            as_of=reading.as_of,
            macro_late=tuple(row.row.series for row in reading.macro if row.stale),
            quote_at=datetime.fromtimestamp(oldest.at, UTC) if oldest else None,
            quote_delay=oldest.delay if oldest else 0,
            poll=self._poll(),
            flags=(*_refused(self._notes), *self._flags),
            quote_flags=tuple(
                f"{key.removeprefix('quote/')}: {why}" for key, why in self._notes.items() if key.startswith("quote/")
            ),
        )
        found = told(offline_since=_offline(yahoo), trouble=_trouble_words(PROVIDERS["yahoo"], yahoo, now))
        # It is asked every second, by every session, and mostly both can be reached.
        if _offline(fred) == _offline(yahoo):
            return found
        return found._replace(macro=told(offline_since=_offline(fred)).macro)

    def _trades(self, panel: Panel) -> dict[str, Quote]:
        """The last trades that are newer than the panel's bars and fit them."""
        newest = dict(self._quotes)
        for ticker, quote in self._pushed.items():
            if ticker not in newest or newest[ticker].at < quote.at:
                newest[ticker] = quote
        bars = panel.bars
        return {ticker: quote for ticker, quote in newest.items() if ticker in bars and fits(quote, bars[ticker])}

    def _poll(self) -> float:
        """The seconds between two questions for last trades, as the fetcher noted them."""
        match self._status().get("poll"):
            case int() | float() as seconds if POLL <= seconds <= LONGEST_POLL:
                return float(seconds)
        return POLL

    def _status(self) -> Mapping[str, object]:
        status = self._notes.get("status")
        return status if isinstance(status, dict) else {}

    def _trouble(self, provider: str) -> Trouble | None:
        """What is wrong with a provider, as the fetcher noted it; None when nothing is, and for nonsense."""
        match self._status().get(provider):
            case {"kind": str(kind), "until": int() | float() as until, "since": int() | float() as since} if (
                kind in TROUBLES and 0 < since < until < LATEST
            ):
                return Trouble(kind, until, since)
        return None


def _offline(trouble: Trouble | None) -> datetime | None:
    """Since when there is no connection; None while there is one."""
    return datetime.fromtimestamp(trouble.since, UTC) if trouble and trouble.kind == "offline" else None


def _instant(text: object) -> datetime | None:
    """An instant that was noted; None for none, for one without a zone and for nonsense."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _refused(notes: Mapping[str, object]) -> tuple[str, ...]:
    """The tickers whose newest answer was refused, since when and why."""
    return tuple(
        f"{note.get('why', '')}; not renewed since {str(note.get('since', ''))[:10]}"
        for key, note in sorted(notes.items())
        if key.startswith("refused/") and isinstance(note, dict)
    )


def _trouble_words(name: str, trouble: Trouble | None, now: datetime) -> str:
    """`Yahoo: rate limited until 14:32 ET`, `Yahoo: offline, not asked until 14:32 ET`; empty when nothing is wrong."""
    if trouble is None:
        return ""
    until, words = datetime.fromtimestamp(trouble.until, UTC), f"{name}: {TROUBLES[trouble.kind]}"
    if until <= now:
        return f"{words}, being tried again"
    return f"{words}{'' if trouble.kind == RATE_LIMITED else ', not asked'} until {calendar.new_york(until):%H:%M} ET"
