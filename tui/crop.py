"""Sends only the changed cells of an update, each style in few bytes; the one file that knows Textual from inside.

Textual 8.2 resends each row of a changed region from the left edge of the widget it lies in, and with each run of cells
its whole style. Should its internals change, its own update is sent as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from .sgr import Pen

Placed = tuple[int, int, Strip]
"""Column, row, and the cells that begin there."""


class Cropped(CompositorUpdate):
    """An update of Textual's, a partial one cut to its spans on both sides."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate) -> None:
        self.update = update

    def render_segments(self, console: Console) -> str:
        """The terminal sequence of the update."""
        try:
            pen = Pen(console._color_system or ColorSystem.TRUECOLOR)
            for x, y, strip in _whole(self.update) if isinstance(self.update, LayoutUpdate) else _spans(self.update):
                pen.move(Control.move_to(x, y).segment.text)
                pen.write(strip)
            return pen.done()
        except AttributeError:
            return self.update.render_segments(console)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As Textual would print it."""
        yield from self.update.__rich_console__(console, options)


def cropped(update: RenderableType | None) -> RenderableType | None:
    """An update of the screen cropped; anything else as it is."""
    return Cropped(update) if isinstance(update, ChopsUpdate | LayoutUpdate) else update


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
