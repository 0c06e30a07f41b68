"""The dashboard: the banner, the two charts, and beside them watchlist, sectors, size and reasons."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from ..widgets.composite import CompositePanel
from ..widgets.context import ContextPanel
from ..widgets.context_line import ContextLine
from ..widgets.events import Events
from ..widgets.macro import MacroPanel
from ..widgets.price_chart import PriceChart
from ..widgets.ratio_chart import RatioChart
from ..widgets.reasons import Reasons
from ..widgets.sectors import Sectors
from ..widgets.size import SizePanel
from ..widgets.watchlist import Watchlist
from .full import Full

NARROW, LOW, WIDE, HIGH = 100, 34, 170, 44


class Dashboard(Full):
    """Everything at a glance; below 100 columns or 34 rows a closer arrangement, above 170 by 44 a wider one."""

    def middle(self) -> ComposeResult:
        """The charts, and the panels beside them; a line of context where there is no room for its panel."""
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

    def fit(self, size: Size) -> None:
        """One of three arrangements."""
        self.set_class(size.width < NARROW or size.height < LOW, "-close")
        self.set_class(size.width >= WIDE and size.height >= HIGH, "-wide")
