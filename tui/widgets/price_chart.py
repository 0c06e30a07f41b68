"""The chosen ticker's chart: its prices, the market rebased beside it, volume behind."""

from __future__ import annotations

import numpy as np
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.bars import Bars, Floats
from ...core.indicators import relative_volume
from ...core.intraday import INTERVALS, close_before
from ...core.matching import match, spread
from ...core.signals import EVENT_VOLUME
from ..charts import chart_of
from ..charts.chart import Ohlc
from ..charts.compose import Options
from ..charts.line import Line
from ..charts.volume import Volume
from ..palette import Palette, tone
from ..rows import Word, column, row
from ..scene import Prices, Scene
from ..states import heading
from .minute_chart import grid_of, price_picture, why_none
from .strips import StripWidget

ROOMY, WIDE = 60, 90
NUMBERS = 13


class PriceChart(StripWidget):
    """Price, market and volume of the chosen ticker over the chosen range."""

    READS = ("reading", "ticker", "range", "chart", "volume", "minutes")
    KINDS = ("prices",)
    PANELS = ("price",)
    AHEAD = True

    prices: var[Prices] = var(Prices(), init=False)

    def watch_prices(self, old: Prices, new: Prices) -> None:
        """A tick of the chosen ticker moves the tag and the header."""
        if self.scene and old.of(self.scene.ticker) != new.of(self.scene.ticker):
            self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """A header row and the chart under it."""
        bars = scene.bars
        if bars is None:
            nowhere = f"is not in {scene.reading.origin.name} up to {scene.reading.as_of}"
            words = [(f"  {scene.ticker} ", "a"), (nowhere, "warn")]
            return column([row(size.width, palette, words)], size.width, size.height, palette)
        head = self._head(scene, bars, size.width, palette)
        if size.height == 1:
            return [head]
        options: Options = {
            "size": (size.width, size.height - 1),
            "palette": palette,
            "glyphs": "ascii" if scene.ascii_only else "braille",
            "letters": scene.colourless,
        }
        if (live := self.prices.of(scene.ticker)) is not None:
            options["tag"] = live
        if not scene.sessions:
            return [head, *_chart(scene, bars, options)]
        grid = grid_of(scene, scene.ticker)
        if grid is not None:
            return [head, *price_picture(scene, bars, grid, options)]
        nothing = row(size.width, palette, [(f"  {why_none(scene, scene.ticker)}", "warn")])
        return column([head, nothing], size.width, size.height, palette)

    def _head(self, scene: Scene, bars: Bars, width: int, palette: Palette) -> Strip:
        last = self.prices.by_ticker.get(scene.ticker, float(bars.close[-1]))
        before = (
            bars.close[-1] if scene.ticker in self.prices.by_ticker else bars.close[-2] if len(bars) > 1 else np.nan
        )
        change = last / float(before) - 1.0
        market = scene.reading.pair.b
        beside: list[Word] = [(f"   {market} rebased", "b")] if _market(scene) is not None else []
        if scene.sessions == 1 and width >= WIDE and (grid := grid_of(scene, scene.ticker)):
            beside.append((f"   close before {fmt.price(close_before(bars, grid.began))}", "muted"))
        price, moved = fmt.price(last), f" {fmt.percent(change, 2)}"
        # As wide for 9.99 as for 999.99, so that what follows stands still.
        numbers: list[Word] = [(price, "text"), (moved.ljust(NUMBERS - len(price)), tone(change))]
        mode: list[Word] = [(_mode(scene, width), "muted")]
        title: list[Word] = [(f"{scene.ticker} ", "a"), *numbers]
        return heading(width, palette, scene.state("prices"), title, beside=beside, right=mode)


def _mode(scene: Scene, width: int) -> str:
    """The range, the length of a bar, and how it is drawn: `1D  1 min  line`."""
    how = chart_of(scene.chart).key
    if width < ROOMY:
        return f"{scene.range} {how}"
    interval = f"{INTERVALS[scene.sessions]} min" if scene.sessions else "daily"
    return f"{scene.range}  {interval}  {how}"


def _market(scene: Scene) -> Bars | None:
    """The bars of the pair's market; None when it is the chosen ticker itself, or absent."""
    market = scene.reading.pair.b
    return scene.reading.panel.bars.get(market) if market != scene.ticker else None


def _rebased(bars: Bars, market: Bars, first: int) -> Floats | None:
    """The market's closes on the ticker's sessions from `first`, brought to its close where both first have one."""
    m = match(bars, market)
    both = spread(m.b_close, m.sessions, bars.sessions)[first:] if len(m.sessions) else np.array([])
    known = np.flatnonzero(~np.isnan(both))
    return both * (bars.close[first + known[0]] / both[known[0]]) if len(known) else None


def _chart(scene: Scene, bars: Bars, options: Options) -> list[Strip]:
    first = min(int(np.searchsorted(bars.sessions, scene.first_session())), len(bars) - 1)
    market = _market(scene)
    rebased = _rebased(bars, market, first) if market else None
    beside = [Line(rebased, "b", market.ticker[0])] if market and rebased is not None else []
    options["volume"] = _volume(scene, bars, first)
    ohlc = Ohlc(bars.open[first:], bars.high[first:], bars.low[first:], bars.close[first:])
    return chart_of(scene.chart).draw(bars.sessions[first:], ohlc, beside, options)


def _volume(scene: Scene, bars: Bars, first: int) -> Volume | None:
    if not scene.volume or not bars.volume.any():
        return None
    relative = relative_volume(bars.volume)[first:]
    return Volume(bars.volume[first:], np.nan_to_num(relative) >= EVENT_VOLUME)
