"""What the keys for time do: a session or a month back or forward, to a date, back to now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from ..core import calendar
from ..core.errors import SmallcapError, UsageError
from .screens.ask import Ask
from .stage import Stage


class Travelling(Stage):
    """Actions that change the session that everything is read on."""

    def action_travel(self, step: int) -> None:
        """One session back or forward; forward from the newest is back to now."""
        self._travel(calendar.previous_session if step < 0 else calendar.next_session_after)

    def action_travel_months(self, months: int) -> None:
        """To the session on or before the same day of another month; beyond the newest session is back to now."""
        self._travel(lambda day: calendar.previous_session(calendar.same_day(day, months) + timedelta(1)))

    def _travel(self, way: Callable[[date], date]) -> None:
        as_of = self._there()
        try:
            there = way(as_of)
        except SmallcapError as error:
            self.notice = str(error)
            return
        if there <= self.standpoint.closed():
            self.read(self.wanted.but(asked=there))
        elif self.wanted.asked:
            self.action_now()
        else:
            self.notice = f"{as_of} is the newest session that has closed"

    def _there(self) -> date:
        """The session that the next step starts from: where an unfinished step leads, else the one shown."""
        if self.wanted is not self.standpoint and self.wanted.asked:
            return self.wanted.asked
        return self.shown.reading.as_of

    def action_now(self) -> None:
        """Back to the newest session."""
        if self.wanted.asked is None:
            self.notice = f"{self.shown.reading.as_of} is the newest session that has closed"
        self.read(self.wanted.but(asked=None))

    def action_go_to_date(self) -> None:
        """Ask for a date and read as on its close."""
        self.push_screen(
            Ask("As of which date? Everything is read as on that session's close", "2020-03-23", self._day), self._go
        )

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{text!r} is not a date like 2020-03-23") from None
        if day > self.standpoint.closed():
            raise UsageError(f"{day} is later than the newest closed session, {self.standpoint.closed()}")
        return day

    def _go(self, text: str | None) -> None:
        if text:
            self.read(self.wanted.but(asked=self._day(text)))
