"""The sessions before and after the one that is travelled to, read while it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from textual import work

from ..core import calendar
from ..core.bars import Panel
from ..core.errors import SmallcapError
from ..core.reading import Reading
from .drawing_ahead import DrawingAhead
from .messages import Foreseen, ReadingReady
from .scene import Scene
from .standpoint import Standpoint


class Ahead(NamedTuple):
    """What a step would show; `reading` is None while it is being made."""

    standpoint: Standpoint
    panel: Panel
    reading: Reading | None


class Foreseeing(DrawingAhead):
    """Who travels has the next session either way read and drawn as soon as the one that is shown is drawn itself."""

    _ahead: tuple[Ahead, ...] = ()
    """A step further the same way, one back, and what is shown, which is either's way back."""

    def read(self, standpoint: Standpoint, *, fresh: bool = False) -> None:
        """Show the reading that is there, or soon will be; have any other made."""
        ahead = None if fresh else self._ahead_at(standpoint)
        if ahead is None:
            super().read(standpoint, fresh=fresh)
            return
        self.wanted = standpoint
        if ahead.reading:
            self.post_message(ReadingReady(ahead.panel, standpoint, ahead.reading, fresh=False))

    def _ahead_at(self, standpoint: Standpoint) -> Ahead | None:
        known = (one for one in self._ahead if one.panel is self.panel)
        return next((one for one in known if one.standpoint == standpoint), None)

    def on_reading_ready(self, message: ReadingReady) -> None:
        """Look around once what was travelled to is drawn."""
        if message.fresh or message.standpoint is not self.wanted or message.standpoint.asked is None:
            return
        self.call_after_refresh(self._look_around, message.standpoint, self.shown.reading.as_of)

    def _look_around(self, here: Standpoint, before: date) -> None:
        if self.wanted is not here:
            return
        shown = self.shown.reading
        days = [day for day in _sessions_beside(shown.as_of) if day <= self.standpoint.closed()]
        steps = [here.but(asked=day) for day in sorted(days, key=before.__eq__)]
        around = [self._ahead_at(step) or Ahead(step, self.panel, None) for step in steps]
        self._ahead = (*around, Ahead(here, self.panel, shown))
        if missing := [ahead for ahead in around if ahead.reading is None]:
            self._foresee(missing, self.latest)
        else:
            self.draw_ahead()

    @work(thread=True, exclusive=True, group="ahead", exit_on_error=False)
    def _foresee(self, missing: Sequence[Ahead], latest: Reading) -> None:
        for ahead in missing:
            try:
                reading = ahead.standpoint.but(later=latest).read(ahead.panel)
            except SmallcapError:
                reading = None
            self.post_message(Foreseen(ahead.standpoint, reading))

    def on_foreseen(self, message: Foreseen) -> None:
        """Keep it, and show it at once to whoever has taken the step already."""
        if all(ahead.standpoint is not message.standpoint for ahead in self._ahead):
            return
        answered = (
            ahead._replace(reading=message.reading) if ahead.standpoint is message.standpoint else ahead
            for ahead in self._ahead
        )
        # What can't be read is asked for again by whoever goes there, and said then.
        self._ahead = tuple(ahead for ahead in answered if ahead.reading or ahead.standpoint is not message.standpoint)
        if self.wanted is not self.standpoint and self.wanted == message.standpoint:
            self.read(self.wanted)
        elif self.wanted is self.standpoint:
            self.draw_ahead()

    def steps_aside(self) -> Sequence[Scene]:
        """The scenes of the sessions that are at hand."""
        known = [one for one in self._ahead if one.reading and one.panel is self.panel]
        near = [one for one in known if one.reading is not self.shown.reading]
        steps = [self.shown.but(**self.changes(one.standpoint, one.reading)) for one in near if one.reading]
        return (*steps, *super().steps_aside())


def _sessions_beside(day: date) -> list[date]:
    """The sessions before and after a day, as far as the calendar goes."""
    found = []
    for way in (calendar.previous_session, calendar.next_session_after):
        try:
            found.append(way(day))
        except SmallcapError:
            continue
    return found
