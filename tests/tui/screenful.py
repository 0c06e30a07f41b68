"""A terminal that is sent frames, and its cells as they look."""

from __future__ import annotations

from collections.abc import Iterable

import pyte
from textual._compositor import LayoutUpdate

from tests.tui.stage import Counted


def seen(cell: pyte.screens.Char) -> object:
    """A cell as it looks: of a blank one only its ground is seen, unless something goes through or under it."""
    flat = cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse)
    return cell._replace(fg="default", bold=False, italics=False) if flat else cell


class Screenful:
    """A terminal of a size; what it is sent stays."""

    def __init__(self, width: int = 120, height: int = 40) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        # As Textual sets it: what is written in the last column stays in its row.
        self.stream.feed(b"\x1b[?7l")

    def send(self, frames: Iterable[bytes]) -> list[list[object]]:
        """Every cell's character and colours after the frames."""
        for frame in frames:
            self.stream.feed(frame)
        screen = self.screen
        return [[seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def whole(app: Counted) -> list[list[object]]:
    """The screen as Textual itself would send all of it."""
    compositor = app.screen._compositor
    update = LayoutUpdate([[strip] for strip in compositor.render_strips()], compositor.size.region)
    return Screenful(*compositor.size).send([update.render_segments(app.console).encode()])
