"""The archive as a source of minutes, of its log, and of why a ticker is not there."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from smallcap.core.live.log import Entry
from smallcap.core.live.raw import FIELDS, Minutes
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import Yahoo, wanted

from tests.core.sources.yahoo_source.conftest import INPUTS, NIGHT, OPEN, opened, quote, stored, ticks


def bars_of_minutes(interval: int) -> Minutes:
    close = np.linspace(180.0, 181.0, 60)
    times = np.datetime64("2026-11-23T15:30", "s") + np.arange(60) * 60 * interval
    return Minutes("IWM", interval, times, close, close + 1, close - 1, close, close * 0)


def test_minutes_are_those_that_had_begun(archive):
    archive.write(lambda change: change.minutes(bars_of_minutes(1), OPEN))
    source = Yahoo(archive)
    seen = source.minutes("IWM", 1, OPEN)
    assert len(seen) == 31
    assert seen.times[-1] == np.datetime64("2026-11-23T16:00:00")
    assert {len(getattr(seen, name)) for name in FIELDS} == {31}
    assert len(source.minutes("IWM", 1, OPEN + timedelta(hours=1))) == 60
    assert source.minutes("IWM", 1, OPEN - timedelta(hours=1)) is None
    assert source.minutes("IWM", 5, OPEN) is None
    assert source.minutes("SPY", 1, OPEN) is None


def test_five_days_are_bars_of_five_minutes(archive):
    archive.write(lambda change: change.minutes(bars_of_minutes(5), OPEN))
    assert Yahoo(archive).minutes("IWM", 5, OPEN + timedelta(days=1)).interval == 5


def test_the_log_is_the_archives(archive):
    entries = [Entry(NIGHT, "note", "x", "one"), Entry(OPEN, "failed", "y", "two")]
    archive.write(lambda change: change.log(entries))
    assert Yahoo(archive).log() == tuple(entries)


def test_another_archive_is_read_from_its_beginning(archive, tmp_path):
    source = opened(archive, lambda change: change.quotes([quote("IWM", 181.0, OPEN)]), OPEN)
    source.move(str(archive.path))
    assert source.archive is archive
    other = stored(tmp_path / "other", "IWM", "SPY")
    other.write(lambda change: change.quotes([quote("IWM", 190.0, OPEN)]))
    assert other.versions() == archive.versions()
    source.move(str(other.path))
    source.versions()
    assert ticks(source, OPEN) == {"IWM": 190.0}


def test_why_a_ticker_is_not_there(archive):
    notes = {
        "unknown/NOPE": {"why": "Yahoo does not know NOPE", "at": 1.0},
        "refused/ODD": {"why": "ODD: nonsense", "since": "2026-11-19"},
        "unknown/BAD": "nonsense",
    }
    source = opened(archive, lambda change: (change.note(notes), change.quotes([])))
    assert [source.refusal(t) for t in ("NOPE", "ODD", "BAD", "IWM")] == [
        "Yahoo does not know NOPE",
        "ODD: nonsense",
        "",
        "",
    ]


def test_everything_a_reading_looks_at_is_wanted():
    tickers, series = wanted(Settings(watchlist=("KRE", "IWM"), pair="IWM/QQQ"))
    assert {*INPUTS, "QQQ", "KRE", "^VIX", "HYG", "IEF"} <= set(tickers)
    assert len(tickers) == len(set(tickers))
    assert {"DGS2", "DGS10"} <= set(series)
