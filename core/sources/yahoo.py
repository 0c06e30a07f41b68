"""Yahoo and FRED as a source: what the fetcher has put into the archive, read as a panel; nothing is asked here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import calendar, macro
from ..axes import CYCLICAL, DEFENSIVE
from ..bars import Origin, Panel, to_day
from ..composite import BREADTH_BENCHMARK
from ..context import BREADTH, CREDIT
from ..errors import SourceError
from ..freshness import Freshness, freshness
from ..history import parse_pair
from ..live.adjust import adjusted
from ..live.archive import Archive, Versions
from ..live.log import Entry
from ..live.raw import Minutes, Quote
from ..publication import due_session
from ..settings import Settings

if TYPE_CHECKING:
    from ..reading import Reading

NAME = "Yahoo and FRED"
POLL = 15.0
PROVIDERS = {"yahoo": "Yahoo", "fred": "FRED"}
TROUBLES = {"rate limited": "rate limited", "offline": "offline, not asked", "upstream": "answers nonsense, not asked"}
# Small caps beside the pair, all sectors beside those that confirm, and what moves them.
BESIDE = ("IWM", "SPY", "VTWO", "SCHA", "IJR", "XLB", "XLC", "XLE", "XLK", "XLRE", "TLT", "LQD", "^VIX")
INTERVALS = {1: 1, 5: 5}


def wanted(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every ticker and every macro series that a reading of these settings looks at."""
    pair = parse_pair(settings.pair)
    context = [ticker for two in (*BREADTH, CREDIT) for ticker in two]
    tickers = (pair.a, pair.b, *settings.watchlist, *CYCLICAL, *DEFENSIVE, *context, BREADTH_BENCHMARK, *BESIDE)
    return tuple(dict.fromkeys(tickers)), tuple(row.series for row in macro.MACRO)


class Yahoo:
    """The archive as a source."""

    simulated = False
    name = NAME

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._newest: dict[str, date] = {}
        self._flags: tuple[str, ...] = ()
        self._pushed: dict[str, Quote] = {}
        self._quotes: dict[str, Quote] = {}
        self._notes: dict[str, object] = {}
        self._seen = Versions(-1, -1, -1, -1)

    def closed(self, now: datetime) -> date:
        """The newest session whose close is due."""
        return due_session(now)

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        """Everything held; SourceError when nothing is."""
        held = self.archive.histories()
        if not held:
            why = self.archive.trouble or "nothing of Yahoo's is in the store yet"
            raise SourceError(f"{why}: run `smallcap fetch`")
        self._newest = {one.ticker: to_day(one.raw.sessions[-1]) for one in held.values()}
        self._flags = tuple(flag for one in held.values() for flag in one.flags)
        fetched_at = max(one.fetched_at for one in held.values()).isoformat(timespec="seconds")
        bars = {ticker: adjusted(one.raw) for ticker, one in held.items()}
        trouble = (self.archive.trouble,) if self.archive.trouble else ()
        doubts = (*trouble, *_refused(self.archive.notes()), *self._flags)
        return Panel(bars, Origin(NAME, self.simulated, fetched_at), self.archive.series(), doubts)

    def move(self, archive: str) -> None:
        """Read another file from now on: the fetcher had to change its place."""
        if archive != str(self.archive.path):
            self.archive = Archive(Path(archive))

    def refusal(self, ticker: str) -> str:
        """Why the ticker isn't held though it was asked for; empty when nothing is known against it."""
        note = self._notes.get(f"unknown/{ticker}") or self._notes.get(f"refused/{ticker}")
        return str(note.get("why", "")) if isinstance(note, dict) else ""

    def push(self, quotes: Iterable[Quote]) -> None:
        """Take over trades that came straight from the fetcher."""
        self._pushed.update((quote.ticker, quote) for quote in quotes)

    def versions(self) -> Versions:
        """What grows with every change of the archive; takes over its quotes and notes when they changed."""
        versions = self.archive.versions()
        if versions != self._seen:
            self._seen = versions
            self._quotes, self._notes = self.archive.quotes(), self.archive.notes()
        return versions

    def ticks(self, now: datetime) -> Mapping[str, float]:
        """The last prices of sessions whose daily bar isn't held yet."""
        return {ticker: quote.price for ticker, quote in self._trades().items()}

    def session_in_progress(self, now: datetime) -> date:
        """The session in progress, or the last one that was."""
        hours = calendar.hours(now)
        return hours.session if hours.open else calendar.last_closed_session(now)

    def minutes(self, ticker: str, days: int, now: datetime) -> Minutes | None:
        """The minute bars of the last day or five; None when none are held."""
        return self.archive.minutes(ticker, INTERVALS[days])

    def log(self) -> tuple[Entry, ...]:
        """What was asked, answered, refused and stored, oldest first."""
        return self.archive.log()

    def outlook(self, now: datetime) -> tuple[str, ...]:
        """What is wrong with whom and until when, and when something is asked for next."""
        status = self._status()
        troubles = (_trouble_words(name, status.get(key), now) for key, name in PROVIDERS.items())
        ahead = status.get("next")
        at = f"{calendar.new_york(datetime.fromisoformat(ahead)):%Y-%m-%d %H:%M} ET" if isinstance(ahead, str) else ""
        return (*filter(None, troubles), *((f"next question: {at}",) if at else ("nothing is being fetched",)))

    def freshness(self, now: datetime, reading: Reading, ticker: str, *, replay: bool) -> Freshness:
        """The states of what is shown of this reading and of `ticker`."""
        trades = self._trades()
        shown = [trades[name] for name in (ticker, reading.pair.a, reading.pair.b) if name in trades]
        newest = max(shown, key=lambda quote: quote.at, default=None)
        status = self._status()
        troubled = [status[key] for key in PROVIDERS if isinstance(status.get(key), dict)]
        offline = [trouble["since"] for trouble in troubled if trouble["kind"] == "offline"]
        return freshness(
            now,
            simulated=False,
            replay=replay,
            fetching=False,
            as_of=reading.as_of,
            macro_late=tuple(row.row.series for row in reading.macro if row.stale),
            quote_at=datetime.fromtimestamp(newest.at, UTC) if newest else None,
            quote_delay=newest.delay if newest else 0,
            poll=POLL,
            flags=(*_refused(self._notes), *self._flags),
            quote_flags=tuple(
                f"{key.removeprefix('quote/')}: {why}" for key, why in self._notes.items() if key.startswith("quote/")
            ),
            offline_since=datetime.fromtimestamp(min(offline), UTC) if offline else None,
            trouble="; ".join(filter(None, (_trouble_words(PROVIDERS["yahoo"], status.get("yahoo"), now),))),
        )

    def _trades(self) -> dict[str, Quote]:
        """The last trades newer than the daily bars."""
        newest = dict(self._quotes)
        for ticker, quote in self._pushed.items():
            if ticker not in newest or newest[ticker].at < quote.at:
                newest[ticker] = quote
        return {ticker: quote for ticker, quote in newest.items() if self._newer(quote)}

    def _newer(self, quote: Quote) -> bool:
        held = self._newest.get(quote.ticker)
        return held is not None and calendar.new_york(datetime.fromtimestamp(quote.at, UTC)).date() > held

    def _status(self) -> dict[str, Any]:
        status = self._notes.get("status")
        return status if isinstance(status, dict) else {}


def _refused(notes: Mapping[str, object]) -> tuple[str, ...]:
    """The tickers whose newest answer was refused, since when and why."""
    return tuple(
        f"{note.get('why', '')}; not renewed since {str(note.get('since', ''))[:10]}"
        for key, note in sorted(notes.items())
        if key.startswith("refused/") and isinstance(note, dict)
    )


def _trouble_words(name: str, trouble: object, now: datetime) -> str:
    """`Yahoo: rate limited until 14:32 ET`; empty when nothing is wrong."""
    if not isinstance(trouble, dict):
        return ""
    until = datetime.fromtimestamp(float(trouble["until"]), UTC)
    if until <= now:
        return f"{name}: {TROUBLES[str(trouble['kind'])]}, being tried again"
    return f"{name}: {TROUBLES[str(trouble['kind'])]} until {calendar.new_york(until):%H:%M} ET"
