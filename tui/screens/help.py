"""All keys, from the key table."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ...core.reading import ADVICE
from ..keymap import KEYS
from ..theme import STYLES


class Help(ModalScreen[None]):
    """The keys; closed by esc, q or ?."""

    CSS_PATH = STYLES / "help.tcss"
    BINDINGS = [("escape,q,question_mark", "dismiss(None)", "Back")]  # noqa: RUF012  Textual's own form

    def compose(self) -> ComposeResult:
        """One line a key."""
        lines = "\n".join(f"{key.written:<8} {key.words}" for key in KEYS)
        with VerticalScroll(id="help"):
            yield Static(f"{lines}\n\n{ADVICE}  esc: back", markup=False)
