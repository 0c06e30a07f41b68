"""What the tests of the archive need: one that is empty, and one with everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.live.archive import Archive

from tests.core.live.kept import everything


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
