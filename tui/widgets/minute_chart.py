"""The charts' pictures for a range of minutes: a ticker's bars or a pair's ratio on the sessions' own hours."""

from __future__ import annotations

import numpy as np
from textual.strip import Strip

from ...core.bars import Bars
from ...core.intraday import Grid, close_before, on_grid, price_ratio
from ...core.matching import spread
from ..charts import chart_of
from ..charts.chart import Ohlc
from ..charts.compose import Options
from ..charts.line import Line, line_chart
from ..charts.volume import Volume
from ..scene import Scene


def grid_of(scene: Scene, ticker: str) -> Grid | None:
    """The ticker's bars on the range's grid; None when there are none yet, or none of the session travelled to."""
    minutes = scene.minutes_of(ticker)
    grid = on_grid(minutes, scene.sessions) if minutes else None
    stray = grid is not None and scene.travelling and grid.session != scene.reading.as_of
    return None if stray else grid


def why_none(scene: Scene, what: str) -> str:
    """Why there is no picture of `what`, in one line."""
    source = scene.reading.origin.name
    if scene.minutes is None:
        return f"no minute bars of {what} in {source}"
    if scene.travelling:
        return f"no minutes of {scene.reading.as_of}: {source} has none of {what}"
    return f"asking {source} for minute bars of {what}"


def price_picture(scene: Scene, bars: Bars, grid: Grid, options: Options) -> list[Strip]:
    """The ticker's bars, the market rebased on the close before, and that close as a dotted line."""
    before = close_before(bars, grid.began)
    if scene.sessions == 1:
        options["level"] = before
    if scene.volume and np.nansum(grid.volume):
        options["volume"] = Volume(grid.volume, np.zeros(len(grid.clock), dtype=bool))
    beside = rebased_market(scene, grid, before)
    ohlc = Ohlc(grid.open, grid.high, grid.low, grid.close)
    return chart_of(scene.chart).draw(grid.clock, ohlc, beside, options)


def rebased_market(scene: Scene, grid: Grid, before: float) -> list[Line]:
    """The market's closes times the quotient of the two closes before: where they meet, both changed by as much."""
    name = scene.reading.pair.b
    market, bars = grid_of(scene, name), scene.reading.panel.bars.get(name)
    if name == scene.ticker or market is None or bars is None:
        return []
    scale = before / close_before(bars, market.began)
    return [Line(spread(market.close, market.clock, grid.clock) * scale, "b", name[0])]


def ratio_picture(a: Grid, b: Grid, options: Options) -> tuple[float, list[Strip]]:
    """The last ratio of the two closes, NaN without a common minute, and its line."""
    ratio = price_ratio(a, b)
    known = ratio[~np.isnan(ratio)]
    return float(known[-1]) if len(known) else np.nan, line_chart(a.clock, [Line(ratio, "a")], **options)
