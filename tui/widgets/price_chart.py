"""The chosen ticker's chart: its closes or candles, the market rebased beside it, volume behind."""

from __future__ import annotations

import numpy as np
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.bars import Bars, Floats
from ...core.composite import EVENT_VOLUME
from ...core.indicators import relative_volume
from ...core.matching import match, spread
from ..charts.candles import Ohlc, candle_chart
from ..charts.compose import Options
from ..charts.line import Line, line_chart
from ..charts.volume import Volume
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Prices, Scene
from .strips import StripWidget


class PriceChart(StripWidget):
    """Price, market and volume of the chosen ticker over the chosen range."""

    READS = ("reading", "ticker", "range", "candles", "volume")
    PANELS = ("price",)

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
            words = [(f" {scene.ticker} ", "a"), (nowhere, "warn")]
            return column([row(size.width, palette, words)], size.width, size.height, palette)
        head = row(size.width, palette, self._title(scene, bars), self._mode(scene, size.width))
        if size.height == 1:
            return [head]
        first = int(np.searchsorted(bars.sessions, scene.first_session()))
        options: Options = {"size": (size.width, size.height - 1), "palette": palette}
        if (live := self.prices.of(scene.ticker)) is not None:
            options["tag"] = live
        return [head, *_chart(scene, bars, min(first, len(bars) - 1), options)]

    def _title(self, scene: Scene, bars: Bars) -> list[Word]:
        last = self.prices.by_ticker.get(scene.ticker, float(bars.close[-1]))
        before = (
            bars.close[-1] if scene.ticker in self.prices.by_ticker else bars.close[-2] if len(bars) > 1 else np.nan
        )
        change = last / float(before) - 1.0
        market = scene.reading.pair.b
        beside: list[Word] = [(f"   {market} rebased", "b")] if _market(scene) is not None else []
        ink = "up" if change > 0 else "down" if change < 0 else "muted"
        return [(f" {scene.ticker} ", "a"), (fmt.price(last), "text"), (f" {fmt.percent(change, 2)}", ink), *beside]

    @staticmethod
    def _mode(scene: Scene, width: int) -> list[Word]:
        how = "candles" if scene.candles else "line"
        return [(f"{scene.range}  daily  {how}" if width >= 60 else f"{scene.range} {how}", "muted")]


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


def _chart(scene: Scene, bars: Bars, first: int, options: Options) -> list[Strip]:
    sessions, close = bars.sessions[first:], bars.close[first:]
    market = _market(scene)
    rebased = _rebased(bars, market, first) if market else None
    beside = [Line(rebased, "b", market.ticker[0])] if market and rebased is not None else []
    options["volume"] = _volume(scene, bars, first)
    options["glyphs"] = "ascii" if scene.ascii_only else "braille"
    options["letters"] = scene.colourless
    if scene.candles:
        ohlc = Ohlc(bars.open[first:], bars.high[first:], bars.low[first:], close)
        return candle_chart(sessions, ohlc, beside, **options)
    return line_chart(sessions, [Line(close, "a"), *beside], **options)


def _volume(scene: Scene, bars: Bars, first: int) -> Volume | None:
    if not scene.volume or not bars.volume.any():
        return None
    relative = relative_volume(bars.volume)[first:]
    return Volume(bars.volume[first:], np.nan_to_num(relative) >= EVENT_VOLUME)
