"""What the tests of the loopback need: one world, server and client for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from tests.loopback import Loopback, World
from tests.loopback.client import Client

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
CLOSED = datetime(2024, 11, 20, 23, 0, tzinfo=UTC)
TICKERS = ("IWM", "SPY", "QQQ", "^VIX")
SERIES = ("DGS2", "ICSA", "FEDFUNDS", "BAMLH0A0HYM2")
SPLIT, RATIO = date(2024, 11, 12), 4.0
CHART = "https://query2.finance.yahoo.com/v8/finance/chart"
QUOTE = "https://query1.finance.yahoo.com/v7/finance/quote"
FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv"


# A session that has been let in, and what it gets of each kind of request: status and text.
LET_IN = """
session = Session(impersonate="chrome")
session.get("https://fc.yahoo.com")
crumb = session.get("https://query1.finance.yahoo.com/v1/test/getcrumb").text
asked = {
    "cookie": ("https://fc.yahoo.com/", {}),
    "crumb": ("https://query1.finance.yahoo.com/v1/test/getcrumb", {}),
    "consent": ("https://guce.yahoo.com/consent", {}),
    "chart": ("https://query2.finance.yahoo.com/v8/finance/chart/QQQ",
              {"range": "1y", "interval": "1d", "events": "div,splits"}),
    "quote": ("https://query1.finance.yahoo.com/v7/finance/quote", {"symbols": "IWM,SPY,QQQ", "crumb": crumb}),
    "summary": ("https://query2.finance.yahoo.com/v10/finance/quoteSummary/IWM", {"crumb": crumb}),
    "fred": ("https://fred.stlouisfed.org/graph/fredgraph.csv", {"id": "DGS2,ICSA"}),
    "other": ("https://finance.yahoo.com/", {}),
}

def seen(kind, timeout):
    url, params = asked[kind]
    if "crumb" in params:
        params = params | {"crumb": session.get(asked["crumb"][0]).text}
    try:
        got = session.get(url, params=params, timeout=timeout, allow_redirects=False)
    except Exception as error:
        return type(error).__name__
    return [got.status_code, got.content.hex()]
"""
STREAM = """
import base64
loop = asyncio.new_event_loop()

async def subscribed(*tickers):
    socket = await connect("wss://streamer.finance.yahoo.com/?version=2", close_timeout=1)
    await socket.send(json.dumps({"subscribe": list(tickers)}))
    return socket

async def received(socket, count, seconds=3):
    return [await asyncio.wait_for(socket.recv(), seconds) for _ in range(count)]

def listen(count, seconds=3):
    socket = loop.run_until_complete(subscribed("IWM", "SPY"))
    try:
        return loop.run_until_complete(received(socket, count, seconds))
    finally:
        loop.run_until_complete(socket.close())

def trades(messages):
    found = [PricingData.FromString(base64.b64decode(json.loads(text)["message"])) for text in messages]
    return [[trade.id, trade.price, trade.time, trade.day_volume] for trade in found]
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One world, server and client for all tests: the client takes a second to start."""
    world = World(OPEN, TICKERS, date(2018, 1, 2), SERIES)
    with Loopback(world) as net:
        environment = net.environment(tmp_path_factory.mktemp("client"))
        with Client(environment) as client:
            zones = "\n".join(f"yf.cache.get_tz_cache().store({t!r}, 'America/New_York')" for t in TICKERS)
            client.run(zones + LET_IN + STREAM)
            world.split("QQQ", SPLIT, RATIO)
            yield SimpleNamespace(world=world, net=net, client=client, environment=environment)


@pytest.fixture
def market(shared: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The world at OPEN, nothing wrong, nothing asked yet; a test that leaks a request elsewhere fails."""
    shared.world.now = OPEN
    shared.net.heal()
    shared.net.clear()
    yield shared
    assert shared.net.leaks == []


def history(market: SimpleNamespace, ticker: str = "IWM", period: str = "1mo", interval: str = "1d") -> dict:
    return market.client.run(f"answer = history({ticker!r}, {period!r}, {interval!r})")


def status(market: SimpleNamespace, url: str, **params: str) -> int:
    return market.client.run(f"answer = session.get({url!r}, params={params!r}, timeout=3).status_code")


def quotes(market: SimpleNamespace, symbols: str) -> list[dict]:
    asked = f"YfData().get_raw_json('{QUOTE}', params={{'symbols': '{symbols}'}})"
    return market.client.run(f"answer = {asked}['quoteResponse']['result']")
