"""Low bandwidth: fewer colours and nothing dimmed when it is asked for; nothing dimmed where the line is slow."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from textual.events import CursorPosition

from .stage import Stage

SLOW_SECONDS = 0.06
"""From this long for the first screen to be taken and answered on, a key feels late."""
SPARING = "-sparing"
"""The class of the app that the styles go by."""
OFF = 'to end it set low_bandwidth = "off"'


def is_remote(env: Mapping[str, str]) -> bool:
    """Whether the terminal is at the other end of an SSH connection."""
    return bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY"))


class Sparing(Stage):
    """Sends less where that is wanted, and finds out where it is."""

    remote = False
    """Whether the line is to be measured when nobody has said how it is."""

    _asked: float | None = None

    def spare(self, chosen: str) -> None:
        """Begin as the setting says, before the look is chosen: it goes by how many colours there are."""
        if chosen == "on":
            self.limit_colours()
            self.add_class(SPARING)

    def on_ready(self) -> None:
        """Measure the line once the first screen is on its way: its bytes are what a slow one shows by."""
        if self.remote and self.standpoint.settings.low_bandwidth == "auto":
            self.call_after_refresh(self._ask)

    def _ask(self) -> None:
        self._asked = monotonic()
        self.ask_for_cursor()

    def on_cursor_position(self, event: CursorPosition) -> None:
        """The answer, which tells its time when it was read, whatever the screen was busy with."""
        if self._asked is None:
            return
        seconds, self._asked = event.time - self._asked, None
        if seconds > SLOW_SECONDS:
            self.add_class(SPARING)
            said = f"slow line, {1000 * seconds:.0f} ms: low bandwidth is on; {OFF}"
            both = f"{said}  {self.notice}".rstrip()
            self.notice = both if len(both) < self.size.width - 4 else said

    def action_redraw(self) -> None:
        """Draw all of it again, whatever the terminal shows."""
        self.redraw()
        self.notice = "the screen is drawn again"
