"""Lines: a widget that shows rows of words made for its width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Size
from textual.strip import Strip

from ..palette import Palette
from ..rows import Line, column, row
from ..scene import Scene
from .strips import StripWidget


class Lines(StripWidget):
    """What it shows doesn't come from the scene: it is given, as a function of the width."""

    READS = ()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._forms: Sequence[Callable[[int], Sequence[Line]]] = ()

    def show(self, *forms: Callable[[int], Sequence[Line]]) -> None:
        """Show these lines from now on; of several forms the first one that there is room for, else the last."""
        self._forms = forms
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """As many of the lines as there is room for."""
        made: Sequence[Line] = ()
        for make in self._forms:
            if len(made := make(size.width)) <= size.height:
                break
        rows = [row(size.width, palette, *line) for line in made]
        return column(rows, size.width, size.height, palette)
