"""The archive changed: whole or not at all, and nobody waits for a writer."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from smallcap.core.live import archive as archives
from smallcap.core.live.archive import Archive, Change
from smallcap.core.live.log import Entry

from tests.core.live.kept import AT, QUOTE, all_of, bars, closes


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
