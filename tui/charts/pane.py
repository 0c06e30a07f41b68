"""What is drawn in the plots under a price: bars that stand on zero, and a shaded band."""

from __future__ import annotations

import numpy as np

from .axis import Floats, Scale
from .compose import Layer
from .frame import Frame
from .raster import Canvas
from .trace import per_column

_HATCH = 8  # dot columns from one stroke of a band to the next


def bar_layer(values: Floats, ink: str, *, letter: str = "", letters: bool = False) -> Layer:
    """Bars from zero, one a session, or for more than one in a column the one farthest from zero; none for NaN.

    On a scale that begins at zero they are blocks, else dots. With `letters` the foot of each column that has a bar
    shows `letter`.
    """

    def draw(canvas: Canvas, frame: Frame, scale: Scale) -> None:
        heights = _farthest(values, frame)
        if scale.low == 0.0:
            eighths = np.ceil(np.clip(np.nan_to_num(heights) / scale.high, 0.0, 1.0) * 8 * frame.rows)
            canvas.bars(eighths.astype(np.int64), ink, rows=frame.rows, mark=letter or ":", ground=not letter)
        else:
            _from_zero(canvas, frame, scale, heights, ink)
        if letter and letters:
            foot = np.where(np.isfinite(heights), ord(letter), ord(" ")).astype(np.uint32)[None]
            canvas.stamp(foot, ink, y=frame.rows - 1)

    return draw


def _from_zero(canvas: Canvas, frame: Frame, scale: Scale, heights: Floats, ink: str) -> None:
    """Columns of dots between zero and each height, upwards and downwards."""
    zero = float(scale.rows(np.zeros(1), 4 * frame.rows)[0])
    row = np.repeat(scale.rows(heights, 4 * frame.rows), 2)
    known = np.isfinite(row)
    top, bottom = np.where(known, np.minimum(row, zero), 1), np.where(known, np.maximum(row, zero), 0)
    canvas.spans(top.astype(np.int64), bottom.astype(np.int64), ink, rows=frame.rows, mark=":")


def _farthest(values: Floats, frame: Frame) -> Floats:
    """The value of each cell column; where sessions are wide, a blank column between two of them."""
    if len(values) < frame.columns:
        index = frame.nearest()
        apart = np.append(index[1:] != index[:-1], True) & (frame.columns >= 3 * len(values))
        return np.where(apart, np.nan, values[index]) if len(values) else np.full(frame.columns, np.nan)
    lines = per_column(values, frame.columns)
    return np.where(np.abs(lines.low) > np.abs(lines.high), lines.low, lines.high)


def band_layer(low: float, high: float, ink: str) -> Layer:
    """Strokes between two values, over the whole width."""

    def draw(canvas: Canvas, frame: Frame, scale: Scale) -> None:
        top, bottom = scale.rows(np.array([high, low]), 4 * frame.rows)
        strokes = np.arange(2 * frame.columns) % _HATCH == 0
        tops = np.where(strokes, top, 1).astype(np.int64)
        canvas.spans(tops, np.where(strokes, bottom, 0).astype(np.int64), ink, rows=frame.rows, mark="-")

    return draw
