"""The throttle and the crumb, in virtual time: refused alone it leaves the charts open, and it is no probe."""

from __future__ import annotations

import pytest
from smallcap.core.live.throttle import Refusal

from tests.core.live.throttle.conftest import T0, cool, shut_until, throttle


def test_with_everything_answering_429_two_requests_are_sent_in_all():
    """As yfinance goes about it, its cookie hosts aside: the crumb first, then the charts of many tickers."""
    client, sent = throttle(), 0
    for n in range(200):
        now = T0 + n / 4
        crumb = client.crumb_open(now)
        if client.ask(now) == 0.0:
            sent += 1
            if crumb:
                client.crumb_refused(now)
            else:
                client.answered(now, 429)
    assert sent == 2
    assert client.state(T0 + 50).kind == "rate limited"


def test_with_three_threads_too_only_one_chart_follows_the_refused_crumb():
    client = throttle()
    assert client.ask(T0) == 0.0
    client.crumb_refused(T0)
    assert client.ask(T0) == 0.0
    waits = [client.ask(T0), client.ask(T0)]
    assert all(isinstance(wait, float) and wait > 0 for wait in waits)
    client.answered(T0 + 0.3, 429)
    assert isinstance(client.ask(T0 + 0.5), Refusal)


def test_a_crumb_that_is_refused_while_charts_work_leaves_them_open():
    client = throttle()
    client.answered(T0, 200)
    client.crumb_refused(T0 + 1)
    assert not client.crumb_open(T0 + 1)
    assert client.ask(T0 + 1) == 0.0
    client.answered(T0 + 2, 200)
    assert [client.ask(T0 + 2) for _ in range(3)] == [0.0] * 3
    assert client.state(T0 + 2) is None
    assert not client.crumb_open(T0 + 1 + 1799)
    assert client.crumb_open(T0 + 1 + 1800)
    client.crumb_refused(T0 + 1 + 1800)
    assert client.state(T0 + 1 + 1800) is None


def test_a_second_429_of_the_crumb_before_a_success_shuts_the_group():
    client = throttle()
    client.crumb_refused(T0)
    client.crumb_refused(T0 + 1)
    assert shut_until(client, T0 + 1) == pytest.approx(60)


def test_a_crumb_refused_after_a_failure_is_no_longer_the_crumb_alone():
    client = throttle()
    client.failed(T0, "upstream")
    client.crumb_refused(T0 + 1)
    assert client.state(T0 + 1).kind == "rate limited"


def test_the_probe_after_a_cooldown_is_never_the_crumb():
    """Else a crumb that is refused for days would keep the charts shut as long."""
    client = throttle()
    cool(client, T0)
    assert not client.crumb_open(T0 + 60)
    assert client.ask(T0 + 60) == 0.0
    client.answered(T0 + 61, 200)
    assert client.crumb_open(T0 + 61)


def test_a_request_that_proves_nothing_hands_the_probe_on():
    client = throttle()
    cool(client, T0)
    assert client.ask(T0 + 60) == 0.0
    client.undecided(T0 + 61)
    assert client.state(T0 + 61).kind == "rate limited"
    assert client.ask(T0 + 61) == 0.0
    assert isinstance(client.ask(T0 + 61), Refusal)
