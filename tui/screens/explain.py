"""What the numbers of a panel are: formula, inputs with their dates, and source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from textwrap import wrap

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from ...core import format as fmt
from ...core.explanation import Explanation, Input
from ..printable import printable
from ..theme import STYLES
from .modal import Modal

WIDTH = 73


class Explain(Modal[None]):
    """One block a number; closed by esc, q or e."""

    CSS_PATH = STYLES / "explain.tcss"
    BINDINGS = [("escape,q,e", "dismiss(None)", "Back")]  # noqa: RUF012  Textual's own form

    def __init__(self, topics: Sequence[Explanation], as_of: date) -> None:
        super().__init__()
        self._topics, self._as_of = topics, as_of

    def compose(self) -> ComposeResult:
        """When it is as of, then every number with what is behind it."""
        name, muted = (self.app.theme_variables[ink] for ink in ("ink-text", "ink-muted"))
        text = Text().append(f"As of {fmt.day(self._as_of)} close; inputs of another day say so.  esc: back\n", muted)
        for topic in self._topics:
            text.append(f"\n{printable(f'{topic.name}   {topic.value}')}\n", f"bold {name}")
            text.append("".join(f"{printable(line)}\n" for line in self._behind(topic)), muted)
        with VerticalScroll(id="explain"):
            yield Static(text, markup=False)

    def _behind(self, topic: Explanation) -> list[str]:
        names = max((len(part.name) for part in topic.inputs), default=0)
        return [
            *wrap(f"= {topic.formula}", WIDTH, subsequent_indent="  "),
            *(line for part in topic.inputs for line in self._input(part, names)),
            *wrap(f"source: {topic.source}", WIDTH, subsequent_indent="  "),
        ]

    def _input(self, part: Input, names: int) -> list[str]:
        when = f"  {part.date}" if part.date not in (None, self._as_of) else ""
        line = f"{part.name:<{names}}  {part.value}{when}"
        if len(line) <= WIDTH - 2:
            return [f"  {line}"]
        return wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ")
