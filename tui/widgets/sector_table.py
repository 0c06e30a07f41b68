"""The table of sectors against the market, one row each, and the chosen one's place on the map in words."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.rotation import MOMENTUM_SESSIONS, STRENGTH_WINDOW, Sector
from ..palette import Palette, tone
from ..rows import Word, column, row
from ..scene import Scene
from ..states import SHAPES, ink, urgent
from .sector_spark import spark
from .sector_view import ORDERS, SectorView
from .strips import StripWidget

NAMED, SPARK = 72, 16
"""From which width on the names are shown; how wide the sparkline is at most."""
SIGNS = {1: "▲", 0: "■", -1: "▼"}


class SectorTable(StripWidget):
    """A heading, the sectors, and a line about the chosen one; the column that sorts is marked in the heading."""

    READS = ("reading", "ticker")
    KINDS = ("daily",)

    view: var[SectorView | None] = var(None, init=False)

    def watch_view(self) -> None:
        """Another sector or order, or another reading's sectors."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """As many rows as there is room for, the chosen one in sight."""
        view, width = self.view, size.width
        if view is None:
            return column([], width, size.height, palette)
        room = max(size.height - 2, 1)
        at = view.sectors.index(view.sector)
        first = min(max(at - room + 1, 0), max(len(view.sectors) - room, 0))
        rows = [
            row(width, palette, _words(sector, sector is view.sector, width, ascii_only=scene.ascii_only))
            for sector in view.sectors[first : first + room]
        ]
        told = row(width, palette, _told(view.sector))
        return column([_head(scene, view, width, palette), *rows, told], width, size.height, palette)


def _head(scene: Scene, view: SectorView, width: int, palette: Palette) -> Strip:
    """The columns' names over their columns, which end at the right edge; the one that sorts is marked, or named.

    An urgent state says its word in the title's place where both don't fit: the columns are not read without names.
    """
    by, market, state = ORDERS[view.order].head, view.reading.pair.b, scene.state("daily")
    names = {order.head: f"{'▸' if order.head == by else ''}{order.head}" for order in ORDERS}
    said = f"{state.word} " if urgent(state) else ""
    title = f"SECTORS/{market}" if width >= NAMED or not said else ""
    sorts = f"by {by}" if by in ("group", "ticker") else ""
    left: list[Word] = [(f"{SHAPES[state.word]} ", ink(state)), (said, "warn")]
    columns = f"{names['SMA50']:>7}{names['20d']:>12}{names['63d']:>8}{'63 sessions':>{_spark_room(width) + 2}}"
    words = " ".join(filter(None, (title, sorts))) if width >= NAMED else sorts or title
    return row(width, palette, [*left, (words, "muted")], [(columns, "muted")])


def _words(sector: Sector, chosen: bool, width: int, *, ascii_only: bool) -> list[Word]:
    mark, name = ("▸", "a") if chosen else (" ", "text")
    named = f"{sector.name:<15}" if width >= NAMED else ""
    words: list[Word] = [
        (f"{mark}{sector.ticker:<5}", name),
        (named, "muted"),
        (f"{sector.group or 'no vote':<10}", "muted"),
    ]
    if sector.why:
        return [*words, (f"  none: {sector.why}", "warn")]
    vote = "" if not sector.group or not sector.sign else "✓" if sector.confirms else "✗"
    return [
        *words,
        (f"{fmt.percent(sector.gap):>8}", "text"),
        (f" {SIGNS[sector.sign] if sector.gap == sector.gap else ' '}", tone(sector.sign)),
        (f" {vote:<1}", _vote_ink(sector)),
        (f"{fmt.percent(sector.performance_20):>8}", tone(sector.performance_20)),
        (f"{fmt.percent(sector.performance_63):>8}", tone(sector.performance_63)),
        (f"  {spark(sector.ratio, _spark_room(width), ascii_only=ascii_only)}", "muted"),
    ]


def _vote_ink(sector: Sector) -> str:
    return "risk_on" if sector.confirms else "risk_off"


def _spark_room(width: int) -> int:
    """What is left for the sparkline beside the other columns."""
    return max(min(width - (59 if width >= NAMED else 44), SPARK), 0)


def _told(sector: Sector) -> list[Word]:
    """Where the chosen sector is on the map."""
    if sector.why:
        return [(f" {sector.ticker} {sector.name}: not on the map, {sector.why}", "muted")]
    strength, momentum = float(sector.strengths[-1]), float(sector.momenta[-1])
    return [
        (f" {sector.ticker} {sector.quadrant}", "text"),
        (f": {fmt.percent(strength)} from its SMA{STRENGTH_WINDOW}", "muted"),
        (f", {fmt.points(momentum)} in {MOMENTUM_SESSIONS} sessions", "muted"),
    ]
