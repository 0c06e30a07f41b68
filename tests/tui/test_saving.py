"""Saving the screen: a picture and text, whole or not at all, for their owner alone, and never over another file."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.saving import save
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged

TEXTS = {".svg": "<svg/>", ".txt": "text\n"}


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_second_one_gets_a_name_of_its_own_and_the_first_stays(tmp_path: Path):
    assert save(tmp_path, "day", TEXTS).name == "day"
    assert save(tmp_path, "day", {".svg": "other", ".txt": "other"}).name == "day-2"
    assert save(tmp_path, "day", TEXTS).name == "day-3"
    assert names(tmp_path) == ["day-2.svg", "day-2.txt", "day-3.svg", "day-3.txt", "day.svg", "day.txt"]
    assert (tmp_path / "day.svg").read_text() == "<svg/>"
    assert (tmp_path / "day-2.txt").read_text() == "other"


def test_both_files_have_the_same_name_where_only_one_of_them_was_there(tmp_path: Path):
    (tmp_path / "day.txt").write_text("mine")
    assert save(tmp_path, "day", TEXTS).name == "day-2"
    assert names(tmp_path) == ["day-2.svg", "day-2.txt", "day.txt"]
    assert (tmp_path / "day.txt").read_text() == "mine"


def test_a_link_is_not_followed(tmp_path: Path):
    (tmp_path / "day.svg").symlink_to(tmp_path / "elsewhere")
    assert save(tmp_path, "day", TEXTS).name == "day-2"
    assert not (tmp_path / "elsewhere").exists()


def test_only_their_owner_can_read_them(tmp_path: Path):
    save(tmp_path, "day", TEXTS)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = Path.write_text

    def full(path: Path, text: str, encoding: str | None = None) -> int:
        if ".txt" in path.name:
            raise OSError(28, "No space left on device")
        return whole(path, text, encoding=encoding)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path, "day", TEXTS)
    assert names(tmp_path) == []


def test_the_key_saves_what_is_seen_and_says_where(panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j")
        rows = app.rows()
        await press(pilot, "s")
        name = f"smallcap-{app.shown.reading.as_of}"
        assert app.notice == f"saved {name}.svg and .txt in {tmp_path}"
        assert (tmp_path / f"{name}.txt").read_text() == "".join(f"{row.rstrip()}\n" for row in rows)
        picture = (tmp_path / f"{name}.svg").read_text()
        assert picture.startswith("<svg")
        assert "http" not in picture.replace("http://www.w3.org/2000/svg", "").replace("https://www.textualize.io", "")
        await press(pilot, "s")
        assert app.notice.startswith(f"saved {name}-2.svg")

    play(staged(panel), use)


def test_a_folder_that_is_gone_is_said(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", gone)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.action_save_screen()
        assert app.notice == "the screen can't be saved in this folder: No such file or directory"

    play(staged(panel), use)
