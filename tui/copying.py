"""Copying what is on the screen as text, through the terminal (OSC 52), which works over SSH as well."""

from __future__ import annotations

import os
from base64 import b64encode

from textual.screen import Screen

from .charts.raster import plain
from .stage import Stage
from .widgets.strips import StripWidget

MOST_BYTES = 100_000
"""What most terminals take at a time, in base64."""


class Copying(Stage):
    """The action that copies the screen, or the panel in focus."""

    def action_copy_text(self) -> None:
        """Copy the panel in focus, or the whole screen when none is; say what was sent, and what may stop it."""
        panel = self._panel()
        text = screen_text(self.screen) if panel is None else _text_of(panel)
        what = "the screen" if panel is None else f"the panel {panel.id}"
        size = len(b64encode(text.encode()))
        if size > MOST_BYTES:
            self.notice = f"{what} is too large for the clipboard, {size:,} of {MOST_BYTES:,} bytes: s saves it"
            return
        self.copy_to_clipboard(text)
        tmux = "; in tmux only with: set -g set-clipboard on" if os.environ.get("TMUX") else ""
        self.notice = f"{what} was sent to the clipboard as text{tmux}"

    def _panel(self) -> StripWidget | None:
        """The panel in focus, where it is in sight."""
        panels = [panel for panel in self.screen.query(StripWidget) if panel.id == self.shown.focus]
        return next((panel for panel in panels if panel.size.height), None)


def screen_text(screen: Screen[object]) -> str:
    """What a screen shows, row by row, without the blanks at the right."""
    return _rows(plain(screen._compositor.render_strips()))


def _text_of(panel: StripWidget) -> str:
    return _rows(plain([panel.render_line(y) for y in range(panel.size.height)]))


def _rows(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
