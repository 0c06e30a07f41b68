"""The saved plans, newest first, each with how it stands; those that couldn't be written above them; one to be read."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.framework.curve import Curve
from ...core.framework.document import plain
from ...core.framework.plan import Plan
from ...core.framework.profiles import name_of
from ...core.framework.review_curve import trade_curves
from ...core.framework.review_words import Stand, Standings
from ..palette import Palette
from ..rows import Line, Word, column, row
from ..scene import Scene
from .plan_blocks import NOT_SAVED, flowed, today, unknown
from .plan_view import PlanView

ONE_ROW, MOST_NAME, MOST_TITLE = 150, 14, 56
MOST_TROUBLE = 3


class Entry(NamedTuple):
    """A plan of the list; `stand` is None for one that was never written."""

    plan: Plan
    stand: Stand | None

    @property
    def name(self) -> str:
        """Its name in the journal; empty for a plan that isn't in it."""
        return self.stand.saved.id if self.stand else ""


class Columns(NamedTuple):
    """How many cells there are, and how many of them are the profile's name and the title."""

    width: int
    name: int
    title: int


class PlanList(PlanView):
    """Holds which plan is chosen; only those in sight are drawn, and none of them while one is open.

    One widget for both, so that opening a plan resends the cells that differ, not the whole screen.
    """

    READS = ("reading",)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._unsaved: tuple[Plan, ...] = ()
        self._standings: Standings | None = None
        self._at = 0
        self._open = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All plans in their order."""
        rows = self._standings.rows if self._standings else ()
        return (*(Entry(plan, None) for plan in self._unsaved), *(Entry(each.saved.plan, each) for each in rows))

    @property
    def entry(self) -> Entry | None:
        """The chosen one; None while there are none."""
        entries = self.entries
        return entries[min(self._at, len(entries) - 1)] if entries else None

    @property
    def opened(self) -> bool:
        """Whether a plan is open."""
        return self._open

    def open(self) -> None:
        """Open the chosen plan."""
        if entry := self.entry:
            self._open = True
            travelling = self.scene is not None and self.scene.travelling
            why = unknown(entry.stand, travelling=travelling)
            self.show(_untold(entry), self._curves_of(entry), today(entry.stand), why)

    def close(self) -> None:
        """Back to the list."""
        self._open = False
        super().close()

    def _curves_of(self, entry: Entry) -> tuple[Curve, ...]:
        found = entry.stand.found if entry.stand else None
        if found is None or found.score is None or self._standings is None:
            return ()
        return trade_curves(found, self._standings.reading.panel.bars.get(found.score.trade.ticker))

    @property
    def page(self) -> int:
        """How many rows of the open plan there is room for, one less so that it stays in sight; or how many plans."""
        rows = self.content_size.height - 2
        return max(rows if self.opened else rows // _rows_each(self.content_size.width), 1)

    def choose(self, step: int) -> None:
        """So many plans down, or up when below 0; as far as there are any."""
        self._at = max(min(self._at + step, len(self.entries) - 1), 0)
        self.redraw()

    def take(self, standings: Standings | None, unsaved: tuple[Plan, ...]) -> None:
        """Show these; the plan that was chosen stays so wherever it is now."""
        chosen = self.entry
        self._standings, self._unsaved = standings, unsaved
        same = [at for at, each in enumerate(self.entries) if chosen and _same(each, chosen)]
        self._at = same[0] if same else max(min(self._at, len(self.entries) - 1), 0)
        if self.opened:
            (self.open if same else self.close)()
        else:
            self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The plan that is open; else the heading, what is wrong, and the plans around the chosen one."""
        if self.opened:
            return super().draw(scene, size, palette)
        lines = self._lines(scene, size)
        return column([row(size.width, palette, *line) for line in lines], size.width, size.height, palette)

    def _lines(self, scene: Scene, size: Size) -> list[Line]:
        known = self._standings
        # A reading of the same close, made anew, is no reason to take away what is shown.
        old = known is None or known.reading.as_of != scene.reading.as_of
        head = [self._heading(scene, old or not (known and known.whole)), *_trouble(known, size.width)]
        if not self.entries and not old:
            head += flowed([(" no plan is saved yet: w makes one", "text")], size.width)
        return [*head, *self._plans(size.width, size.height - len(head), old)]

    def _plans(self, width: int, height: int, old: bool) -> list[Line]:
        """As many plans as there is room for around the chosen one; of those that are `old` not how they stand."""
        room = max(height // _rows_each(width), 1)
        first = max(min(self._at - room // 2, len(self.entries) - room), 0)
        seen = self.entries[first : first + room]
        plans = [entry.plan for entry in seen]
        name = min(max((cell_len(plain(name_of(plan.profile))) for plan in plans), default=0), MOST_NAME)
        title = min(max((cell_len(plain(plan.title)) for plan in plans), default=0), MOST_TITLE)
        lines: list[Line] = []
        for place, entry in enumerate(seen, first):
            how = NOT_SAVED if entry.stand is None else "..." if old else entry.stand.words()
            lines += _entry(entry, how, place == self._at, Columns(width, name, title))
        return lines

    def _heading(self, scene: Scene, pending: bool) -> Line:
        count = len(self.entries)
        when = f"PLANS  as of {fmt.day(scene.reading.as_of)} close"
        left: list[Word] = [(when, "muted"), *([("   reading ...", "warn")] if pending else [])]
        return Line(left, [(f"newest first  {self._at + 1} of {count}", "muted")] if count else ())


def _untold(entry: Entry) -> Plan:
    """The plan without what ends it where the review has a line for each of that."""
    reviewed = entry.stand is not None and entry.stand.found is not None
    return replace(entry.plan, invalidated_by=()) if reviewed else entry.plan


def _same(one: Entry, other: Entry) -> bool:
    return one.name == other.name if one.name or other.name else one.plan is other.plan


def _rows_each(width: int) -> int:
    return 1 if width >= ONE_ROW else 2


def _trouble(standings: Standings | None, width: int) -> list[Line]:
    said = standings.trouble if standings else ()
    more = [f"and {fmt.count(len(said) - MOST_TROUBLE, 'more line')}"] if len(said) > MOST_TROUBLE else []
    return [line for words in (*said[:MOST_TROUBLE], *more) for line in flowed([(f" ! {words}", "warn")], width)]


def _entry(entry: Entry, how: str, chosen: bool, columns: Columns) -> list[Line]:
    plan, ink, (width, name, title) = entry.plan, "a" if chosen else "text", columns
    mark, profile = "▸" if chosen else " ", _cut(name_of(plan.profile), name, pad=True)
    start = f"{mark}{entry.name or '--':<5}{plan.standing.as_of}  {profile} "
    badge: list[Word] = [("  SIMULATED", "warn")] if plan.standing.simulated else []
    tone = "muted" if entry.stand else "warn"
    room = width - cell_len(start) - sum(len(text) for text, _ in badge) - 1
    if _rows_each(width) == 1:
        left: list[Word] = [(start, ink), (_cut(plan.title, title, pad=True), ink)]
        return [Line([*left, ("  " + _cut(how, room - title - 2), tone)], badge)]
    return [Line([(start, ink), (_cut(plan.title, room), ink)], badge), Line([("      " + _cut(how, width - 6), tone)])]


def _cut(text: str, cells: int, *, pad: bool = False) -> str:
    """The text in at most so many cells, three dots where some of it is missing."""
    clean = plain(text)
    if cell_len(clean) <= cells:
        return set_cell_size(clean, cells) if pad else clean
    return set_cell_size(clean, max(cells - 3, 0)) + "..."[: max(cells, 0)]
