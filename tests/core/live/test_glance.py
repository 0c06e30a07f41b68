"""A glance sees every commit, whoever makes it, and another file in the old one's place."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from smallcap.core.live.glance import Glance


def write(path: Path, value: int) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table if not exists notes (value)")
        db.execute("insert into notes values (?)", (value,))


def test_every_commit_is_seen_once(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    write(path, 0)
    glance = Glance(path)
    assert [glance.changed() for _ in range(3)] == [True, False, False]
    for value in range(200):
        write(path, value)
        assert [glance.changed() for _ in range(2)] == [True, False]


def test_a_commit_on_a_connection_that_stays_open_is_seen(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    write(path, 0)
    glance = Glance(path)
    glance.changed()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("begin immediate")
        db.execute("insert into notes values (1)")
        assert not glance.changed()
        db.execute("commit")
        assert glance.changed()
        db.execute("pragma wal_checkpoint(truncate)")
        glance.changed()
        db.execute("insert into notes values (2)")
        assert glance.changed()


def test_nobody_is_kept_from_writing(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    write(path, 0)
    glance = Glance(path)
    glance.changed()
    with closing(sqlite3.connect(path, timeout=0.0)) as db:
        assert db.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0


def test_a_file_that_is_not_there_is_looked_for_each_time(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    glance = Glance(path)
    assert glance.changed()
    assert glance.changed()
    assert not path.exists()
    write(path, 0)
    assert [glance.changed() for _ in range(2)] == [True, False]
    path.unlink()
    assert glance.changed()


def test_another_file_in_its_place_is_seen_though_it_counts_the_same(tmp_path: Path):
    path, other = tmp_path / "store.sqlite3", tmp_path / "other.sqlite3"
    write(path, 0)
    write(other, 0)
    glance = Glance(path)
    glance.changed()
    for end in ("-wal", "-shm"):
        (tmp_path / f"store.sqlite3{end}").unlink(missing_ok=True)
    other.replace(path)
    assert [glance.changed() for _ in range(2)] == [True, False]


def test_what_is_no_database_changes_each_time_and_any_thread_may_look(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"no database" * 1000)
    assert [Glance(path).changed() for _ in range(2)] == [True, True]
    glance = Glance(tmp_path / "sound.sqlite3")
    write(tmp_path / "sound.sqlite3", 0)
    glance.changed()
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(glance.changed()))
    thread.start()
    thread.join()
    assert seen == [False]
