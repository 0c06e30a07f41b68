"""What long days put in the place of what waits: a clock that is set, a fetcher and an app gone round with by hand.

Each instant is told to whoever serves the market, by a line, before anything is asked; requests come back by one.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from smallcap.core import calendar
from smallcap.core.live import guard
from smallcap.core.live.due import next_due
from smallcap.core.live.fetcher import Fetcher
from smallcap.core.live.pool import Outcome, Task
from smallcap.core.live.protocol import Message, Start
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.tui.stage import Counted

HOUR = 3600.0


@dataclass
class Hand:
    """A clock that is set; whoever serves the market is told before anybody asks."""

    at: float
    replay: bool = False

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def set(self, at: float) -> None:
        self.at = at
        tell({"now": at})

    def pause(self, seconds: float) -> None:
        """What the fetcher does until its throttle lets it ask."""
        self.set(self.at + seconds)


class Said:
    """What was asked for: by New York date and kind, by hour, and when the last trades were."""

    def __init__(self) -> None:
        self.days: dict[str, Counter[str]] = {}
        self.hours: Counter[int] = Counter()
        self.quotes: list[float] = []

    def take(self, at: float, asked: Sequence[tuple[str, int]]) -> None:
        """These were asked for at an instant."""
        for kind, _ in asked:
            day = calendar.new_york(datetime.fromtimestamp(at, UTC)).date().isoformat()
            self.days.setdefault(day, Counter())[kind] += 1
            self.hours[int(at // HOUR)] += kind != "fred"
            if kind == "quote":
                self.quotes.append(at)


SAID = Said()


TELLING = threading.Lock()
"""The fetcher's threads tell, too, when they wait for their turn: an answer is for whoever asked."""


def tell(words: Mapping[str, object], at: float | None = None) -> None:
    """A line to whoever serves, and the requests since the last one."""
    # Textual puts something in the place of sys.stdout that passes no flush on.
    assert sys.__stdout__
    with TELLING:
        print(json.dumps(words), file=sys.__stdout__, flush=True)
        SAID.take(float(words.get("now", at or 0.0)), json.loads(sys.stdin.readline()))  # type: ignore[arg-type]


class Inbox(queue.Queue[object]):
    """A queue at which nobody waits."""

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        return super().get(block=False)


class Inline:
    """A pool that does each task at once."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.waiting: set[str] = set()

    def put(self, task: Task) -> None:
        try:
            result: object = task.work()
        except Exception as error:
            result = error
        self.waiting.add(task.key)
        self._inbox.put(Outcome(task.key, result))

    def settle(self, key: str) -> None:
        self.waiting.discard(key)

    def oldest(self) -> float:
        return 0.0


class NoStream:
    """The stream as it is while it is well, or can't be reached."""

    def __init__(self, *, healthy: bool) -> None:
        self.healthy = healthy

    def follow(self, tickers: Sequence[str]) -> None:
        pass


class Stepped(Fetcher):
    """The fetcher, gone round with by hand."""

    def __init__(self, home: Path, hand: Hand, say: Callable[[Message], None], *, streaming: bool) -> None:
        self.inbox = Inbox()
        tickers, series = wanted(Settings())
        start = Start(hand.at, str(home / "store.sqlite3"), str(home / "yfinance"), tickers, series)
        super().__init__(start, self.inbox, say, guard.Clock(lambda: hand.at, hand.pause))
        self._pool, self._stream = Inline(self.inbox), NoStream(healthy=streaming)  # type: ignore[assignment]

    def step(self) -> float:
        """Until nothing is left to do at this instant; the seconds until there is."""
        self.turn()
        while self.inbox.qsize() or self._pool.waiting:
            self.turn()
        # A refresh ends the time after its last answer.
        self.turn()
        self._write()
        ahead = next_due(self._instant(), self.wants, self.ledger.known())
        return (ahead - self._instant()).total_seconds()


class Link:
    """What the app holds for its fetcher's process."""

    failed, ended, pid = False, "", None

    def __init__(self, inbox: Inbox) -> None:
        self.send = inbox.put


class Followed(Counted):
    """The app, beside a fetcher that somebody else goes round with."""

    link: Link | None = None

    def feed(self) -> None:
        """Nothing is started."""
        self._child = self.link  # type: ignore[assignment]
        self.keyed()
        self._say_how_fresh()
