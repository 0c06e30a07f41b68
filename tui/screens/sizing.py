"""The sizing screen: every input of the position, every step to its shares, and what would change them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Key, Paste

from ...core.framework.ticket import account
from ..messages import AccountChanged, Said
from ..widgets.ticket_view import TicketView
from .full import Full

FIRST = frozenset("0123456789.")
"""What begins to type in a field that isn't typed in yet; every other character is a key."""
MOVES = {"enter": 1, "tab": 1, "down": 1, "shift+tab": -1, "up": -1}
"""The keys that keep what was typed, and the field they go on to."""


class Sizing(Full):
    """A form that is worked out anew with every key; the account's fields are remembered when they are kept."""

    HINTS = (
        "▲▼ enter field",
        "+ - step",
        "←→ side",
        "n what if",
        "e explain",
        "x default",
        "j/k ticker",
        "d dashboard",
    )
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("down", "choose(1)", "Next input"),
        ("up", "choose(-1)", "Input before"),
        ("enter", "edit", "Type in the input"),
        ("plus,equals_sign", "nudge(1)", "The input a step up"),
        ("minus", "nudge(-1)", "The input a step down"),
        ("left,right", "turn", "The other side"),
        ("x,backspace,delete", "default", "The input's default"),
        ("n", "assume(1)", "What if: the next state"),
        ("N", "assume(-1)", "What if: the state before"),
        ("e", "explain", "Explain every number of the sizing"),
    ]

    _changed = False
    """Whether the chosen field was stepped or typed in, and kept, since the last one was remembered."""

    def middle(self) -> ComposeResult:
        """The ticket."""
        yield TicketView(id="ticket").data_bind(Sizing.scene)

    def on_screen_suspend(self) -> None:
        """Another screen comes: what was stepped is kept."""
        self._keep()

    def on_key(self, event: Key) -> None:
        """While a field is typed in, its keys are characters and nothing else."""
        view = self._view
        if not view.editing:
            if event.character is not None and event.character in FIRST:
                event.stop()
                view.edit(event.character)
            return
        if event.key == "escape":
            view.leave()
        elif event.key in MOVES:
            self._accept(MOVES[event.key])
        elif not view.key(event.key, event.character):
            return
        event.stop()
        self.notice = ""

    def on_paste(self, event: Paste) -> None:
        """A pasted text is typed."""
        self._view.paste(event.text)

    def action_choose(self, step: int) -> None:
        """The next input, or the one before; what was stepped is kept."""
        self._keep()
        self._view.choose(step)

    def action_edit(self) -> None:
        """Type in the chosen input."""
        self._view.edit()

    def action_nudge(self, way: int) -> None:
        """The chosen input a step up or down."""
        self._view.nudge(way)
        self._changed = True

    def action_turn(self) -> None:
        """The other side."""
        self._view.nudge(1, side=True)

    def action_default(self) -> None:
        """The chosen input as it would be by itself."""
        if not self._view.reset():
            self.post_message(Said("it is the default already"))

    def action_assume(self, step: int) -> None:
        """The next cell of the multiplier's table, or the one before."""
        self._view.assume(step)

    def action_explain(self) -> None:
        """What every number of this sizing is, with the inputs as they stand."""
        from ...core.explain_size import explain_size  # noqa: PLC0415  the screen doesn't pay for it before
        from .explain import Explain  # noqa: PLC0415  as above

        ticket = self._view.ticket(self.scene) if self.scene else ""
        if self.scene and not isinstance(ticket, str):
            found = explain_size(self.scene.reading, self.scene.ticker, ticket)
            self.app.push_screen(Explain(found, self.scene.reading.as_of))

    def _accept(self, step: int) -> None:
        """Keep what was typed and go on; what is wrong stays, with what is wrong said beside it."""
        field = self._view.field
        if field is not None and not field.problem:
            self._view.leave()
            self._changed = True
            self.action_choose(step)

    def _keep(self) -> None:
        """Have the chosen field remembered, where it is one of the account's and was changed."""
        field = self._view.field
        changed, self._changed = self._changed, False
        if changed and field and self.scene and (values := account(field, self.scene.reading.settings)):
            self.post_message(AccountChanged(values))

    @property
    def _view(self) -> TicketView:
        return self.query_one(TicketView)
