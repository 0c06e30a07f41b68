"""Breadth, rates, credit and volatility in one row, where there is no room for their panels."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.macro import MacroReading
from ...core.reading import Reading
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from .strips import StripWidget

SHORT = {"DGS2": "2y", "T10Y2Y": "curve", "BAMLH0A0HYM2": "HY", "VIXCLS": "VIX"}


class ContextLine(StripWidget):
    """As many of them as fit, the most telling first."""

    PANELS = ("context", "macro", "events")

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """One row, cut after the last item that fits whole."""
        words: list[Word] = []
        used = 0
        for item in _items(scene.reading):
            used += sum(len(text) for text, _ in item)
            if used > size.width:
                break
            words += item
        return column([row(size.width, palette, words)], size.width, size.height, palette)


def _items(reading: Reading) -> list[list[Word]]:
    context = reading.context
    items = [_item(f"{row.a}/{row.b}", fmt.percent(row.relative_performance)) for row in context.breadth[:1]]
    if credit := context.credit:
        items.append(_item("/".join(credit.pair), fmt.percent(credit.gap)))
    by_name = {known.row.series: known for known in reading.macro}
    items += [_macro(SHORT[name], by_name[name]) for name in SHORT if name in by_name]
    if reading.rate_cycle:
        items.append(_item("Fed", reading.rate_cycle.state))
    if volume := context.volume:
        items.append(_item("volume", f"{fmt.price(volume.relative)}x{' ' + volume.kind if volume.kind else ''}"))
    if context.divergence and context.divergence.active:
        items.append([("narrow divergence", "warn")])
    return items


def _item(name: str, value: str) -> list[Word]:
    return [(f" {name} ", "muted"), (f"{value}  ", "text")]


def _macro(name: str, known: MacroReading) -> list[Word]:
    """A series with its change over 63 sessions; `!` when its observation is late."""
    change = known.row.shown_change(known.change_63).removesuffix("pp")
    late = "!" if known.stale else ""
    return [(f" {name} ", "muted"), (f"{known.row.shown(known.value)}{late} ", "text"), (f"{change}  ", "muted")]
