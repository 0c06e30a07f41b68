"""What stands beside the label: breadth, divergence, credit, volume and ATR, each with its place in the last year."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.context import Context
from ..decimals import aligned
from ..palette import Palette, tone
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget


class ContextPanel(StripWidget):
    """One row a measure: its name, its value, its percentile or its state."""

    KINDS = ("daily",)
    PANELS = ("context",)
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading and the rows that the source has something for."""
        title: list[Word] = [("BESIDE THE LABEL", "muted")]
        head = heading(size.width, palette, scene.state("daily"), title, right=[("pctl", "muted")])
        rows = [row(size.width, palette, left, right) for left, right in _rows(scene.reading.context)]
        nothing = [row(size.width, palette, [(" nothing in this source", "muted")])]
        return column([head, *(rows or nothing)], size.width, size.height, palette)


def _rows(context: Context) -> list[tuple[list[Word], list[Word]]]:
    rows = [
        _row(
            f"{a.a} vs {a.b} 20", fmt.percent(a.relative_performance), place(a.percentile), tone(a.relative_performance)
        )
        for a in context.breadth
    ]
    if credit := context.credit:
        name = f"{'/'.join(credit.pair)} vs SMA50"
        rows.append(_row(name, fmt.percent(credit.gap), place(credit.percentile), tone(credit.gap)))
    if band := context.atr_band:
        rows.append(
            _row(f"{band.ticker} ATR, {band.where} band", fmt.share(band.value, 2), place(band.percentile), "text")
        )
    if volume := context.volume:
        ink = "spike" if volume.event else "text"
        rows.append(
            _row(f"{volume.ticker} volume, {volume.kind or 'no event'}", f"{fmt.price(volume.relative)}x", "", ink)
        )
    if apart := context.divergence:
        near = f"{', '.join(apart.near)} near high" if apart.near else "none near its high"
        rows.append(_row(f"narrow: {near}", "yes" if apart.active else "no", "", "warn" if apart.active else "muted"))
    return rows


def _row(name: str, value: str, where: str, ink: str) -> tuple[list[Word], list[Word]]:
    return [(f" {name}", "text")], [(aligned(value, 4), ink), (f"{where:>6}", "muted")]


def place(percentile: float) -> str:
    """A percentile in whole numbers; empty when not known."""
    return f"{100 * percentile:.0f}" if percentile == percentile else ""  # noqa: PLR0124  NaN
