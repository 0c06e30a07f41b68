"""Sends only the changed cells of an update, each style in few bytes; the one file that knows Textual from inside.

Textual 8.2 renders every widget that touches the rectangle around all changed regions, resends each row of a region
from the left edge of the widget it lies in, and with each run of cells its whole style. Should its internals change,
its own update is sent as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from .sgr import Pen

Placed = tuple[int, int, Strip]
"""Column, row, and the cells that begin there."""
Columns = list[tuple[int, int]]
"""Where runs of cells of a row begin, and where the cell after them is."""


class Changed(CompositorUpdate):
    """The cells that have changed."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.placed = placed

    def render_segments(self, console: Console) -> str:
        """The terminal sequence of the update."""
        return _written(self.placed, console)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As Rich would print it."""
        for x, y, strip in self.placed:
            yield Control.move_to(x, y)
            yield from strip


class CroppingCompositor(Compositor):
    """Has only those rows rendered, and of those widgets, in which cells have changed."""

    def render_partial_update(self) -> Changed | ChopsUpdate | None:  # type: ignore[override]
        """The changed cells, from the widgets that are in front there."""
        try:
            screen = self.size.region
            dirty = [part for region in self._dirty_regions if (part := region.intersection(screen))]
            missing: dict[int, Columns] = {}
            for y, left, right in self._regions_to_spans(dirty):
                missing.setdefault(y, []).append((left, right))
            placed = [cells for each in self.visible_widgets.items() for cells in _taken(missing, *each)]
        except (AttributeError, TypeError, ValueError):
            return super().render_partial_update()
        self._dirty_regions.clear()
        return Changed(placed) if placed else None


def _taken(missing: dict[int, Columns], widget: Widget, at: tuple[Region, Region]) -> Iterator[Placed]:
    """The cells of a widget that are missing and not hidden by those before it; they aren't missing any more.

    at: where the whole widget lies, and the part of the screen that it is cut to.
    """
    region, clip = at
    left, top, width, height = region.intersection(clip)
    right = left + width
    rows = [y for y in missing if top <= y < top + height and any(a < right and left < b for a, b in missing[y])]
    if not rows:
        return
    first, last = min(rows), max(rows)
    strips = widget.render_lines(Region(left - region.x, first - region.y, width, last + 1 - first))
    for y in rows:
        rest: Columns = []
        for a, b in missing.pop(y):
            start, end = max(a, left), min(b, right)
            if start < end:
                yield start, y, strips[y - first].crop(start - left, end - left)
                rest += [part for part in ((a, start), (end, b)) if part[0] < part[1]]
            else:
                rest.append((a, b))
        if rest:
            missing[y] = rest


class Cropped(CompositorUpdate):
    """An update of Textual's, a partial one cut to its spans on both sides."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate) -> None:
        self.update = update

    def render_segments(self, console: Console) -> str:
        """The terminal sequence of the update."""
        update = self.update
        try:
            return _written(_whole(update) if isinstance(update, LayoutUpdate) else _spans(update), console)
        except AttributeError:
            return self.update.render_segments(console)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As Textual would print it."""
        yield from self.update.__rich_console__(console, options)


def cropped(update: RenderableType | None) -> RenderableType | None:
    """An update of the screen cropped; anything else as it is."""
    return Cropped(update) if isinstance(update, ChopsUpdate | LayoutUpdate) else update


def _written(placed: Iterable[Placed], console: Console) -> str:
    pen = Pen(console._color_system or ColorSystem.TRUECOLOR)
    for x, y, strip in placed:
        pen.move(Control.move_to(x, y).segment.text)
        pen.write(strip)
    return pen.done()


def _spans(update: ChopsUpdate) -> Iterator[Placed]:
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= right or end <= left:
                continue
            first, last = max(x, left), min(end, right)
            yield first, y, strip.crop(first - x, last - x)


def _whole(update: LayoutUpdate) -> Iterator[Placed]:
    for y, line in enumerate(update.strips, update.region.y):
        yield update.region.x, y, Strip.join(line)


class CroppingApp(App[int]):
    """An app whose updates are cropped."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, cropped(renderable))


class CroppingScreen(Screen[None], inherit_bindings=False):
    """A screen whose changed cells alone are rendered."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = CroppingCompositor()
