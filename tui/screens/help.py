"""All keys: those of the screen beneath first, then the key table by what the keys are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.events import Key as Pressed
from textual.screen import Screen
from textual.widgets import Static

from ...core.reading import ADVICE
from .. import ascii as plain_ascii
from ..keymap import KEYS, Key
from ..scene import Scene
from ..theme import STYLES
from .modal import SCROLLING, Modal

GROUPS = (
    ("what is looked at", ("step_ticker", "find", "watch", "unwatch", "step_range", "set_range")),
    ("how it is drawn", ("switch", "toggle_basis")),
    ("time", ("travel", "travel_months", "go_to_date", "now", "replay", "replay_speed", "quiz")),
    ("screens", ("show_mode",)),
)  # fmt: skip
"""What keys are for, by the first word of their action; those of no group come last."""
CLOSING = ("help", "close_open", "quit")
"""Actions whose keys close the help."""
REST = "everywhere"
KEY = 10
WIDTH = 92


class Own(NamedTuple):
    """A key of one screen or of the widget in focus: as written, what it does, the action, and whose action it is."""

    written: str
    words: str
    action: str
    node: DOMNode


class Help(Modal[None]):
    """The keys; scrolled by keys, closed by esc, q or ?."""

    CSS_PATH = STYLES / "help.tcss"
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("escape", "dismiss(None)", "Back"),
        *SCROLLING,
    ]
    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """One line a key, a heading a group."""
        with VerticalScroll(id="help"):
            yield Static(self._text(min(self.app.size.width - 6, WIDTH)), markup=False)

    def on_key(self, event: Pressed) -> None:
        """The user's own keys for what esc does here close it too."""
        keys: Sequence[Key] = getattr(self.app, "keys", KEYS)
        if any(event.key in key.keys.split(",") for key in keys if key.action in CLOSING):
            event.stop()
            self.dismiss(None)

    def action_rows(self, rows: int) -> None:
        """Rows down or up."""
        self._scroll.scroll_relative(y=rows, animate=False)

    def action_pages(self, pages: int) -> None:
        """Pages down or up, one row of the old one kept in sight."""
        self.action_rows(pages * max(self._scroll.size.height - 1, 1))

    def _text(self, width: int) -> Text:
        heading, muted = (self.app.theme_variables[ink] for ink in ("ink-text", "ink-muted"))
        text = Text("j k up down pgup pgdn: scroll   esc: back\n", muted)
        for title, keys in self._groups():
            text.append(f"{title}\n", f"bold {heading}")
            text.append("".join(_line(written, words, width) for written, words in keys), muted)
        text.append(ADVICE, muted)
        scene: Scene | None = getattr(self.app, "scene", None)
        if scene is not None and scene.ascii_only:
            lines = [plain_ascii.plain(line) for line in text.plain.split("\n")]
            return Text("\n".join(lines), spans=text.spans)
        return text

    def _groups(self) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
        beneath = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else self
        if own := [(key.written, key.words) for key in own_keys(beneath)]:
            yield "on this screen", own
        keys: Sequence[Key] = getattr(self.app, "keys", KEYS)
        placed = {action: title for title, actions in GROUPS for action in actions}
        for title in (*(title for title, _ in GROUPS), REST):
            yield (
                title,
                [(key.written, key.words) for key in keys if placed.get(key.action.partition("(")[0], REST) == title],
            )

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)


def own_keys(screen: Screen[Any]) -> list[Own]:
    """The keys that a screen and the widget in focus have for themselves, one row an action."""
    rows: dict[tuple[DOMNode, str], list[str]] = {}
    words: dict[tuple[DOMNode, str], str] = {}
    for node, binding, _, _ in screen.active_bindings.values():
        if binding.show:
            sign = screen.app.get_key_display(binding)
            # An arrow would be taken for a letter where it is written in ASCII.
            rows.setdefault((node, binding.action), []).append(sign if sign.isascii() else binding.key)
            words[node, binding.action] = binding.description
    return [Own(" ".join(keys), words[key], key[1], key[0]) for key, keys in rows.items()]


def _line(written: str, words: str, width: int) -> str:
    """A key and what it does; what is longer than the line goes on under its beginning."""
    parts: Iterable[str] = wrap(words, max(width - KEY - 3, 10)) or [""]
    return "".join(
        f"  {mark:<{KEY}} {part}\n" for mark, part in zip((written, *[""] * len(words)), parts, strict=False)
    )
