"""The app's end of the line to the browser: as Textual's, but the app ends when its server is gone, however it went."""

from __future__ import annotations

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp

NAME = f"{__name__}:ServedDriver"
"""As TEXTUAL_DRIVER names it."""


class ServedDriver(WebDriver):
    """Textual's own reads on without end when nobody is there to type."""

    def run_input_thread(self) -> None:
        """Take what is typed for as long as there is a server."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())
