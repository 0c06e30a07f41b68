"""The sections of the evidence screen in a row, the one looked at in brackets, and how far the work is."""

from __future__ import annotations

from collections.abc import Iterator

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from .evidence_found import Found
from .evidence_view import SECTIONS, View
from .strips import StripWidget

SHORT = {"walk forward": "walk"}
"""What a narrow terminal has room for."""
WIDE = 76


class EvidenceTabs(StripWidget):
    """One row."""

    READS = ("reading",)

    found: var[Found] = var(Found(), init=False)
    view: var[View] = var(View(), init=False)

    def watch_found(self) -> None:
        """The work is further, or of another reading."""
        self.redraw()

    def watch_view(self) -> None:
        """Another section."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The names at the left, what is being done at the right."""
        doing = self.found.doing if self.found.of(scene.reading) else ""
        names = [SHORT.get(name, name) if size.width < WIDE else name for name in SECTIONS]
        left: list[Word] = []
        for place, name in enumerate(names):
            here = place == self.view.section
            left.append((f"[{name}]" if here else f" {name} ", "a" if here else "muted"))
        room = size.width - sum(len(name) + 2 for name in names) - 1
        said = next((form for form in _forms(doing) if len(form) <= room), "")
        return column([row(size.width, palette, left, [(said, "warn")])], size.width, size.height, palette)


def _forms(doing: str) -> Iterator[str]:
    """`working out: 3 of 6 parts`, and shorter."""
    count = doing.rpartition(": ")[2]
    yield from (doing, count, count.removesuffix(" parts"), count.removesuffix(" parts").replace(" of ", "/"))
