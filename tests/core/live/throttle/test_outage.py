"""The throttle in an outage, in virtual time: a circuit that opens, is probed and closes."""

from __future__ import annotations

import pytest
from smallcap.core.live.throttle import Refusal, Throttle, Trouble

from tests.core.live.throttle.conftest import T0, cool, send, shut_until, throttle


def break_down(throttle: Throttle, now: float, kind: str = "offline", times: int = 3) -> float:
    for _ in range(times):
        assert send(throttle, now) == now
        throttle.failed(now, kind)
    return shut_until(throttle, now)


def test_two_failures_are_bad_luck_and_three_in_a_row_shut_the_group():
    client = throttle(1.0)
    for _ in range(2):
        client.failed(T0, "offline")
    assert client.state(T0) is None
    client.answered(T0, 200)
    for _ in range(2):
        client.failed(T0, "offline")
    assert client.ask(T0) == 0.0
    client.failed(T0, "offline")
    assert shut_until(client, T0) == pytest.approx(1)


def test_the_circuit_stays_open_twice_as_long_after_each_failed_probe_up_to_a_minute():
    client, now = throttle(1.0), T0
    pauses = [break_down(client, now)]
    for _ in range(8):
        now += pauses[-1]
        pauses.append(break_down(client, now, times=1))
    assert pauses == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60, 60])


def test_full_jitter_shortens_an_outages_pause_but_never_below_a_second():
    client, now, pauses = throttle(0.25), T0, []
    for times in (3, 1, 1, 1, 1):
        pauses.append(break_down(client, now, times=times))
        now += pauses[-1]
    assert pauses == pytest.approx([1, 1, 1, 2, 4])


def test_a_success_closes_the_circuit():
    client = throttle(1.0)
    break_down(client, T0)
    assert client.ask(T0 + 1) == 0.0
    assert isinstance(client.ask(T0 + 1), Refusal)
    client.answered(T0 + 1.5, 200)
    assert client.ask(T0 + 1.5) == client.ask(T0 + 1.5) == 0.0


def test_a_status_of_500_counts_as_a_failure():
    client = throttle()
    for _ in range(3):
        client.answered(T0, 503)
    assert client.state(T0) == Trouble("upstream", T0 + 1, T0)


def test_trouble_says_what_until_when_and_since_the_first_failure():
    client = throttle(1.0)
    assert client.state(T0) is None
    for n in range(3):
        client.failed(T0 + n, "offline")
    assert client.state(T0 + 3) == Trouble("offline", T0 + 3, T0)
    assert "can't be reached" in client.ask(T0 + 2).why
    assert client.ask(T0 + 3) == 0.0
    client.answered(T0 + 3, 429)
    assert client.state(T0 + 3) == Trouble("rate limited", T0 + 3 + 120, T0 + 3)
    assert "Yahoo answered 429" in client.ask(T0 + 4).why


def test_a_429_shows_that_the_host_is_there_so_the_outage_before_it_is_over():
    client = throttle(1.0)
    pause = break_down(client, T0, times=3)
    pause += break_down(client, T0 + pause, times=1)
    assert pause == pytest.approx(1 + 2)
    pause += cool(client, T0 + pause)
    assert break_down(client, T0 + pause, times=1) == pytest.approx(1)


def test_an_outage_during_the_cooldowns_probe_keeps_the_count_of_429s():
    client = throttle()
    cool(client, T0)
    assert client.ask(T0 + 60) == 0.0
    client.failed(T0 + 60, "offline")
    assert client.state(T0 + 60).kind == "rate limited"
    assert shut_until(client, T0 + 60) == pytest.approx(1)
    assert cool(client, T0 + 61) == pytest.approx(120)
