"""What is looked at of the evidence: a section's rows, of which one can be chosen, or the card of that row."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core.claims.card import Card, Chart
from ...core.evidence.page import Page
from ...core.evidence.table import Evidence
from ..palette import Palette
from ..rows import Line, column, row
from ..scene import Scene
from .claim_card import claim_card
from .claim_list import claim_list
from .evidence_analogues import analogues
from .evidence_card import label_card
from .evidence_found import Found
from .evidence_fragility import fragility
from .evidence_labels import label_rows, labels
from .evidence_sheet import Look, Sheet, said
from .evidence_sizing import sizing
from .evidence_view import View
from .evidence_walks import walks
from .strips import StripWidget


class Opened(NamedTuple):
    """The row whose card is open, and its chart once it is there; `charted` when a claim's can be drawn."""

    row: Evidence | Card
    chart: Chart | None = None
    charted: bool = False


class EvidenceBody(StripWidget):
    """Draws only what is in sight; a row that is chosen stays chosen while the horizon or the date changes."""

    READS = ("reading",)

    found: var[Found] = var(Found(), init=False)
    view: var[View] = var(View(), init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.opened: Opened | None = None
        self._at = [0] * 6
        self._tops = [0] * 6
        self._card_top = 0
        self._laid: tuple[tuple[object, ...], Sheet] = ((), Sheet())

    def watch_found(self, old: Found, new: Found) -> None:
        """More is known, or it is of another reading: a card of the old one is closed."""
        if old.page is not new.page or old.cards is not new.cards:
            self.opened = None
        self.redraw()

    def watch_view(self) -> None:
        """Another section or horizon."""
        self.opened = None
        self.redraw()

    @property
    def chosen(self) -> Evidence | Card | None:
        """The row that is chosen; None where none can be."""
        rows: list[Evidence] | tuple[Card, ...] = ()
        if self.found.page and self.view.name == "labels":
            rows = label_rows(self.found.page, self.view)
        elif self.view.name == "claims":
            rows = self.found.cards
        return rows[min(self._at[self.view.section], len(rows) - 1)] if rows else None

    @property
    def page(self) -> int:
        """How many rows a page has, one of the old one kept in sight."""
        return max(self.content_size.height - len(self._laid[1].head) - 2, 1)

    def open(self, opened: Opened | None) -> None:
        """Show a row's card, from its first line on; None closes it."""
        if opened is None or self.opened is None or opened.row is not self.opened.row:
            self._card_top = 0
        self.opened = opened
        self.redraw()

    def move(self, step: int) -> bool:
        """Another row, or as many lines further where none can be chosen; whether anything has moved."""
        sheet, section = self._laid[1], self.view.section
        most = max(len(sheet.lines) - self._room(sheet, self.content_size.height), 0)
        before = (self._card_top, self._at[section], self._tops[section])
        if self.opened:
            self._card_top = min(max(self._card_top + step, 0), most)
        elif sheet.rows:
            self._at[section] = min(max(min(self._at[section], len(sheet.rows) - 1) + step, 0), len(sheet.rows) - 1)
        else:
            self._tops[section] = min(max(self._tops[section] + step, 0), most)
        self.redraw()
        return before != (self._card_top, self._at[section], self._tops[section])

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The head, then the lines in sight; the last row says how many more there are below."""
        sheet = self._sheet(scene, size, palette)
        room = self._room(sheet, size.height)
        marked = sheet.rows[min(self._at[self.view.section], len(sheet.rows) - 1)] if sheet.rows else -1
        top = self._top(sheet, room, marked)
        lines = list(enumerate(sheet.lines))[top : top + room]
        if 0 <= sheet.sticky < top and lines:
            lines[0] = sheet.sticky, sheet.lines[sheet.sticky]
        seen = [_strip(line, size.width, palette, chosen=place == marked) for place, line in lines]
        if (more := len(sheet.lines) - top - room) > 0:
            # That row is itself one of those that are not in sight.
            seen[-1] = row(size.width, palette, [(f" ▼ {more + 1} more lines", "warn")])
        heads = [_strip(line, size.width, palette) for line in sheet.head]
        return column([*heads, *seen], size.width, size.height, palette)

    def _room(self, sheet: Sheet, height: int) -> int:
        return max(height - len(sheet.head), 1)

    def _top(self, sheet: Sheet, room: int, marked: int) -> int:
        """The first line in sight: the chosen one is, and with the first of them all that is above it."""
        most = max(len(sheet.lines) - room, 0)
        if self.opened:
            self._card_top = min(self._card_top, most)
            return self._card_top
        section = self.view.section
        top = min(self._tops[section], most)
        if marked >= 0:
            # All of it stays in sight, above the row that says how many more there are.
            lowest = max(sheet.end_of(marked) + 1 - room, 0)
            top = max(min(top, marked - (sheet.sticky >= 0)), lowest)
            top = min(lowest if marked == sheet.rows[0] else top, most)
        self._tops[section] = top
        return top

    def _sheet(self, scene: Scene, size: Size, palette: Palette) -> Sheet:
        """What is shown, laid out anew only when something in it has changed."""
        found = self.found if self.found.of(scene.reading) else Found()
        key = (found, self.view, self.opened, size.width, palette, scene.ascii_only)
        if key != self._laid[0]:
            self._laid = (key, self._made(found, Look(size.width - 1, palette, scene.ascii_only), scene))
        return self._laid[1]

    def _made(self, found: Found, look: Look, scene: Scene) -> Sheet:
        if self.opened and found.page:
            return _card(self.opened, found.page, look)
        if found.trouble and not self._there(found):
            return Sheet((), said(f"Not worked out: {found.trouble}  r: try again", look.width, "warn"))
        if not self._there(found):
            return Sheet((), said(_waiting(scene, self.view), look.width, "muted"))
        return _section(found, self.view, look)

    def _there(self, found: Found) -> bool:
        return (found.fragile if self.view.name == "fragility" else found.page) is not None


def _section(found: Found, view: View, look: Look) -> Sheet:
    """One of SECTIONS; what it is made from is there."""
    if view.name == "claims":
        return claim_list(found.cards, look)
    if view.name == "fragility":
        return fragility(found.fragile, look) if found.fragile else Sheet()
    page = found.page
    if page is None:
        return Sheet()
    return _of_page(page, found, view, look)


def _of_page(page: Page, found: Found, view: View, look: Look) -> Sheet:
    if view.name == "labels":
        return labels(found, page, view, look)
    if view.name == "analogues":
        return analogues(page.analogues, view, look)
    return (sizing if view.name == "sizing" else walks)(page, look)


def _card(opened: Opened, page: Page, look: Look) -> Sheet:
    if isinstance(opened.row, Card):
        return claim_card(opened.row, look, charted=opened.charted)
    return label_card(page, opened.row, opened.chart, look)


def _waiting(scene: Scene, view: View) -> str:
    what = "81 settings of the rule" if view.name == "fragility" else "the evidence"
    return f"Working out {what} as of {scene.reading.as_of}; every key works meanwhile."


def _strip(line: Line, width: int, palette: Palette, *, chosen: bool = False) -> Strip:
    return row(width, palette, [("▸" if chosen else " ", "a"), *line.left], line.right)
