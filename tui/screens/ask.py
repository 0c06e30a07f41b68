"""One question in a line: the answer is checked before the question closes, and what is wrong is said beside it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...core.errors import SmallcapError
from ..theme import STYLES
from .modal import Modal


class Ask(Modal[str | None]):
    """Ask for a text; `check` raises SmallcapError for one that won't do. Dismissed with the text, or None by esc."""

    CSS_PATH = STYLES / "ask.tcss"
    BINDINGS = [("escape", "dismiss(None)", "Back")]  # noqa: RUF012  Textual's own form

    def __init__(self, question: str, example: str, check: Callable[[str], object], value: str = "") -> None:
        super().__init__()
        self._question, self._example, self._check, self._value = question, example, check, value

    def compose(self) -> ComposeResult:
        """The question, its field, and a line for what is wrong."""
        with Vertical(id="ask"):
            yield Static(self._question, markup=False)
            field = Input(self._value, placeholder=self._example, compact=True)
            field.cursor_blink = False
            yield field
            yield Static("", id="wrong", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with an answer that will do; else say what is wrong and stay."""
        try:
            self._check(event.value.strip())
        except SmallcapError as error:
            self.query_one("#wrong", Static).update(str(error))
        else:
            self.dismiss(event.value.strip())
