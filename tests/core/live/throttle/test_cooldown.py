"""The throttle after a 429, in virtual time: long pauses kept, and one probe."""

from __future__ import annotations

import math

import pytest
from smallcap.core.live.throttle import Refusal

from tests.core.live.throttle.conftest import T0, cool, shut_until, throttle


def test_a_429_shuts_for_a_minute_and_each_further_one_doubles_it_up_to_half_an_hour():
    client, now, pauses = throttle(), T0, []
    for _ in range(8):
        pauses.append(cool(client, now))
        now += pauses[-1]
    assert pauses == pytest.approx([60, 120, 240, 480, 960, 1800, 1800, 1800])


def test_jitter_only_ever_adds_to_the_pause():
    assert cool(throttle(0.5), T0) == pytest.approx(90)
    assert cool(throttle(0.5), T0, 300) == pytest.approx(330)
    assert cool(throttle(1.0), T0, 1.0) == pytest.approx(120)


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [(None, 60), (1, 60), (7200, 7200), (-5, 60), (math.nan, 60), (math.inf, 86400), (1e12, 86400)],
)
def test_retry_after_is_waited_for_when_it_is_longer_and_can_be_meant(retry_after, pause):
    assert cool(throttle(), T0, retry_after) == pytest.approx(pause)


def test_nothing_is_sent_before_the_pause_is_over_and_then_one_request_alone():
    client = throttle()
    cool(client, T0)
    assert isinstance(client.ask(T0 + 59.9), Refusal)
    assert client.ask(T0 + 60) == 0.0
    assert isinstance(client.ask(T0 + 60), Refusal)
    assert isinstance(client.ask(T0 + 65), Refusal)
    client.answered(T0 + 66, 200)
    assert client.ask(T0 + 66) == 0.0
    assert client.ask(T0 + 66) == 0.0


def test_a_probe_whose_answer_never_comes_does_not_shut_the_group_for_good():
    client = throttle()
    cool(client, T0)
    assert client.ask(T0 + 60) == 0.0
    assert isinstance(client.ask(T0 + 89), Refusal)
    assert client.ask(T0 + 90) == 0.0


def test_a_success_forgets_the_earlier_429s():
    client = throttle()
    cool(client, T0)
    cool(client, T0 + 60)
    assert client.ask(T0 + 180) == 0.0
    client.answered(T0 + 180, 200)
    assert client.state(T0 + 180) is None
    assert cool(client, T0 + 200) == pytest.approx(60)


def test_answers_to_requests_from_before_the_429_neither_end_nor_lengthen_the_pause():
    client = throttle()
    for _ in range(4):
        assert client.ask(T0) == 0.0
    client.answered(T0 + 1, 429)
    client.answered(T0 + 1.1, 200)
    client.answered(T0 + 1.2, 429)
    client.failed(T0 + 1.3, "offline")
    assert shut_until(client, T0 + 1) == pytest.approx(60)
    assert cool(client, T0 + 61) == pytest.approx(120)


def test_a_later_retry_after_of_the_same_burst_is_kept():
    client = throttle()
    assert client.ask(T0) == client.ask(T0) == 0.0
    client.answered(T0, 429)
    client.answered(T0 + 1, 429, 600)
    assert shut_until(client, T0 + 1) == pytest.approx(600)


@pytest.mark.parametrize("status", [200, 304, 400, 404, 422])
def test_any_answer_that_is_no_complaint_is_healthy(status):
    client = throttle()
    cool(client, T0)
    assert client.ask(T0 + 60) == 0.0
    client.answered(T0 + 60, status)
    assert client.state(T0 + 60) is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_401_neither_heals_nor_doubles(status):
    client = throttle()
    cool(client, T0)
    assert client.ask(T0 + 60) == 0.0
    client.answered(T0 + 60, status)
    assert client.state(T0 + 60).kind == "rate limited"
    assert isinstance(client.ask(T0 + 60), Refusal)
    assert cool(client, T0 + 61) == pytest.approx(120)
    healthy = throttle()
    for n in range(5):
        healthy.answered(T0 + n, status)
    assert healthy.ask(T0 + 5) == 0.0
