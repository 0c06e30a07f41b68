"""The alerts: those that are armed with how far they are from firing, those that are silent, and what has fired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.reactive import var
from textual.screen import Screen

from ...core.triggers import parse
from ..messages import AlertTouched, AlertTyped, Said
from ..scene import Prices, Scene
from ..theme import STYLES
from ..widgets.alert_list import FORMS, AlertList
from ..widgets.banner import Banner
from ..widgets.footer import Footer
from ..widgets.strips import StripWidget
from .ask import Ask

if TYPE_CHECKING:
    from ...core.alerts import Alert
    from ...core.slate import Slate

HINTS = ("j/k choose", "n new", "z silence", "u re-arm", "del disarm", "d dashboard", "q quit")
QUESTION = "\n".join(["Tell me when", *(f"  {kind.example:<18} {words}" for kind, words in FORMS)])


class Alerts(Screen[None], inherit_bindings=False):
    """A list and a line to add to it; what is wanted goes up as messages."""

    CSS_PATH = STYLES / "alerts.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("j,down", "choose(1)", "Next alert"),
        ("k,up", "choose(-1)", "Alert before"),
        ("n,enter", "new", "New alert"),
        ("delete,backspace", "touch('disarm')", "Disarm"),
        ("z", "touch('snooze')", "Silent until the next open"),
        ("u", "touch('again')", "Arm again"),
    ]

    scene: var[Scene | None] = var(None, init=False)
    prices: var[Prices] = var(Prices(), init=False)
    notice: var[str] = var("", init=False)
    slate: var[Slate | None] = var(None, init=False)

    def compose(self) -> ComposeResult:
        """State flows down to every widget by binding."""
        yield Banner(id="banner").data_bind(Alerts.scene, Alerts.prices)
        yield AlertList(id="alerts").data_bind(Alerts.scene, Alerts.prices, Alerts.slate)
        yield Footer(HINTS, id="footer").data_bind(Alerts.scene, Alerts.notice)

    def on_screen_resume(self) -> None:
        """Another screen has gone."""
        for panel in self.query(StripWidget):
            panel.catch_up()

    def action_choose(self, step: int) -> None:
        """The next alert, or the one before."""
        if self._alert():
            self.query_one(AlertList).choose(step)

    def action_new(self) -> None:
        """Ask what to be told of."""
        self.app.push_screen(Ask(QUESTION, FORMS[0][0].example, parse), self._typed)

    def action_touch(self, what: str) -> None:
        """Disarm the chosen alert, silence it, or arm it again."""
        if alert := self._alert():
            self.post_message(AlertTouched(alert, what))

    def _alert(self) -> Alert | None:
        """The chosen alert; says so when there is none."""
        chosen = self.query_one(AlertList).chosen
        if chosen is None:
            self.post_message(Said("there is no alert yet  n: a new one"))
        return chosen

    def _typed(self, text: str | None) -> None:
        if text:
            self.post_message(AlertTyped(text))
