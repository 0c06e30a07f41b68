"""A file that is no archive is set aside and built anew."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from smallcap.core.live.archive import Archive

from tests.core.live.kept import NOTHING, all_of, bars, closes, everything, same


def broken_files(sound: bytes) -> Iterator[tuple[str, bytes]]:
    yield "garbage", random.Random(1).randbytes(50_000)
    yield "text", b"this is no database at all\n" * 1000
    yield "a header and no more", sound[:100]
    yield "a header and garbage", sound[:100] + random.Random(2).randbytes(len(sound) - 100)
    for cut in (50, 512, 4095, 4096, len(sound) // 2, len(sound) - 4096):
        yield f"cut at {cut}", sound[:cut]


def test_a_file_that_is_no_database_is_read_as_nothing_and_set_aside_and_built_anew(full: Archive, tmp_path: Path):
    for what, content in broken_files(full.path.read_bytes()):
        path = tmp_path / what / "store.sqlite3"
        path.parent.mkdir()
        path.write_bytes(content)
        archive = Archive(path)
        assert all_of(archive) == NOTHING, what
        assert "can't be read" in archive.trouble, what
        archive.prepare()
        assert archive.trouble == f"{path} was no database; it is kept as store.sqlite3.bad and built anew", what
        assert path.with_name("store.sqlite3.bad").read_bytes() == content, what
        archive.write(everything)
        assert all_of(archive) == all_of(full), what
        archive.prepare()
        assert archive.trouble == "", what


@pytest.mark.parametrize("content", [b"", b"x"])
def test_an_empty_file_is_built(path: Path, content: bytes):
    path.parent.mkdir()
    path.write_bytes(content)
    archive = Archive(path)
    assert (all_of(archive), archive.trouble) == (NOTHING, "")
    archive.prepare()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}


def test_a_folder_in_the_place_of_the_file_is_set_aside(path: Path):
    path.mkdir(parents=True)
    (path / "something").touch()
    archive = Archive(path)
    assert all_of(archive) == NOTHING
    assert "can't be read" in archive.trouble
    archive.prepare()
    assert "built anew" in archive.trouble
    assert (path.with_name("store.sqlite3.bad") / "something").exists()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}


def test_the_journal_of_a_broken_file_goes_with_it(full: Archive):
    with closing(sqlite3.connect(full.path)) as reader:
        reader.execute("begin").execute("select * from notes").fetchone()
        full.write(lambda change: change.hold(bars(9.0, "QQQ")))
        pages = full.path.stat().st_size // 4096
        with full.path.open("r+b") as file:
            file.seek(4096)
            file.write(bytes((pages - 1) * 4096))
        full.prepare()
        assert "built anew" in full.trouble
        bad = {file.name for file in full.path.parent.iterdir() if ".bad" in file.name}
        assert bad == {"store.sqlite3.bad", "store.sqlite3.bad-wal", "store.sqlite3.bad-shm"}
        full.write(everything)
        assert closes(full) == {"IWM": 1.0, "SPY": 3.0}


def test_a_second_broken_file_takes_the_place_of_the_first(path: Path):
    archive = Archive(path)
    path.parent.mkdir()
    for content in (b"first" * 1000, b"second" * 1000):
        path.write_bytes(content)
        archive.prepare()
    assert path.with_name("store.sqlite3.bad").read_bytes() == b"second" * 1000


def test_a_page_broken_anywhere_does_no_more_harm_than_to_lose_rows(full: Archive):
    sound, before = full.path.read_bytes(), full.histories()
    chance = random.Random(7)
    lost = 0
    for _ in range(150):
        content = bytearray(sound)
        at = chance.randrange(100, len(content))
        content[at : at + 16] = chance.randbytes(len(content[at : at + 16]))
        full.path.write_bytes(content)
        archive = Archive(full.path)
        all_of(archive)
        found = archive.histories()
        lost += len(found) < len(before)
        assert all(ticker in before and same(held, before[ticker]) for ticker, held in found.items())
        archive.prepare()
        archive.write(lambda change: change.hold(bars(6.0)))
        assert closes(archive)["IWM"] == 6.0
        for left in full.path.parent.iterdir():
            left.unlink()
    assert lost > 10


def test_damage_that_only_a_full_look_finds_is_found_when_it_is_prepared(full: Archive):
    full.write(lambda change: [change.hold(bars(float(n), f"T{n}", 2000)) for n in range(5)])
    content = bytearray(full.path.read_bytes())
    with closing(sqlite3.connect(full.path)) as db:
        root = db.execute("select rootpage from sqlite_master where name = 'held'").fetchone()[0]
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    full.path.write_bytes(content)
    assert full.histories() == {}
    full.prepare()
    assert "built anew" in full.trouble
    full.write(everything)
    assert closes(full) == {"IWM": 1.0, "SPY": 3.0}
