"""A storm over the app: random keys, pastes, sizes, clicks and dates while the clock races, then a calm to look at."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smallcap.core import format as fmt
from smallcap.core.bars import Panel
from smallcap.core.errors import SmallcapError, SourceError
from smallcap.core.settings import Settings
from smallcap.core.sources.demo import Demo
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store
from smallcap.tui.standpoint import Standpoint
from textual.events import Key, MouseDown, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp, Paste, Resize
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.worker import Worker, WorkerState

from tests.tui.random_input import DATES, OTHERS, PASTED, TYPED, keys_of_the_tables
from tests.tui.stage import Counted

FIRST, END = datetime(2008, 1, 2, 15, tzinfo=UTC), datetime(2037, 1, 5, tzinfo=UTC)
PATIENCE = 60.0
"""Seconds after which an app that doesn't answer is stuck, however busy the machine."""
ESCAPES = 10
CALM = (120, 40)
STEPS = tuple(timedelta(minutes=m) for m in (1, 17, 390, 24 * 60, 3 * 24 * 60, 30 * 24 * 60))
SIZES = ((1, 1), (2, 60), (59, 16), (60, 15), (60, 16), (80, 24), (81, 25), (120, 40), (132, 43), (200, 60), (200, 1))


@dataclass
class Racing:
    """A clock that stands still until it is set on; at the end of all it is set back to where it began."""

    instant: datetime
    replay: bool = True

    def now(self) -> datetime:
        return self.instant

    def race(self, step: timedelta) -> None:
        self.instant = self.instant + step if self.instant + step < END else FIRST


class FlakyDemo(Demo):
    """The simulated market, out of reach now and then."""

    away = False

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        if self.away:
            raise SourceError("the market is out of reach")
        return super().load(now, replay=replay)


class FlakyFolder(Folder):
    """A folder of history, out of reach now and then."""

    away = False

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        if self.away:
            raise SourceError("the folder is out of reach")
        return super().load(now, replay=replay)


class Stormed(Counted):
    """The app, with every worker it began looked at, and leaving it counted rather than done."""

    def __init__(self, standpoint: Standpoint) -> None:
        self.quits = 0
        self.begun: deque[Worker[object]] = deque()
        super().__init__(standpoint)
        add = self.workers.add_worker

        def added(worker: Worker[object], *args: bool, **kwargs: bool) -> None:
            self.begun.append(worker)
            add(worker, *args, **kwargs)

        self.workers.add_worker = added  # type: ignore[method-assign]

    def exit(self, *_: object, **__: object) -> None:
        """Stay."""
        self.quits += 1

    def complain(self) -> None:
        """Raise what went wrong and would be passed over."""
        if self._exception:
            raise self._exception
        if "unexpected" in self.notice:
            raise AssertionError(self.notice)
        for _ in range(len(self.begun)):
            worker = self.begun.popleft()
            if worker.state is WorkerState.ERROR and worker.error:
                raise worker.error
            # One that was cancelled before its first step says that it runs for ever.
            if not worker.is_finished and not worker.is_cancelled:
                self.begun.append(worker)


def stormed(home: Path, folder: Path | None, start: datetime) -> Stormed:
    """The app on the simulated market, or on a folder of history, with a home of its own and a clock to set."""
    store = Store(home / "store.sqlite3")
    source = FlakyFolder(folder, store) if folder else FlakyDemo()
    return Stormed(Standpoint(Settings(), Racing(start), source, store, None, home / "facts.toml"))  # type: ignore[arg-type]


class Storm:
    """One user at random; `count` grows with every key, paste, click and size, `last` are the newest of them."""

    def __init__(self, app: Stormed, pilot: Pilot[int], seed: int) -> None:
        self.app, self.pilot, self.chance = app, pilot, random.Random(seed)
        self.count, self.last = 0, deque[str](maxlen=60)
        self.keys = keys_of_the_tables()

    async def rage(self, count: int) -> None:
        """So many more."""
        end = self.count + count
        while self.count < end:
            await self.act()
            self.app.frames.clear()
            self.app.complain()

    async def act(self) -> None:
        """One thing that somebody does, or that happens to them."""
        acts: Sequence[tuple[int, Callable[[], Coroutine[None, None, None]]]] = (
            (55, self.press_one),
            (12, self.burst),
            (6, self.type_words),
            (4, self.paste),
            (4, self.resize),
            (4, self.jump),
            (5, self.mouse),
            (9, self.race),
            (1, self.weather),
        )
        await self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    async def press_one(self) -> None:
        self.key(self.any_key())
        await self.answered()

    async def burst(self) -> None:
        """Faster than the screen: the next key comes before the last one is answered."""
        for _ in range(self.chance.randint(2, 12)):
            self.key(self.any_key())
        await self.answered()

    def any_key(self) -> str:
        return self.chance.choice(self.keys if self.chance.random() < 0.75 else OTHERS)

    async def type_words(self) -> None:
        for character in self.chance.choice(TYPED):
            self.key(character)
        if self.chance.random() < 0.7:
            self.key("enter")
        await self.answered()

    async def paste(self) -> None:
        text = self.chance.choice(PASTED)
        if self.chance.random() < 0.3:
            text = "".join(map(chr, self.chance.choices(range(0x3000), k=40)))
        self.send(f"paste {text[:40]!r}", Paste(text))
        await self.answered()

    async def resize(self) -> None:
        own = self.chance.randint(1, 200), self.chance.randint(1, 60)
        self.size(*self.chance.choice((*SIZES, own, own, own, own)))
        await self.answered()
        if self.chance.random() < 0.7:
            # Textual waits for a moment in case that more of them come.
            await asyncio.sleep(0.02)
            await self.answered()

    async def jump(self) -> None:
        """To a date, out of whatever was open."""
        for key in ("escape", "escape", "escape", "t", *self.chance.choice(DATES), "enter"):
            self.key(key)
        await self.answered()

    async def mouse(self) -> None:
        x, y = self.chance.randrange(self.app.size.width), self.chance.randrange(self.app.size.height)
        kinds = self.chance.choice(
            ((MouseMove,), (MouseDown, MouseUp), (MouseDown, MouseUp) * 2, (MouseScrollDown,) * 3, (MouseScrollUp,) * 3)
        )
        for kind in kinds:
            self.send(f"{kind.__name__} {x},{y}", self.at(kind, x, y))
        await self.answered()

    @staticmethod
    def at(kind: type[MouseEvent], x: int, y: int) -> MouseEvent:
        return kind(None, x, y, 0, 0, int(kind in {MouseDown, MouseUp}), False, False, False, x, y)

    async def race(self) -> None:
        """Time goes by, and the app looks at what moves, or at everything."""
        step = self.chance.choice(STEPS)
        self.clock.race(step)
        self.last.append(f"+{step}")
        self.app.tick()
        if self.chance.random() < 0.5:
            self.app.read_again()
        await self.answered()

    async def weather(self) -> None:
        """The source goes, or comes back."""
        self.app.standpoint.source.away ^= True
        self.last.append("source away" if self.app.standpoint.source.away else "source back")

    @property
    def clock(self) -> Racing:
        return self.app.standpoint.clock  # type: ignore[return-value]

    def key(self, name: str) -> None:
        key = _character_to_key(name) if len(name) == 1 and not name.isalnum() else name
        known = {"space": " ", "slash": "/", "less_than_sign": "<", "greater_than_sign": ">", "question_mark": "?"}
        self.send(key, Key(key, name if len(name) == 1 else known.get(name)))

    def size(self, width: int, height: int) -> None:
        size = Size(width, height)
        self.app._driver._size = size  # type: ignore[union-attr]
        self.send(f"{width}x{height}", Resize(size, size))

    def send(self, words: str, event: Key | Paste | Resize | MouseEvent) -> None:
        event.set_sender(self.app)
        self.app._driver.send_message(event)  # type: ignore[union-attr]
        self.last.append(words)
        self.count += 1

    async def answered(self) -> None:
        """Until all that is there to be done in the event loop is done."""
        await asyncio.sleep(0)
        await self.pilot._wait_for_screen(PATIENCE)

    async def calm(self) -> None:
        """By keys alone back to the dashboard of now; AssertionError where it isn't there, or not what it should be."""
        self.app.standpoint.source.away = False
        self.size(*CALM)
        await self.until(lambda: self.app.screen.size == Size(*CALM))
        for key in (*["escape"] * ESCAPES, "d", "T", "r"):
            self.key(key)
            await self.answered()
        await self.settle()
        await self.until(lambda: not amiss(self.app))
        self.app.complain()
        assert not amiss(self.app), amiss(self.app)

    async def round(self) -> None:
        """Look at every screen in one size, so that what is held at two calm moments can be compared."""
        for mode in self.app.MODES:
            self.app.switch_mode(mode)
            await self.settle()
        await self.calm()

    async def until(self, there: Callable[[], bool]) -> None:
        """Until something is so, or it has been waited for long enough."""
        end = time.monotonic() + PATIENCE
        while not there() and not self.app._exception and time.monotonic() < end:
            await asyncio.sleep(0.01)
            await self.settle()

    async def settle(self) -> None:
        """Until nothing is being worked out."""
        async with asyncio.timeout(PATIENCE):
            while any(not worker.is_finished for worker in self.app.workers):
                await asyncio.gather(*(worker.wait() for worker in self.app.workers), return_exceptions=True)
                await self.answered()
        await self.answered()


def amiss(app: Stormed) -> str:
    """What is wrong with a calm app; empty where it shows the dashboard alone, and a banner as of a new reading."""
    if app.current_mode != "dashboard" or len(app.screen_stack) > 1:
        return f"{app.current_mode}, {app.screen_stack}"
    if app.wanted is not app.standpoint:
        return "a reading is on its way"
    banner = "\n".join(app.rows()[:3])
    return "".join(f"{words!r} is not in the banner:\n{banner}" for words in expected(app) if words not in banner)


def expected(app: Stormed) -> tuple[str, ...]:
    """What a banner of this moment has to say."""
    here = app.standpoint
    try:
        found = here.but(later=None).read(here.load())
    except SmallcapError:
        return ("NOT REFRESHED",)
    regime = found.regime
    return f" {regime.regime.label} ", f"since {regime.since}", f"{fmt.day(found.as_of)} close", found.axes[0].state
