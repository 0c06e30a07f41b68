"""The footer: at most eight keys, or the last thing that has to be said."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ..keymap import KEYS
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from .strips import StripWidget


class Footer(StripWidget):
    """One row; a notice takes the keys' place until the next key."""

    notice: var[str] = var("", init=False)

    def watch_notice(self) -> None:
        """Say it, or go back to the keys."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The notice, else the keys that fit."""
        if self.notice:
            return column([row(size.width, palette, [(f" ! {self.notice}", "warn")])], size.width, size.height, palette)
        words: list[Word] = [(f" {key.footer}  ", "muted") for key in KEYS if key.footer]
        while sum(len(text) for text, _ in words) > size.width and len(words) > 1:
            words.pop(-2)
        return column([row(size.width, palette, words)], size.width, size.height, palette)
