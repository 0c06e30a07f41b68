"""Full: what the screens that fill the terminal have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Event, Key, Paste, Resize, ScreenResume, ScreenSuspend
from textual.geometry import Size
from textual.reactive import var

from ..crop import CroppingScreen
from ..scene import Prices, Scene
from ..widgets.banner import Banner
from ..widgets.footer import Footer
from ..widgets.strips import StripWidget
from ..widgets.too_small import TooSmall, too_small

LOW = 20
"""Fewer rows than these have none to spare for blank ones."""

FAR = 1_000_000
LISTING = (
    ("pageup", "page(-1)", "Page up"),
    ("home", f"move(-{FAR})", "First"),
    ("end", f"move({FAR})", "Last"),
)
"""Keys of a screen whose rows are chosen by them."""


class Full(CroppingScreen, inherit_bindings=False):
    """A screen of its own between the banner and the footer, none of whose keys are Textual's.

    Its state is bound from the app. It catches up when a screen above it has gone, with what has changed and with the
    terminal's size. In a terminal that is too small it says so and shows nothing else; what it would show is kept as
    it is, which is why no key but q does anything then.
    """

    AUTO_FOCUS = ""
    HINTS: ClassVar[Sequence[str]] = ()
    """What the footer names at first; the app's keys when empty."""

    scene: var[Scene | None] = var(None, init=False)
    prices: var[Prices] = var(Prices(), init=False)
    notice: var[str] = var("", init=False)

    def compose(self) -> ComposeResult:
        """State flows down to every widget by binding."""
        with Vertical(id="all"):
            yield Banner(id="banner").data_bind(Full.scene, Full.prices)
            with Vertical(id="middle"):
                yield from self.middle()
            yield Footer(self.HINTS, id="footer").data_bind(Full.scene, Full.notice)
        yield TooSmall(id="small").data_bind(Full.scene)

    def middle(self) -> ComposeResult:
        """What stands between the banner and the footer."""
        raise NotImplementedError

    def fit(self, size: Size) -> None:
        """Choose the arrangement for a size of the terminal; there is but one where a screen doesn't say otherwise."""

    @on(ScreenResume)
    def catch_up(self) -> None:
        """The screen comes, or another one has gone: arranged before it is painted, which would be done twice else."""
        self._resized(self.app.size)
        for panel in self.query(StripWidget):
            panel.catch_up()

    @on(ScreenSuspend)
    def let_go(self) -> None:
        """Another screen comes: what is kept for a quick answer is worth its room in front only."""
        for panel in self.query(StripWidget):
            panel.let_go()

    @on(Resize)
    def follow(self, event: Resize) -> None:
        """The terminal has another size."""
        self._resized(event.size)

    async def on_event(self, event: Event) -> None:
        """What can't be seen isn't changed: in a terminal that is too small, keys and pasted text end here."""
        if not self.has_class("-small") or not isinstance(event, Key | Paste):
            await super().on_event(event)
        elif isinstance(event, Key) and event.key == "q":
            await self.run_action("app.quit")

    def _resized(self, size: Size) -> None:
        self.set_class(too_small(size), "-small")
        self.set_class(size.height < LOW, "-low")
        self.fit(size)
