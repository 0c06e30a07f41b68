"""The archive's files: the user's alone, wherever they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from smallcap.core.live.archive import Archive, Change
from smallcap.core.store import Store

from tests.conftest import random_bars
from tests.core.live.kept import NOTHING, all_of, closes, everything


def test_files_are_private_to_the_user(path: Path):
    archive = Archive(path)
    archive.prepare()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    seen = set()

    def look(_: Change) -> None:
        seen.update((file.name, file.stat().st_mode & 0o777) for file in path.parent.iterdir())

    archive.write(look)
    assert seen == {("store.sqlite3", 0o600), ("store.sqlite3-wal", 0o600), ("store.sqlite3-shm", 0o600)}


def test_a_file_that_the_store_made_for_all_to_read_becomes_private(path: Path):
    Store(path).keep([("a", "1", random_bars("IWM", 50, 1))])
    with closing(sqlite3.connect(path)) as db:  # keeps the journal there
        db.execute("select * from arrays").fetchone()
        for file in path.parent.iterdir():
            file.chmod(0o644)
        Archive(path).prepare()
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["a b?c#d%20e&f", "'quoted\"", "ünï\u202ecode", "mode=ro", "\udcff not text"])
def test_any_file_name_will_do(tmp_path: Path, name: str):
    archive = Archive(tmp_path / name / name)
    archive.prepare()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}
    assert archive.path.exists()


def test_a_relative_path_and_one_with_two_slashes_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Archive(Path("here")).prepare()
    Archive(Path("here")).write(everything)
    assert closes(Archive(Path(f"/{tmp_path}/here"))) == {"IWM": 1.0, "SPY": 3.0}


def test_a_path_that_cannot_be_is_read_as_nothing(tmp_path: Path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "below", tmp_path / ("x" * 300), Path("/proc/nobody/store")):
        archive = Archive(path)
        assert all_of(archive) == NOTHING
        with pytest.raises(OSError):  # noqa: PT011  each system has its own words
            archive.prepare()


def test_writing_where_nothing_was_prepared_is_an_error(path: Path):
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Archive(path).write(everything)
    assert not path.exists()
