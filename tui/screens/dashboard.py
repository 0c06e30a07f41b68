"""The dashboard: the banner, the two charts, and beside them watchlist, sectors, size and reasons."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.reactive import var
from textual.screen import Screen

from ..scene import Prices, Scene
from ..widgets.banner import Banner
from ..widgets.composite import CompositePanel
from ..widgets.context import ContextPanel
from ..widgets.context_line import ContextLine
from ..widgets.events import Events
from ..widgets.footer import Footer
from ..widgets.macro import MacroPanel
from ..widgets.price_chart import PriceChart
from ..widgets.ratio_chart import RatioChart
from ..widgets.reasons import Reasons
from ..widgets.sectors import Sectors
from ..widgets.size import SizePanel
from ..widgets.strips import StripWidget
from ..widgets.watchlist import Watchlist

NARROW, LOW, WIDE, HIGH = 100, 34, 170, 44


class Dashboard(Screen[None], inherit_bindings=False):
    """Everything at a glance; below 100 columns or 34 rows a closer arrangement, above 170 by 44 a wider one."""

    AUTO_FOCUS = ""

    scene: var[Scene | None] = var(None, init=False)
    prices: var[Prices] = var(Prices(), init=False)
    notice: var[str] = var("", init=False)

    def compose(self) -> ComposeResult:
        """State flows down to every widget by binding."""
        yield Banner(id="banner").data_bind(Dashboard.scene, Dashboard.prices)
        with Horizontal(id="body"):
            with Vertical(id="charts"):
                yield PriceChart(id="price").data_bind(Dashboard.scene, Dashboard.prices)
                yield RatioChart(id="ratio").data_bind(Dashboard.scene)
            with Vertical(id="side"):
                yield Watchlist(id="watch").data_bind(Dashboard.scene, Dashboard.prices)
                yield Sectors(id="sectors").data_bind(Dashboard.scene)
                yield SizePanel(id="size").data_bind(Dashboard.scene)
                yield CompositePanel(id="composite").data_bind(Dashboard.scene)
                yield Reasons(id="reasons").data_bind(Dashboard.scene)
            with Vertical(id="more"):
                yield MacroPanel(id="macro").data_bind(Dashboard.scene)
                yield ContextPanel(id="context").data_bind(Dashboard.scene)
                yield Events(id="events").data_bind(Dashboard.scene)
        yield ContextLine(id="line").data_bind(Dashboard.scene)
        yield Footer(id="footer").data_bind(Dashboard.scene, Dashboard.notice)

    def on_screen_resume(self) -> None:
        """Another screen has gone."""
        for panel in self.query(StripWidget):
            panel.catch_up()

    def on_resize(self, event: Resize) -> None:
        """Choose the arrangement for the size."""
        self.set_class(event.size.width < NARROW or event.size.height < LOW, "-close")
        self.set_class(event.size.width >= WIDE and event.size.height >= HIGH, "-wide")
