"""Simulated days in a process of their own: the app, a watch and the fetcher, turn by turn on a clock that is set.

Started by long_days.py, which serves Yahoo and FRED, is told the instant before anything is asked, and answers with the
requests since. The stream of trades is left out: it goes by the machine's clock, and tests/live looks at it.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from smallcap.core import calendar
from smallcap.core.live import guard
from smallcap.core.live.archive import Archive
from smallcap.core.live.protocol import Message, Ticks
from smallcap.core.settings import Settings
from smallcap.core.sources.demo import Demo
from smallcap.core.sources.yahoo import Yahoo
from smallcap.core.store import Store
from smallcap.tui.outlet import Outlet
from smallcap.tui.standpoint import Standpoint
from smallcap.tui.watch_flags import Options
from smallcap.tui.watching import Watch
from textual.pilot import Pilot

from tests.tui.stage import settle

from .by_hand import SAID, Followed, Hand, Link, Stepped, tell

SECONDS = (0.5, 0.5, 0.2)
"""A request's longest times while a fault keeps it waiting: nothing is learnt by waiting longer here."""
SHORTEST, IN_SESSION, AT_REST, SIMULATED = 1.0, 60.0, 900.0, 3600.0
SETTLED, LOOKS = 50, 3


Memory = tuple[str, int, int]
"""A day, and the bytes and objects that the process held at its end. No class of its own: its rows would be counted as
objects, one more a day."""


class Days:
    """The days from one instant to another, and what happens in them."""

    def __init__(self, home: Path, asked: Mapping[str, Any]) -> None:
        self.home, self.hand = home, Hand(asked["from"])
        self.end, self.live = asked["to"], bool(asked["live"])
        self.events = [tuple(event) for event in asked["events"]]
        self.app = Followed(self.standpoint())
        self.watch = Watch(Options(), self.standpoint(), Outlet(io.StringIO(), io.StringIO()), self.standpoint)
        self.fetcher = Stepped(home, self.hand, self.said, streaming=asked["streaming"]) if self.live else None
        self.app.link = Link(self.fetcher.inbox) if self.fetcher else None
        self.shown: dict[str, list[tuple[float, str]]] = {"app": [], "watch": []}
        self.memory: list[Memory] = []
        self.notices: Counter[str] = Counter()
        self.wrong: list[str] = []

    def standpoint(self) -> Standpoint:
        path = self.home / "store.sqlite3"
        source = Yahoo(Archive(path)) if self.live else Demo()
        return Standpoint(Settings(), self.hand, source, Store(path), None, self.home / "facts.toml")  # type: ignore[arg-type]

    def said(self, message: Message) -> None:
        if isinstance(message, Ticks):
            for source in (self.app.standpoint.source, self.watch.follower.standpoint.source):
                source.push(message.quotes)  # type: ignore[attr-defined]

    async def run(self) -> dict[str, object]:
        """All of them; what was seen."""
        began, steps, day = time.monotonic(), 0, self.hand.now().date()
        async with self.app.run_test(size=(120, 40)) as pilot:
            self.watch.begin(patient=True)
            while self.hand.at < self.end:
                await self.step(pilot, steps)
                steps += 1
                if (today := self.hand.now().date()) != day:
                    day = today
                    await self.measure(pilot)
            await settle(pilot)
            fresh = self.app.freshness_of(self.app.shown)
        return {
            "shown": self.shown, "memory": self.memory, "days": SAID.days,
            "busiest": max(SAID.hours.values(), default=0),
            "quotes": SAID.quotes, "wrong": self.wrong, "fresh": [str(state) for state in fresh], "steps": steps,
            "notices": self.notices, "seconds": time.monotonic() - began, "cpu": time.process_time(),
            "log": Counter(entry.kind for entry in self.app.standpoint.source.log()) if self.live else {},  # type: ignore[attr-defined]
            "held": self.held(),
        }  # fmt: skip

    async def step(self, pilot: Pilot[int], steps: int) -> None:
        """Everything at one instant, then on to the next."""
        while self.events and self.events[0][0] <= self.hand.at:
            await self.happen(pilot, *self.events.pop(0)[1:])
        ahead = self.fetcher.step() if self.fetcher else SIMULATED
        if steps % LOOKS == 0 or not self.live or not calendar.hours(self.hand.now()).open:
            self.app.tick()
            self.app.read_again()
            self.watch.look()
        busy = any(not worker.is_finished for worker in self.app.workers)
        if busy or steps % SETTLED == 0:
            await settle(pilot)
        await asyncio.sleep(0)
        self.look()
        longest = SIMULATED if not self.live else IN_SESSION if calendar.hours(self.hand.now()).open else AT_REST
        following = self.hand.at + max(SHORTEST, min(ahead, longest))
        stops = (self.end, *(event[0] for event in self.events[:1]))
        self.hand.set(max(min(following, *stops), self.hand.at + SHORTEST))

    async def happen(self, pilot: Pilot[int], what: str, *rest: Any) -> None:  # noqa: ANN401  as it was read
        """A line of the script: keys, the clock (or a lid), or something of the market's or of its server's."""
        if what == "keys":
            await pilot.press(*rest[0])
            await settle(pilot)
        elif what == "clock":
            self.hand.set(self.hand.at + rest[0])
        else:
            tell({"do": [what, *rest]}, self.hand.at)

    def look(self) -> None:
        """What is shown now, and whether something was said that nobody foresaw."""
        for who, reading in (("app", self.app.shown.reading), ("watch", self.watch.follower.reading)):
            if reading is None:
                continue
            day, told = reading.as_of.isoformat(), self.shown[who]
            if not told or told[-1][1] != day:
                told.append((self.hand.at, day))
        if self.app.notice:
            self.notices[self.app.notice] += 1
            if "unexpected" in self.app.notice:
                self.wrong.append(self.app.notice)
        if self.app._exception:
            self.wrong.append(repr(self.app._exception))
        said = self.watch._outlet.err.getvalue()  # type: ignore[attr-defined]
        self.wrong += [line for line in said.splitlines() if "unexpected" in line]
        for stream in (self.watch._outlet.err, self.watch._outlet._out):
            stream.seek(0)
            stream.truncate()
        self.app.frames.clear()

    async def measure(self, pilot: Pilot[int]) -> None:
        await settle(pilot)
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        day = self.hand.now().date().isoformat()
        self.memory.append((day, pages * os.sysconf("SC_PAGE_SIZE"), len(gc.get_objects())))

    def held(self) -> list[str]:
        """What the app's history says of sessions that it holds twice, or not at all, up to the newest."""
        sessions = self.app.shown.reading.panel["SPY"].sessions
        days = [date.fromisoformat(str(day)) for day in sessions]
        true = calendar.sessions(days[0], days[-1])
        return [str(day) for day, n in Counter(days).items() if n > 1] + sorted(
            str(day) for day in {str(d) for d in true} - {str(d) for d in days}
        )


def main() -> None:
    """Read what days, live through them, and say what was seen on the last line."""
    guard.LONG_TIMEOUT, guard.TIMEOUT, guard.COOKIE_TIMEOUT = SECONDS
    asked = json.loads(sys.stdin.readline())
    print(json.dumps({"seen": asyncio.run(Days(Path(os.environ["SMALLCAP_HOME"]), asked).run())}), flush=True)


if __name__ == "__main__":
    main()
