"""The macro screen: rates, curve, credit and volatility as they were known, what each means, and one as a chart."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import var

from ..scene import Scene
from ..theme import STYLES
from ..widgets.macro_chart import MacroChart
from ..widgets.macro_table import BESIDE, MacroTable
from ..widgets.macro_view import MacroView, viewed
from .full import Full

LOW, NARROW = 32, 80


class Macro(Full):
    """A table over a chart; below 32 rows only the chosen series has its meaning said, above 144 columns beside it."""

    CSS_PATH = STYLES / "macro.tcss"
    HINTS = ("j/k series", "[ ] range", "1-9 range", "e explain", "< > time", "R ratio basis", "d dashboard", "q quit")
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("j,down", "choose(1)", "Next series"),
        ("k,up", "choose(-1)", "Series before"),
        ("e", "explain", "Explain every number of the macro series"),
    ]

    view: var[MacroView | None] = var(None, init=False)

    def middle(self) -> ComposeResult:
        """The table over the chart."""
        yield MacroTable(id="table").data_bind(Macro.scene, Macro.view)
        yield MacroChart(id="chart").data_bind(Macro.scene, Macro.view)

    def watch_scene(self, _: Scene | None, new: Scene | None) -> None:
        """Another reading knows other observations; the same series stays chosen."""
        if new is not None and (self.view is None or self.view.reading is not new.reading):
            self.view = viewed(new.reading, self.view.at if self.view else 0)

    def fit(self, size: Size) -> None:
        """One of three arrangements of the table."""
        beside = size.width - 2 >= BESIDE
        self.set_class(beside, "-beside")
        self.set_class(size.height >= LOW and not beside, "-roomy")
        self.set_class(size.width < NARROW, "-narrow")

    def action_choose(self, step: int) -> None:
        """The next series, or the one before."""
        if self.view:
            self.view = self.view.moved(step)

    async def action_explain(self) -> None:
        """What every number of the series is; of the banner, when that is in focus."""
        from ..widgets.macro_words import explain_macro  # noqa: PLC0415  the screen doesn't pay for it before
        from .explain import Explain  # noqa: PLC0415  as above

        if self.scene and self.scene.focus == "banner":
            await self.run_action("app.explain")
        elif self.view:
            self.app.push_screen(Explain(explain_macro(self.view), self.view.reading.as_of))
