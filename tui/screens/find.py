"""The finder: a field, and under it what the letters may mean; one of it, or the text itself, is the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...core.errors import SmallcapError
from ...core.finder import Candidate
from ..scene import Scene
from ..theme import STYLES
from ..widgets.find_list import FindList
from .modal import Modal

PAGE = 8


class Find(Modal[str | None]):
    """Ask for a ticker or a pair. `check` raises SmallcapError for one that won't do; None when left by esc."""

    CSS_PATH = STYLES / "find.tcss"
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("escape", "dismiss(None)", "Back"),
        ("down", "move(1)", "Next match"),
        ("up", "move(-1)", "Match before"),
        ("pagedown", f"move({PAGE})", "Matches further down"),
        ("pageup", f"move(-{PAGE})", "Matches further up"),
        ("tab", "complete", "Write the chosen one out"),
    ]

    def __init__(
        self, question: str, offers: Callable[[str], Sequence[Candidate]], check: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._question, self._offers, self._check = question, offers, check

    def compose(self) -> ComposeResult:
        """The question, its field, a line for what is wrong or how to go on, and the matches."""
        with Vertical(id="find"):
            yield Static(self._question, markup=False)
            field = Input(placeholder="letters of a ticker or a name, or A/B", compact=True)
            field.cursor_blink = False
            yield field
            yield Static("", id="wrong", markup=False)
            yield FindList(id="matches")

    def on_mount(self) -> None:
        """Follow the app's scene; offer what is known."""
        self.watch(self.app, "scene", self._follow)
        self._list.offer(self._offers(""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what the text may mean now."""
        self._say("")
        self._list.offer(self._offers(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the chosen match, or with the text where nothing matches; say what is wrong with it and stay."""
        chosen = self._list.chosen
        text = chosen.symbol if chosen else event.value.strip()
        try:
            self._check(text)
        except SmallcapError as error:
            self._say(str(error))
        else:
            self.dismiss(text)

    def action_move(self, step: int) -> None:
        """Another match."""
        self._say("")
        self._list.move(step)

    def action_complete(self) -> None:
        """The chosen match into the field, to be taken as it is or to become one side of a pair."""
        if chosen := self._list.chosen:
            field = self.query_one(Input)
            field.value = chosen.symbol
            field.cursor_position = len(chosen.symbol)

    def _say(self, words: str) -> None:
        self.query_one("#wrong", Static).update(words)

    def _follow(self, scene: Scene) -> None:
        self._list.scene = scene

    @property
    def _list(self) -> FindList:
        return self.query_one(FindList)
