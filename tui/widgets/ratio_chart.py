"""The pair's ratio with its 50- and 200-day means, and the regime of every session as a ribbon under it."""

from __future__ import annotations

import numpy as np
from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.indicators import sma
from ...core.regime import REGIMES
from ..charts.line import Line, line_chart
from ..charts.ribbon import Ribbon
from ..palette import Palette
from ..rows import row
from ..scene import Scene
from .strips import StripWidget

INKS = tuple(regime.ink for regime in REGIMES)
LETTERS = tuple(regime.letter for regime in REGIMES)


class RatioChart(StripWidget):
    """The ratio over the chosen range; closes only, so it has no candles and no ticks."""

    READS = ("reading", "range")
    PANELS = ("ratio", "banner")

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """A header row, the chart and the ribbon."""
        head = _header(scene, size.width, palette)
        if size.height == 1:
            return [head]
        past, ratio = scene.reading.history, scene.reading.shown_ratio
        first = min(int(np.searchsorted(past.sessions, scene.first_session())), len(past.sessions) - 1)
        lines = [
            Line(ratio[first:], "a"),
            Line(sma(ratio, 50)[first:], "fast", "5"),
            Line(sma(ratio, 200)[first:], "slow", "2"),
        ]
        chart = line_chart(
            past.sessions[first:],
            lines,
            size=(size.width, size.height - 1),
            palette=palette,
            decimals=4,
            ribbon=Ribbon(past.codes[first:], INKS, LETTERS),
            glyphs="ascii" if scene.ascii_only else "braille",
            letters=scene.colourless,
        )
        return [head, *chart]


def _header(scene: Scene, width: int, palette: Palette) -> Strip:
    ratio = scene.reading.ratio
    total = ratio.basis == "total_return"
    words = ("total return", "price; axes on total return") if width >= 60 else ("TR", "price")
    basis = words[0] if total else words[1]
    left = [(f" {scene.reading.pair} ", "a"), (fmt.ratio(ratio.value), "text"), (f"  {basis}", "muted")]
    legend = [("  sma50", "fast"), ("  sma200", "slow")]
    return row(width, palette, [*left, *legend])
