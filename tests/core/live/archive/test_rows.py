"""The archive: what is put in comes back, hostile text included, in one file with the store."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.bars import Series
from smallcap.core.live.archive import LOG_KEPT, Archive, Change
from smallcap.core.live.log import Entry
from smallcap.core.live.raw import Held, Quote
from smallcap.core.store import Store

from tests.conftest import random_bars
from tests.core.live import make
from tests.core.live.kept import AT, NOTHING, QUOTE, SERIES, all_of, closes, everything, minutes_of, same
from tests.core.live.test_packing import bits

HOSTILE = (
    "",
    "'; drop table held; --",
    'quotes " and \\ and \x00 a NUL in the middle',
    "\x1b]0;title\x07\x1b[2J\r\n\t\x9b31m",
    "\u202eright to left\u2028 \ufeff \U0001f4c8",
    "x" * 1_000_000,
)
HALF = "half a character: \ud83d"


def test_bars_come_back_as_they_were_held(archive: Archive):
    raw = make.raw([1.0, math.nan, 3.0], dividends={"2026-11-19": 0.31}, splits={"2026-11-20": 4.0}, ticker="^VIX")
    held = Held(raw, AT, make.LAST - timedelta(1), HOSTILE)
    archive.write(lambda change: change.hold(held))
    assert same(archive.histories()["^VIX"], held)
    assert archive.trouble == ""


def test_series_and_minutes_and_quotes_come_back(full: Archive):
    found = full.series()["DGS2"]
    assert (bits(found.dates), bits(found.values)) == (bits(SERIES.dates), bits(SERIES.values))
    minutes = full.minutes("IWM", 1)
    assert minutes is not None
    assert bits(minutes.times) == bits(minutes_of().times)
    assert bits(minutes.volume) == bits(minutes_of().volume)
    assert full.minutes("IWM", 5) is None
    assert full.minutes("SPY", 1) is None
    assert full.quotes() == {"IWM": QUOTE}


def test_the_newest_takes_the_place_of_what_was_there(full: Archive):
    full.write(lambda change: change.quotes([QUOTE._replace(price=7.0)]))
    full.write(lambda change: change.minutes(minutes_of(), AT))
    full.write(lambda change: change.series([Series("DGS2", SERIES.dates, np.array([9.0, 8.0]))], AT))
    assert full.quotes()["IWM"].price == 7.0
    assert full.series()["DGS2"].values.tolist() == [9.0, 8.0]


def test_a_quote_without_a_close_before_it_or_a_volume_is_kept(archive: Archive):
    archive.write(lambda change: change.quotes([Quote("IWM", 200.0, 1, math.nan, math.nan)]))
    quote = archive.quotes()["IWM"]
    assert quote[:3] == ("IWM", 200.0, 1)
    assert math.isnan(quote.previous_close)
    assert math.isnan(quote.volume)
    assert archive.trouble == ""


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_back_as_text(archive: Archive, words: str):
    entry = Entry(AT, "failed", words, words)

    def change(change: Change) -> None:
        change.note({words: words, "nested": {"why": [words]}})
        change.log([entry])
        change.quotes([QUOTE._replace(ticker=words)])

    archive.write(change)
    assert archive.notes() == {words: words, "nested": {"why": [words]}}
    assert archive.log() == (entry,)
    assert archive.quotes() == {words: QUOTE._replace(ticker=words)}
    assert archive.trouble == ""


@given(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
@settings(deadline=None, max_examples=30)
def test_any_note_comes_back_unless_it_is_none(tmp_path_factory, words: str, value: object):
    archive = Archive(tmp_path_factory.mktemp("notes") / "a")
    archive.prepare()
    archive.write(lambda change: change.note({words: value}))
    assert archive.notes() == ({} if value is None else {words: value})


def test_half_a_character_from_a_broken_answer_costs_only_itself(archive: Archive):
    archive.write(lambda change: change.log([Entry(AT, "failed", HALF, HALF)]))
    archive.write(lambda change: change.note({"why": HALF}))
    archive.write(lambda change: change.hold(make.held(make.raw([1.0]), flags=(HALF,))))
    assert archive.log() == (Entry(AT, "failed", HALF[:-1] + "?", HALF[:-1] + "?"),)
    assert archive.notes() == {"why": HALF}
    assert archive.histories()["IWM"].flags == (HALF,)


def test_none_takes_a_note_away(full: Archive):
    full.write(lambda change: change.note({"a": None, "never there": None}))
    assert full.notes() == {}


def test_the_log_keeps_its_newest_entries_oldest_first(archive: Archive):
    entries = [Entry(AT + timedelta(seconds=n), "asked", "IWM", str(n)) for n in range(LOG_KEPT + 500)]
    for n in range(0, len(entries), 300):
        archive.write(lambda change, n=n: change.log(entries[n : n + 300]))
    assert archive.log() == tuple(entries[-LOG_KEPT:])
    assert archive.log(3) == tuple(entries[-3:])
    with closing(sqlite3.connect(archive.path)) as db:
        assert db.execute("select count(*) from log").fetchone() == (LOG_KEPT,)


def test_more_entries_at_once_than_are_kept_leave_the_newest(archive: Archive):
    entries = [Entry(AT, "asked", "IWM", str(n)) for n in range(2 * LOG_KEPT)]
    archive.write(lambda change: change.log(entries))
    assert archive.log() == tuple(entries[-LOG_KEPT:])


def test_the_store_and_the_archive_share_one_file(path: Path, archive: Archive):
    store = Store(path)
    store.keep([("a", "1", random_bars("IWM", 50, 1))])
    archive.write(everything)
    archive.prepare()
    assert set(store.kept({"a": "1"})) == {"a"}
    assert store.trouble is None
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}


def test_a_store_that_was_there_before_the_archive_stays(path: Path):
    store = Store(path)
    store.keep([("a", "1", random_bars("IWM", 50, 1))])
    archive = Archive(path)
    assert (all_of(archive), archive.trouble) == (NOTHING, "")
    archive.prepare()
    archive.write(everything)
    assert set(store.kept({"a": "1"})) == {"a"}
    assert archive.trouble == ""
