"""The macro series as they were known, one row each, with what each means for small caps."""

from __future__ import annotations

from textwrap import wrap

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ..palette import Palette
from ..rows import Line, Word, beside, column, row
from ..scene import Scene
from ..states import heading
from .context import place
from .macro_meaning import meaning
from .macro_view import MacroKnown, MacroView
from .sector_spark import spark
from .strips import StripWidget

NUMBERS, SPARK = 78, 15
"""How wide the numbers are, and the sparkline at their end."""
FIRST = 25
"""How wide the name and the value are, above which the heading's own words stand."""
BESIDE = 148
"""From which width on the meaning stands in the row."""


class MacroTable(StripWidget):
    """A row a series; its meaning beside it, under it, or of the chosen one only, as there is room."""

    KINDS = ("macro",)

    view: var[MacroView | None] = var(None, init=False)

    def watch_view(self) -> None:
        """Another series, or another reading's."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading with the rate cycle, then the rows."""
        view, width = self.view, size.width
        if view is None:
            return column([], width, size.height, palette)
        roomy = size.height > 2 * len(view.rows)
        lines = [line for known in view.rows for line in _lines(scene, view, known, width, roomy=roomy)]
        if width < BESIDE and not roomy:
            lines += _folded(_means(view, view.chosen), width)
        rows = [row(width, palette, *line) for line in lines]
        return column([_head(scene, view, width, palette), *rows], width, size.height, palette)


def _head(scene: Scene, view: MacroView, width: int, palette: Palette) -> Strip:
    """The columns' names over their columns."""
    cycle, inner = view.reading.rate_cycle, min(width, NUMBERS)
    title: list[Word] = [("MACRO", "muted"), (f"  Fed {cycle.state}" if cycle else "", "text")]
    names, room = "", inner - FIRST
    for name, cells in (("21d", 8), ("63d", 8), ("pctl", 5), ("observed", 11), ("age", 4), ("252 sessions", SPARK + 2)):
        names += f"{name:>{cells}}" if len(names) + cells <= room else ""
    head = heading(inner, palette, scene.state("macro"), title, right=[(f"{names:<{room}}", "muted")])
    rest = [("   for small caps", "muted")] if width >= BESIDE else []
    return beside(head, row(width - inner, palette, rest))


def _lines(scene: Scene, view: MacroView, known: MacroKnown, width: int, *, roomy: bool) -> list[Line]:
    mark, ink = ("▸", "a") if known is view.chosen else (" ", "text")
    words: list[Word] = [(f"{mark}{known.row.name:<17}", ink), *_numbers(scene, view, known)]
    means = _means(view, known)
    if width >= BESIDE:
        return [Line([*words, ("  ", "text"), *means])]
    return [Line(words), Line([("  ", "text"), *means])] if roomy else [Line(words)]


def _numbers(scene: Scene, view: MacroView, known: MacroKnown) -> list[Word]:
    read = known.reading
    if read is None:
        return [(f"  none: {known.row.series} is not in this source by {view.reading.as_of}", "warn")]
    age = f"{read.age_sessions:>4}{'!' if read.stale else ' '}"
    return [
        (f"{known.row.shown(read.value):>7}", "text"),
        (f"{known.row.shown_change(known.change_21):>8}", "text"),
        (f"{known.row.shown_change(read.change_63):>8}", "text"),
        (f"{place(read.percentile):>5}", "muted"),
        (f"{read.observed!s:>11}{age}", "warn" if read.stale else "muted"),
        (f" {spark(known.recent, SPARK, ascii_only=scene.ascii_only)}", "muted"),
    ]


def _folded(words: list[Word], width: int) -> list[Line]:
    """What a series means in rows of a width."""
    if not words:
        return []
    (state, ink), (said, quiet) = words
    first, *rest = wrap(state + said, max(width, len(state) + 1), subsequent_indent="   ", drop_whitespace=False)
    return [Line([(state, ink), (first[len(state) :], quiet)]), *(Line([(one, quiet)]) for one in rest)]


def _means(view: MacroView, known: MacroKnown) -> list[Word]:
    """What a series means."""
    if known.reading is None:
        return []
    state, words = meaning(known.reading, view.reading.rate_cycle)
    return [(f" {state}", "warn" if known.reading.stale else "text"), (f": {words}", "muted")]
