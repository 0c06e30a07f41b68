"""What the tests of the archive as a source need: one that is stored, and opened as of an instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from smallcap.core.bars import Panel
from smallcap.core.freshness import Freshness
from smallcap.core.history import Pair
from smallcap.core.live.archive import Archive, Change
from smallcap.core.live.raw import Held, Quote
from smallcap.core.sources.yahoo import Yahoo

from tests.core.live import make

FRIDAY, MONDAY = make.LAST, date(2026, 11, 23)
NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
OPEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday 11:00 in New York
INPUTS = ("IWM", "SPY", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV")


def stored(path: Path, *tickers: str, last: date = FRIDAY, n: int = 400, flags: tuple[str, ...] = ()) -> Archive:
    """An archive with a history of each ticker."""
    archive = Archive(path / "store.sqlite3")
    archive.prepare()
    helds = [
        make.held(make.raw(make.walk(n, seed), last, ticker=ticker, dividends={str(make.days_up_to(90)[0]): 0.5}))
        for seed, ticker in enumerate(tickers)
    ]
    helds = [
        Held(one.raw, one.fetched_at + timedelta(minutes=at), one.final_through, flags) for at, one in enumerate(helds)
    ]
    archive.write(lambda change: [change.hold(one) for one in helds])
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return stored(tmp_path, "IWM", "SPY")


def opened(archive: Archive, write: Callable[[Change], object] | None = None, now: datetime = NIGHT) -> Yahoo:
    """The source once it has loaded and looked, after something more was written."""
    if write:
        archive.write(write)
    source = Yahoo(archive)
    source.load(now)
    source.versions()
    return source


def ticks(source: Yahoo, now: datetime) -> Mapping[str, float]:
    return source.ticks(now, source.load(now))


def quote(ticker: str, price: float, at: datetime, delay: int = 0, before: float = np.nan) -> Quote:
    return Quote(ticker, price, int(at.timestamp()), before, 1e6, delay)


def looked_at(panel: Panel, as_of: date = FRIDAY, late: tuple[str, ...] = ()) -> SimpleNamespace:
    rows = tuple(SimpleNamespace(row=SimpleNamespace(series=name), stale=True) for name in late)
    return SimpleNamespace(as_of=as_of, pair=Pair("IWM", "SPY"), macro=rows, panel=panel)


def states(
    source: Yahoo, now: datetime = OPEN, ticker: str = "IWM", *, replay: bool = False, **looked: object
) -> Freshness:
    return source.freshness(now, looked_at(source.load(now), **looked), ticker, replay=replay)


LIVE = (quote("IWM", 181.0, OPEN - timedelta(seconds=10)), quote("SPY", 240.0, OPEN - timedelta(seconds=20)))
