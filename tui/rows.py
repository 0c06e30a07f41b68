"""Rows of text as strips of an exact width: coloured words from the left, coloured words from the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from .palette import Palette
from .printable import MOST_MARKS, printable

Word = tuple[str, str | Style]
CHARACTERS = 1 + MOST_MARKS
"""In a cell, at most."""


class Line(NamedTuple):
    """Words from the left and words from the right."""

    left: Sequence[Word]
    right: Sequence[Word] = ()


def row(width: int, palette: Palette, left: Sequence[Word], right: Sequence[Word] = ()) -> Strip:
    """One row, exactly `width` cells; the left words are cut where the right ones begin, those at the edge."""
    ends = _cut(right, width, palette)
    room = width - sum(cell_len(segment.text) for segment in ends)
    starts = _cut(left, max(room - bool(ends), 0), palette)
    gap = room - sum(cell_len(segment.text) for segment in starts)
    return Strip([*starts, Segment(" " * gap, palette.text), *ends], width)


def column(rows: Sequence[Strip], width: int, height: int, palette: Palette) -> list[Strip]:
    """Exactly `height` rows: the first ones, or blank ones after them."""
    blank = Strip([Segment(" " * width, palette.text)], width)
    return [*rows[:height], *[blank] * (height - len(rows))]


def beside(*parts: Strip) -> Strip:
    """Strips next to each other as one."""
    return Strip.join(parts)


def _cut(words: Sequence[Word], room: int, palette: Palette) -> list[Segment]:
    segments = []
    for text, ink in words:
        # No row shows more than a cell a character, marks on it beside: a name may be a megabyte.
        clean = printable(text[: CHARACTERS * max(room, 0)])
        if cell_len(clean) > room:
            clean = set_cell_size(clean, max(room, 0))
        room -= cell_len(clean)
        if clean:
            segments.append(Segment(clean, getattr(palette, ink) if isinstance(ink, str) else ink))
    return segments
