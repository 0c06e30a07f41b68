"""Saving what is on the screen, as a picture and as text: whole or not at all, and never over another file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from textual.app import App

from .copying import screen_text
from .stage import Stage


class Saving(Stage):
    """The action that saves the screen."""

    def action_save_screen(self) -> None:
        """Save what is on the screen as SVG and as text in the working directory."""
        try:
            texts = {".svg": drawing(self), ".txt": screen_text(self.screen)}
            stem = save(Path.cwd(), f"smallcap-{self.shown.reading.as_of}", texts)
        except OSError as error:
            self.notice = f"the screen can't be saved in this folder: {error.strerror}"
        else:
            self.notice = f"saved {stem.name}.svg and .txt in {stem.parent}"


def drawing(app: App[int]) -> str:
    """What is on the screen as SVG."""
    # Its style sheet would have a browser fetch the font from far away, and tell that place who looks.
    return re.sub(r"@font-face\s*{.*?}", "", app.export_screenshot(), flags=re.DOTALL)


def save(folder: Path, name: str, texts: Mapping[str, str]) -> Path:
    """Write a text for each ending to files that only their owner can read; the path of them all without an ending.

    Where one of them is there already, all are named `name-2`, and so on. OSError, with nothing left behind, where they
    can't be written.
    """
    stem = _taken(folder, name, list(texts))
    paths = {stem.with_name(stem.name + ending): text for ending, text in texts.items()}
    try:
        for path, text in paths.items():
            _fill(path, text)
    except OSError:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    return stem


def _taken(folder: Path, name: str, endings: list[str]) -> Path:
    """A free name, taken before anything is written: what another program puts there meanwhile is not overwritten."""
    for number in count(1):
        stem = folder / (name if number == 1 else f"{name}-{number}")
        taken: list[Path] = []
        try:
            for ending in endings:
                path = stem.with_name(stem.name + ending)
                path.touch(mode=0o600, exist_ok=False)
                taken.append(path)
        except OSError as error:
            for path in taken:
                path.unlink()
            if not isinstance(error, FileExistsError):
                raise
        else:
            return stem
    raise AssertionError


def _fill(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
