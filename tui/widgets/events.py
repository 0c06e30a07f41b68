"""What the calendar knows of the weeks ahead: reconstitutions, early closes and holidays."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ...core.calendar import RECONSTITUTION
from ..palette import Palette
from ..rows import column, row
from ..scene import Scene
from .strips import StripWidget


class Events(StripWidget):
    """One row a date, the reconstitutions lit."""

    PANELS = ("events",)
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The next dates, as many as there is room for."""
        rows = [row(size.width, palette, [("  AHEAD", "muted")])]
        for event in scene.reading.events[: size.height - 1]:
            ink = "spike" if event.name == RECONSTITUTION else "muted"
            rows.append(row(size.width, palette, [(f" {event.date}  ", "text"), (event.name, ink)]))
        return column(rows, size.width, size.height, palette)
