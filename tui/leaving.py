"""Which end of the line to a terminal the app has: one that leaves the terminal as it was."""

from __future__ import annotations

from textual.app import App
from textual.driver import Driver


class Leaving(App[int]):
    """An app on a driver of ours where Textual would take its own for a terminal."""

    def get_driver_class(self) -> type[Driver]:
        """Ours for a terminal; any other that Textual chose, as for a browser, is kept."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from .tty_driver import TtyDriver  # noqa: PLC0415  it can't be imported where there are no such terminals

        return TtyDriver
