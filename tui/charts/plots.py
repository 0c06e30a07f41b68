"""The charts of the morning note, as rows of characters without colour; drawn by plotext."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...core.framework.page_chart import EXACT
from ...core.note import Drawing
from ...core.note_text import cells, fold
from .stats import ESCAPES, FRAME, thinned

MARKS = (("hd", "▚"), ("·", "·"), ("-", "-"))
"""What the lines of a chart are drawn with, and what stands for that in the key."""
ASCII_MARKS = (("#", "#"), (".", "."), ("-", "-"))
SHAPES = str.maketrans("▲▼◆■", "^v*=")
GAP = "   "
LEAST = (24, 4)
"""On fewer columns or rows nothing is drawn."""
TALL = 9
"""From so many rows on, the axis has a third tick."""
LEVEL = 0.005
"""How far the axis of a line that does not move goes beyond it, as a share of its value."""


def plot(drawing: Drawing, width: int, height: int, *, ascii_only: bool = False) -> list[str]:
    """A curve over its days on `height` rows of `width` cells, and below it the days' labels and a key to the lines.

    NaN is drawn as nothing. Empty for a curve without values, and where there is no room for one. plotext has one
    figure for all: not to be called by two threads at once.
    """
    curve = drawing.curve
    known = [float(value) for _, values in curve.lines for value in values if math.isfinite(value)]
    if not known or width < LEAST[0] or height < LEAST[1]:
        return []
    marks = (ASCII_MARKS if ascii_only else MARKS)[: len(curve.lines)]
    ticks = _ticks(min(known), max(known), height)
    words = [EXACT[curve.unit](tick) for tick in ticks]
    left = max(map(len, words)) + 1
    rows = _drawn(drawing, [mark for mark, _ in marks], (width, height), (ticks, words))
    key = [f"{sample} {name}" for (_, sample), (name, _) in zip(marks, curve.lines, strict=True)]
    under = [*_ribbon(drawing, width - left), *(_spread(key, width - left) if len(key) > 1 else [])]
    rows += [" " * left + line for line in under]
    return [row.translate(FRAME).translate(SHAPES) for row in rows] if ascii_only else rows


def _ticks(low: float, high: float, height: int) -> list[float]:
    """The ends of the axis, and its middle where there is room."""
    if low == high:
        aside = LEVEL * abs(low) or 1.0
        low, high = low - aside, high + aside
    return [low, (low + high) / 2.0, high] if height >= TALL else [low, high]


def _drawn(
    drawing: Drawing, marks: Sequence[str], size: tuple[int, int], ruler: tuple[list[float], list[str]]
) -> list[str]:
    """The picture's rows; the first line of the curve is drawn over the others."""
    import plotext  # type: ignore[import-untyped]  # noqa: PLC0415  see stats.load

    curve, (ticks, words), figure = drawing.curve, ruler, plotext.figure
    # Or it would draw no larger than the terminal, though the text may go elsewhere.
    plotext.terminal.limit(False, False)
    figure.clear()
    figure.plot_size(*size)
    figure.theme("colorless")
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    for (_, values), mark in reversed(list(zip(curve.lines, marks, strict=True))):
        there = [row for row, value in enumerate(values) if math.isfinite(value)]
        if there:
            figure.draw(
                figure.signal(there, [float(values[row]) for row in there], marker=plotext.marker(mark)).lines()
            )
    figure.ruler("y").ticks(ticks, words)
    figure.ruler("y").lim(ticks[0], ticks[-1])
    figure.ruler("x").ticks(*_months(drawing, size[0] - max(map(len, words)) - 1))
    figure.ruler("x").lim(0, max(len(curve.days) - 1, 1))
    lines = str(figure.build().string()).splitlines()
    return [ESCAPES.sub("", line).rstrip() for line in lines]


def _months(drawing: Drawing, room: int) -> tuple[list[int], list[str]]:
    """The first day of each month that is shown, thinned to what there is room for."""
    months = [str(day)[:7] for day in drawing.curve.days]
    firsts = [row for row, month in enumerate(months) if row and month != months[row - 1]] or [0]
    # The last one's word would stand over the edge.
    whole = [row for row in firsts if 2 * (len(months) - row) * room >= len(months) * len("2026-06")] or firsts[:1]
    places, words = thinned([months[row] for row in whole], room)
    return [whole[place] for place in places], words


def _ribbon(drawing: Drawing, columns: int) -> list[str]:
    """The label of each column's day as its shape, and under them what the shapes stand for."""
    if not drawing.bands:
        return []
    days = len(drawing.curve.days)
    shapes = [band.regime.shape for band in drawing.bands for _ in range(band.first, band.last + 1)]
    places = [round(column * (days - 1) / max(columns - 1, 1)) for column in range(columns)]
    named = dict.fromkeys(f"{band.regime.shape} {band.regime.label}" for band in drawing.bands)
    return ["".join(shapes[place] for place in places), *_spread(list(named), columns)]


def _spread(words: Sequence[str], room: int) -> list[str]:
    """Words beside one another, on as few lines as there is room on."""
    lines = list[str]()
    for word in words:
        if lines and cells(lines[-1]) + len(GAP) + cells(word) <= room:
            lines[-1] += GAP + word
        else:
            lines += fold(word, room, 2)
    return lines
