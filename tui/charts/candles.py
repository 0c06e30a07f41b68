"""The candle chart: one candle a column, wick and body to half a cell, up and down told apart by shape as by colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .axis import Scale
from .chart import Ohlc
from .compose import Plot
from .frame import Frame
from .line import Line, held, line_layers, line_marks, placed
from .logs import logs
from .raster import BLANK, Canvas, Codes, Ints

# Glyphs by what the upper and the lower half of a cell hold: nothing, wick, body (upper * 3 + lower). Rising and
# falling bodies are equally heavy; a falling one has a barb at either end, so that they differ without colour too.
_BODY = " ╷╻╵│╽╹╿┃"
_BARRED = " ╷┒╵│┧┚┦┨"
_RISING_ASCII = " |+||++++"
_FALLING_ASCII = " |#||####"


def candle_plot(ohlc: Ohlc, lines: Sequence[Line], *, log: bool) -> Plot:
    """Candles, `lines` behind them, the last close as a tag.

    More sessions than columns are joined to one candle a column: first open, highest high, lowest low, last close.
    """
    rows = placed(lines, log=log)
    shown = Ohlc(*(logs(a) for a in ohlc)) if log else ohlc

    def candles(canvas: Canvas, frame: Frame, scale: Scale) -> None:
        draw_candles(canvas, frame, scale, shown)

    marks = line_marks([Line(shown.close, "a"), *rows])
    return Plot([*line_layers(rows), candles], [*shown, *held(rows)], marks)


def draw_candles(canvas: Canvas, frame: Frame, scale: Scale, ohlc: Ohlc) -> None:
    """Draw the candles into the plot."""
    columns, candles = per_column(ohlc, frame)
    if not columns.size:
        return
    halves = _halves(candles, scale, frame.rows)
    rising = candles.close >= candles.open
    glyphs = _glyphs(halves[::2] * 3 + halves[1::2], rising, ascii_only=canvas.ascii)
    for ink, chosen in (("up", rising), ("down", ~rising)):
        block = np.full((frame.rows, frame.columns), BLANK, dtype=np.uint32)
        block[:, columns[chosen]] = glyphs[:, chosen]
        canvas.stamp(block, ink)


def _glyphs(cells: Ints, rising: NDArray[np.bool_], *, ascii_only: bool) -> Codes:
    """The code points of cells, shape (rows, candles)."""
    if ascii_only:
        return np.where(rising, _codes(_RISING_ASCII)[cells], _codes(_FALLING_ASCII)[cells])
    body = (cells % 3 == 2) | (cells >= 6)
    inner = np.zeros_like(body)
    inner[1:-1] = body[:-2] & body[2:]
    return np.where(rising | inner, _codes(_BODY)[cells], _codes(_BARRED)[cells])


def _codes(table: str) -> Codes:
    return np.array([ord(c) for c in table], dtype=np.uint32)


def per_column(ohlc: Ohlc, frame: Frame) -> tuple[Ints, Ohlc]:
    """The plot columns that have a candle, in order, and their candles."""
    known = np.flatnonzero(np.isfinite(ohlc.open + ohlc.high + ohlc.low + ohlc.close))
    column = frame.column_of(known)
    starts = np.flatnonzero(np.append(True, column[1:] != column[:-1])) if known.size else known
    lasts = np.append(starts[1:], known.size) - 1
    o, h, lo, c = (a[known] for a in ohlc)
    if not known.size:
        return column, Ohlc(o, h, lo, c)
    joined = Ohlc(o[starts], np.maximum.reduceat(h, starts), np.minimum.reduceat(lo, starts), c[lasts])
    return column[starts], joined


def _halves(candles: Ohlc, scale: Scale, rows: int) -> NDArray[np.int64]:
    """What each half of a cell holds, shape (2 * rows, candles): 0 nothing, 1 wick, 2 body (at least one half)."""
    row = np.arange(2 * rows)[:, None]
    opens, highs, lows, closes = (scale.rows(a, 2 * rows) for a in candles)
    top, bottom = np.minimum(opens, closes), np.maximum(opens, closes)
    wick = (row >= np.minimum(highs, top)) & (row <= np.maximum(lows, bottom))
    body = (row >= top) & (row <= bottom)
    halves: NDArray[np.int64] = wick.astype(np.int64) + body
    return halves
