"""How many requests are sent, exactly: none for nothing, one fetcher for many sessions, two into a rate limit."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from smallcap.core.live.archive import Archive
from smallcap.core.live.child import Child, Timing
from smallcap.core.live.protocol import Alive, Done, Message, Ready, Stored, encode

from tests.loopback import Loopback, World

from .process import Fetching, start, until
from .store import filled

FIRST = date(2023, 1, 3)
BEFORE, EVENING = (datetime(2024, 10, day, 23, 30, tzinfo=UTC) for day in (8, 9))
TEN = ("IWM", "SPY", "QQQ", "VTWO", "KRE", "RSP", "MDY", "XLF", "XLI", "XLY")
SERIES = ("DGS2", "DGS10")
# What one fetcher sends for the closes of ten tickers: the cookie, the crumb, ten charts; and one to FRED.
ALL_THAT_IS_DUE = {"cookie": 1, "crumb": 1, "chart": 10, "fred": 1}
QUICK = Timing(silence=15.0, look_again=0.5, first_pause=0.1, longest_pause=0.5)
# The grace for something to happen that must not: two signs of life of a fetcher, a look every quarter of a second.
BEATS = 2
PARENT = """
import asyncio, sys
from smallcap.core.live.child import Child
from smallcap.core.live.protocol import decode
child = Child(lambda: decode(sys.argv[1]), lambda message: print(child.pid, flush=True))
asyncio.run(child.run())
"""


class Market:
    """A market with ten tickers whose stores end on the session before, and its server."""

    def __init__(self, net: Loopback, home: Path) -> None:
        self.net, self.home = net, home
        self.archive = filled(home, net.world, BEFORE)
        self.environment = net.environment(home / "client")

    def fetching(self, now: datetime, *, once: bool) -> Fetching:
        """A fetcher of the ten tickers at an instant."""
        self.net.world.now = now
        return Fetching(self.environment, start(self.home, now.timestamp(), TEN, SERIES, once=once))

    def fetch_once(self, now: datetime) -> Done:
        """What a single fetch says in the end."""
        with self.fetching(now, once=True) as fetching:
            done = fetching.wait_for(Done)
            fetching.wait_for_end()
            return done

    def counts(self) -> dict[str, int]:
        """The requests by kind."""
        kinds = [request.kind for request in list(self.net.requests)]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def rate_limited(self) -> float:
        """Until when Yahoo is left alone, in epoch seconds; 0 when it isn't."""
        return float(self.archive.notes().get("status", {}).get("yahoo", {}).get("until", 0.0))


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """The ten tickers on the evening after, nothing wrong yet."""
    with Loopback(World(EVENING, TEN, FIRST, SERIES)) as net:
        yield Market(net, tmp_path)


def nothing_more(fetching: Fetching) -> None:
    """Let a fetcher go round for a while."""
    said = len(fetching.messages)
    for _ in range(BEATS):
        fetching.wait_for(Alive, after=said)
        said = len(fetching.messages)


def test_one_fetch_asks_once_for_each_ticker_and_the_next_asks_nothing(market: Market):
    assert market.fetch_once(EVENING).failed == ()
    assert market.counts() == dict(sorted(ALL_THAT_IS_DUE.items()))
    market.net.clear()
    assert market.fetch_once(EVENING + timedelta(hours=1)).failed == ()
    with market.fetching(EVENING + timedelta(hours=2), once=False) as fetching:
        nothing_more(fetching)
    assert market.counts() == {}


@pytest.mark.parametrize("once", [True, False], ids=["one fetch", "watching"])
def test_ten_tickers_send_two_requests_into_a_rate_limit(market: Market, *, once: bool):
    market.net.fault("*", "429", None)
    with market.fetching(EVENING, once=once) as fetching:
        until(market.rate_limited, "rate limited")
        fetching.wait_for(Done) if once else nothing_more(fetching)
        assert fetching.errors() == ""
    assert yahoo(market) <= 2, market.counts()
    assert market.net.count("fred") == 1


def test_a_rate_limit_that_begins_between_two_rounds_is_met_by_one_request(market: Market):
    closing = datetime(2024, 10, 9, 20, 19, 50, tzinfo=UTC)
    with market.fetching(closing, once=False) as fetching:
        nothing_more(fetching)
        market.net.clear()
        market.net.fault("*", "429")
        until(market.rate_limited, "rate limited")
        nothing_more(fetching)
    assert yahoo(market) == 1, market.counts()


def test_a_cooldown_survives_a_restart_and_ends_with_one_probe(market: Market):
    market.net.fault("*", "429")
    market.fetch_once(EVENING)
    over = datetime.fromtimestamp(market.rate_limited(), UTC)
    assert timedelta(seconds=60) <= over - EVENING <= timedelta(seconds=180)
    market.net.clear()
    with market.fetching(over - timedelta(seconds=30), once=False) as fetching:
        nothing_more(fetching)
    assert yahoo(market) == 0, market.counts()
    with market.fetching(over, once=False) as fetching:
        until(lambda: market.rate_limited() > over.timestamp(), "rate limited again")
        nothing_more(fetching)
    assert yahoo(market) == 1, market.counts()


def test_twenty_sessions_ask_no_more_than_one(market: Market):
    stored: list[tuple[str, ...]] = []

    def take(message: Message) -> None:
        if isinstance(message, Stored):
            stored.append(message.what)

    async def sessions() -> None:
        told = start(market.home, EVENING.timestamp(), TEN, SERIES, once=False)
        children = [Child(lambda: told, take, QUICK) for _ in range(20)]
        running = [asyncio.create_task(child.run()) for child in children]
        await holds(lambda: len(stored) == 1)
        assert sum(child.pid is not None for child in children) >= 1
        await asyncio.sleep(4 * QUICK.look_again)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    with environment(market.environment):
        asyncio.run(sessions())
    assert sorted(stored[0]) == sorted(TEN)
    assert market.counts() == dict(sorted(ALL_THAT_IS_DUE.items()))


def test_a_fetcher_that_was_killed_is_started_again_and_asks_nothing_twice(market: Market):
    ready: list[int | None] = []

    async def killed() -> None:
        told = start(market.home, EVENING.timestamp(), TEN, SERIES, once=False)
        child = Child(
            lambda: told, lambda message: ready.append(child.pid) if isinstance(message, Ready) else None, QUICK
        )
        running = asyncio.create_task(child.run())
        await holds(lambda: len(ready) == 1 and set(TEN) <= set(answered(market.archive)))
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        await holds(lambda: len(ready) == 2)
        await asyncio.sleep(1.0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with environment(market.environment):
        asyncio.run(killed())
    assert len(set(ready)) == 2
    assert market.net.count("chart") == len(TEN)


def test_a_fetcher_ends_when_its_parent_is_killed_though_a_request_hangs(market: Market):
    market.net.fault("*", "hang")
    told = encode(start(market.home, EVENING.timestamp(), TEN, SERIES, once=False))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, told], env=market.environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        until(market.net.count, "a request that hangs")
        parent.kill()
    assert until(lambda: ended(pid), "the end of the fetcher") < 5.0


async def holds(what: Callable[[], bool]) -> None:
    """Wait until something holds, with everything else going on."""
    await asyncio.to_thread(until, what, "what was waited for")


def yahoo(market: Market) -> int:
    """How many requests Yahoo got."""
    return market.net.count() - market.net.count("fred")


def answered(archive: Archive) -> list[str]:
    """The tickers whose daily bars were answered for."""
    return [key.split()[1] for key in archive.notes().get("answered", {}) if key.startswith("daily ")]


def ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for whoever adopted it to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@contextmanager
def environment(wanted: dict[str, str]) -> Iterator[None]:
    """Another environment for the children of this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in wanted.items():
            patch.setenv(name, value)
        yield
