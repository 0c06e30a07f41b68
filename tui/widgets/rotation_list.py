"""The rotation map in words: which sectors are in which quarter."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core.rotation import LEVEL, QUADRANTS
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .sector_view import SectorView
from .strips import StripWidget

QUARTERS = (
    *zip(QUADRANTS.values(), ("strong, rising", "strong, falling", "weak, falling", "weak, rising"), strict=True),
    (LEVEL, "on a line"),
)


class RotationList(StripWidget):
    """A row a quarter; that of LEVEL only when a sector is on a line."""

    KINDS = ("daily",)

    view: var[SectorView | None] = var(None, init=False)

    def watch_view(self, old: SectorView | None, new: SectorView | None) -> None:
        """Another reading's sectors; which is chosen, and the order, don't matter here."""
        if old is None or new is None or old.reading is not new.reading:
            self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading and the quarters; nothing where there is no room for them."""
        if self.view is None or size.height < len(QUARTERS):
            return column([], size.width, size.height, palette)
        head = heading(size.width, palette, scene.state("daily"), [("ON THE MAP", "muted")])
        rows = [row(size.width, palette, words) for name, says in QUARTERS if (words := self._quarter(name, says))]
        return column([head, *rows], size.width, size.height, palette)

    def _quarter(self, name: str, says: str) -> list[Word]:
        found = sorted(s.ticker for s in self.view.sectors if s.quadrant == name) if self.view else []
        if name == LEVEL and not found:
            return []
        return [
            (f" {name:<10}", "text"),
            (f"{says:<16}", "muted"),
            (" ".join(found) or "none", "text" if found else "muted"),
        ]
