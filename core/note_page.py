"""A note as one HTML page that needs nothing else: no script, no remote part, its charts drawn in it, light or dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count

from .framework.page import head
from .framework.page_chart import Sheet, figure, shown
from .note import Block, Drawing, Drawings, Lead, Listing, Note, Table, capital
from .note_ribbon import ribbon
from .note_style import STYLE

SHEET = Sheet(400, 220, 66.0)
SHORT = 10
"""Cells of up to so many characters are not broken into lines."""
MANY = 6
"""A table of so many columns has the page's whole width, and so has a list of sentences longer than LONG."""
LONG = 56


def as_html(note: Note) -> str:
    """The page; texts from outside are shown and never obeyed."""
    badge = "SIMULATED " if note.simulated else ""
    title = f"{badge}{note.title}"
    return "\n".join((*head(title, STYLE), *_body(note), "</html>")) + "\n"


def _body(note: Note) -> Iterator[str]:
    yield "<body>"
    yield "<main>"
    yield "<header>"
    if note.simulated:
        yield '<p class="badge">SIMULATED</p>'
    yield f"<h1>{shown(note.title)}</h1>"
    yield f'<p class="source">{shown(note.source)}</p>'
    yield "</header>"
    names = (f"chart-{place}" for place in count(1))
    for block in note.blocks:
        yield from _block(block, names)
    yield f"<footer>{shown(note.end)}</footer>"
    yield "</main>"
    yield "</body>"


def _block(block: Block, names: Iterator[str]) -> Iterator[str]:
    match block:
        case Lead():
            yield f'<p class="label"><strong>{shown(block.label)}</strong> {shown(block.meaning)}</p>'
            yield from (f"<p>{shown(words)}</p>" for words in block.sentences)
        case Listing():
            yield from _listing(block)
        case Table():
            yield from _table(block)
        case Drawing():
            yield from _drawing(block, next(names))
        case Drawings():
            yield '<div class="pair">'
            for one in block.drawings:
                yield from _drawing(one, next(names))
            yield "</div>"


def _drawing(drawing: Drawing, name: str) -> Iterator[str]:
    return figure(drawing.curve, name, SHEET, partial(ribbon, drawing))


def _listing(listing: Listing) -> Iterator[str]:
    if listing.sentences:
        yield f"<section{_full(max(map(len, listing.sentences)) > LONG)}><h2>{shown(listing.title)}</h2>"
        yield "<ul>"
        yield from (f"<li>{shown(words)}</li>" for words in listing.sentences)
        yield "</ul></section>"


def _table(table: Table) -> Iterator[str]:
    if not table.rows and not table.telling:
        return
    yield f"<section{_full(len(table.head) >= MANY)}><h2>{shown(table.title)}</h2>"
    if not table.rows:
        yield f"<p>{shown(capital(table.words))}</p></section>"
        return
    yield '<div class="wide"><table>'
    if table.words:
        yield f"<caption>{shown(capital(table.words))}</caption>"
    kinds = [_kind(side, column) for side, column in zip(table.align, zip(*table.rows, strict=True), strict=True)]
    names = "".join(f'<th scope="col"{kind}>{shown(name)}</th>' for name, kind in zip(table.head, kinds, strict=True))
    yield f"<thead><tr>{names}</tr></thead>"
    yield "<tbody>"
    for first, *rest in table.rows:
        cells = "".join(f"<td{kind}>{shown(cell)}</td>" for cell, kind in zip(rest, kinds[1:], strict=True))
        yield f'<tr><th scope="row"{kinds[0]}>{shown(first)}</th>{cells}</tr>'
    yield "</tbody>"
    yield "</table></div></section>"


def _full(wide: bool) -> str:
    """The class of a section that has the page's whole width."""
    return ' class="full"' if wide else ""


def _kind(side: str, column: Sequence[str]) -> str:
    """The class of a column's cells."""
    if side == "r":
        return ' class="number"'
    return ' class="short"' if all(len(cell) <= SHORT for cell in column) else ""
