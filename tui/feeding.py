"""What keeps the app fed: the fetcher's child process, and a look at the archive every second for what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from ..core.freshness import Freshness, freshness
from ..core.history import parse_pair
from ..core.intraday import INTERVALS
from ..core.sources import Fetched, Source
from .messages import ReadingReady
from .scene import Scene
from .stage import Stage

if TYPE_CHECKING:
    from ..core.live.child import Child
    from ..core.live.protocol import Message, Want

IDLE_SECONDS = 30 * 60.0
FRESH_SECONDS = 5.0
"""With nothing new but the time, how fresh the numbers are is asked so often: no state is told by the second."""


class Feeding(Stage):
    """Follows a source that fetches; with any other source it only says how fresh the numbers are."""

    _child: Child | None = None
    _market: int | None = None
    _wanted: Want | None = None
    _awaited: str = ""
    _elsewhere: str = ""
    _keyed_at: float = 0.0
    _told_at: object = None
    _kind: tuple[Source, Fetched | None] | None = None

    @property
    def fetched(self) -> Fetched | None:
        """The source that fetches, shown already or waited for; None when there is none."""
        source = self.standpoint.pending or self.standpoint.source
        # Whether an object has all that a protocol wants takes long to find out, and is asked several times a second.
        if self._kind is None or self._kind[0] is not source:
            self._kind = source, source if isinstance(source, Fetched) else None
        return self._kind[1]

    def feed(self) -> None:
        """Start the fetcher where there is something to fetch, and say how fresh the numbers are."""
        self.keyed()
        if self.fetched is not None:
            self._feed()
        self._say_how_fresh()

    @work(group="feed", exit_on_error=False)
    async def _feed(self) -> None:
        from ..core.live.child import Child  # noqa: PLC0415  only live data pays for it
        from .fetching import start_of  # noqa: PLC0415

        self._child = Child(lambda: start_of(self.standpoint), self._told)
        await self._child.run()

    def tick(self) -> None:
        """Look for what is new in the archive, then at last prices, then at what all of it amounts to."""
        if self.fetched is not None:
            self._look()
        super().tick()
        if self.fetched is not None:
            self._want()
        if (moment := self._moment()) != self._told_at:
            self._told_at = moment
            self._say_how_fresh()

    def _moment(self) -> object:
        """What tells one answer to how fresh the numbers are from another, but for the last few seconds' passing."""
        shown, seen = self.shown, self.fetched and self.fetched.versions()
        passing = int(self.standpoint.clock.now().timestamp() // FRESH_SECONDS)
        return shown.reading, shown.ticker, shown.travelling, self.prices, self.standpoint, seen, passing

    def wait_for(self, text: str) -> None:
        """Have a ticker or a pair fetched that isn't held yet, and switch to it once it is."""
        self._awaited = text.upper()
        self.notice = f"asking Yahoo for {self._awaited} ..."
        self._want()

    def keyed(self) -> None:
        """Somebody is there."""
        self._keyed_at = self.standpoint.clock.now().timestamp()

    def on_reading_ready(self, message: ReadingReady) -> None:
        """Say it when the source that was waited for takes the stand-in's place."""
        if self.standpoint.pending is not None and message.standpoint.pending is None:
            self.notice = "; ".join(filter(None, (f"this is {message.reading.origin.name} now", self._elsewhere)))

    def feeding_trouble(self) -> tuple[str, ...]:
        """That the fetcher doesn't run and why, and where it keeps what it fetches when that isn't the store."""
        child = self._child
        failed = f"the fetcher {child.ended}; it is started again" if child and child.failed else ""
        return tuple(filter(None, (failed, self._elsewhere)))

    def arrived(self, text: str) -> None:
        """Switch to what was waited for."""
        raise NotImplementedError

    def read_again(self) -> None:
        """Read a source that nobody fills anew, in case it has changed."""
        if self.fetched is None:
            self.read(self.wanted, fresh=True)
        self._say_how_fresh()

    def action_refresh_source(self) -> None:
        """Have what failed tried again at once, and read what is there."""
        from ..core.live.protocol import Refresh  # noqa: PLC0415

        if self._child is not None:
            self._child.send(Refresh())
        self.notice = "the source is asked again"
        self.read(self.wanted, fresh=True)

    def _told(self, message: Message) -> None:
        """What the fetcher says: trades as they come, and where it writes."""
        from ..core.live.protocol import Progress, Ready, Ticks  # noqa: PLC0415

        source = self.fetched
        assert source is not None
        match message:
            case Ticks(quotes):
                source.push(quotes)
            case Ready(archive, why):
                source.move(archive)
                self._market = None
                at_home = archive == str(self.standpoint.store.path)
                self._elsewhere = "" if at_home else f"{why}: what is fetched is kept in memory until it can be"
                self.notice = self._elsewhere or why or self.notice
            case Progress(done, of, what, why) if self.standpoint.pending:
                self.notice = f"fetching {what}: {done} of {of}  {why}".rstrip()

    def _look(self) -> None:
        """Read the bars anew when the archive has others."""
        source = self.fetched
        assert source is not None
        market = source.versions().market
        before, self._market = source.loaded if self._market is None else self._market, market
        if market not in {0, before}:
            pending = self.wanted.pending
            self.read(self.wanted if pending is None else self.wanted.but(source=pending, pending=None), fresh=True)
        if self._awaited:
            self._look_for_awaited(source)

    def _look_for_awaited(self, source: Fetched) -> None:
        pair = parse_pair(self._awaited) if "/" in self._awaited else None
        tickers = (pair.a, pair.b) if pair else (self._awaited,)
        if refusal := next((why for ticker in tickers if (why := source.refusal(ticker))), ""):
            self._awaited, self.notice = "", refusal
        elif all(ticker in self.panel.bars for ticker in tickers):
            text, self._awaited = self._awaited, ""
            self.arrived(text)

    def _want(self) -> None:
        """Tell the fetcher what is looked at, when that has changed."""
        from ..core.live.protocol import Want  # noqa: PLC0415

        if self._child is None:
            return
        tickers, _ = self.wanted.wanted()
        awaited = tuple(filter(None, self._awaited.split("/")))
        pair = self.shown.reading.pair
        wanted = Want(
            tuple(dict.fromkeys((*tickers, self.shown.ticker, *awaited))),
            self.shown.ticker,
            INTERVALS.get(self.shown.sessions, 0),
            (pair.a, pair.b),
            self.standpoint.clock.now().timestamp() - self._keyed_at > IDLE_SECONDS,
        )
        if wanted != self._wanted:
            self._wanted = wanted
            self._child.send(wanted)

    def _say_how_fresh(self) -> None:
        fresh = self.freshness_of(self.shown)
        if fresh != self.shown.fresh:
            self.show(fresh=fresh)

    def freshness_of(self, scene: Scene) -> Freshness:
        """What the source knows of it, or the calendar alone where nothing is fetched."""
        now, source, fetched = self.standpoint.clock.now(), self.standpoint.source, self.fetched
        if fetched is not None and self.standpoint.pending is None:
            return fetched.freshness(now, scene.reading, scene.ticker, replay=scene.travelling)
        return freshness(
            now,
            simulated=source.simulated,
            replay=scene.travelling,
            fetching=None,
            as_of=scene.reading.as_of,
            macro_late=tuple(row.row.series for row in scene.reading.macro if row.stale),
        )
