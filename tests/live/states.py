"""What the panels would say of a ticker, by what the store has of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from smallcap.core.bars import to_day
from smallcap.core.freshness import Freshness
from smallcap.core.history import Pair
from smallcap.core.live.archive import Archive, Change
from smallcap.core.sources.yahoo import Yahoo


def alone(archive: Archive, ticker: str, folder: Path) -> Archive:
    """A store with nothing in it but what is known of one ticker and of the providers."""
    copy = Archive(folder / "store.sqlite3")
    copy.prepare()
    held, quotes = archive.histories()[ticker], [quote for quote in archive.quotes().values() if quote.ticker == ticker]
    notes = {key: note for key, note in archive.notes().items() if key == "status" or key.endswith(f"/{ticker}")}

    def everything(change: Change) -> None:
        change.hold(held)
        change.quotes(quotes)
        change.note(notes)

    copy.write(everything)
    return copy


def states(archive: Archive, ticker: str, now: datetime) -> Freshness:
    """The states of a screen that shows the ticker alone."""
    source = Yahoo(archive)
    panel = source.load(now)
    source.versions()
    as_of = to_day(panel.bars[ticker].sessions[-1])
    reading = SimpleNamespace(pair=Pair(ticker, ticker), as_of=as_of, macro=(), panel=panel)
    return source.freshness(now, reading, ticker, replay=False)
