"""A note as Markdown for GitHub: headings, tables and lists; what is not our own text can't become markup in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .framework.document import escaped
from .framework.page_chart import spoken
from .note import Block, Drawing, Drawings, Lead, Listing, Note, Table, capital

NUMBER = re.compile(r"[-+]?[\d,]+(\.\d+)?(%|pp|x)?|--")
RULES = {"l": "---", "r": "---:"}


def as_markdown(note: Note) -> str:
    """The note, every part under a heading of its own."""
    badge = "**SIMULATED**  " if note.simulated else ""
    lines = [f"# {badge}{escaped(note.title)}", "", escaped(note.source)]
    for block in note.blocks:
        if made := list(_block(block)):
            lines += ["", *made]
    return "\n".join([*lines, "", note.end]) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Lead():
            yield f"**{escaped(block.label)}**: {escaped(block.meaning)}"
            yield from ("\n" + escaped(words) for words in block.sentences)
        case Listing():
            yield from _section(block.title, [f"- {escaped(words)}" for words in block.sentences])
        case Table():
            yield from _section(block.title, _table(block))
        case Drawing():
            yield from _section(block.curve.title, _drawing(block))
        case Drawings():
            yield from _apart([list(_block(one)) for one in block.drawings])


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {escaped(title)}"
        yield ""
        yield from lines


def _apart(parts: Sequence[Sequence[str]]) -> Iterator[str]:
    for place, part in enumerate(parts):
        if place:
            yield ""
        yield from part


def _table(table: Table) -> list[str]:
    words = [escaped(f"{capital(table.words)}."), ""] if table.words else []
    if not table.rows:
        return words[:1] if table.telling else []
    rule = [RULES[side] for side in table.align]
    rows = [_row(cell if NUMBER.fullmatch(cell) else escaped(cell) for cell in row) for row in table.rows]
    return [*words, _row(map(escaped, table.head)), _row(rule), *rows]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _drawing(drawing: Drawing) -> list[str]:
    """The curve in words: Markdown has no charts."""
    return [escaped(f"{capital(drawing.curve.words)}."), "", escaped(f"{spoken(drawing.curve)}.")]
