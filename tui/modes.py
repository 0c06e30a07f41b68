"""MODES: the screens that fill everything, one row each, and what the keys that change the screen do."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from .screens.dashboard import Dashboard
from .screens.help import Help
from .stage import Stage


def _dashboard() -> Screen[None]:
    return Dashboard().data_bind(Stage.scene, Stage.prices, Stage.notice)


def _sizing() -> Screen[None]:
    from .screens.sizing import Sizing  # noqa: PLC0415  the first screen doesn't pay for it

    return Sizing().data_bind(Stage.scene, Stage.prices, Stage.notice)


MODES: dict[str, str | Callable[[], Screen[None]]] = {"dashboard": _dashboard, "sizing": _sizing}


class Modes(Stage):
    """Actions that change the screen."""

    def action_show_mode(self, mode: str) -> None:
        """One of MODES."""
        self.switch_mode(mode)

    def action_help(self) -> None:
        """All keys."""
        self.push_screen(Help())

    def action_close_open(self) -> None:
        """Close what is open, go back to the dashboard, or take the focus away."""
        if isinstance(self.screen, Help):
            self.pop_screen()
        elif self.current_mode != self.DEFAULT_MODE:
            self.switch_mode(self.DEFAULT_MODE)
        else:
            self.show(focus="")
