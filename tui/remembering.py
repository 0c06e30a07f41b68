"""What the next start shows first: the dashboard as it was when the app was left."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import RenderableType

from ..core.calendar import new_york
from ..core.filing import own_folder, replace
from . import last_screen
from .copying import screen_text
from .screens.dashboard import Dashboard
from .sparing import SPARING
from .stage import Stage

MARK = "LAST SCREEN of {saved:%Y-%m-%d %H:%M} ET, closes to {as_of}: reading anew"


class Remembering(Stage):
    """Keeps the text of the dashboard as the app ends, if it is in front then and of now."""

    remembers: Sequence[str] | None = None
    """The arguments of a start that would show the same; nothing is kept where there are none."""

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End, and remember."""
        # Who can't keep it starts without it the next time, as the first time.
        with suppress(OSError):
            self._keep_screen()
        super().exit(result, return_code, message)

    def _keep_screen(self) -> None:
        # Who is ended before the first screen has none to keep.
        if self.remembers is None or not self.screen_stack:
            return
        where = Path(last_screen.path())
        if self.has_class(SPARING):
            where.unlink(missing_ok=True)
            return
        screen, scene = self.screen, self.shown
        if isinstance(screen, Dashboard) and not scene.travelling and not screen.has_class("-small"):
            mark = MARK.format(saved=new_york(self.standpoint.clock.now()), as_of=scene.reading.as_of)
            *rows, _ = screen_text(self.screen).splitlines()
            told = last_screen.key(list(self.remembers)), mark.ljust(self.size.width), *rows
            own_folder(where.parent)
            replace(where, "\n".join(told).encode())
