"""The chart screen's picture: how many rows each plot gets, the plots, what is read out, and the crosshair on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from textual.strip import Strip

from ...core.overlays import Curve
from ...core.panes import PANES
from ..charts.axis import Scale
from ..charts.logs import log, logs
from ..charts.stack import Drawn, date_row, marked, stack
from .chart_curves import Curves
from .chart_plots import Chosen, in_units, lines_of, main_floor, pane_floor, why_linear
from .chart_readout import Read, Title, packed, read

LEAST, PANE_LEAST, PANE_MOST = 6, 3, 8
LOW, EACH = 10, 11
"""Fewer rows have no words; so many more give the overlays' values one more row."""


class Picture(NamedTuple):
    """The plots, the price first, with what is said of them.

    `legend`: what is read of the overlays, row by row, `more` of them without a row. `titles`: one for each pane that
    is on; those with reads have a plot. `words`: whether there is room for any of it. `dates`: for the date row.
    `linear`: why there is no logarithmic axis.
    """

    plots: tuple[Drawn, ...]
    legend: tuple[tuple[Read, ...], ...]
    more: int
    titles: tuple[Title, ...]
    words: bool
    dates: bool
    linear: str


def picture(chosen: Chosen, curves: Curves) -> Picture:
    """All of it, for as many rows as `size` has, one of them for the session that is read out."""
    linear, height = why_linear(chosen), chosen.size[1]
    chosen = chosen._replace(log=chosen.log and not linear)
    words, dates = height >= LOW, height >= LEAST
    lines = lines_of(chosen, curves)
    reads = [read(curve, chosen.decimals, chosen.rows) for curve in lines if curve.name]
    legend = packed(reads, chosen.size[0], max(height // EACH, 1), letters=chosen.lettered) if words else []
    rows = height - dates - words * (1 + len(legend))
    titles, units = _titles(chosen, curves) if words else ([], [])
    share = heights(rows, [bool(found) for found in units])
    floors = [main_floor(chosen, lines, curves, share[0])]
    for at, title in enumerate(titles):
        if share[at + 1]:
            floors.append(pane_floor(chosen, title.pane, units[at], share[at + 1]))
        elif title.reads:
            titles[at] = Title(title.pane, (), "no room")
    plots = stack(chosen.bars.sessions[chosen.rows], floors, chosen.size[0])
    seen = tuple(tuple(_arrowed(one, chosen, plots[0].scale) for one in row) for row in legend)
    return Picture(tuple(plots), seen, len(reads) - sum(map(len, seen)), tuple(titles), words, dates, linear)


def heights(rows: int, drawn: Sequence[bool]) -> list[int]:
    """The rows of the price and of each pane (0 = no room or nothing to draw), with one more for each pane's title."""
    rows -= len(drawn)
    count = sum(drawn)
    while count and rows - count * PANE_LEAST < LEAST:
        count -= 1
    each = max(PANE_LEAST, min(PANE_MOST, rows // (3 + count)))
    left, out = count, [max(rows - count * each, 1)]
    for has in drawn:
        out.append(each if has and left else 0)
        left -= bool(has and left)
    return out


def _titles(chosen: Chosen, curves: Curves) -> tuple[list[Title], list[tuple[Curve, ...]]]:
    """The titles of the panes that are on, and their curves; none of those that can't be had."""
    titles, units = [], []
    for pane in (pane for pane in PANES if pane.key in chosen.panes):
        found = curves.pane(pane, chosen.bars)
        shown, words = ((), found) if isinstance(found, str) else in_units(pane, found)
        words = f"shaded {pane.band[0]:g} to {pane.band[1]:g}" if pane.band else words
        decimals = chosen.decimals if pane.decimals is None else pane.decimals
        titles.append(Title(pane, tuple(read(curve, decimals, chosen.rows) for curve in shown), words))
        units.append(shown)
    return titles, units


def _arrowed(one: Read, chosen: Chosen, scale: Scale | None) -> Read:
    """With an arrow towards a curve whose last value in sight is not in the plot."""
    value = one.curve.values[chosen.last : chosen.last + 1]
    placed = float((logs(value) if chosen.log else value)[0])
    if scale is None or not np.isfinite(placed):
        return one
    return one._replace(arrow="↑" if placed > scale.high else "↓" if placed < scale.low else " ")


def dated(chosen: Chosen, drawn: Picture, cursor: int | None) -> Strip:
    """The date row, with a caret under the crosshair."""
    frame = drawn.plots[0].frame
    caret = None if cursor is None else (frame.column_of(cursor - chosen.first), "^" if chosen.ascii_only else "▴")
    return date_row(chosen.bars.sessions[chosen.rows], frame, chosen.palette, caret)


def crossed(chosen: Chosen, drawn: Picture, cursor: int | None) -> list[Strip]:
    """The price's strips, with the crosshair on the main line's cell."""
    plot = drawn.plots[0]
    if cursor is None or plot.scale is None:
        return plot.strips
    value = float(chosen.bars.close[cursor]) * chosen.scaled
    row = plot.scale.row(log(value) if chosen.log and not drawn.linear else value, plot.frame.rows)
    strips = list(plot.strips)
    strips[row] = marked(strips[row], plot.frame.column_of(cursor - chosen.first), "@" if chosen.ascii_only else "●")
    return strips
