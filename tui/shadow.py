"""The shadow: what the terminal shows, cell by cell, so that of an update only the cells that differ are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, compress
from operator import is_not, ne, or_
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment

from .sgr import Codes, codes, seen_of_blank
from .strokes import Run

BLANK = " "
NOWHERE = -1
FAR = 4
"""A move of so many columns or more takes no more bytes than a character each."""
Placed = tuple[int, int, Iterable[Segment]]
"""Column, row, and the segments that begin there."""

_narrow: set[str] = set()
"""Characters known to take one column each: asking for the width of each again would take longest of all."""


class Cells(NamedTuple):
    """The cells of a piece of a row: characters, their styles, and how many of them every terminal draws alike."""

    texts: list[str]
    styles: list[Codes]
    sure: int


class Row(NamedTuple):
    """What a row shows: a text is None where that isn't known."""

    texts: list[str | None]
    styles: list[Codes | None]


class Shadow:
    """The terminal's cells as the last updates left them; those that no update has touched aren't known."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}

    def forget(self) -> None:
        """Know nothing any more: the terminal may show something else."""
        self._rows = {}

    def take(self, placed: Iterable[Placed], system: ColorSystem) -> list[Run]:
        """What of these pieces the terminal doesn't show yet, by rows; from now on it counts as shown.

        ValueError where a piece holds a terminal's sequence, or a mark without a character to stand on.
        """
        runs: list[Run] = []
        for x, y, segments in sorted(placed, key=_reading_order):
            runs += self._taken(x, y, _cells(segments, system))
        return runs

    def _taken(self, x: int, y: int, new: Cells) -> Iterator[Run]:
        texts, styles, sure = new
        row, end = self._row(y, x + len(texts)), x + len(texts)
        if row.texts[x:end] == texts and row.styles[x:end] == styles:
            return
        for first, last in _spans(row.texts[x:end], row.styles[x:end], new):
            yield Run(x + first, y, texts[first:last], styles[first:last], last <= sure)
        row.texts[x:end] = texts
        row.styles[x:end] = styles
        # Where terminals may disagree on the widths, all from there on is sent whenever it is drawn.
        row.texts[x + sure : end] = [None] * (len(texts) - sure)

    def _row(self, y: int, width: int) -> Row:
        row = self._rows.setdefault(y, Row([], []))
        if (more := width - len(row.texts)) > 0:
            row.texts.extend([None] * more)
            row.styles.extend([None] * more)
        return row


def _reading_order(placed: Placed) -> tuple[int, int]:
    return placed[1], placed[0]


def _cells(segments: Iterable[Segment], system: ColorSystem) -> Cells:
    texts: list[str] = []
    styles: list[Codes] = []
    sure = -1
    for text, style, control in segments:
        if control:
            raise ValueError("a control among the cells")
        if _is_narrow(text):
            texts += text
        else:
            block = _append_block(texts, text)
            sure = block if sure < 0 else sure
        styles += [codes(style, system)] * (len(texts) - len(styles))
    return Cells(texts, styles, len(texts) if sure < 0 else sure)


def _is_narrow(text: str) -> bool:
    unknown = set(text) - _narrow
    _narrow.update(one for one in unknown if cell_len(one) == 1)
    return unknown <= _narrow


def _append_block(texts: list[str], text: str) -> int:
    """Text that isn't one character a column, all in its first cell, or in the one before where it has no width.

    The cell that it begins in.
    """
    width = cell_len(text)
    if width:
        texts += [text, *[""] * (width - 1)]
    elif texts:
        texts[-1] += text
    else:
        raise ValueError(f"{text!r} has no width")
    return len(texts) - max(width, 1)


def _spans(texts: list[str | None], styles: list[Codes | None], new: Cells) -> Iterator[tuple[int, int]]:
    """Where the cells differ, as first column and the one after the last; gaps that cost less than a move are in."""
    start = end = NOWHERE
    other = map(or_, map(ne, texts, new.texts), map(is_not, styles, new.styles))
    for x in chain(compress(range(new.sure), other), range(new.sure, len(texts))):
        if x < new.sure and texts[x] == new.texts[x] and _look_alike(styles[x], new.styles[x], new.texts[x]):
            continue
        if x != end and not (end >= 0 and x - end <= FAR and _is_cheap(new, end, x)):
            if end >= 0:
                yield start, end
            start = x
        end = x + 1
    if end >= 0:
        yield start, end


def _look_alike(one: Codes | None, other: Codes, text: str) -> bool:
    """Whether a text looks the same in two styles; of a blank only the ground is seen."""
    if one is None or text != BLANK:
        return one == other
    return one == other or seen_of_blank(one) == seen_of_blank(other)


def _is_cheap(new: Cells, start: int, end: int) -> bool:
    """Whether cells between two runs are sent again with no more bytes than the move over them would take."""
    before, after = new.styles[start - 1], new.styles[end]
    for x in range(start, end):
        style = new.styles[x]
        if style is not before and style is not after and not _look_alike(style, before, new.texts[x]):
            return False
    return end - start == 1 or len("".join(new.texts[start:end]).encode()) <= FAR
