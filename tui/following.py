"""Following a source without a screen: its fetcher kept running, a reading whenever there may be a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ..core.alerts import Last
from ..core.errors import SmallcapError
from ..core.reading import Reading
from ..core.sources import Fetched, Logged, Ticking
from .clock import new_york_minute
from .standpoint import Standpoint

if TYPE_CHECKING:
    from ..core.live.child import Child
    from ..core.live.protocol import Message, Want

TICKING, OTHERWISE = 1.0, 60.0
REREAD = timedelta(seconds=60)
"""Between two readings of a source that has last prices and that nobody fills."""


class Mark(NamedTuple):
    """What a reading was made of: the archive's version, 0 where nothing is fetched, and the newest closed session."""

    market: int
    closed: date


class Follower:
    """Holds the newest reading. A source that fails leaves it as it is; what is wrong is told by `troubles`."""

    def __init__(self, standpoint: Standpoint) -> None:
        self.standpoint = standpoint
        self.reading: Reading | None = None
        self._failure, self._elsewhere = "", ""
        self._mark: Mark | None = None
        self._read_at = standpoint.clock.now()
        self._child: Child | None = None
        self._feeding: asyncio.Task[None] | None = None
        self._wanted: Want | None = None

    @property
    def fetched(self) -> Fetched | None:
        """The source, if a fetcher fills it."""
        source = self.standpoint.source
        return source if isinstance(source, Fetched) else None

    @property
    def pace(self) -> float:
        """Seconds between two looks at this source, unless somebody asks for others."""
        return TICKING if isinstance(self.standpoint.source, Ticking) else OTHERWISE

    def start(self, *, patient: bool) -> None:
        """The first reading; SmallcapError when there is none, unless it is `patient` and is being fetched."""
        try:
            self._read(self._marked())
        except SmallcapError as error:
            if not patient or self.fetched is None:
                raise
            self._failure = f"{str(error).partition(': run ')[0]}; it is being fetched"

    def look(self) -> None:
        """Make a new reading if there may be one."""
        try:
            mark = self._marked()
            if self._due(mark):
                self._read(mark)
        except SmallcapError as error:
            self._fail(str(error))
        except Exception as error:  # whatever it was, the watch goes on with what it has
            self._fail(f"unexpected: {error!r}")

    def last(self) -> Last:
        """Last prices of the session in progress; none where the source has none or can't tell."""
        source, now = self.standpoint.source, self.standpoint.clock.now()
        if not isinstance(source, Ticking) or self.reading is None:
            return Last()
        try:
            return Last(source.ticks(now, self.reading.panel), new_york_minute(now))
        except SmallcapError as error:
            self._fail(str(error))
            return Last()

    def turn(self, standpoint: Standpoint) -> None:
        """Go on from another standpoint: with the same source where that hasn't changed, and a new reading soon."""
        if standpoint.settings.source == self.standpoint.settings.source:
            standpoint = standpoint.but(source=self.standpoint.source)
        elif self._feeding is not None:
            self._feeding.cancel()
        self.standpoint, self._mark = standpoint, None

    def feed(self, tickers: Sequence[str], *, idle: bool) -> None:
        """Where something is fetched, keep a fetcher and tell it what is wanted; it ends when the event loop does."""
        if self.fetched is None:
            return
        from ..core.live.child import Child  # noqa: PLC0415  only live data pays for it
        from ..core.live.protocol import Want  # noqa: PLC0415
        from .fetching import start_of  # noqa: PLC0415

        if self._feeding is None or self._feeding.done():
            self._child, self._wanted = Child(lambda: start_of(self.standpoint), self._told), None
            self._feeding = asyncio.create_task(self._child.run())
        wanted = Want(tuple(dict.fromkeys((*self.standpoint.wanted()[0], *tickers))), idle=idle)
        if self._child is not None and wanted != self._wanted:
            self._wanted = wanted
            self._child.send(wanted)

    def troubles(self) -> dict[str, str]:
        """What is wrong, by who has it."""
        found = {"the source": self._failure, "the store": self._elsewhere}
        if self.fetched is not None and self._child is not None and self._child.failed:
            found["the fetcher"] = f"{self._child.ended}; it is started again"
        if isinstance(source := self.standpoint.source, Logged):
            told = (words.partition(": ") for words in source.outlook(self.standpoint.clock.now())[:-1])
            found |= {who: words for who, _, words in told}
        return {who: words for who, words in found.items() if words}

    def _marked(self) -> Mark:
        source = self.fetched
        return Mark(source.versions().market if source else 0, self.standpoint.closed())

    def _due(self, mark: Mark) -> bool:
        if mark != self._mark or self.fetched is not None:
            return mark != self._mark
        # A clock that was set back, or that slept, makes it due too.
        fresh = timedelta(0) <= self.standpoint.clock.now() - self._read_at < REREAD
        return not (fresh and isinstance(self.standpoint.source, Ticking))

    def _read(self, mark: Mark) -> None:
        self.reading = self.standpoint.read(self.standpoint.load())
        self._mark, self._read_at, self._failure = mark, self.standpoint.clock.now(), ""

    def _fail(self, words: str) -> None:
        kept = f"; the reading of {self.reading.as_of} is kept" if self.reading else ""
        self._failure = words + kept

    def _told(self, message: Message) -> None:
        """What the fetcher says: trades as they come, and where it writes."""
        from ..core.live.protocol import Ready, Ticks  # noqa: PLC0415  as above

        source = self.fetched
        match message:
            case Ticks(quotes) if source:
                source.push(quotes)
            case Ready(archive, why) if source and self.standpoint.store.path:
                self._mark = self._mark if archive == str(source.archive.path) else None
                source.move(archive)
                at_home = archive == str(self.standpoint.store.path)
                self._elsewhere = "" if at_home else f"{why}: what is fetched is kept in memory until it can be"
