"""What the next press of a key would show, drawn while what this one showed is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from .scene import Scene
from .stage import Stage
from .widgets.strips import StripWidget

Job = tuple[StripWidget, Scene]


class DrawingAhead(Stage):
    """Has the screen's panels draw scenes that may come next, one after the other, so that a key waits for one."""

    _jobs: Sequence[Job] = ()

    def draw_ahead(self, *coming: Scene) -> None:
        """Begin once the screen shows what it is to show now: what the same key would show, then what others would."""
        # Minutes would have to be asked for.
        scenes = [scene for scene in (*coming, *self.steps_aside()) if not scene.sessions]
        # At the app's end the screens go before the last message comes.
        if self.screen_stack:
            panels = tuple(self.screen.query(StripWidget))
            self._jobs = jobs = tuple((panel, scene) for scene in scenes for panel in panels)
            # What panels have to show reaches the screen through their own queues, which one call may overtake.
            self.call_after_refresh(self.call_after_refresh, self._draw_next, jobs)

    def steps_aside(self) -> Sequence[Scene]:
        """What other keys would show, as far as it is known."""
        return ()

    def _draw_next(self, jobs: Sequence[Job]) -> None:
        if jobs is not self._jobs:
            return
        for at, (panel, scene) in enumerate(jobs, 1):
            if panel.draw_ahead(scene):
                self._jobs = left = jobs[at:]
                self.call_later(self._draw_next, left)
                return
