"""Sends only the changed cells of a partial update; the one file that knows Textual's compositor from inside.

Textual 8.2 resends each row of a changed region from the left edge of the widget it lies in. Should its internals
change, its own update is sent as it is.
"""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App
from textual.screen import Screen


class Cropped(CompositorUpdate):
    """A partial update, cut to its spans on both sides."""

    def __init__(self, update: ChopsUpdate) -> None:
        self.update = update

    def render_segments(self, console: Console) -> str:
        """The terminal sequence of the update."""
        try:
            return self._spans(console)
        except AttributeError:
            return self.update.render_segments(console)

    def _spans(self, console: Console) -> str:
        parts: list[str] = []
        for y, left, right in self.update.spans:
            for end, (x, strip) in zip(self.update.chop_ends[y], self.update.chops[y].items(), strict=False):
                if strip is None or x >= right or end <= left:
                    continue
                first, last = max(x, left), min(end, right)
                parts += (Control.move_to(first, y).segment.text, strip.crop(first - x, last - x).render(console))
        return "".join(parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As Textual would print it."""
        yield from self.update.__rich_console__(console, options)


def cropped(update: RenderableType | None) -> RenderableType | None:
    """A partial update cropped; anything else as it is."""
    return Cropped(update) if isinstance(update, ChopsUpdate) else update


class CroppingApp(App[int]):
    """An app whose partial updates are cropped."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, cropped(renderable))
