"""The settings as a list, one of them chosen; below them what is remembered, to be forgotten."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ..palette import Palette
from ..rows import Line, column, row
from ..scene import Scene
from .setting_rows import SETTINGS, Effective, Setting, origin, remembered, value
from .strips import StripWidget

NAME, FROM, HOW = 19, 14, 13
WIDEST = 88


class SettingList(StripWidget):
    """Shows the settings that it is given; the row that forgets is the last one that can be chosen."""

    READS = ()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._known: Effective | None = None
        self._at = 0

    @property
    def known(self) -> Effective | None:
        """The settings that are shown."""
        return self._known

    @property
    def setting(self) -> Setting | None:
        """The chosen one; None on the row that forgets."""
        return SETTINGS[self._at] if self._at < len(SETTINGS) else None

    def take(self, known: Effective | None) -> None:
        """Show these settings from now on."""
        self._known = known
        self.redraw()

    def choose(self, step: int) -> None:
        """So many rows down, or up when below 0; round and round."""
        self._at = (self._at + step) % (len(SETTINGS) + 1)
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading and the rows, scrolled so that the chosen one is in sight."""
        width = min(size.width, WIDEST)
        lines = self._lines(self._known, width) if self._known else []
        room = max(size.height - 1, 1)
        first = max(0, self._at - room + 1)
        shown = [_head(width), *lines[first : first + room]]
        return column([row(size.width, palette, line.left) for line in shown], *size, palette)

    def _lines(self, known: Effective, width: int) -> list[Line]:
        lines = []
        for at, setting in enumerate(SETTINGS):
            cells = setting.words, value(known.settings, setting.name), origin(known, setting.name), setting.how
            lines.append(_line(cells, at == self._at, width, quiet=setting.change is None))
        last = "forget", remembered(known), "remembered", "enter"
        return [*lines, _line(last, self._at == len(SETTINGS), width, quiet=not known.remembered)]


def _head(width: int) -> Line:
    room = _room(width)
    return Line([(f" {'SETTINGS':<{NAME}}{'value':<{room}} {'from':<{FROM}}{'change by':<{HOW}}", "muted")])


def _line(cells: tuple[str, str, str, str], chosen: bool, width: int, *, quiet: bool) -> Line:
    name, shown, source, how = cells
    room = _room(width)
    shown = shown if len(shown) <= room else f"{shown[: room - 2]}.."
    return Line(
        [
            (f"{'▸' if chosen else ' '}{name:<{NAME}}", "a" if chosen else "text"),
            (f"{shown:<{room}} ", "text"),
            (f"{source:<{FROM}}", "muted"),
            (f"{how:<{HOW}}", "muted" if quiet else "a"),
        ]
    )


def _room(width: int) -> int:
    """What is left for the values."""
    return max(width - NAME - FROM - HOW - 2, 4)
