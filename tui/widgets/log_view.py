"""The log as rows: the states in full, what is tried next, and every entry, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.calendar import new_york
from ...core.freshness import Freshness
from ...core.live.log import Entry
from ..palette import Palette
from ..printable import printable
from ..rows import Word, column, row
from ..scene import Scene
from ..states import ink, shaped
from .strips import StripWidget

SHAPES = {"asked": "→", "answered": "←", "refused": "✗", "failed": "▼", "stored": "■", "flag": "!", "note": "·"}
TROUBLE = {"refused": "risk_off", "failed": "risk_off", "flag": "warn"}
NAMES = {"prices": "last prices", "daily": "daily closes", "macro": "macro series"}
LONGEST_WHAT = 20
LEAST_WORDS = 32


class Account(NamedTuple):
    """What a source tells of itself: its entries, oldest first, what it will do next, and which day today is."""

    entries: tuple[Entry, ...]
    outlook: tuple[str, ...]
    today: date


class LogView(StripWidget):
    """A column that scrolls under its heading; what is being read stays in sight when entries are added above it."""

    KINDS = Freshness._fields

    def __init__(self, tell: Callable[[], Account], *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._tell = tell
        self._account = tell()
        self._trouble_only = False
        self._top = 0
        self._laid: tuple[object, list[list[Word]]] = (None, [])

    def look(self) -> None:
        """Ask the source again, and show what is new."""
        account = self._tell()
        if account == self._account:
            return
        before, self._account = len(self._laid[1]), account
        if self._top and self.scene:
            self._top += len(self._lines(self.scene, self.content_size.width)) - before
        self.redraw()

    def scroll_rows(self, rows: int) -> None:
        """So many rows down, or up when below 0; as far as there are any."""
        self._top += rows
        self.redraw()

    def scroll_pages(self, pages: int) -> None:
        """So many pages down or up, one row of the old page kept in sight."""
        self.scroll_rows(pages * max(self.content_size.height - 2, 1))

    def filter(self) -> None:
        """All entries, or those that tell of trouble."""
        self._trouble_only = not self._trouble_only
        self._top = 0
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, and as many rows as there is room for."""
        lines = self._lines(scene, size.width)
        self._top = max(min(self._top, len(lines) - size.height + 1), 0)
        shown = "refused, failed, flags" if self._trouble_only else "all"
        keys: list[Word] = [(f"f: {shown}", "text"), ("  j k  esc", "muted")]
        rows = [row(size.width, palette, [("LOG  newest first", "muted")], keys)]
        rows += [row(size.width, palette, words) for words in lines[self._top : self._top + size.height - 1]]
        return column(rows, size.width, size.height, palette)

    def _lines(self, scene: Scene, width: int) -> list[list[Word]]:
        """All rows under the heading, laid out anew only when something in them has changed."""
        states = tuple(scene.state(kind) for kind in self.KINDS)
        key = (id(self._account), self._trouble_only, width, states)
        if self._laid[0] != key:
            told = [e for e in self._account.entries if e.kind in TROUBLE or not self._trouble_only]
            lines = [*_head(scene, self._account, width), *_rows(told[::-1], self._account.today, width)]
            self._laid = (key, lines)
        return self._laid[1]


def _head(scene: Scene, account: Account, width: int) -> list[list[Word]]:
    """The states of the three kinds, and the outlook."""
    lines: list[list[Word]] = [[]]
    for kind, name in NAMES.items():
        state = scene.state(kind)
        lines += _block([(f" {name:<14}", "muted")], shaped(state), ink(state), width)
    lines += [[], *(line for words in account.outlook for line in _block([(" ", "text")], words, "text", width)), []]
    return lines


def _rows(entries: list[Entry], today: date, width: int) -> list[list[Word]]:
    """The entries, with their day above the first of each that is not today's."""
    room = min(max((cell_len(printable(e.what)) for e in entries), default=0), LONGEST_WHAT)
    lines: list[list[Word]] = [] if entries else [[(" no entries", "muted")]]
    day = today
    for entry in entries:
        at = new_york(entry.at)
        if at.date() != day:
            day = at.date()
            lines.append([(f" {fmt.day(day)}", "muted")])
        head: list[Word] = [
            (f" {at:%H:%M:%S}  ", "muted"),
            (f"{SHAPES[entry.kind]} {entry.kind:<8}  ", TROUBLE.get(entry.kind, "muted")),
            (f"{set_cell_size(printable(entry.what), room)}  ", "text"),
        ]
        lines += _block(head, entry.words, "text" if entry.kind in TROUBLE else "muted", width)
    return lines


def _block(head: list[Word], words: str, inked: str, width: int) -> list[list[Word]]:
    """Words behind a head, in as many rows as they need; under it where little room is left beside it."""
    indent = sum(cell_len(text) for text, _ in head)
    if width - indent < LEAST_WORDS and len(head) > 1:
        return [head, *_under(_wrapped(words, width - 3), inked, 3)]
    first, *more = _wrapped(words, width - indent)
    return [[*head, (first, inked)], *_under(more, inked, indent)]


def _under(parts: list[str], inked: str, indent: int) -> list[list[Word]]:
    return [[(" " * indent, "text"), (part, inked)] for part in parts]


def _wrapped(words: str, width: int) -> list[str]:
    """Text from outside in rows of at most `width` cells, with nothing in it that a terminal would obey."""
    clean, room = printable(words), max(width, 2)
    return (wrap(clean, room) if clean.isascii() else chop_cells(clean, room)) or [""]
