"""The streamer's reader against the loopback's streamer: whatever ends a connection, the next one comes."""

from __future__ import annotations

import pytest

from tests.core.live.stream.conftest import until


def live(now: dict) -> bool:
    return now["healthy"] and now["count"] >= 2


# --- connections --------------------------------------------------------------------------------------------------


def test_the_trades_of_those_that_are_followed_come(market):
    until(market, live)
    found = market.client.run("answer = [trade[1] for trade in trades]")
    assert {row[0] for row in found} == {"IWM", "SPY"}
    trade = market.world.quote("IWM")
    assert next(row for row in found if row[0] == "IWM")[1:5] == pytest.approx(
        [trade.price, trade.at, trade.previous_close, trade.volume], rel=1e-6
    )
    assert market.net.connections == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("closed", {"after": 4}),
        ("reset", {"after": 4}),
        ("closed", {"after": 0}),
        ("silent", {}),
        ("refused", {}),
        ("429", {}),
        ("503", {}),
        ("dropped", {}),
        ("reset", {}),
        ("hang", {}),
        ("bare_protobuf", {}),
    ],
)
def test_whatever_ends_a_connection_it_is_said_and_the_next_one_comes(market, name, options):
    market.net.fault("stream", name, **options)
    now = until(market, lambda now: len(now["said"]) >= 2)
    assert now["alive"]
    assert all(kind == "failed" and words.startswith("stream: ") for kind, words in now["said"])
    assert all("the quotes go on" in words for _, words in now["said"])
    market.net.heal()
    market.client.run("count = 0")
    assert until(market, live)["alive"]


def test_offline_ends_the_connection_and_the_end_of_it_brings_another(market):
    until(market, live)
    market.net.offline()
    until(market, lambda now: not now["healthy"] and now["said"])
    market.net.heal()
    market.client.run("count = 0")
    until(market, live)


@pytest.mark.parametrize("name", ["garbage_protobuf", "priceless"])
def test_it_is_not_healthy_once_no_trade_comes(market, name):
    until(market, live)
    market.net.fault("stream", name)
    now = until(market, lambda now: not now["healthy"])
    assert "silent for" in now["said"][0][1]
    before = now["count"]
    assert until(market, lambda now: len(now["said"]) >= 2)["count"] == before


def test_it_is_not_healthy_before_a_trade_has_come(market):
    market.net.fault("stream", "silent")
    until(market, lambda now: market.net.connections == 1)
    assert not market.client.run("answer = seen()")["healthy"]


def test_a_connection_that_ends_at_once_is_not_hammered(market):
    market.client.run("module.FIRST_PAUSE, module.LONGEST_PAUSE = 0.1, 0.4")
    market.net.fault("stream", "dropped")
    began = until(market, lambda now: len(now["said"]) >= 3)
    ended = until(market, lambda now: now["at"] - began["at"] > 1.2)
    assert 2 <= len(ended["said"]) - len(began["said"]) <= 4


def test_pauses_double_up_to_the_longest(market):
    market.client.run(
        "module.FIRST_PAUSE, module.LONGEST_PAUSE = 0.5, 600.0\nStream._rest = lambda self, wait: rest(wait)"
    )
    market.client.run(
        "import asyncio\nrests = []\nasync def rest(wait):\n    rests.append(wait)\n    await asyncio.sleep(0.02)"
    )
    market.net.fault("stream", "dropped")
    until(market, lambda now: len(now["said"]) >= 12)
    rests = market.client.run("answer = rests")
    assert rests[:12] == [min(2.0**n, 600.0) for n in range(12)]


def test_after_a_long_connection_the_pause_is_the_first(market):
    market.client.run("module.FIRST_PAUSE, module.LONGEST_PAUSE, module.WATCHDOG = 1.0, 64.0, 0.5")
    began = until(market, live)
    until(market, lambda now: now["at"] - began["at"] > 1.1)
    market.net.fault("stream", "closed", after=0)
    assert "again in 1 s" in until(market, lambda now: now["said"])["said"][0][1]


# --- what is followed ---------------------------------------------------------------------------------------------


def test_following_nobody_ends_the_connection_and_the_thread(market):
    until(market, live)
    now = until(market, lambda now: not now["alive"], follow=())
    assert not now["healthy"]
    assert now["said"] == []


def test_following_nobody_ends_a_pause_too(market):
    market.client.run("module.FIRST_PAUSE, module.LONGEST_PAUSE = 60.0, 60.0")
    market.net.fault("stream", "dropped")
    until(market, lambda now: now["said"])
    until(market, lambda now: not now["alive"], follow=())


def test_others_are_subscribed_on_the_same_connection(market):
    until(market, live)
    until(market, lambda now: "QQQ" in market.client.run("answer = [t[1][0] for t in trades]"), follow=("QQQ",))
    market.client.run("time.sleep(0.3)\ntrades.clear()\ncount = 0")
    until(market, lambda now: now["count"] >= 2, follow=("QQQ",))
    assert set(market.client.run("answer = [t[1][0] for t in trades]")) == {"QQQ"}
    assert market.net.connections == 1


def test_following_anew_while_the_thread_ends_begins_anew(market):
    for _ in range(3):
        until(market, live)
        market.client.run("stream.follow(())\ntime.sleep(random.random() * 0.3)\ncount = 0")
    until(market, live)


def test_the_thread_is_a_daemon(market):
    until(market, live)
    assert market.client.run("answer = stream._thread.daemon")


# --- work ---------------------------------------------------------------------------------------------------------


def test_a_flood_is_told_a_few_times_a_second(market):
    market.client.run("module.APART = 0.25")
    market.net.fault("stream", "flood", rate=5000)
    began = until(market, live)
    ended = until(market, lambda now: now["at"] - began["at"] > 1.0)
    rate = (ended["count"] - began["count"]) / (ended["at"] - began["at"])
    assert 2 <= rate <= 2 * 2 / 0.25
    assert ended["healthy"]


@pytest.mark.parametrize("fault", ["silent", "refused"])
def test_waiting_takes_no_work(market, fault):
    if fault:
        market.net.fault("stream", fault)
    began = until(market, lambda now: now["alive"])
    market.client.run("time.sleep(0.7)")
    ended = market.client.run("answer = seen()")
    assert ended["cpu"] - began["cpu"] < 0.5 * (ended["at"] - began["at"])
