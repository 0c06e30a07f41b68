"""The chart screen's plots: the price with its overlays or with other tickers beside it, and each pane under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...core.bars import Bars, Floats
from ...core.overlays import OVERLAYS, Curve
from ...core.panes import PANES, Pane
from ...core.regime import REGIMES
from ..charts.chart import Chart, Ohlc
from ..charts.compose import Layer, Options, Plot
from ..charts.line import Line, line_layers, line_marks
from ..charts.pane import band_layer, bar_layer
from ..charts.ribbon import Ribbon
from ..charts.stack import Floor
from ..charts.volume import Volume
from ..palette import Palette
from .chart_curves import Curves

INKS, LETTERS = tuple(r.ink for r in REGIMES), tuple(r.letter for r in REGIMES)
BESIDE = ("b", "fast", "slow", "spike")
"""The inks of the tickers that a ticker is held against."""
REACH = 0.5
"""How far beyond the price, in heights of its own, the range follows an overlay."""
UNITS = ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands"), (1.0, ""))
WHOLE = 100.0
LEAST_BAR, ROOM_ABOVE = 1e-9, 1.02


class Chosen(NamedTuple):
    """What is to be drawn, and how; compared whole, so that the same thing isn't drawn twice."""

    bars: Bars
    others: tuple[Bars, ...]
    overlays: tuple[str, ...]
    panes: tuple[str, ...]
    first: int
    last: int
    chart: Chart
    volume: bool
    log: bool
    letters: bool
    ascii_only: bool
    decimals: int
    tag: float | None
    size: tuple[int, int]
    palette: Palette

    @property
    def rows(self) -> slice:
        """The rows of the bars in sight."""
        return slice(self.first, self.last + 1)

    @property
    def scaled(self) -> float:
        """What prices are multiplied by, so that a ticker with others beside it begins at 100; NaN from 0 on."""
        first = float(self.bars.close[self.first])
        return 1.0 if not self.others else WHOLE / first if first else np.nan

    @property
    def lettered(self) -> bool:
        """Whether letters stand for colours."""
        return self.letters or self.ascii_only


def why_linear(chosen: Chosen) -> str:
    """Why a logarithmic axis can't be had; empty when it can, or isn't wanted."""
    low = chosen.bars.low[chosen.rows].min()
    return "linear: a price is not above 0" if chosen.log and not low > 0 else ""


def lines_of(chosen: Chosen, curves: Curves) -> tuple[Curve, ...]:
    """What is drawn beside the price: the other tickers, or the overlays that are on, in the order of their table."""
    if chosen.others:
        return tuple(beside(chosen, curves))
    on = [overlay for overlay in OVERLAYS if overlay.key in chosen.overlays]
    return tuple(curve for overlay in on for curve in curves.overlay(overlay, chosen.bars, chosen.last))


def beside(chosen: Chosen, curves: Curves) -> list[Curve]:
    """The ticker from 100 on, and the others, each from the ticker's own value on their first session in sight."""
    main = chosen.bars.close * chosen.scaled
    found = [Curve(chosen.bars.ticker, main, "a", shape="told")]
    for other, ink in zip(chosen.others, BESIDE, strict=False):
        closes = curves.beside(chosen.bars, other)
        known = np.flatnonzero(closes[chosen.rows] > 0)
        at = chosen.first + int(known[0]) if len(known) else 0
        values = closes * (main[at] / closes[at]) if len(known) else closes
        found.append(Curve(other.ticker, values, ink, other.ticker[0]))
    return found


def in_units(pane: Pane, found: tuple[Curve, ...]) -> tuple[tuple[Curve, ...], str]:
    """A pane's curves in numbers that can be read, and the unit: volume is counted in thousands, millions, billions."""
    if pane.key != "volume":
        return found, ""
    highest = float(found[0].values.max())
    divisor, unit = next((size, word) for size, word in UNITS if highest >= size or size == 1.0)
    return tuple(curve._replace(values=curve.values / divisor) for curve in found), unit


def main_floor(chosen: Chosen, lines: Sequence[Curve], curves: Curves, height: int) -> Floor:
    """The price as its chart draws it, what is beside it, volume behind it, and the regimes under it."""
    bars, rows, scaled = chosen.bars, chosen.rows, chosen.scaled
    lows, highs = (bars.close, bars.close) if chosen.chart.closes else (bars.low, bars.high)
    low, high = float(lows[rows].min()) * scaled, float(highs[rows].max()) * scaled
    reach = np.inf if chosen.others else REACH * (high - low)
    held = _lines([line for line in lines if line.shape != "told"], rows, low - reach, high + reach)
    ohlc = Ohlc(*(a[rows] * scaled for a in (bars.open, bars.high, bars.low, bars.close)))
    return Floor(height, chosen.chart.plot(ohlc, held, log=chosen.log), _main_options(chosen, curves))


def _lines(curves: Sequence[Curve], rows: slice, low: float, high: float) -> list[Line]:
    """Overlays as lines; one that isn't all between `low` and `high` would squeeze the price: it may leave the plot."""
    lines = []
    for curve in curves:
        values, level = curve.values[rows], curve.shape == "level"
        outside = bool((values < low).any() or (values > high).any())
        name = curve.name.rpartition(" ")[2] if level else ""
        lines.append(Line(values, curve.ink, curve.letter, dotted=level, fits=not outside, name=name))
    return lines


def _main_options(chosen: Chosen, curves: Curves) -> Options:
    options = _options(chosen)
    options["decimals"], options["log"] = chosen.decimals, chosen.log
    options["ribbon"] = _ribbon(chosen, curves)
    if chosen.tag is not None and chosen.last == len(chosen.bars) - 1:
        options["tag"] = chosen.tag * chosen.scaled
    found = curves.pane(PANES[0], chosen.bars)
    if chosen.volume and "volume" not in chosen.panes and not isinstance(found, str):
        options["volume"] = Volume(chosen.bars.volume[chosen.rows], ~np.isnan(found[1].values[chosen.rows]))
    return options


def _ribbon(chosen: Chosen, curves: Curves) -> Ribbon:
    """The regimes, with an R at each reconstitution of the Russell indexes."""
    events = tuple(np.flatnonzero(curves.russell(chosen.bars)[chosen.rows]).tolist())
    return Ribbon(curves.codes(chosen.bars)[chosen.rows], INKS, LETTERS, events, "R")


def _options(chosen: Chosen) -> Options:
    options: Options = {"size": (1, 1), "palette": chosen.palette, "letters": chosen.letters}
    options["glyphs"] = "ascii" if chosen.ascii_only else "braille"
    return options


def pane_floor(chosen: Chosen, pane: Pane, curves: Sequence[Curve], height: int) -> Floor:
    """A pane: its band or its zero, its bars, and its lines on top."""
    shown = [curve._replace(values=curve.values[chosen.rows]) for curve in curves]
    lines = [Line(c.values, c.ink, c.letter) for c in shown if c.shape == "line"]
    layers: list[Layer] = [
        bar_layer(c.values, c.ink, letter=c.letter, letters=chosen.lettered) for c in shown if c.shape == "bars"
    ]
    data: list[Floats] = [curve.values for curve in shown]
    options = _options(chosen)
    options["decimals"] = chosen.decimals if pane.decimals is None else pane.decimals
    if all(curve.shape == "bars" for curve in shown):
        options["bounds"] = (0.0, max(float(np.fmax.reduce(data[0])), LEAST_BAR) * ROOM_ABOVE)
    elif pane.band:
        layers.insert(0, band_layer(*pane.band, "volume"))
    else:
        options["level"] = 0.0
    data += [np.full(len(data[0]), value) for value in pane.held]
    marks = line_marks(lines or [Line(data[0], "muted")])
    return Floor(height, Plot([*layers, *line_layers(lines)], data, marks), options)
