"""The six sectors against the market, whether each confirms, and the confirmation axis they make."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.sectors import SectorReading
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget

WHERE = {1: "above", 0: "level", -1: "below"}


class Sectors(StripWidget):
    """One row a sector: where its ratio to the market stands to its 50-day mean, and a tick when that means risk-on."""

    KINDS = ("daily",)
    PANELS = ("sectors",)
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading with the axis's state, then the sectors."""
        reading = scene.reading
        axis = reading.axis("confirmation")
        if axis is None:
            words: list[Word] = [(f"SECTORS  none confirm {reading.pair}", "muted")]
            head = heading(size.width, palette, scene.state("daily"), words)
            return column([head], size.width, size.height, palette)
        ink = {1: "risk_on", 0: "muted", -1: "risk_off"}[axis.sign]
        state: list[Word] = [(axis.state, ink), (f" {fmt.signed(axis.score):>6}", "muted")]
        title: list[Word] = [(f"SECTORS vs {reading.pair.b}", "muted")]
        head = heading(size.width, palette, scene.state("daily"), title, right=state)
        rows = [_row(sector, size.width, palette) for sector in reading.sectors]
        return column([head, *rows], size.width, size.height, palette)


def _row(sector: SectorReading, width: int, palette: Palette) -> Strip:
    known = sector.ratio_vs_sma50 == sector.ratio_vs_sma50
    ink = "muted" if not sector.sign else "risk_on" if sector.confirms else "risk_off"
    where = WHERE[sector.sign] if known else "--"
    mark = " " if not sector.sign else "✓" if sector.confirms else "✗"
    words: list[Word] = [
        (f" {sector.ticker:<5}", "text"),
        (f"{sector.group:<11}", "muted"),
        (f"{where:<6}", ink),
        (f"{fmt.percent(sector.ratio_vs_sma50):>9}", "text"),
        (f" {mark}", ink),
    ]
    return row(width, palette, words)
