"""How many requests are sent, exactly: none for nothing, one fetcher for many sessions, two into a rate limit."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from smallcap.core.live.archive import Archive
from smallcap.core.live.child import COMMAND, Child, Timing
from smallcap.core.live.protocol import Alive, Done, Message, Ready, Start, Stored, Want, encode

from tests.loopback import Loopback, World

from .process import Fetching, ended, start, until
from .store import filled

FIRST = date(2023, 1, 3)
BEFORE, EVENING = (datetime(2024, 10, day, 23, 30, tzinfo=UTC) for day in (8, 9))
TEN = ("IWM", "SPY", "QQQ", "VTWO", "KRE", "RSP", "MDY", "XLF", "XLI", "XLY")
SERIES = ("DGS2", "DGS10")
FIVE = TEN[:5]
# What one fetcher sends for the closes of five tickers: the cookie, the crumb, five charts; and one to FRED.
ALL_THAT_IS_DUE = {"chart": 5, "cookie": 1, "crumb": 1, "fred": 1}
QUICK = Timing(silence=15.0, look_again=0.5, first_pause=0.1, longest_pause=0.5)
PARENT = """
import asyncio, sys
from smallcap.core.live.child import Child
from smallcap.core.live.protocol import decode
child = Child(lambda: decode(sys.argv[1]), lambda message: print(child.pid, flush=True))
asyncio.run(child.run())
"""


class Market:
    """A market whose tickers' stores end on the session before, and its server."""

    def __init__(self, net: Loopback, home: Path) -> None:
        self.net, self.home = net, home
        self.archive = filled(home, net.world, BEFORE)
        self.environment = net.environment(home / "client")

    def start(self, now: datetime, tickers: tuple[str, ...] = FIVE, *, once: bool = False) -> Start:
        """What a fetcher of the tickers is told at an instant."""
        self.net.world.now = now
        return start(self.home, now.timestamp(), tickers, SERIES, once=once)

    def fetching(self, now: datetime, tickers: tuple[str, ...] = FIVE, *, once: bool = False) -> Fetching:
        """A fetcher of the tickers at an instant."""
        return Fetching(self.environment, self.start(now, tickers, once=once))

    def command(self) -> tuple[str, ...]:
        """The fetcher's command with the environment in it, as all tests share one process."""
        return ("env", *(f"{name}={value}" for name, value in self.environment.items()), *COMMAND)

    def fetch_once(self, now: datetime, tickers: tuple[str, ...] = FIVE) -> Done:
        """What a single fetch says in the end."""
        with self.fetching(now, tickers, once=True) as fetching:
            done = fetching.wait_for(Done)
            fetching.wait_for_end()
            return done

    def counts(self) -> dict[str, int]:
        """The requests by kind."""
        kinds = [request.kind for request in list(self.net.requests)]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def yahoo(self) -> int:
        """How many requests Yahoo got."""
        return self.net.count() - self.net.count("fred")

    def rate_limited(self) -> float:
        """Until when Yahoo is left alone, in epoch seconds; 0 when it isn't."""
        return float(self.archive.notes().get("status", {}).get("yahoo", {}).get("until", 0.0))


def nothing_more(fetching: Fetching) -> None:
    """Let a fetcher go round many times, as between two signs of life."""
    for _ in range(2):
        fetching.wait_for(Alive, after=len(fetching.messages))


def one_fetch_asks_once_for_each_ticker_and_the_next_asks_nothing(market: Market) -> None:
    assert market.fetch_once(EVENING).failed == ()
    assert market.counts() == ALL_THAT_IS_DUE
    market.net.clear()
    assert market.fetch_once(EVENING + timedelta(hours=1)).failed == ()
    with market.fetching(EVENING + timedelta(hours=2), once=False) as fetching:
        nothing_more(fetching)
    assert market.counts() == {}


def one_fetch_of_ten_tickers_sends_two_requests_into_a_rate_limit(market: Market) -> None:
    _into_a_rate_limit(market, once=True)


def a_watch_over_ten_tickers_sends_two_requests_into_a_rate_limit(market: Market) -> None:
    _into_a_rate_limit(market, once=False)


def _into_a_rate_limit(market: Market, *, once: bool) -> None:
    market.net.fault("*", "429")
    with market.fetching(EVENING, TEN, once=once) as fetching:
        until(market.rate_limited, "rate limited")
        fetching.wait_for(Done) if once else nothing_more(fetching)
        assert fetching.errors() == ""
    assert market.yahoo() <= 2, market.counts()
    assert market.net.count("fred") == 1


def a_rate_limit_that_begins_while_all_goes_well_is_met_by_one_request(market: Market) -> None:
    with market.fetching(EVENING, TEN[:1]) as fetching:
        fetching.wait_for(Stored)
        market.net.clear()
        market.net.fault("*", "429")
        nothing_more(fetching)
        nothing_more(fetching)
        fetching.send(Want(TEN))
        until(market.rate_limited, "rate limited")
        nothing_more(fetching)
    assert market.counts() == {"chart": 1}


def a_cooldown_survives_a_restart_and_ends_with_one_probe(market: Market) -> None:
    market.net.fault("*", "429")
    market.fetch_once(EVENING)
    over = datetime.fromtimestamp(market.rate_limited(), UTC)
    assert timedelta(seconds=60) <= over - EVENING <= timedelta(seconds=180)
    market.net.clear()
    with market.fetching(over - timedelta(seconds=30)) as fetching:
        nothing_more(fetching)
    assert market.yahoo() == 0, market.counts()
    with market.fetching(over) as fetching:
        until(lambda: market.rate_limited() > over.timestamp(), "rate limited again")
        nothing_more(fetching)
    assert market.yahoo() == 1, market.counts()


def twenty_sessions_ask_no_more_than_one(market: Market) -> None:
    stored: list[tuple[str, ...]] = []

    def take(message: Message) -> None:
        if isinstance(message, Stored):
            stored.append(message.what)

    async def sessions() -> None:
        told = market.start(EVENING)
        children = [Child(lambda: told, take, QUICK, market.command()) for _ in range(20)]
        running = [asyncio.create_task(child.run()) for child in children]
        await holds(lambda: len(stored) == 1, "a refresh to end")
        assert sum(child.pid is not None for child in children) >= 1
        await asyncio.sleep(4 * QUICK.look_again)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(sessions())
    assert sorted(stored[0]) == sorted(FIVE)
    assert market.counts() == ALL_THAT_IS_DUE


def a_fetcher_that_was_killed_is_started_again_and_asks_nothing_twice(market: Market) -> None:
    ready: list[int | None] = []

    def take(child: Child, message: Message) -> None:
        if isinstance(message, Ready):
            ready.append(child.pid)

    async def killed() -> None:
        told = market.start(EVENING)
        child = Child(lambda: told, lambda message: take(child, message), QUICK, market.command())
        running = asyncio.create_task(child.run())
        await holds(lambda: len(ready) == 1 and set(FIVE) <= set(answered(market.archive)), "answers")
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        await holds(lambda: len(ready) == 2, "another fetcher")
        await asyncio.sleep(1.0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(killed())
    assert len(set(ready)) == 2
    assert market.net.count("chart") == len(FIVE)


def a_fetcher_ends_when_its_parent_is_killed_though_a_request_hangs(market: Market) -> None:
    market.net.fault("*", "hang")
    told = encode(market.start(EVENING))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, told], env=market.environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        until(market.net.count, "a request that hangs")
        parent.kill()
    assert until(lambda: ended(pid), "the end of the fetcher") < 5.0


async def holds(what: Callable[[], bool], words: str) -> None:
    """Wait until something holds, with everything else going on."""
    await asyncio.to_thread(until, what, words)


def answered(archive: Archive) -> list[str]:
    """The tickers whose daily bars were answered for."""
    return [key.split()[1] for key in archive.notes().get("answered", {}) if key.startswith("daily ")]


SCENARIOS = (
    a_rate_limit_that_begins_while_all_goes_well_is_met_by_one_request,
    a_cooldown_survives_a_restart_and_ends_with_one_probe,
    one_fetch_asks_once_for_each_ticker_and_the_next_asks_nothing,
    twenty_sessions_ask_no_more_than_one,
    one_fetch_of_ten_tickers_sends_two_requests_into_a_rate_limit,
    a_watch_over_ten_tickers_sends_two_requests_into_a_rate_limit,
    a_fetcher_that_was_killed_is_started_again_and_asks_nothing_twice,
    a_fetcher_ends_when_its_parent_is_killed_though_a_request_hangs,
)


@pytest.fixture(scope="module")
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[None]]]:
    """All scenarios at once, each with a market of its own, as they wait rather than compute."""

    def run(scenario: Callable[[Market], None], home: Path) -> None:
        with Loopback(World(EVENING, TEN, FIRST, SERIES)) as net:
            scenario(Market(net, home))

    with ThreadPoolExecutor(len(SCENARIOS)) as pool:
        yield {one.__name__: pool.submit(run, one, tmp_path_factory.mktemp("home")) for one in SCENARIOS}


@pytest.mark.parametrize("story", [scenario.__name__ for scenario in SCENARIOS])
def test_requests(under_way: dict[str, Future[None]], story: str):
    under_way[story].result()
