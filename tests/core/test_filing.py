"""A user's small file is whole, private and one process's at a time: what journal, alarms and account rest on."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core import filing
from smallcap.core.errors import SmallcapError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "some.json"


def test_the_folder_is_made_private_and_others_wait_their_turn(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(filing, "BUSY_SECONDS", 0.05)
    with filing.changing(path):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(f"{path}.lock").stat().st_mode) == 0o600
        with (
            pytest.raises(SmallcapError, match=r"^another smallcap is writing to .*some\.json: try again in a moment$"),
            filing.changing(path),
        ):
            pytest.fail("two at once")
    with FileLock(f"{path}.lock", timeout=0):
        assert not path.exists()


def test_what_fails_while_the_file_is_changed_is_a_sentence_and_lets_go_of_the_lock(path: Path):
    with (
        pytest.raises(SmallcapError, match=r"can't be written, so nothing in it was changed: No space left$"),
        filing.changing(path),
    ):
        raise OSError(28, "No space left")
    with pytest.raises(KeyboardInterrupt), filing.changing(path):
        raise KeyboardInterrupt
    with FileLock(f"{path}.lock", timeout=0):
        pass


def test_a_file_is_replaced_by_a_private_one_that_was_on_the_disk_first(tmp_path: Path):
    path, draft = tmp_path / "some.json", tmp_path / ".some.json.part"
    path.write_bytes(b"old")
    draft.write_bytes(b"what a kill left")
    draft.chmod(0o644)
    seen: list[tuple[bytes, bytes]] = []

    def sync(file: int) -> None:
        assert os.path.samestat(os.fstat(file), draft.stat())
        seen.append((draft.read_bytes(), path.read_bytes()))

    filing.replace(path, b"new", sync)
    assert seen == [(b"new", b"old")]
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_where_the_draft_goes_is_not_followed(tmp_path: Path):
    path, other = tmp_path / "some.json", tmp_path / "other"
    other.write_bytes(b"somebody's")
    (tmp_path / ".some.json.part").symlink_to(other)
    filing.replace(path, b"new")
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"somebody's")


def test_a_file_that_cannot_be_synced_is_not_replaced(tmp_path: Path):
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    path = tmp_path / "some.json"
    filing.replace(path, b"old")
    with pytest.raises(OSError, match="Input/output error"):
        filing.replace(path, b"new", fail)
    assert path.read_bytes() == b"old"


def test_only_what_writes_pays_for_the_lock():
    code = "import sys, smallcap.core.filing; print('filelock' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
