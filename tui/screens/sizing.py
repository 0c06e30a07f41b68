"""The sizing screen: every input of the position, every step to its shares, and what would change them."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.reactive import var
from textual.screen import Screen

from ...core.framework.trade import BY_ATR
from ...core.settings import number
from ..messages import AccountChanged
from ..scene import Prices, Scene
from ..widgets.banner import Banner
from ..widgets.footer import Footer
from ..widgets.strips import StripWidget
from ..widgets.ticket_view import TicketView
from .ask import Ask

HINTS = (
    "↑↓ input",
    "enter change",
    "n what if",
    "d dashboard",
    "j/k ticker",
    "x default",
    "e explain",
    "q quit",
)
REMEMBERED = {"equity": "equity", "risk": "risk_fraction", "max_weight": "max_weight", "target_vol": "target_vol"}
"""The fields that make the account, and the settings that they are."""


class Sizing(Screen[None], inherit_bindings=False):
    """A form that is worked out anew with every change; the account's fields are remembered."""

    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("down", "choose(1)", "Next input"),
        ("up", "choose(-1)", "Input before"),
        ("enter", "change", "Change the input"),
        ("x,backspace,delete", "default", "The input's default"),
        ("n", "assume(1)", "What if: the next state"),
        ("N", "assume(-1)", "What if: the state before"),
    ]

    scene: var[Scene | None] = var(None, init=False)
    prices: var[Prices] = var(Prices(), init=False)
    notice: var[str] = var("", init=False)

    def compose(self) -> ComposeResult:
        """State flows down to every widget by binding."""
        yield Banner(id="banner").data_bind(Sizing.scene, Sizing.prices)
        yield TicketView(id="ticket").data_bind(Sizing.scene)
        yield Footer(HINTS, id="footer").data_bind(Sizing.scene, Sizing.notice)

    def on_screen_resume(self) -> None:
        """Another screen has gone."""
        for panel in self.query(StripWidget):
            panel.catch_up()

    def action_choose(self, step: int) -> None:
        """The next input, or the one before."""
        self._view.choose(step)

    def action_assume(self, step: int) -> None:
        """The next cell of the multiplier's table, or the one before."""
        self._view.assume(step)

    def action_change(self) -> None:
        """Ask for the chosen input; what won't do is said beside it and stays."""
        if (found := self._view.question) is not None:
            question, text = found
            check = partial(question.parse, question.key)
            ask = Ask(f"{question.ask}  {question.why}", question.default, check, text)
            self.app.push_screen(ask, partial(self._changed, question.key))

    def action_default(self) -> None:
        """The chosen input as it would be by itself."""
        if (found := self._view.question) is not None:
            self._view.type(found[0].key, "")

    def _changed(self, key: str, text: str | None) -> None:
        if text is None:
            return
        self._view.type(key, text)
        if key in REMEMBERED:
            self.post_message(AccountChanged({REMEMBERED[key]: number(key, text)}))
        elif key == "stop" and (found := BY_ATR.fullmatch(text)):
            self.post_message(AccountChanged({"stop_atr": float(found[1])}))

    @property
    def _view(self) -> TicketView:
        return self.query_one(TicketView)
