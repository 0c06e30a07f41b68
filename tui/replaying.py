"""What the keys for replaying do: sessions forward from the one shown, one after the other, none skipped."""

from __future__ import annotations

from datetime import date

from textual.screen import ModalScreen
from textual.timer import Timer

from ..core import calendar
from ..core.errors import SmallcapError
from .stage import Stage
from .standpoint import Standpoint

SPEEDS = (1, 2, 5, 10)
"""Sessions a second, at most: the next one comes only when the last one is shown."""


class Replaying(Stage):
    """Actions that play history forward; whatever else changes the time, or opens over the screen, pauses it."""

    _speed: int = SPEEDS[1]
    _playing: Timer | None = None
    _reached: date | None = None
    """The session that the replay asked for last."""

    def action_replay(self) -> None:
        """Play from the session shown, or pause."""
        if self._playing:
            self.pause()
            return
        self._reached = self.shown.reading.as_of
        if self._next() is None:
            self.notice = f"{self._reached} is the newest session: go back first, with < {{ or t, then play it forward"
            return
        self._play()
        self._go_on()

    def action_replay_speed(self) -> None:
        """The next speed, round and round."""
        self._speed = SPEEDS[(SPEEDS.index(self._speed) + 1) % len(SPEEDS)]
        if self._playing:
            self._play()
        else:
            self.notice = f"replay at {self._speed}/s  space: play"

    def pause(self) -> None:
        """Stay at the session that is shown, or on its way."""
        if self._playing:
            self._stop()
            self.notice = f"paused at {self._reached}  space: play on  T: back to now"

    def read(self, standpoint: Standpoint, *, fresh: bool = False) -> None:
        """Whoever reads another time than the replay's pauses it."""
        if self._playing and standpoint.asked != self._reached:
            self.pause()
        super().read(standpoint, fresh=fresh)

    def _play(self) -> None:
        self._stop()
        self._playing = self.set_interval(1.0 / self._speed, self._step)
        self._say()

    def _step(self) -> None:
        """The next session, once the one before is shown; one that couldn't be is where the replay ends."""
        if isinstance(self.screen, ModalScreen):
            self.pause()
        elif self.wanted is self.standpoint:
            if self.standpoint.asked == self._reached:
                self._go_on()
            else:
                self._stop()

    def _go_on(self) -> None:
        self._reached = self._next()
        if self._reached is None:
            self._stop()
            self.read(self.wanted.but(asked=None))
            self.notice = "the replay has reached the newest session"
        else:
            self.read(self.wanted.but(asked=self._reached))
            self._say()

    def _next(self) -> date | None:
        """The session after the one reached; None when that one is the newest."""
        assert self._reached is not None
        try:
            there = calendar.next_session_after(self._reached)
        except SmallcapError:
            return None
        return there if there <= self.standpoint.closed() else None

    def _stop(self) -> None:
        if self._playing:
            self._playing.stop()
            self._playing = None

    def _say(self) -> None:
        self.notice = f"replaying {self._speed}/s  space: pause  f: speed"
