"""The line chart: one main line with its last value as a tag, and others behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Unpack

import numpy as np
from textual.strip import Strip

from .axis import Floats, Scale
from .compose import Layer, Mark, Options, Plot, compose
from .dates import Days
from .frame import Frame
from .logs import logs
from .raster import Canvas
from .trace import line_spans

_MARKS = "*+ox"


class Line(NamedTuple):
    """A line: one value a session (NaN = a gap), its ink, and the letter that names it on screens without colour.

    `dotted`: every other dot only. `fits`: the range holds it; else it may run out of the plot. `name`: written over
    its beginning.
    """

    values: Floats
    ink: str
    letter: str = ""
    dotted: bool = False
    fits: bool = True
    name: str = ""


def line_chart(sessions: Days, lines: Sequence[Line | tuple[Floats, str]], **options: Unpack[Options]) -> list[Strip]:
    """Lines over sessions with axes, as `height` strips of `width` cells; the first is the main one, on top.

    `sessions` is datetime64[D], strictly increasing; each line is float64 of the same length, NaN where it has a gap.
    The tag shows the last finite value of the main line. ValueError if lengths differ or the size is below 1x1.
    """
    rows = [Line(*line) for line in lines]
    return compose(sessions, line_plot(rows, log=options.get("log", False)), options)


def line_plot(lines: Sequence[Line], *, log: bool = False) -> Plot:
    """What a line chart draws."""
    rows = placed(lines, log=log)
    return Plot(line_layers(rows), held(rows), line_marks(rows))


def placed(lines: Sequence[Line], *, log: bool) -> list[Line]:
    """The lines where the axis has them: their powers of ten on a logarithmic one."""
    return [line._replace(values=logs(line.values)) for line in lines] if log else list(lines)


def held(lines: Sequence[Line]) -> list[Floats]:
    """What the range has to hold of the lines, as long as they are."""
    return [line.values if line.fits else np.full(len(line.values), np.nan) for line in lines]


def line_layers(lines: Sequence[Line]) -> list[Layer]:
    """One layer a line, the last line first, so that the first lies on top."""
    return [_layer(line, _MARKS[min(at, len(_MARKS) - 1)]) for at, line in reversed([*enumerate(lines)])]


def line_marks(lines: Sequence[Line]) -> list[Mark]:
    """The lines' last finite values for the axis, the main line's as its tag."""
    return [Mark(_last(line.values), line.ink, line.letter) for line in lines]


def _last(values: Floats) -> float:
    known = np.flatnonzero(np.isfinite(values))
    return float(values[known[-1]]) if known.size else math.nan


def _layer(line: Line, mark: str) -> Layer:
    def draw(canvas: Canvas, frame: Frame, scale: Scale) -> None:
        top, bottom = line_spans(line.values, scale, frame.columns, frame.rows)
        if line.dotted:
            bottom[1::2] = top[1::2] - 1
        canvas.spans(top, bottom, line.ink, rows=frame.rows, mark=mark)
        _write_name(canvas, frame, scale, line)

    return draw


def _write_name(canvas: Canvas, frame: Frame, scale: Scale, line: Line) -> None:
    known = np.flatnonzero(np.isfinite(line.values))
    if line.name and len(known) and scale.low <= line.values[known[0]] <= scale.high:
        at = frame.column_of(int(known[0]))
        row = scale.row(float(line.values[known[0]]), frame.rows)
        canvas.text(at, row, line.name[: max(frame.columns - at, 0)], line.ink)
