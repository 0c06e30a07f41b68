"""Bars and histograms of what is not live, as rows of words; drawn by plotext."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby

from ...core.claims.card import UNITS, Chart

Run = tuple[str, str]
"""Text and the name of its ink."""

MARKS = ("█", "●", "◆")
"""What the columns of a chart are drawn with: bars for the first, points of one shape for each of the others."""
ASCII_MARKS = ("#", "o", "x")
INKS = ("a", "fast", "b")
FRAME = str.maketrans("┌┐└┘┤├┬┴┼│─", "+++++++++|-")
EDGES = "│┤"
ESCAPES = re.compile(r"\x1b\[[\d;]*m")
BAR = 0.6
"""The share of a bar's place that it fills."""
LEAST = (24, 4)
"""On fewer columns or rows nothing is drawn."""


def load() -> None:
    """Import plotext, which takes some tenths of a second: to be called before `bars`, in a thread."""
    import plotext  # type: ignore[import-untyped]  # noqa: F401, PLC0415  only an open card needs it


def bars(chart: Chart, width: int, height: int, *, ascii_only: bool = False) -> list[list[Run]]:
    """A chart and under it what its marks stand for, `height` rows of `width` cells at most.

    NaN is drawn as nothing. Empty for a chart without values, and where there is no room for one. plotext has one
    figure for all: not to be called by two threads at once.
    """
    marks = (ASCII_MARKS if ascii_only else MARKS)[: len(chart.columns)]
    known = [value for column in chart.columns for value in column.values if math.isfinite(value)]
    if not known or width < LEAST[0] or height < LEAST[1]:
        return []
    lines = _drawn(chart, marks, (width, height - 1), (min(0.0, *known), max(0.0, *known)))
    rows = [_inked(line, marks, ascii_only=ascii_only) for line in lines]
    names = [(f" {mark} {column.name} ", ink) for mark, column, ink in zip(marks, chart.columns, INKS, strict=False)]
    return [*rows, names]


def _drawn(chart: Chart, marks: Sequence[str], size: tuple[int, int], span: tuple[float, float]) -> list[str]:
    """The picture's rows, without colours."""
    import plotext  # noqa: PLC0415  see load

    figure = plotext.figure
    figure.clear()
    figure.plot_size(*size)
    figure.theme("colorless")
    for place, (column, mark) in enumerate(zip(chart.columns, marks, strict=False)):
        there = [x for x, value in enumerate(column.values) if math.isfinite(value)]
        values, ink = [column.values[x] for x in there], plotext.marker(mark)
        if there:
            figure.draw(
                figure.signal(there, values, marker=ink) if place else figure.bar(there, values, marker=ink, width=BAR)
            )
    ticks = _ticks(*span)
    words = [UNITS[chart.unit](tick) for tick in ticks]
    figure.ruler("y").ticks(ticks, words)
    figure.ruler("y").lim(*span if span[0] < span[1] else (0.0, 1.0))
    figure.ruler("x").ticks(*thinned(chart.labels, size[0] - max(map(len, words)) - 2))
    figure.ruler("x").lim(-0.5, len(chart.labels) - 0.5)
    lines = str(figure.build().string()).splitlines()
    return [ESCAPES.sub("", line).rstrip()[: size[0]] for line in lines][: size[1]]


def _ticks(low: float, high: float) -> list[float]:
    """Three values to name: zero is always one of them."""
    if low < 0.0 < high:
        return [low, 0.0, high]
    return [low, (low + high) / 2.0, high] if low < high else [0.0]


def thinned(labels: Sequence[str], room: int) -> tuple[list[int], list[str]]:
    """As many labels as there is room for, evenly chosen from the first on."""
    wide = max(map(len, labels)) + 1
    step = max(-(-len(labels) * wide // max(room, 1)), 1)
    places = list(range(0, len(labels), step))
    return places, [labels[place] for place in places]


def _inked(line: str, marks: Sequence[str], *, ascii_only: bool) -> list[Run]:
    """The words of a row: each column's mark in its ink, all else muted."""
    inks = dict(zip(marks, INKS, strict=False))
    # Left of the plot are the ruler's words, which may hold a letter that is also a mark.
    edge = next((at for at, character in enumerate(line) if character in EDGES), len(line))
    runs = [(line[:edge], "muted")]
    for ink, characters in groupby(line[edge:], key=lambda character: inks.get(character, "muted")):
        runs.append(("".join(characters), ink))
    return [(text.translate(FRAME) if ascii_only else text, ink) for text, ink in runs]
