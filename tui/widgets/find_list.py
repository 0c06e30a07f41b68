"""The list under the finder's field: what the typed letters may mean, the chosen one marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.color import Color
from textual.geometry import Size
from textual.strip import Strip

from ...core.finder import Candidate
from ..palette import Palette
from ..rows import column, row
from ..scene import Scene
from .strips import StripWidget

NOTHING = "nothing known has these letters; enter looks for it as typed"
SYMBOL = 14


class FindList(StripWidget):
    """One row a match: ticker or pair, its name, and why it is offered; scrolled so that the chosen one is in sight."""

    READS = ("colourless",)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._offered: Sequence[Candidate] = ()
        self._at = self._top = 0

    @property
    def chosen(self) -> Candidate | None:
        """The match that enter would take; None when nothing is offered."""
        return self._offered[self._at] if self._offered else None

    def offer(self, offered: Sequence[Candidate]) -> None:
        """Show these, the first one chosen."""
        self._offered, self._at, self._top = offered, 0, 0
        self.redraw()

    def move(self, step: int) -> None:
        """Choose the next match or the one before, up to the ends."""
        self._at = max(0, min(self._at + step, len(self._offered) - 1))
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The matches that fit, and how many there are beyond them."""
        if not self._offered:
            return column([row(size.width, palette, [(NOTHING, "muted")])], size.width, size.height, palette)
        room = max(size.height - (len(self._offered) > size.height), 1)
        self._top = min(max(self._top, self._at - room + 1), self._at)
        shown = range(self._top, min(self._top + room, len(self._offered)))
        rows = [self._row(place, size.width, palette) for place in shown]
        if len(shown) < len(self._offered):
            rows.append(row(size.width, palette, [(f"  {self._at + 1} of {len(self._offered)}", "muted")]))
        return column(rows, size.width, size.height, palette)

    def _row(self, place: int, width: int, palette: Palette) -> Strip:
        one, chosen = self._offered[place], place == self._at
        text, muted = palette.text, palette.muted
        if chosen:
            ground = Color.parse(self.app.theme_variables["chosen"])
            text, muted = palette.on(text, ground), palette.on(muted, ground)
        left = f"{'▸' if chosen else ' '} {one.symbol:<{SYMBOL}} "
        # The gap between the two ends is the row's own, so it would be of another ground.
        room = max(width - len(left) - len(one.origin) - 2, 0)
        return row(width, palette, [(left, text), (f"{one.name[:room]:<{room}}  {one.origin}", muted)])
