"""Why the label is what it is: what speaks against it first, then what speaks for it, then what was missing."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ..palette import Palette
from ..rows import column, row
from ..scene import Scene
from .strips import StripWidget


class Reasons(StripWidget):
    """As many reasons as there is room for; none without room for two."""

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """Heading and rows, or nothing."""
        regime = scene.reading.regime
        said = [
            *((f" ✗ {words}", "down") for words in regime.against),
            *((f" ✓ {words}", "muted") for words in regime.why),
            *((f" → {flip.to} if {flip.words()}", "text") for flip in regime.flips),
            *((f" ! {words}", "warn") for words in scene.reading.warnings),
        ]
        head = row(size.width, palette, [(f"WHY {regime.regime.label}", "muted")])
        rows = [head, *(row(size.width, palette, [words]) for words in said)] if size.height > 1 else []
        return column(rows, size.width, size.height, palette)
