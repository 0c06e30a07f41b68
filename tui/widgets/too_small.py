"""What a terminal that is too small for the app shows: what is needed, in the longest words that fit."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ..palette import Palette
from ..rows import column, row
from ..scene import Scene
from .strips import StripWidget

NEEDED = Size(60, 16)
"""Columns and rows; on fewer of either no screen is arranged any more."""


def too_small(size: Size) -> bool:
    """Whether a screen can't be arranged on so few columns or rows."""
    return size.width < NEEDED.width or size.height < NEEDED.height


def forms(size: Size) -> tuple[str, ...]:
    """What is needed, from its longest form to its shortest."""
    needed, here = (f"{one.width}x{one.height}" for one in (NEEDED, size))
    full = f"smallcap needs {needed}; this terminal is {here}"
    return f"{full}  q: quit", full, f"needs {needed}; this is {here}", f"needs {needed}", needed


class TooSmall(StripWidget):
    """One row, the first; it fills the terminal and so knows the terminal's size by its own."""

    READS = ()
    LEAST = 1

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The longest form that fits; the shortest one, cut, where none does."""
        said = forms(size)
        words = next((form for form in said if len(form) <= size.width), said[-1])
        return column([row(size.width, palette, [(words, "warn")])], size.width, size.height, palette)
