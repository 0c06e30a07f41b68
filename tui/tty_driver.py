"""The app's end of the line to a terminal: as Textual's, but all that was turned on is off again, however it stops."""

from __future__ import annotations

import asyncio
import signal

from textual.drivers.linux_driver import LinuxDriver

from .last_screen import handed_over

ALTERNATE = "\x1b[?1049h"


class TtyDriver(LinuxDriver):
    """Textual's own leaves the mouse in pixels, starts a second time when it is continued without having left, and at
    a SIGTERM leaves all of it on."""

    _on_its_screen = False

    def start_application_mode(self) -> None:
        """Take the terminal, and from now on leave it at a SIGTERM as at `q`.

        Not at a SIGHUP: its terminal is gone, and nobody reads what would be written to it.
        """
        self._on_its_screen = handed_over()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._app.exit)

    def write(self, data: str) -> None:
        """Write; some terminals clear their other screen when it is asked for again, and the last one is on it."""
        if data == ALTERNATE and self._on_its_screen:
            self._on_its_screen = False
        else:
            super().write(data)

    def _disable_mouse_support(self) -> None:
        """Give the mouse back in cells."""
        super()._disable_mouse_support()
        if self._mouse_pixels:
            self.write("\x1b[?1016l")

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again; who was stopped with SIGSTOP had no time to leave it and does so first."""
        if self._auto_restart and not self._must_signal_resume:
            if self._key_thread is None or not self._key_thread.is_alive():
                return
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application()
