"""The stage: the app's state, and the one worker that makes new readings away from the screen."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import var
from textual.worker import Worker, WorkerState

from ..core.bars import Panel
from ..core.errors import SmallcapError
from ..core.freshness import Freshness
from ..core.reading import Reading
from ..core.sources import Ticking
from .clock import new_york_minute
from .crop import CroppingApp
from .leaving import Leaving
from .messages import ReadingFailed, ReadingReady, Said
from .scene import Prices, Scene
from .standpoint import Standpoint

if TYPE_CHECKING:
    from ..core.framework.plan import Plan
    from ..core.funds import Facts


THREADS = 4
"""What works away from the screen. A thread never gives back the memory it once had, so there are few of them."""

SWITCH_SECONDS = 0.0005
"""So long may one thread keep the others from Python. Python's own 5 ms are what the frame that is to be written would
wait for while a reading is made: half of the time that a key takes."""

NO_PRICES = Prices()
SAME = ("as_of", "settings", "age_sessions", "warnings")
"""What of a panel's readings tells one from another."""


class Stage(Leaving, CroppingApp):
    """Holds the scene, the last prices and the notice; state goes down from here by binding."""

    scene: var[Scene | None] = var(None, init=False)
    prices: var[Prices] = var(NO_PRICES, init=False)
    notice: var[str] = var("", init=False)
    facts: var[Facts | None] = var(None, init=False)
    """What is known of funds; read when a screen needs it."""
    unsaved: var[tuple[Plan, ...]] = var((), init=False)
    """Plans that were to be kept and couldn't be written yet."""

    standpoint: Standpoint
    """What the reading that is shown was made for."""
    wanted: Standpoint
    """What the newest reading asked for is being made for."""
    panel: Panel

    _latest: Reading | None = None

    def on_load(self) -> None:
        """Few threads, before the first one is asked for, and none that has the others wait for long."""
        sys.setswitchinterval(SWITCH_SECONDS)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))

    @property
    def shown(self) -> Scene:
        """The scene; there is one from the start."""
        assert self.scene is not None
        return self.scene

    @property
    def latest(self) -> Reading:
        """The reading of the latest session that was shown of the panel at hand; earlier ones are in it."""
        return self._latest or self.shown.reading

    def show(self, **changes: object) -> None:
        """Change the scene."""
        self.scene = self.shown.but(**changes)

    def tick(self) -> None:
        """Look at what moves."""
        self._take_prices()

    def freshness_of(self, scene: Scene) -> Freshness:
        """How fresh the numbers of a scene are."""
        raise NotImplementedError

    def read(self, standpoint: Standpoint, *, fresh: bool = False) -> None:
        """Have a reading made, from the source anew or the panel at hand; the last one asked for wins."""
        self.wanted = standpoint
        self._read(standpoint, fresh)

    @work(thread=True, exclusive=True, group="reading", exit_on_error=False)
    def _read(self, standpoint: Standpoint, fresh: bool) -> None:
        try:
            panel = standpoint.load() if fresh else self.panel
            made = standpoint.but(later=self.latest).read(panel)
            self.post_message(ReadingReady(panel, standpoint, _one_of(self.shown.reading, made), fresh))
        except SmallcapError as error:
            self.post_message(ReadingFailed(str(error), fresh))

    def on_said(self, message: Said) -> None:
        """What a screen has to tell."""
        self.notice = message.words

    def on_reading_ready(self, message: ReadingReady) -> None:
        """Show the new reading as the old one was shown; a new pair brings its own first ticker."""
        if message.fresh:
            self.panel = message.panel
            self.show(trouble="")
        if message.standpoint is not self.wanted:
            return
        latest = self.latest
        if message.reading.source is not latest.source or message.reading.as_of >= latest.as_of:
            self._latest = message.reading
        elif self._latest is None:
            self._latest = latest
        self.standpoint = message.standpoint
        self.show(**self.changes(message.standpoint, message.reading))
        self._take_prices()

    def changes(self, standpoint: Standpoint, reading: Reading) -> dict[str, object]:
        """What a reading changes in the scene."""
        ticker = self.shown.ticker if reading.pair == self.shown.reading.pair else reading.pair.a
        travelling, hours = standpoint.asked is not None, standpoint.hours()
        changes = {"reading": reading, "ticker": ticker, "travelling": travelling, "hours": hours}
        return {**changes, "fresh": self.freshness_of(self.shown.but(**changes))}

    def _take_prices(self) -> None:
        """Show the source's last prices, and none of them while another time is shown."""
        source, now = self.standpoint.source, self.standpoint.clock.now()
        if self.shown.travelling:
            self.prices = NO_PRICES
        elif isinstance(source, Ticking):
            fresh = source.ticks(now, self.shown.reading.panel)
            if fresh != self.prices.by_ticker:
                self.prices = Prices(fresh, new_york_minute(now))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that ended in an error nobody foresaw is said like one that somebody did."""
        if event.state is WorkerState.ERROR:
            self.on_reading_failed(ReadingFailed(f"unexpected: {event.worker.error!r}", fresh=True, foreseen=False))

    def on_reading_failed(self, message: ReadingFailed) -> None:
        """Keep the last reading; say what failed and, when it was the source, since when.

        A source that a stand-in waits for has not failed as long as it lacks something: it is being fetched.
        """
        self.wanted = self.standpoint
        if message.foreseen and message.fresh and self.standpoint.pending is not None:
            return
        self.notice = message.reason
        if message.fresh:
            since = f"since {new_york_minute(self.standpoint.clock.now())} ET  r: try again"
            self.show(trouble=self.shown.trouble or since)


def _one_of(shown: Reading, made: Reading) -> Reading:
    """What is shown, where what was made says the same: nothing is drawn or worked out for it a second time."""
    same = made.source is shown.source and all(getattr(made, name) == getattr(shown, name) for name in SAME)
    return shown if same else made
