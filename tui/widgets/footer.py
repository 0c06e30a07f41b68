"""The footer: at most eight keys, or the last thing that has to be said."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ..keymap import KEYS, Key, hint
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from .strips import StripWidget

GAPS = ("  ", " ")
"""What stands behind a key, the widest first."""


class Footer(StripWidget):
    """One row; a notice takes the keys' place until the next key."""

    def __init__(self, hints: Sequence[str] = (), *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._hints = tuple(hints) or tuple(key.footer for key in KEYS if key.footer)

    notice: var[str] = var("", init=False)

    def say(self, hints: Sequence[str]) -> None:
        """Name these keys from now on."""
        self._hints = tuple(hints)
        self.redraw()

    def watch_notice(self) -> None:
        """Say it, or go back to the keys."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The notice, else the keys that fit."""
        if self.notice:
            return column([row(size.width, palette, [(f" ! {self.notice}", "warn")])], size.width, size.height, palette)
        return column([row(size.width, palette, self._fitted(size.width))], size.width, size.height, palette)

    def _fitted(self, width: int) -> list[Word]:
        """The keys, closer together before any is left out; the last one always stays."""
        told = list(self._told())
        while True:
            for gap in GAPS:
                words: list[Word] = [(f" {text}{gap}", "muted") for text in told]
                if len(told) < 2 or sum(len(text) for text, _ in words) - len(gap) <= width:
                    return words
            told.pop(-2)

    def _told(self) -> Sequence[str]:
        """The hints with the user's own keys, where the screen has no use of its own for those they replace."""
        keys: Sequence[Key] = getattr(self.app, "keys", KEYS)
        if keys is KEYS:
            return self._hints
        own = {key for key, one in self.screen.active_bindings.items() if one.node is not self.app}
        return [told for text in self._hints if (told := hint(text, keys, own))]
