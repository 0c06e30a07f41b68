"""What is sent where colours aren't wanted: the same cells in the terminal's own two, what stands out turned around."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

APART = 0.4
"""From this difference in brightness on, of 1, a ground is meant to be seen: a label, a cursor, a scroll bar."""


class Colourless(LineFilter):
    """Leaves bold, underline and reverse of every style; Textual's own for NO_COLOR leaves greys."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without colours; `background` is the ground of the widget they are in."""
        return [Segment(text, style and _plain(style, background), control) for text, style, control in segments]


@lru_cache(1024)
def _plain(style: Style, background: Color) -> Style:
    ground = style.bgcolor and Color.from_rich_color(style.bgcolor)
    lit = ground is not None and abs(ground.brightness - background.brightness) >= APART
    return Style(bold=style.bold, underline=style.underline, reverse=lit != bool(style.reverse))
