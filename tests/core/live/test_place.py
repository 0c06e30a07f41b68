"""Where the archive is kept: at home while that can be written, else in memory with all that was read, and back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from smallcap.core.live import place as places
from smallcap.core.live.archive import Archive
from smallcap.core.live.log import Entry
from smallcap.core.live.place import PREFIX, SHARED_MEMORY, Place, take_away
from smallcap.core.live.raw import Quote

from tests.core.live import make

BARS = make.held(make.raw([1.0, 2.0, 3.0]))
OTHER = make.held(make.raw([5.0, 6.0], ticker="SPY"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive with something of everything."""
    path = tmp_path / "home" / "store.sqlite3"
    archive = Archive(path)
    archive.prepare()

    def everything(change) -> None:
        change.hold(BARS)
        change.stage(OTHER)
        change.quotes([Quote("IWM", 3.1, 7, 3.0, 1.0)])
        change.note({"answered": {"daily IWM": "x"}})
        change.log([Entry(make.AT, "note", "IWM", "hello")])

    archive.write(everything)
    return path


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the file system in memory."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(places, "SHARED_MEMORY", folder)
    return folder


class Disk:
    """Makes every write of one archive fail for as long as it is full."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        write = Archive.write

        def failing(archive: Archive, change) -> None:
            if self.full and archive.path == home:
                raise sqlite3.OperationalError("database or disk is full")
            write(archive, change)

        monkeypatch.setattr(Archive, "write", failing)


@pytest.fixture
def disk(home: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(home, monkeypatch)


def tickers(archive: Archive, *, staged: bool = False) -> dict[str, list[float]]:
    return {name: held.raw.close.tolist() for name, held in archive.histories(staged=staged).items()}


def test_an_archive_that_can_be_written_is_used_and_nothing_is_said(home: Path, memory: Path):
    place = Place(home)
    place.settle()
    assert (place.archive, place.why) == (place.home, "")
    assert tickers(place.archive, staged=True) == {"SPY": [5.0, 6.0]}
    place.leave()
    assert list(memory.iterdir()) == []
    assert home.exists()


def test_a_file_that_was_no_database_is_built_anew_at_home_and_that_is_said(tmp_path: Path, memory: Path):
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"garbage" * 1000)
    place = Place(path)
    place.settle()
    assert place.archive is place.home
    assert place.why == f"{path} was no database; it is kept as store.sqlite3.bad and built anew"


def test_what_can_be_read_of_an_archive_that_cannot_be_written_is_taken_into_memory(home: Path, disk: Disk):
    before = Archive(home)
    place = Place(home)
    place.settle()
    there = place.archive
    assert there.path != home
    assert place.why == f"{home} can't be written (database or disk is full)"
    assert tickers(there) == {"IWM": [1.0, 2.0, 3.0]}
    assert tickers(there, staged=True) == {"SPY": [5.0, 6.0]}
    assert (there.quotes(), there.notes(), there.log()) == (before.quotes(), before.notes(), before.log())
    assert there.versions() == before.versions()
    place.leave()


def test_an_archive_that_cannot_be_made_is_an_empty_one_in_memory(tmp_path: Path, memory: Path):
    (tmp_path / "file").write_text("in the way")
    place = Place(tmp_path / "file" / "store.sqlite3")
    place.settle()
    assert place.archive.path.parent.parent == memory
    assert "can't be written" in place.why
    place.archive.write(lambda change: change.hold(BARS))
    assert tickers(place.archive) == {"IWM": [1.0, 2.0, 3.0]}
    assert not place.back_home()


def test_home_again_once_there_is_room(home: Path, disk: Disk):
    place = Place(home)
    place.settle()
    in_memory = place.archive
    assert not place.back_home()
    assert place.archive is in_memory
    assert place.why
    disk.full = False
    assert place.back_home()
    assert (place.archive, place.why) == (place.home, "")


def test_what_was_staged_at_home_does_not_replace_what_was_fetched_in_memory(home: Path, disk: Disk):
    place = Place(home)
    place.settle()
    disk.full = False
    newer = make.held(make.raw([7.0, 8.0], ticker="SPY"))
    assert place.back_home()
    place.archive.write(lambda change: change.hold(newer))
    place.archive.write(lambda change: change.promote())
    assert tickers(Archive(home))["SPY"] == [7.0, 8.0]


def test_what_was_staged_in_memory_is_not_promoted_by_a_later_stay_there(home: Path, memory: Path):
    place = Place(home)
    place.settle()
    place.into_memory("full")
    place.archive.write(lambda change: change.stage(OTHER))
    assert place.back_home()
    place.into_memory("full again")
    assert tickers(place.archive, staged=True) == {}


def test_a_home_that_broke_meanwhile_is_built_anew_and_that_is_said(home: Path, memory: Path):
    place = Place(home)
    place.settle()
    place.into_memory("disk I/O error")
    home.write_bytes(b"garbage" * 1000)
    assert place.back_home()
    assert "built anew" in place.why


def test_memory_is_private_and_given_back_at_the_end(home: Path, memory: Path):
    place = Place(home)
    place.settle()
    place.into_memory("full")
    (folder,) = memory.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert place.archive.path.stat().st_mode & 0o777 == 0o600
    place.into_memory("still full")
    assert list(memory.iterdir()) == [folder]
    place.leave()
    assert list(memory.iterdir()) == []
    place.leave()


def test_what_a_killed_process_left_in_memory_is_taken_away(home: Path, memory: Path):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    left, alive, other = (memory / f"{PREFIX}{name}" for name in (f"{gone.pid}-x", f"{os.getpid()}-y", "odd-z"))
    for folder in (left, alive, other):
        folder.mkdir()
        (folder / "store.sqlite3").touch()
    place = Place(home, os.getpid())
    place.settle()
    place.into_memory("full")
    assert not left.exists()
    assert alive.exists()
    assert other.exists()
    assert len(list(memory.iterdir())) == 3


def test_without_a_file_system_in_memory_the_folder_for_temporary_files_is_used(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(places, "SHARED_MEMORY", tmp_path / "not there")
    monkeypatch.setattr(places.tempfile, "tempdir", str(spare))
    place = Place(home)
    place.into_memory("full")
    assert place.archive.path.parent.parent == spare
    place.leave()
    assert list(spare.iterdir()) == []


def test_only_an_archive_in_memory_is_taken_away(home: Path, memory: Path, tmp_path: Path):
    place = Place(home)
    place.into_memory("full")
    take_away(place.archive.path)
    assert list(memory.iterdir()) == []
    take_away(home)
    take_away(tmp_path / "nobody" / "store.sqlite3")
    lookalike = tmp_path / f"{PREFIX}of-mine" / "store.sqlite3"
    lookalike.parent.mkdir()
    lookalike.touch()
    take_away(lookalike)
    neighbour = memory / "of somebody else" / "store.sqlite3"
    neighbour.parent.mkdir()
    neighbour.touch()
    take_away(neighbour)
    assert neighbour.exists()
    assert home.exists()
    assert lookalike.exists()


def test_the_file_system_in_memory_is_the_usual_one():
    assert Path("/dev/shm") == SHARED_MEMORY
