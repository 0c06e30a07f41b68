"""The evidence screen: what the labels and the sizing were worth, how fragile they are, and what people claim."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.reactive import var

from ...core.claims.card import Card
from ...core.evidence.table import Evidence
from ...core.reading import Reading
from ..messages import EvidenceAsked, Said
from ..theme import STYLES
from ..widgets.evidence_body import EvidenceBody, Opened
from ..widgets.evidence_found import Found
from ..widgets.evidence_tabs import EvidenceTabs
from ..widgets.evidence_view import View
from ..widgets.footer import Footer
from .full import LISTING, Full

CARD = ("j/k scroll", "pgup pgdn", "esc back", "e explain", "q quit")


class EvidenceScreen(Full):
    """Six sections, one at a time, or a card over them; what is worked out for it is the app's."""

    CSS_PATH = STYLES / "evidence.tcss"
    HINTS = ("←→ section", "j/k row", "enter card", "n horizon", "b of what", "e explain", "< > time", "q quit")
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("right,tab", "turn(1)", "Next section"),
        ("left,shift+tab", "turn(-1)", "Section before"),
        ("j,down", "move(1)", "Next row, or a line down"),
        ("k,up", "move(-1)", "Row before, or a line up"),
        ("pagedown", "page(1)", "Page down"),
        *LISTING,
        ("enter", "open", "The row's card"),
        ("escape", "back", "Close the card, or leave the screen"),
        ("n", "longer", "The next horizon: 5, 21 or 63 sessions"),
        ("b", "other", "What followed: the first ticker, the second, or the ratio"),
        ("e", "explain", "Explain every number of the evidence"),
    ]

    found: var[Found] = var(Found(), init=False)
    view: var[View] = var(View(), init=False)

    def middle(self) -> ComposeResult:
        """The sections' names over one of them."""
        yield EvidenceTabs(id="tabs").data_bind(EvidenceScreen.scene, EvidenceScreen.found, EvidenceScreen.view)
        yield EvidenceBody(id="body").data_bind(EvidenceScreen.scene, EvidenceScreen.found, EvidenceScreen.view)

    def on_screen_resume(self) -> None:
        """It is looked at: what is missing is to be worked out."""
        self.post_message(EvidenceAsked(fragility=self.view.name == "fragility"))

    def watch_found(self) -> None:
        """A card of another reading is closed, and with it go its keys."""
        if self.is_mounted:
            self._hint()

    def action_turn(self, step: int) -> None:
        """The next section, or the one before."""
        self.view = self.view.turned(step)
        self._hint()
        self.post_message(EvidenceAsked(fragility=self.view.name == "fragility"))

    def action_move(self, step: int) -> None:
        """Another row, or other lines."""
        if not self._body.move(step):
            self.post_message(Said("this is the last of it" if step > 0 else "this is the first of it"))

    def action_page(self, step: int) -> None:
        """A page of the list or of the card."""
        self.action_move(step * self._body.page)

    def action_open(self) -> None:
        """The card of the chosen row; its chart is worked out meanwhile."""
        row = self._body.chosen
        if self._body.opened:
            self.post_message(Said("the card is open  esc: back"))
        elif row is None or self.scene is None or not self.found.of(self.scene.reading):
            self.post_message(Said("no row here has a card: labels and claims have them"))
        else:
            self._body.open(Opened(row))
            self._hint()
            self._chart(row, self.scene.reading)

    async def action_back(self) -> None:
        """Close the card; without one leave as anywhere."""
        if self._body.opened:
            self._body.open(None)
            self._hint()
        else:
            await self.run_action("app.close_open")

    def action_longer(self) -> None:
        """The labels and the analogues over the next horizon."""
        if self.view.name in {"labels", "analogues"} and not self._body.opened:
            self.view = self.view.longer()
            if not self.found.page:
                self.post_message(Said(f"over {self.view.sessions} sessions"))
        else:
            self.post_message(Said("the horizon is chosen among the labels and the analogues"))

    def action_other(self) -> None:
        """The labels by what the next of the pair's two tickers and its ratio did."""
        if self.view.name == "labels" and not self._body.opened:
            self.view = self.view.other()
            if not self.found.page:
                self.post_message(Said("another of the pair's two tickers and its ratio"))
        else:
            self.post_message(Said("what followed is chosen among the labels"))

    async def action_explain(self) -> None:
        """What every number of the evidence is; of the banner, when that is in focus."""
        from ..widgets.evidence_explain import explain_evidence  # noqa: PLC0415  the screen doesn't pay for it before
        from .explain import Explain  # noqa: PLC0415  as above

        if self.scene and self.scene.focus == "banner":
            await self.run_action("app.explain")
        elif self.scene:
            reading = self.scene.reading
            self.app.push_screen(Explain(explain_evidence(reading), reading.as_of))

    @work(thread=True, exclusive=True, group="card", exit_on_error=False)
    def _chart(self, row: Evidence | Card, reading: Reading) -> None:
        """Away from the screen: the card's chart, and what draws it."""
        from ..charts import stats  # noqa: PLC0415  only an open card needs it
        from ..widgets.evidence_card import chart_of  # noqa: PLC0415  as above

        stats.load()
        chart = None if isinstance(row, Card) else chart_of(reading, row)
        self.app.call_from_thread(self._charted, Opened(row, chart, charted=True))

    def _charted(self, opened: Opened) -> None:
        """Show the chart, if its card is still open."""
        if self._body.opened and self._body.opened.row is opened.row:
            self._body.open(opened)

    def _hint(self) -> None:
        self.query_one(Footer).say(CARD if self._body.opened else self.HINTS)

    @property
    def _body(self) -> EvidenceBody:
        return self.query_one(EvidenceBody)
