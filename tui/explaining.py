"""What the keys for explaining do: which panel is in focus, and what every number of it is."""

from __future__ import annotations

from ..core.errors import SmallcapError
from .quoting import Quoting
from .widgets.strips import StripWidget

UNFOCUSED = ("banner",)


class Explaining(Quoting):
    """Actions that move the focus and explain what is in it."""

    def action_step_panel(self, step: int) -> None:
        """The next or previous panel on the screen, round and round."""
        panels = [panel.id for panel in self._panels()]
        if not panels:
            self.notice = "nothing here has an explanation of its own; e explains the banner"
            return
        here = panels.index(self.shown.focus) if self.shown.focus in panels else -1 if step > 0 else 0
        self.show(focus=panels[(here + step) % len(panels)])

    def action_explain(self) -> None:
        """Open the explanations of the panel in focus, of the banner when none is."""
        from ..core.explain import explain  # noqa: PLC0415  the first screen doesn't pay for it
        from ..core.explain_evidence import evidence  # noqa: PLC0415
        from .screens.explain import Explain  # noqa: PLC0415

        scene = self.shown
        panels = next((panel.PANELS for panel in self._panels() if panel.id == self.shown.focus), UNFOCUSED)
        try:
            facts = self.standpoint.facts()
        except SmallcapError as error:
            self.notice = str(error)
            return
        worth = evidence(scene.reading, scene.quotes, scene.sized)
        label, *rest = explain(scene.reading, scene.ticker, facts)
        topics = (label, *worth, *rest)
        asked = [topic for panel in panels for topic in topics if topic.panel == panel]
        self.push_screen(Explain(asked, scene.reading.as_of))

    def _panels(self) -> list[StripWidget]:
        """The panels that can be explained and are in sight, in their order."""
        return [panel for panel in self.screen.query(StripWidget) if panel.PANELS and panel.size.height]
