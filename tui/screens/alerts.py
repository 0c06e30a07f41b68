"""The alerts: those that are armed with how far they are from firing, those that are silent, and what has fired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.reactive import var

from ...core.triggers import parse
from ..messages import AlertTouched, AlertTyped, Said
from ..widgets.alert_list import FORMS, AlertList
from .ask import Ask
from .full import Full

if TYPE_CHECKING:
    from ...core.alerts import Alert
    from ...core.slate import Slate

QUESTION = "\n".join(["Tell me when", *(f"  {kind.example:<18} {words}" for kind, words in FORMS)])


class Alerts(Full):
    """A list and a line to add to it; what is wanted goes up as messages."""

    HINTS = ("j/k choose", "n new", "z silence", "u re-arm", "del disarm", "d dashboard", "q quit")
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("j,down", "choose(1)", "Next alert"),
        ("k,up", "choose(-1)", "Alert before"),
        ("n,enter", "new", "New alert"),
        ("delete,backspace", "touch('disarm')", "Disarm"),
        ("z", "touch('snooze')", "Silent until the next open"),
        ("u", "touch('again')", "Arm again"),
    ]

    slate: var[Slate | None] = var(None, init=False)

    def middle(self) -> ComposeResult:
        """The list."""
        yield AlertList(id="alerts").data_bind(Alerts.scene, Alerts.prices, Alerts.slate)

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
