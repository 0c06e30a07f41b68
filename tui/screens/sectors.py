"""The sectors screen: every sector against the market, the rotation map, and the confirmation score as it was built."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.reactive import var

from ..messages import TickerChosen
from ..scene import Scene
from ..theme import STYLES
from ..widgets.rotation_list import RotationList
from ..widgets.rotation_map import RotationMap
from ..widgets.sector_score import SectorScore
from ..widgets.sector_table import SectorTable
from ..widgets.sector_view import SectorView, viewed
from .full import Full

NARROW, LOW, WIDE = 112, 34, 160


class Sectors(Full):
    """The table first, the map beside it; below 112 columns or 34 rows one of them, above 160 columns more of each."""

    CSS_PATH = STYLES / "sectors.tcss"
    HINTS = ("j/k sector", "enter look at it", "←→ sort", "tab map", "e explain", "< > time", "d dashboard", "q quit")
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("j,down", "choose(1)", "Next sector"),
        ("k,up", "choose(-1)", "Sector before"),
        ("right", "sort(1)", "Sort by the next column"),
        ("left", "sort(-1)", "Sort by the column before"),
        ("tab,shift+tab", "turn", "The map alone, or the table"),
        ("enter", "look", "Look at the chosen sector"),
        ("e", "explain", "Explain every number of the sectors"),
    ]

    view: var[SectorView | None] = var(None, init=False)

    def middle(self) -> ComposeResult:
        """The table over the score and the list, the map beside them."""
        with Horizontal(id="body"):
            with Vertical(id="side"):
                yield SectorTable(id="table").data_bind(Sectors.scene, Sectors.view)
                yield SectorScore(id="score").data_bind(Sectors.scene, Sectors.view)
                yield RotationList(id="list").data_bind(Sectors.scene, Sectors.view)
            yield RotationMap(id="map").data_bind(Sectors.scene, Sectors.view)

    def watch_scene(self, _: Scene | None, new: Scene | None) -> None:
        """Another reading has other sectors; the same one stays chosen."""
        if new is not None and (self.view is None or self.view.reading is not new.reading):
            self.view = self.view.on(new.reading) if self.view else viewed(new.reading, new.ticker)

    def fit(self, size: Size) -> None:
        """One of three arrangements."""
        self.set_class(size.width < NARROW or size.height < LOW, "-close")
        self.set_class(size.width >= WIDE and size.height >= LOW, "-wide")

    def action_choose(self, step: int) -> None:
        """The next sector of the table, or the one before."""
        if self.view:
            self.view = self.view.moved(step)

    def action_sort(self, step: int) -> None:
        """By the next column, or the one before."""
        if self.view:
            self.view = self.view.ordered(step)

    def action_turn(self) -> None:
        """The map over everything, or back."""
        self.toggle_class("-map")

    def action_look(self) -> None:
        """Make the chosen sector the ticker looked at; one without bars says in its row why it can't be."""
        if self.view and self.view.chosen in self.view.reading.panel.bars:
            self.post_message(TickerChosen(self.view.chosen))

    async def action_explain(self) -> None:
        """What every number of the sectors is; of the banner, when that is in focus."""
        from ...core.explain_rotation import explain_rotation  # noqa: PLC0415  the screen doesn't pay for it before
        from .explain import Explain  # noqa: PLC0415  as above

        if self.scene and self.scene.focus == "banner":
            await self.run_action("app.explain")
        elif self.view:
            topics = explain_rotation(self.view.reading, self.view.sectors, self.view.ballot)
            self.app.push_screen(Explain(topics, self.view.reading.as_of))
