"""Disks that are full or can't be written to: the old data is read, the new is kept in memory until there is room.

Limits and file systems belong to a process, so each scenario here is a function that is run in one of its own.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from smallcap.core.live import place as places
from smallcap.core.live.archive import Archive, Change
from smallcap.core.live.place import Place

from tests.core.live.kept import NOTHING, all_of, bars, closes, everything

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534


def run(scenario: Callable[[Path], None], path: Path, *before: str) -> None:
    """Run a scenario in a process of its own; fail with what it says when it fails."""
    code = f"from pathlib import Path; from {__name__} import {scenario.__name__} as s; s(Path({str(path)!r}))"
    command = [*before, sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def in_a_namespace(scenario: Callable[[Path], None], path: Path) -> None:
    """Run a scenario where it may mount file systems."""
    able = ["unshare", "-rm", "true"]
    if not shutil.which("unshare") or subprocess.run(able, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of their own: what it does is tested without, above")
    path.mkdir()
    run(scenario, path, "unshare", "-rm")


def mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "smallcap", str(folder)], check=True)


def many(change: Change) -> None:
    """A refresh of about two megabytes."""
    change.promote()
    for n in range(15):
        change.hold(bars(7.0, f"T{n}", 2500))


def made(path: Path) -> tuple[object, ...]:
    """An archive with something of everything; what is read of it."""
    archive = Archive(path)
    archive.prepare()
    archive.write(everything)
    return all_of(archive)


def fails(archive: Archive) -> str:
    """The words with which a big refresh fails."""
    try:
        archive.write(many)
    except sqlite3.OperationalError as error:
        return str(error)
    raise AssertionError("it was written")


def goes_away_and_comes_back(path: Path, make_room: Callable[[], object]) -> None:
    """Home while it can be, in memory while it can't, home again with everything."""
    place = Place(path)
    place.settle()
    assert place.archive is place.home
    before = all_of(Archive(path))
    why = fails(place.archive)
    assert all_of(Archive(path)) == before
    place.into_memory(why)
    memory = place.archive.path
    assert why in place.why
    place.archive.write(everything)
    assert closes(Archive(memory)) == closes(Archive(path))
    make_room()
    assert place.back_home()
    place.archive.write(many)
    assert len(closes(Archive(path))) == 17
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert memory.exists()
    place.leave()
    assert not memory.parent.exists()


def a_limit_on_the_size_of_files(folder: Path) -> None:
    path = folder / "store.sqlite3"
    made(path)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, most))
    goes_away_and_comes_back(path, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))


def a_full_file_system(folder: Path) -> None:
    mount(folder, "size=2m,mode=700")
    path = folder / "store.sqlite3"
    made(path)
    fill(folder / "other", leave=200_000)
    goes_away_and_comes_back(path, (folder / "other").unlink)


def not_a_byte_left(folder: Path) -> None:
    mount(folder, "size=2m,mode=700")
    path = folder / "store.sqlite3"
    before = made(path)
    fill(folder / "other", leave=0)
    archive = Archive(path)
    assert all_of(archive) == before
    assert archive.trouble == ""
    place = Place(path)
    place.settle()
    assert place.archive is not place.home
    assert all_of(place.archive) == before
    (folder / "other").unlink()
    assert place.back_home()
    assert all_of(place.archive)[0] == before[0]
    place.leave()


def no_room_for_a_first_archive(folder: Path) -> None:
    mount(folder, "size=1m,mode=700")
    fill(folder / "other", leave=0)
    place = Place(folder / "store.sqlite3")
    place.settle()
    assert place.archive is not place.home
    place.archive.write(everything)
    (folder / "other").unlink()
    assert place.back_home()
    place.archive.write(everything)
    place.leave()


def a_file_system_that_is_only_read(folder: Path) -> None:
    mount(folder, "size=4m,mode=700")
    path = folder / "store.sqlite3"
    before = made(path)
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    can_be_read_but_not_written(path, before)
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
    place = Place(path)
    assert place.back_home()


def a_leftover_journal_on_a_file_system_that_is_only_read(folder: Path) -> None:
    mount(folder, "size=8m,mode=700")
    path = folder / "store.sqlite3"
    before = made(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("delete from held")
        db.commit()
        for name in ("store.sqlite3", "store.sqlite3-wal"):
            shutil.copy(folder / name, folder / f"killed-{name}")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    assert all_of(Archive(folder / "killed-store.sqlite3")) == before


def a_folder_of_somebody_else(folder: Path) -> None:
    path = folder / "store.sqlite3"
    before = made(path)
    for thing in (path, folder):
        os.chown(thing, *[NOBODY if os.geteuid() == 0 else -1] * 2)
    folder.chmod(0o500)
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    can_be_read_but_not_written(path, before)
    path.chmod(0o400)
    can_be_read_but_not_written(path, before)
    path.chmod(0)
    archive = Archive(path)
    assert all_of(archive) == NOTHING
    assert "can't be read" in archive.trouble
    folder.chmod(0)
    archive = Archive(path)
    assert all_of(archive) == NOTHING
    assert "can't be read" in archive.trouble


def can_be_read_but_not_written(path: Path, before: tuple[object, ...]) -> None:
    archive = Archive(path)
    assert all_of(archive) == before
    assert archive.trouble == ""
    with suppress(OSError, sqlite3.OperationalError):
        archive.write(lambda change: change.promote())
        raise AssertionError("it was written")
    place = Place(path)
    place.settle()
    assert place.archive is not place.home
    assert f"{path} can't be written (" in place.why
    assert all_of(place.archive) == before
    place.archive.write(lambda change: change.promote())
    assert not place.back_home()
    place.leave()
    assert not place.archive.path.exists()
    assert all_of(archive) == before


def fill(path: Path, *, leave: int) -> None:
    """Fill a file system up to some bytes, to the last one if none are to be left."""
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    room = os.statvfs(path.parent)
    os.posix_fallocate(file, 0, room.f_bavail * room.f_bsize - leave)
    if not leave:
        with suppress(OSError):
            while os.write(file, bytes(100)):
                pass
    os.close(file)


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path):
    run(a_limit_on_the_size_of_files, tmp_path)


def test_a_folder_that_cannot_be_written_is_read_all_the_same():
    folder = Path(tempfile.mkdtemp(prefix="smallcap-test-"))
    try:
        run(a_folder_of_somebody_else, folder)
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "scenario",
    [
        a_full_file_system,
        not_a_byte_left,
        no_room_for_a_first_archive,
        a_file_system_that_is_only_read,
        a_leftover_journal_on_a_file_system_that_is_only_read,
    ],
)
def test_a_real_file_system(scenario: Callable[[Path], None], tmp_path: Path):
    in_a_namespace(scenario, tmp_path / "mounted")


@pytest.mark.parametrize(
    "error", ["SQLITE_CANTOPEN", "SQLITE_READONLY_DIRECTORY", "SQLITE_IOERR_SHMSIZE", "SQLITE_FULL"]
)
def test_where_sqlite_cannot_make_its_own_files_the_archive_is_read_as_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str
):
    path = tmp_path / "store.sqlite3"
    before = made(path)
    opened = Archive._open

    def refuse(self: Archive, how: str = "mode=rw", seconds: float = 5.0) -> sqlite3.Connection:
        if how == "mode=rw":
            refusal = sqlite3.OperationalError(error)
            refusal.sqlite_errorcode = getattr(sqlite3, error)
            raise refusal
        return opened(self, how, seconds)

    monkeypatch.setattr(Archive, "_open", refuse)
    archive = Archive(path)
    assert all_of(archive) == before
    assert archive.trouble == ""


def test_an_archive_that_is_locked_for_long_is_not_read_past_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "store.sqlite3"
    made(path)
    monkeypatch.setattr("smallcap.core.live.archive.READER_SECONDS", 0.05)
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma locking_mode = exclusive")
        db.execute("begin exclusive")
        archive, at = Archive(path), time.monotonic()
        assert all_of(archive) == NOTHING
        assert time.monotonic() - at < 5.0
        assert "locked" in archive.trouble


def test_a_place_that_has_no_room_in_memory_either_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "SHARED_MEMORY", tmp_path / "not there")
    monkeypatch.setattr(places.tempfile, "tempdir", str(tmp_path / "not there either"))
    place = Place(Path("/proc/nobody/store.sqlite3"))
    with pytest.raises(OSError, match="not there either"):
        place.settle()
