"""The loopback's streamer: the trades of those that are subscribed, broken as it is told to."""

from __future__ import annotations

import contextlib
import time

import pytest

from tests.loopback.client import ClientError
from tests.loopback.conftest import CLOSED


def test_the_stream_sends_the_trades_of_the_subscribed(market):
    found = market.client.run("answer = trades(listen(6))")
    assert [row[0] for row in found] == ["IWM", "SPY"] * 3
    trade = market.world.quote("IWM")
    assert found[0][1:] == [pytest.approx(trade.price), trade.at * 1000, trade.volume]
    assert market.net.connections == 1
    assert [(r.kind, r.status) for r in market.net.requests] == [("stream", 101)]


def test_the_stream_is_silent_while_the_exchange_is_closed(market):
    market.world.now = CLOSED
    assert market.client.fails("listen(1, seconds=0.6)") == "TimeoutError"


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("closed", {"after": 4}, "ConnectionClosedOK"),
        ("reset", {"after": 4}, "ConnectionClosedError"),
        ("silent", {}, "TimeoutError"),
        ("refused", {}, "InvalidStatus"),
        ("429", {}, "InvalidStatus"),
        ("dropped", {}, "InvalidMessage"),
    ],
)
def test_a_broken_stream_ends_as_it_was_told_to_and_heals(market, name, options, error):
    market.net.fault("stream", name, **options)
    assert market.client.fails("listen(99, seconds=0.6)") == error
    if "after" in options:
        assert len(market.client.run("answer = listen(4)")) == 4
    market.net.heal()
    assert len(market.client.run("answer = trades(listen(4))")) == 4


@pytest.mark.parametrize("name", ["garbage", "garbage_protobuf", "bare_protobuf", "priceless", "largest_integers"])
def test_a_fault_of_the_messages_reaches_a_stream_that_is_open(market, name):
    market.client.run("line = loop.run_until_complete(subscribed('IWM'))")
    sound = market.client.run("answer = trades(loop.run_until_complete(received(line, 1)))")[0]
    market.net.fault("stream", name)
    odd = None
    while odd in (None, sound):
        told = market.client.run("answer = loop.run_until_complete(received(line, 1))[0]")
        with contextlib.suppress(ClientError):
            odd = None
            odd = market.client.run(f"answer = trades([{told!r}])")[0]
        if odd is None:
            break
    expected = {"priceless": [*sound[:1], 0.0, *sound[2:]], "largest_integers": [*sound[:2], 2**63 - 1, 2**63 - 1]}
    assert odd == expected.get(name)
    market.client.run("loop.run_until_complete(line.close())")


def test_a_flood_is_thousands_of_messages_a_second(market):
    market.net.fault("stream", "flood", rate=5000)
    began = time.monotonic()
    assert len(market.client.run("answer = listen(3000)")) == 3000
    assert time.monotonic() - began < 3.0
