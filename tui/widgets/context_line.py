"""Breadth, rates, credit and volatility in one row, where there is no room for their panels."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.freshness import State
from ...core.macro import MacroReading
from ...core.reading import Reading
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import SHAPES, ink, urgent
from .strips import StripWidget

SHORT = {"DGS2": "2y", "T10Y2Y": "curve", "BAMLH0A0HYM2": "HY", "VIXCLS": "VIX"}


class Item(NamedTuple):
    """One number: whose freshness it has, a field of Freshness, and its words."""

    kind: str
    words: list[Word]


class ContextLine(StripWidget):
    """As many of them as fit, the most telling first; the state's shape stands where other data begins."""

    KINDS = ("daily", "macro")
    PANELS = ("context", "macro", "events")
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """One row, cut after the last item that fits whole."""
        words: list[Word] = []
        kind = ""
        for item in _items(scene.reading):
            more = item.words if item.kind == kind else [_mark(scene.state(item.kind)), *item.words]
            if sum(len(text) for text, _ in [*words, *more]) > size.width:
                break
            words, kind = [*words, *more], item.kind
        return column([row(size.width, palette, words)], size.width, size.height, palette)


def _mark(state: State) -> Word:
    """The state's shape, with its word when that has to be said."""
    return (f"{SHAPES[state.word]} {state.word}" if urgent(state) else SHAPES[state.word], ink(state))


def _items(reading: Reading) -> list[Item]:
    context = reading.context
    items = [_item("daily", f"{row.a}/{row.b}", fmt.percent(row.relative_performance)) for row in context.breadth[:1]]
    if credit := context.credit:
        items.append(_item("daily", "/".join(credit.pair), fmt.percent(credit.gap)))
    by_name = {known.row.series: known for known in reading.macro}
    items += [_macro(SHORT[name], by_name[name]) for name in SHORT if name in by_name]
    if reading.rate_cycle:
        items.append(_item("macro", "Fed", reading.rate_cycle.state))
    if volume := context.volume:
        kind = f" {volume.kind}" if volume.kind else ""
        items.append(_item("daily", "volume", f"{fmt.price(volume.relative)}x{kind}"))
    if context.divergence and context.divergence.active:
        items.append(Item("daily", [(" narrow divergence", "warn")]))
    return items


def _item(kind: str, name: str, value: str) -> Item:
    return Item(kind, [(f" {name} ", "muted"), (f"{value} ", "text")])


def _macro(name: str, known: MacroReading) -> Item:
    """A series with its change over 63 sessions; `!` when its observation is late."""
    value = f"{known.row.shown(known.value)}{'!' if known.stale else ''} "
    change = f"{known.row.shown_change(known.change_63)} "
    return Item("macro", [(f" {name} ", "muted"), (value, "text"), (change, "muted")])
