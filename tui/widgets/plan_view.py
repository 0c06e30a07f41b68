"""One plan to be read: its title, its chart, what ends it, its figures and why; it scrolls where it is too long."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import ClassVar

from textual.geometry import Size
from textual.strip import Strip

from ...core.framework.curve import Curve
from ...core.framework.plan import Plan
from ..palette import Palette
from ..rows import Line, beside, column, row
from ..scene import Scene
from .plan_blocks import advice, answers, ends, figures, folded, head, reasons, warnings
from .plan_chart import Look, plan_chart
from .strips import StripWidget

WIDE, GAP, WIDEST = 110, 3, 100
# Below the first height a chart would take what has to be read; from the second on there is room for blank rows.
CHARTED, ROOMY = 18, 28
HEAD, LOW_CHART, MOST_CHART = 3, 8, 16


class PlanView(StripWidget):
    """Holds the plan that it is given; nothing of it comes from the scene but how to draw."""

    READS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._plan: Plan | None = None
        self._curves: tuple[Curve, ...] = ()
        self._extra: tuple[Line, ...] = ()
        self._first: tuple[Line, ...] = ()
        self._top = 0
        self._laid: tuple[object, list[Strip]] = (None, [])

    def show(
        self, plan: Plan, curves: tuple[Curve, ...] = (), extra: Sequence[Line] = (), first: Sequence[Line] = ()
    ) -> None:
        """Show a plan from its first line on, the same one as far as it is scrolled.

        `first` stands under its title, as wide as the screen, `extra` above what the plan itself says.
        """
        if self._plan is None or _made_of(plan) != _made_of(self._plan):
            self._top = 0
        self._plan, self._curves, self._extra, self._first = plan, curves, tuple(extra), tuple(first)
        self._laid = (None, [])
        self.redraw()

    def close(self) -> None:
        """Show no plan."""
        self._plan, self._laid = None, (None, [])
        self.redraw()

    def scroll(self, rows: int) -> None:
        """So many rows down, or up when below 0; as far as there are any."""
        height = self.content_size.height
        self._top = self._within(self._within(self._top, height) + rows, height)
        self.redraw()

    @property
    def below(self) -> int:
        """How many lines are below the fold."""
        height = self.content_size.height
        rest = len(self._laid[1]) - self._within(self._top, height) - height
        # The last row says how many, so it is one more than there is no room for.
        return rest + 1 if rest > 0 else 0

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The rows from the first one in sight on; the last one says how many more there are."""
        if self._plan is None:
            return column([], size.width, size.height, palette)
        strips = self._strips(self._plan, size, Look(palette, scene.ascii_only, scene.colourless))
        # What was scrolled is kept for when a terminal that shows all of the plan has become smaller again.
        top = self._within(self._top, size.height)
        seen = strips[top : top + size.height]
        if more := self.below:
            words = f"▼ {more} more line{'s' * (more > 1)}"
            seen[-1] = row(size.width, palette, [(words, "warn")])
        return column(seen, size.width, size.height, palette)

    def _within(self, top: int, height: int) -> int:
        return max(min(top, len(self._laid[1]) - height), 0)

    def _strips(self, plan: Plan, size: Size, look: Look) -> list[Strip]:
        """All rows, laid out anew only when something in them has changed."""
        key = (size, look)
        if self._laid[0] != key:
            lay = self._side_by_side if size.width >= WIDE else self._stacked
            first = [line for one in self._first for line in folded(one, size.width)]
            top = _drawn([*head(plan, size.width), *first], size.width, look)
            self._laid = (key, [*top, *lay(plan, size, look)])
        return self._laid[1]

    def _stacked(self, plan: Plan, size: Size, look: Look) -> list[Strip]:
        """One column; what ends the plan before its figures, so that it is in sight on the smallest screen."""
        width, gap = size.width, size.height >= ROOMY
        curves = self._curves if size.height >= (ROOMY if self._extra else CHARTED) else ()
        charts = [plan_chart(curve, width, LOW_CHART, look) for curve in curves]
        first, others = charts[:1], charts[1:]
        return [
            *_drawn(self._above(width), width, look),
            *chain(*first),
            *_drawn(_spaced([ends(plan, width), figures(plan, width)], gap=gap, first=gap), width, look),
            *chain(*others),
            *_drawn(_spaced(_rest(plan, width), gap=gap, first=gap), width, look),
        ]

    def _side_by_side(self, plan: Plan, size: Size, look: Look) -> list[Strip]:
        """The figures on the left; on the right how it stands, the charts, and what is said in sentences."""
        left = min((size.width - GAP) * 11 // 20, WIDEST)
        right = min(size.width - GAP - left, WIDEST)
        above = self._above(right)
        words = _spaced([ends(plan, right), *_rest(plan, right)], gap=size.height >= ROOMY, first=bool(above))
        spare = (size.height - HEAD - len(above) - len(words)) // max(len(self._curves), 1)
        tall = max(min(spare, MOST_CHART), LOW_CHART)
        charts = [strip for curve in self._curves for strip in plan_chart(curve, right, tall, look)]
        columns = (
            _drawn(figures(plan, left), left, look),
            [*_drawn(above, right, look), *charts, *_drawn(words, right, look)],
        )
        blank, gap, rest = (row(n, look.palette, ()) for n in (size.width, GAP, size.width - left - GAP - right))
        blanks = [row(width, look.palette, ()) for width in (left, right)]
        pairs = zip_longest(*columns)
        return [blank, *(beside(a or blanks[0], gap, b or blanks[1], rest) for a, b in pairs)]

    def _above(self, width: int) -> list[Line]:
        return [line for one in self._extra for line in folded(one, width)]


def _made_of(plan: Plan) -> tuple[object, ...]:
    return plan.title, plan.standing, dict(plan.answers)


def _rest(plan: Plan, width: int) -> list[list[Line]]:
    return [reasons(plan, width), warnings(plan, width), answers(plan, width), advice(width)]


def _drawn(lines: Sequence[Line], width: int, look: Look) -> list[Strip]:
    return [row(width, look.palette, *line) for line in lines]


def _spaced(blocks: Sequence[list[Line]], *, gap: bool, first: bool) -> list[Line]:
    """Blocks under each other, with a `gap` a blank row between them, and one before the `first`."""
    lines: list[Line] = []
    for block in filter(None, blocks):
        lines += [*([Line(())] if gap and (lines or first) else []), *block]
    return lines
