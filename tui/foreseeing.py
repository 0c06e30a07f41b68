"""The next session in the direction of travel, read while the one before it is looked at."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from textual import work

from ..core import calendar
from ..core.bars import Panel
from ..core.errors import SmallcapError
from ..core.reading import Reading
from .drawing_ahead import DrawingAhead
from .messages import Foreseen, ReadingReady
from .standpoint import Standpoint


class Ahead(NamedTuple):
    """What the next step would show; `reading` is None while it is being made."""

    standpoint: Standpoint
    panel: Panel
    reading: Reading | None


class Foreseeing(DrawingAhead):
    """A step by one session, back or forward, has the next one read and drawn as soon as it is drawn itself."""

    _ahead: Ahead | None = None

    def read(self, standpoint: Standpoint, *, fresh: bool = False) -> None:
        """Show the reading that is there, or soon will be; have any other made."""
        ahead = self._ahead
        if fresh or ahead is None or ahead.standpoint != standpoint or ahead.panel is not self.panel:
            super().read(standpoint, fresh=fresh)
            return
        self.wanted = standpoint
        if ahead.reading:
            self.post_message(ReadingReady(ahead.panel, standpoint, ahead.reading, fresh=False))

    def on_reading_ready(self, message: ReadingReady) -> None:
        """After a step look one further, once the step is drawn."""
        if message.fresh or message.standpoint is not self.wanted or message.standpoint.asked is None:
            return
        further = _further(self.shown.reading.as_of, message.reading.as_of)
        if further is not None and further <= self.standpoint.closed():
            self.call_after_refresh(self._look_ahead, message.standpoint, further)

    def _look_ahead(self, here: Standpoint, there: date) -> None:
        if self.wanted is here:
            self._ahead = Ahead(here.but(asked=there), self.panel, None)
            self._foresee(self._ahead)

    @work(thread=True, exclusive=True, group="ahead", exit_on_error=False)
    def _foresee(self, ahead: Ahead) -> None:
        try:
            reading = ahead.standpoint.but(later=self.latest).read(ahead.panel)
        except SmallcapError:
            reading = None
        self.post_message(Foreseen(ahead.standpoint, reading))

    def on_foreseen(self, message: Foreseen) -> None:
        """Keep it, and show it at once to whoever has taken the step already."""
        ahead = self._ahead
        if ahead is None or message.standpoint is not ahead.standpoint:
            return
        self._ahead = ahead._replace(reading=message.reading) if message.reading else None
        if self.wanted is not self.standpoint and self.wanted == ahead.standpoint:
            self.read(self.wanted)
        elif message.reading and self.wanted is self.standpoint:
            self.draw_ahead(self.shown.but(**self.changes(message.standpoint, message.reading)))


def _further(before: date, after: date) -> date | None:
    """The session after a step of one, the same way; None after any other."""
    try:
        for way in (calendar.previous_session, calendar.next_session_after):
            if way(before) == after:
                return way(after)
    except SmallcapError:
        pass
    return None
