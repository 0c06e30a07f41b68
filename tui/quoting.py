"""What today's labels and the sizing were worth, worked out once nothing moves, and shown beside them."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.timer import Timer

from ..core.reading import Reading
from .messages import Quoted
from .scene import Scene
from .stage import Stage


class Quoting(Stage):
    """Keeps the scene's quotes those of its reading; none are shown while another day's are worked out."""

    rest_seconds: ClassVar[float | None] = 0.7
    """How long the reading must stay the same: who steps through time sees the evidence where he stops, and no step
    of his waits for the 0.1 s that it takes to work out. None for never."""

    _resting: Timer | None = None

    def on_mount(self) -> None:
        """Quote the first reading, and every other from now on."""
        self.watch(self, "scene", self._see_reading, init=False)
        self._await_rest()

    def _see_reading(self, old: Scene | None, new: Scene) -> None:
        if old is None or new.reading is old.reading:
            return
        if (new.quotes or new.sized) and not _same(old.reading, new.reading):
            self.show(quotes=(), sized=None)
        self._await_rest()

    def _await_rest(self) -> None:
        if self._resting:
            self._resting.stop()
        if self.rest_seconds is not None:
            self._resting = self.set_timer(self.rest_seconds, lambda: self.quote(self.shown.reading))

    @work(thread=True, exclusive=True, group="quotes", exit_on_error=False)
    def quote(self, reading: Reading) -> None:
        """Work out what is quoted of a reading."""
        from ..core.evidence.quote import quotes_of  # noqa: PLC0415  the first screen doesn't wait for it
        from ..core.evidence.worth import worth  # noqa: PLC0415  as above

        found = worth(reading.history, reading.panel, reading.settings)
        self.post_message(Quoted(reading, quotes_of(reading), found.rows[-1] if found else None))

    def on_quoted(self, message: Quoted) -> None:
        """Show them beside the reading that they are of."""
        if message.reading is self.shown.reading:
            self.show(quotes=message.quotes, sized=message.sized)


def _same(old: Reading, new: Reading) -> bool:
    """Whether two readings are of one pair and one way of sizing, on one close of one source."""
    return (old.as_of, old.origin.name, old.settings) == (new.as_of, new.origin.name, new.settings)
