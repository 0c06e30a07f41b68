"""The archive: what is put in comes back, a change is made whole or not at all, and nobody waits for a writer."""

from __future__ import annotations

import json
import math
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.bars import Series
from smallcap.core.live import archive as archives
from smallcap.core.live.archive import LOG_KEPT, Archive, Change, Versions
from smallcap.core.live.log import Entry
from smallcap.core.live.raw import Held, Quote
from smallcap.core.store import Store

from tests.conftest import random_bars
from tests.core.live import make
from tests.core.live.kept import AT, NOTHING, QUOTE, SERIES, all_of, bars, closes, edit, everything, minutes_of, same
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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "store.sqlite3"


@pytest.fixture
def archive(path: Path) -> Archive:
    made = Archive(path)
    made.prepare()
    return made


@pytest.fixture
def full(archive: Archive) -> Archive:
    archive.write(everything)
    return archive


# What is put in comes back.


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


# A refresh.


def test_what_is_staged_is_not_read_as_held(full: Archive):
    assert closes(full) == {"IWM": 1.0, "SPY": 3.0}
    assert closes(full, staged=True) == {"IWM": 2.0}


def test_the_end_of_a_refresh_replaces_what_it_brought_and_nothing_else(full: Archive):
    full.write(lambda change: change.stage(bars(5.0, "QQQ")))
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 2.0, "QQQ": 5.0, "SPY": 3.0}
    assert closes(full, staged=True) == {}
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 2.0, "QQQ": 5.0, "SPY": 3.0}


@pytest.mark.parametrize("damage", ["hash = zeroblob(32)", "schema = 2", "payload = zeroblob(10)"])
def test_a_staged_row_that_is_damaged_does_not_replace_a_sound_one(full: Archive, damage: str):
    full.write(lambda change: change.stage(bars(5.0, "QQQ")))
    edit(full.path, (f"update held set {damage} where staged = 1 and ticker = 'IWM'",))
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 1.0, "QQQ": 5.0, "SPY": 3.0}
    assert closes(full, staged=True) == {}
    assert full.trouble == ""


def test_what_was_staged_can_be_dropped(full: Archive):
    full.write(lambda change: change.drop_staged())
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 1.0, "SPY": 3.0}


GROWTH = {
    "stage": (lambda change: change.stage(bars(9.0)), Versions(0, 0, 0, 0)),
    "drop": (lambda change: change.drop_staged(), Versions(0, 0, 0, 0)),
    "note": (lambda change: change.note({"x": 1}), Versions(0, 0, 0, 0)),
    "hold": (lambda change: change.hold(bars(9.0)), Versions(1, 0, 0, 0)),
    "promote": (lambda change: change.promote(), Versions(1, 0, 0, 0)),
    "series": (lambda change: change.series([SERIES], AT), Versions(1, 0, 0, 0)),
    "quotes": (lambda change: change.quotes([QUOTE, QUOTE._replace(ticker="SPY")]), Versions(0, 1, 0, 0)),
    "minutes": (lambda change: change.minutes(minutes_of(), AT), Versions(0, 0, 1, 0)),
    "log": (lambda change: change.log([Entry(AT, "note", "", "")] * 3), Versions(0, 0, 0, 1)),
}


@pytest.mark.parametrize("what", GROWTH)
def test_each_change_makes_its_own_number_grow(full: Archive, what: str):
    change, growth = GROWTH[what]
    for _ in range(12):  # past nine, where numbers kept as text would begin to lie
        before = full.versions()
        full.write(change)
        assert tuple(np.subtract(full.versions(), before)) == growth


def test_nobody_has_to_remember_the_numbers_and_no_note_turns_them_back(full: Archive):
    notes, before = full.notes(), full.versions()
    assert not any(key.startswith("version/") for key in notes)
    full.write(lambda change: change.hold(bars(9.0)))
    full.write(lambda change: change.note(notes))
    assert full.versions().market == before.market + 1


# Whole or not at all.


class Stop(Exception):
    """Raised in the middle of a change."""


def test_a_change_that_fails_in_the_middle_leaves_everything_as_it_was(full: Archive):
    before = all_of(full)

    def change(change: Change) -> None:
        change.promote()
        change.hold(bars(8.0, "QQQ"))
        change.quotes([QUOTE._replace(price=1.0)])
        change.note({"a": None, "b": 1})
        change.log([Entry(AT, "note", "", "x")])
        raise Stop

    with pytest.raises(Stop):
        full.write(change)
    assert all_of(full) == before
    full.write(lambda change: change.promote())
    assert closes(full)["IWM"] == 2.0


def test_a_full_disk_leaves_everything_as_it_was(full: Archive, monkeypatch: pytest.MonkeyPatch):
    before = all_of(full)
    opened = Archive._open

    def small(self: Archive, *args, **kwargs) -> sqlite3.Connection:
        db = opened(self, *args, **kwargs)
        pages = db.execute("pragma page_count").fetchone()[0]
        db.execute(f"pragma max_page_count = {pages + 20}")
        return db

    def change(change: Change) -> None:
        change.promote()
        for n in range(10):
            change.hold(bars(7.0, f"T{n}", 2000))

    monkeypatch.setattr(Archive, "_open", small)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        full.write(change)
    assert all_of(full) == before
    monkeypatch.undo()
    full.write(change)
    assert len(closes(full)) == 12


def test_a_refresh_that_is_under_way_is_not_seen_and_holds_no_reader_up(full: Archive):
    before, waited = all_of(full), []

    def change(change: Change) -> None:
        change.promote()
        change.hold(bars(8.0, "QQQ"))
        at = time.monotonic()
        assert all_of(Archive(full.path)) == before
        waited.append(time.monotonic() - at)

    full.write(change)
    assert max(waited) < archives.READER_SECONDS
    assert closes(full) == {"IWM": 2.0, "QQQ": 8.0, "SPY": 3.0}


def test_a_reader_in_the_middle_of_a_read_holds_no_writer_up(full: Archive):
    with closing(sqlite3.connect(full.path)) as db:
        rows = db.execute("select * from held")
        rows.fetchone()
        at = time.monotonic()
        full.write(lambda change: change.promote())
        assert time.monotonic() - at < 1.0
        assert rows.fetchone()[1] == 1, "the reader goes on with what was there when it began"
        rows.close()


def test_a_writer_waits_for_another_writer(full: Archive):
    holding, done = threading.Event(), threading.Event()

    def hold(change: Change) -> None:
        change.note({"first": 1})
        holding.set()
        done.wait(0.3)  # nothing sets it: the time for which the lock is held

    first = threading.Thread(target=lambda: full.write(hold))
    first.start()
    assert holding.wait(5)
    full.write(lambda change: change.note({"second": 2}))
    first.join()
    assert {"first", "second"} <= set(full.notes())


def test_a_change_is_alone_from_its_beginning(full: Archive):
    def change(_: Change) -> None:
        locked = pytest.raises(sqlite3.OperationalError, match="locked")
        with closing(sqlite3.connect(full.path, timeout=0)) as other, locked:
            other.execute("begin immediate")

    full.write(change)


def test_a_writer_that_waits_too_long_says_that_it_is_locked(full: Archive, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Archive._open, "__defaults__", ("mode=rw", 0.05))
    with closing(sqlite3.connect(full.path)) as db:
        db.execute("begin immediate")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            full.write(lambda change: change.note({"x": 1}))


def test_readers_share_the_file_with_a_writer_by_its_journal(full: Archive):
    with closing(sqlite3.connect(full.path)) as db:
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)


def test_to_prepare_again_costs_nothing_that_was_kept(full: Archive):
    before = all_of(full)
    for _ in range(3):
        full.prepare()
    assert all_of(full) == before
    assert full.trouble == ""


def test_everything_is_copied_into_another_archive(full: Archive, tmp_path: Path):
    other = Archive(tmp_path / "other")
    other.prepare()
    other.write(lambda change: change.hold(bars(0.5)))
    full.copy_to(other)
    assert all_of(other) == all_of(full)
    other.write(lambda change: change.log([Entry(AT, "note", "", "after")]))
    assert [entry.words for entry in other.log()] == ["hello", "after"]


def test_an_instant_comes_back_with_its_zone(archive: Archive):
    at = datetime(2026, 11, 20, 21, 30, 5, 123456, tzinfo=UTC)
    archive.write(lambda change: change.log([Entry(at, "note", "", "")]))
    assert archive.log()[0].at == at
    assert archive.log()[0].at.tzinfo is not None


def test_a_note_is_kept_as_json(full: Archive):
    with closing(sqlite3.connect(full.path)) as db:
        kept = db.execute("select value from notes where key = 'a'").fetchone()[0]
    assert json.loads(kept) == {"b": [1, None, "c"]}
