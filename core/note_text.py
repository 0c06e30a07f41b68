"""A note as plain text of a given width: one page, everything in its brief form, nothing cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from .framework.document import plain
from .note import Block, Drawing, Drawings, Lead, Listing, Note, Table

Draw = Callable[[Drawing, int, int], list[str]]
"""A drawing on so many columns and rows."""
Spell = Callable[[str], str]
"""A text in characters that arrive, on one line."""

NARROWEST = 40
TALL, LOW = 11, 7
"""The rows of a chart that stands alone, and of one beside another."""
BESIDE = 38
"""A chart on fewer columns is not put beside another."""
GAP = 3
INDENT = 2
MOST = 4
"""The most records beside one another."""
ACROSS = 100
"""Sentences are not set wider: nobody reads such lines."""


def text(note: Note, width: int, draw: Draw, spell: Spell = plain) -> str:
    """The note at most `width` columns wide, or NARROWEST where that is less."""
    page = _Page(max(width, NARROWEST), draw, spell)
    badge = "SIMULATED  " if note.simulated else ""
    lines = page.folded(f"{badge}{note.title}  {note.source}")
    following = False
    for block in note.blocks:
        if made := page.block(block):
            lines += made if following and _said(block) else ["", *made]
            following = _said(block)
    lines += ["", note.end]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _said(block: Block) -> bool:
    """Whether it is sentences here, which follow one another without a blank line."""
    return isinstance(block, Listing) or (isinstance(block, Table) and not block.brief)


def cells(text: str) -> int:
    """The columns that a text takes: two for each wide character."""
    return len(text) if text.isascii() else len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text)


class _Page:
    """The width, the characters and the charts of one text."""

    def __init__(self, width: int, draw: Draw, spell: Spell) -> None:
        self.width, self.draw, self.spell = width, draw, spell

    def block(self, block: Block) -> list[str]:
        """Its lines."""
        match block:
            case Lead():
                said = self.folded(f"{block.label}: {block.meaning}")
                return [*said, *(line for words in block.sentences for line in self.folded(words))]
            case Listing():
                return self._listing(block)
            case Table():
                return self._table(block)
            case Drawing():
                return self._drawing(block, self.width, TALL)
            case Drawings():
                return self._drawings(block.drawings)

    def folded(self, sentence: str) -> list[str]:
        """A sentence in lines, those after the first set in."""
        return fold(self.spell(sentence), min(self.width, ACROSS))

    def _listing(self, block: Listing) -> list[str]:
        if not block.sentences:
            return []
        if block.running or len(block.sentences) == 1:
            return self.folded(f"{block.title}: {'; '.join(block.sentences)}")
        said = (f"{block.title}:", *(f"  {words}" for words in block.sentences))
        return [line for words in said for line in self.folded(words)]

    def _table(self, table: Table) -> list[str]:
        told = self.folded(f"{table.title}: {table.words}") if table.words else []
        if table.brief and table.rows:
            return [*told, *self._records(table)]
        return told if table.telling else []

    def _records(self, table: Table) -> list[str]:
        """The rows in as many columns as there is room for, down and then across."""
        head, *rows = [[self.spell(cell) for cell in row[: table.brief]] for row in (table.head, *table.rows)]
        shown = [head, *rows] if table.named else rows
        widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
        lines = [_aligned(row, widths, table.align) for row in shown]
        wide = sum(widths) + 2 * (len(widths) - 1)
        abreast = max(1, min(MOST, (self.width - INDENT + GAP) // (wide + GAP)))
        if abreast == 1 and wide > self.width - INDENT:
            return [line for row in shown for line in self._broken(row, widths, table.align)]
        names = [lines.pop(0)] if table.named else []
        tall = -(-len(lines) // abreast)
        parts = [[*names, *lines[at : at + tall]] for at in range(0, len(lines), tall)]
        return [" " * INDENT + line for line in _beside(parts, wide)]

    def _broken(self, row: Sequence[str], widths: Sequence[int], align: str) -> list[str]:
        """A row that is too wide: the columns that fit, and the others as words on the lines under them."""
        fits = len(widths)
        while fits > 1 and sum(widths[:fits]) + 2 * (fits - 1) > self.width - INDENT:
            fits -= 1
        first = fold(" " * INDENT + _aligned(row[:fits], widths, align).rstrip(), self.width, INDENT + 4)
        rest = ", ".join(row[fits:])
        return [*first, *fold(" " * (INDENT + 2) + rest, self.width, INDENT + 4)]

    def _drawing(self, drawing: Drawing, width: int, height: int) -> list[str]:
        curve = drawing.curve
        said = fold(self.spell(f"{curve.title} {curve.words}"), min(width, ACROSS))
        lines = tuple((self.spell(name), values) for name, values in curve.lines)
        return [*said, *self.draw(drawing._replace(curve=curve._replace(lines=lines)), width, height)]

    def _drawings(self, drawings: Sequence[Drawing]) -> list[str]:
        each = (self.width - GAP * (len(drawings) - 1)) // len(drawings)
        if each < BESIDE:
            return [line for one in drawings for line in self._drawing(one, self.width, LOW)]
        return list(_beside([self._drawing(one, each, LOW) for one in drawings], each))


def fold(sentence: str, width: int, indent: int = 4) -> list[str]:
    """The sentence in lines of at most `width` columns, broken at spaces, and in a word only where it is too long."""
    lines, line = list[str](), ""
    for part in re.findall(r"\s*\S+", sentence):
        word = part
        if line and cells(line) + cells(word) > width:
            lines.append(line)
            line, word = " " * indent, word.lstrip()
        while cells(line) + cells(word) > width:
            fits = _fitting(word, width - cells(line))
            lines.append(line + word[:fits])
            line, word = " " * indent, word[fits:]
        line += word
    return [*lines, line]


def _fitting(word: str, room: int) -> int:
    """How many of a word's characters fit."""
    taken = 0
    for at, character in enumerate(word):
        taken += cells(character)
        if taken > room:
            return at
    return len(word)


def _aligned(row: Sequence[str], widths: Sequence[int], align: str) -> str:
    padded = (
        " " * (width - cells(cell)) + cell if side == "r" else cell + " " * (width - cells(cell))
        for cell, width, side in zip(row, widths, align, strict=False)
    )
    return "  ".join(padded)


def _beside(parts: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Columns of lines next to each other, each `width` wide."""
    for lines in zip_longest(*parts, fillvalue=""):
        yield (" " * GAP).join(line + " " * (width - cells(line)) for line in lines).rstrip()
