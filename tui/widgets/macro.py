"""FRED's series as they were known on the session: value, change, percentile, and how old the observation is."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.macro import MacroReading
from ..decimals import aligned
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .context import place
from .strips import StripWidget


class MacroPanel(StripWidget):
    """One row a series; an observation that is late is marked with `!` and said by its date."""

    KINDS = ("macro",)
    PANELS = ("macro",)
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading with the rate cycle, then the series."""
        cycle = scene.reading.rate_cycle
        rates: list[Word] = [(f"  {cycle.state}", "text"), (f" {fmt.points(cycle.change)}", "text")] if cycle else []
        columns: list[Word] = [(f"{'63d':>6}{'pctl':>5}{'of':>6}", "muted")]
        title: list[Word] = [("MACRO", "muted")]
        head = heading(size.width, palette, scene.state("macro"), title, beside=rates, right=columns)
        rows = [_row(known, size.width, palette) for known in scene.reading.macro]
        nothing = [row(size.width, palette, [(" nothing in this source", "muted")])]
        return column([head, *(rows or nothing)], size.width, size.height, palette)


def _row(known: MacroReading, width: int, palette: Palette) -> Strip:
    name = known.row.name
    right: list[Word] = [
        (aligned(known.row.shown(known.value), 3), "text"),
        (aligned(known.row.shown_change(known.change_63), 4, len(".00pp")), "muted"),
        (f"{place(known.percentile):>5}", "muted"),
        (f"{'!' if known.stale else ' '}{known.observed:%m-%d}", "warn" if known.stale else "muted"),
    ]
    return row(width, palette, [(f" {name}", "text")], right)
