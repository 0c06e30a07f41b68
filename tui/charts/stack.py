"""Plots above each other on one date axis: their columns are the same ones, and one row of dates is under them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ..palette import Palette
from .axis import Scale
from .compose import Options, Plot, compose, layout
from .dates import Days, date_labels
from .frame import Frame

_ROOM_FOR_AXIS = 3


class Floor(NamedTuple):
    """One of the plots: its height in rows, what it draws, and its own options; those of all are given to `stack`."""

    rows: int
    plot: Plot
    options: Options


class Drawn(NamedTuple):
    """One plot as it is drawn: its strips, its cells, and the values at its edges (None with nothing but NaN)."""

    strips: list[Strip]
    frame: Frame
    scale: Scale | None


def stack(sessions: Days, floors: Sequence[Floor], width: int) -> list[Drawn]:
    """The plots from above to below, each with as many strips of `width` cells as it has rows.

    All of them have an axis as wide as the widest needs, or none where one is too low for it. ValueError as in compose.
    """
    axis = 0
    if min((floor.rows for floor in floors), default=0) >= _ROOM_FOR_AXIS:
        fitted = (layout(sessions, floor.plot, _options(floor, width))[0].axis_width for floor in floors)
        axis = max(fitted, default=0)
    drawn = []
    for floor in floors:
        options = _options(floor, width)
        options["axis_width"] = axis
        strips = compose(sessions, floor.plot, options)
        drawn.append(Drawn(strips, *layout(sessions, floor.plot, options)))
    return drawn


def _options(floor: Floor, width: int) -> Options:
    options = floor.options.copy()
    options["size"] = (width, floor.rows)
    options["dates"] = False
    return options


def date_row(sessions: Days, frame: Frame, palette: Palette, caret: tuple[int, str] | None = None) -> Strip:
    """The dates under a plot's columns in one ink, with a `caret` (column, character) over them."""
    text = [" "] * frame.width
    for column, label in date_labels(sessions, frame) if len(sessions) else ():
        text[column : column + len(label)] = label
    if caret is not None:
        text[caret[0]] = caret[1]
    return Strip([Segment("".join(text[: frame.width]), palette.muted)], frame.width)


def marked(strip: Strip, column: int, character: str, style: Style | None = None) -> Strip:
    """A strip with one cell replaced; in the cell's own style unless another is given."""
    cell = next(iter(strip.crop(column, column + 1)), None)
    mark = Segment(character, style or (cell.style if cell else None))
    return Strip.join([strip.crop(0, column), Strip([mark], 1), strip.crop(column + 1, strip.cell_length)])
