"""What the tests of the streamer's reader need: it, in a process of its own, and a streamer on 127.0.0.1."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from tests.loopback import Loopback, World
from tests.loopback.client import Client

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
PATIENCE = 8.0


SETUP = """
import base64, collections, json, math, random, resource, sys, threading, time
import smallcap.core.live.stream as module
from smallcap.core.live.stream import Stream, decode
patient = Stream._rest

def usual():
    module.FIRST_PAUSE, module.LONGEST_PAUSE, module.WATCHDOG, module.OPENING = 0.05, 0.2, 0.4, 0.3
    module.PATIENCE, module.APART, Stream._rest = 0.1, 0.05, patient

trades, said = collections.deque(maxlen=1000), []
count = 0

def take(quote):
    global count
    count += 1
    trades.append((time.monotonic(), quote))

stream = Stream(take, lambda kind, words: said.append([kind, words]), lambda: 1.0)

def seen():
    alive = bool(stream._thread and stream._thread.is_alive())
    return {"count": count, "healthy": stream.healthy, "alive": alive, "said": said[-20:],
            "cpu": time.process_time(), "at": time.monotonic()}

def envelope(message):
    return json.dumps({"type": "pricing", "message": base64.b64encode(message).decode()})

def packed(**fields):
    sound = {"id": "IWM", "price": 219.5, "time": 1732120287000, "previous_close": 218.0, "day_volume": 5}
    return module.PricingData(**(sound | fields)).SerializeToString()
"""


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One world, server and client for all tests: the client takes a second to start."""
    folder = tmp_path_factory.mktemp("stream")
    with (
        Loopback(World(OPEN, ("IWM", "SPY", "QQQ"), date(2024, 1, 2))) as net,
        Client(net.environment(folder), SETUP) as client,
    ):
        client.run("usual()")
        yield SimpleNamespace(net=net, client=client, world=net.world)


@pytest.fixture
def market(shared: SimpleNamespace) -> Iterator[SimpleNamespace]:
    shared.world.now = OPEN
    shared.net.heal()
    until(shared, lambda now: not now["alive"], follow=())
    shared.net.clear()
    shared.client.run("usual()\nsaid.clear()\ntrades.clear()\ncount = 0")
    yield shared
    assert shared.net.leaks == []


def until(market: SimpleNamespace, true: Callable[[dict], bool], follow: tuple[str, ...] = ("IWM", "SPY")) -> dict:
    """What is seen as soon as it is as wanted, while following as the fetcher does: again and again."""
    end = time.monotonic() + PATIENCE
    while True:
        now = market.client.run(f"stream.follow({follow!r})\nanswer = seen()")
        if true(now):
            return now
        assert time.monotonic() < end, now
        time.sleep(0.02)
