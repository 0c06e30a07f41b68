"""The log, over the whole screen: how fresh everything is, what is tried next, and what was asked and came back."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from ..scene import Scene
from ..theme import STYLES
from ..widgets.log_view import Account, LogView
from .modal import SCROLLING, Modal

LOOK_SECONDS = 1.0


class Log(Modal[None]):
    """Scrolls by keys, looks for new entries by itself; closed by esc, q or L."""

    CSS_PATH = STYLES / "log.tcss"
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("escape,q,L", "dismiss(None)", "Back"),
        *SCROLLING,
        ("f", "filter", "All, or trouble only"),
    ]

    def __init__(self, tell: Callable[[], Account]) -> None:
        super().__init__()
        self._view = LogView(tell, id="log")

    def compose(self) -> ComposeResult:
        """One view."""
        yield self._view

    def on_mount(self) -> None:
        """Follow the app's scene and the source."""
        self.watch(self.app, "scene", self._follow)
        self.set_interval(LOOK_SECONDS, self._view.look)

    def action_rows(self, rows: int) -> None:
        """Rows down or up."""
        self._view.scroll_rows(rows)

    def action_pages(self, pages: int) -> None:
        """Pages down or up."""
        self._view.scroll_pages(pages)

    def action_filter(self) -> None:
        """All entries, or those that tell of trouble."""
        self._view.filter()

    def _follow(self, scene: Scene) -> None:
        self._view.scene = scene
