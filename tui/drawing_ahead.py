"""What the next press of a key would show, drawn while what this one showed is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from .scene import Scene
from .stage import Stage
from .widgets.strips import StripWidget


class DrawingAhead(Stage):
    """Has the screen's panels draw a scene that may come next, one after the other, so that a key waits for one."""

    _coming: Scene | None = None

    def draw_ahead(self, coming: Scene) -> None:
        """Begin once the screen shows what it is to show now; minutes would have to be asked for."""
        self._coming = None if coming.sessions else coming
        # At the app's end the screens go before the last message comes.
        if self._coming and self.screen_stack:
            panels = tuple(self.screen.query(StripWidget))
            # What panels have to show reaches the screen through their own queues, which one call may overtake.
            self.call_after_refresh(self.call_after_refresh, self._draw_next, coming, panels)

    def _draw_next(self, coming: Scene, panels: Sequence[StripWidget]) -> None:
        while panels and self._coming is coming:
            panel, *panels = panels
            if panel.draw_ahead(coming):
                self.call_later(self._draw_next, coming, panels)
                return
