"""A sheet of the evidence screen: rows that stay, rows that scroll, and which of them can be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from ..palette import Palette
from ..rows import Line, Word


class Look(NamedTuple):
    """How a sheet is drawn: on so many columns, and in which inks."""

    width: int
    palette: Palette
    ascii_only: bool = False


class Sheet(NamedTuple):
    """`head` stays above `lines`; `rows` are the places of the lines that can be chosen, top to bottom.

    `sticky` is the place of a line that stays in sight once it would be scrolled out of it; -1 for none.
    """

    head: Sequence[Line] = ()
    lines: Sequence[Line] = ()
    rows: Sequence[int] = ()
    sticky: int = -1

    def end_of(self, row: int) -> int:
        """The place after the last line that belongs to the one that can be chosen at `row`."""
        return next((place for place in self.rows if place > row), min(row + 3, len(self.lines))) if self.rows else row


BLANK = Line(())


def said(words: str, width: int, ink: str = "text", *, indent: str = "") -> list[Line]:
    """A sentence on as many lines as it takes, those after the first set in."""
    return [Line([(line, ink)]) for line in wrap(words, width, initial_indent=indent, subsequent_indent=f"{indent}  ")]


def listed(name: str, words: str, width: int, ink: str = "text") -> list[Line]:
    """A name and what there is to say of it, in two columns; nothing where there is nothing to say."""
    parts = wrap(words, max(width - 12, 10))
    return [
        Line([(f"{first:<12}", "muted"), (part, ink)])
        for first, part in zip((name, *[""] * len(parts)), parts, strict=False)
    ]


def titled(words: str) -> Line:
    """A heading between lines."""
    return Line([(words, "a")])


def runs(rows: Sequence[Sequence[Word]]) -> Iterator[Line]:
    """Rows of words as lines."""
    return (Line(list(words)) for words in rows)
