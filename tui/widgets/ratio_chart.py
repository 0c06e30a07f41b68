"""The pair's ratio with its 50- and 200-day means, and the regime of every session as a ribbon under it."""

from __future__ import annotations

import numpy as np
from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.indicators import sma
from ...core.regime import REGIMES
from ..charts.compose import Options
from ..charts.line import Line, line_chart
from ..charts.ribbon import Ribbon
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .minute_chart import grid_of, ratio_picture, why_none
from .strips import StripWidget

INKS = tuple(regime.ink for regime in REGIMES)
LETTERS = tuple(regime.letter for regime in REGIMES)
ROOMY = 60


class RatioChart(StripWidget):
    """The ratio over the chosen range; closes only, so it has no candles and no ticks."""

    READS = ("reading", "range", "minutes")
    KINDS = ("prices", "daily")
    PANELS = ("ratio", "banner")
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """A header row, the chart and the ribbon."""
        if scene.sessions:
            return _minutes(scene, size, palette)
        head = _header(scene, size.width, palette)
        if size.height == 1:
            return [head]
        past, ratio = scene.reading.history, scene.reading.shown_ratio
        first = min(int(np.searchsorted(past.sessions, scene.first_session())), len(past.sessions) - 1)
        options = _options(scene, size, palette)
        options["ribbon"] = Ribbon(past.codes[first:], INKS, LETTERS)
        lines = [
            Line(ratio[first:], "a"),
            Line(sma(ratio, 50)[first:], "fast", "5"),
            Line(sma(ratio, 200)[first:], "slow", "2"),
        ]
        chart = line_chart(
            past.sessions[first:],
            lines,
            **options,
        )
        return [head, *chart]


def _options(scene: Scene, size: Size, palette: Palette) -> Options:
    return {
        "size": (size.width, size.height - 1),
        "palette": palette,
        "decimals": 4,
        "glyphs": "ascii" if scene.ascii_only else "braille",
        "letters": scene.colourless,
    }


def _minutes(scene: Scene, size: Size, palette: Palette) -> list[Strip]:
    """The ratio of the two last prices, minute by minute; axes and regime are of closes, so they are left out."""
    pair = scene.reading.pair
    a, b = grid_of(scene, pair.a), grid_of(scene, pair.b)
    last, chart = float("nan"), [row(size.width, palette, [(f"  {why_none(scene, str(pair))}", "warn")])]
    if a is not None and b is not None and size.height > 1:
        last, chart = ratio_picture(a, b, _options(scene, size, palette))
    words = "minutes: price ratio, no regime" if size.width >= ROOMY else "minutes: price"
    title: list[Word] = [(f"{pair} ", "a"), (fmt.ratio(last), "text"), (f"  {words}", "muted")]
    head = heading(size.width, palette, scene.state("prices"), title)
    return column([head, *chart], size.width, size.height, palette)


def _header(scene: Scene, width: int, palette: Palette) -> Strip:
    ratio = scene.reading.ratio
    total = ratio.basis == "total_return"
    words = ("total return", "price; axes on total return") if width >= ROOMY else ("TR", "price")
    basis = words[0] if total else words[1]
    title: list[Word] = [(f"{scene.reading.pair} ", "a"), (fmt.ratio(ratio.value), "text"), (f"  {basis}", "muted")]
    legend: list[Word] = [("  sma50", "fast"), ("  sma200", "slow")]
    return heading(width, palette, scene.state("daily"), title, beside=legend)
