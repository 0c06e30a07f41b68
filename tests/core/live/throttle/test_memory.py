"""The throttle after a restart or on another clock, in virtual time: nothing forgotten, nonsense ignored."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.live.throttle import Throttle, Trouble

from tests.core.live.throttle.conftest import T0, cool, sent_at, shut_until, throttle


def restarted(client: Throttle, now: float) -> Throttle:
    other = throttle()
    other.remember(json.loads(json.dumps(client.memory(), allow_nan=False)), now)
    return other


def test_a_restart_keeps_the_cooldown_and_how_often_it_was_doubled():
    client = throttle()
    cool(client, T0)
    cool(client, T0 + 60)
    other = restarted(client, T0 + 70)
    assert shut_until(other, T0 + 70) == pytest.approx(110)
    assert other.state(T0 + 70) == Trouble("rate limited", T0 + 180, T0)
    assert cool(other, T0 + 180) == pytest.approx(240)


def test_a_restart_keeps_the_crumb_closed():
    client = throttle()
    client.crumb_refused(T0)
    assert not restarted(client, T0 + 10).crumb_open(T0 + 1799)
    assert restarted(client, T0 + 10).crumb_open(T0 + 1800)


def test_a_restart_gets_no_new_budget():
    client = throttle()
    sent_at(client, T0 + 30, 300)
    other = restarted(client, T0 + 430)
    assert other.sent_last_hour(T0 + 430) == 300
    wait = other.ask(T0 + 430)
    assert 3200 <= wait <= 3260  # never before the first is an hour old, at most a minute after
    assert len(client.memory()["sent"]) <= 7


def test_a_restart_after_an_hour_has_its_whole_budget():
    client = throttle()
    sent_at(client, T0, 300)
    assert restarted(client, T0 + 4000).sent_last_hour(T0 + 4000) == 0


def test_a_healthy_client_remembers_no_trouble():
    client = throttle()
    sent_at(client, T0, 3)
    other = restarted(client, T0 + 1)
    assert other.state(T0 + 1) is None
    assert other.crumb_open(T0 + 1)
    assert other.sent_last_hour(T0 + 1) == 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["sent", "refused", "until", "since", "crumb_until", "x"]),
        json_values | st.just(10**400) | st.lists(st.lists(st.integers(0, 40_000_000), min_size=2, max_size=2)),
    )
)
def test_nonsense_in_the_memory_shuts_nothing_for_longer_than_two_days(memory):
    client = throttle()
    client.remember(memory, T0)
    assert client.sent_last_hour(T0) <= 300
    later = T0 + 2 * 86400
    assert client.ask(later) == 0.0
    client.answered(later, 200)
    assert client.crumb_open(later)
    json.dumps(client.memory(), allow_nan=False)


@pytest.mark.parametrize(
    "memory",
    [
        {"refused": 3, "until": T0 + 1e9, "since": T0},
        {"refused": 3, "until": T0 + 60},
        {"crumb_until": T0 + 1e9},
        {"refused": 3, "until": T0 + 60, "since": T0 + 5000},
        {"refused": True, "until": T0 + 60, "since": T0},
        {"refused": "3", "until": T0 + 60, "since": T0},
        {"refused": 3, "until": T0 - 90_000, "since": T0 - 100_000},
        {"sent": [[T0 / 60, 4, 4], 7, [T0 / 60 + 600, 4], [T0 / 60, -3], ["a", 3]]},
        {"sent": {"a": 1}},
    ],
)
def test_memory_that_makes_no_sense_is_ignored(memory):
    client = throttle()
    client.remember(memory, T0)
    assert client.state(T0) is None
    assert client.crumb_open(T0)
    assert client.sent_last_hour(T0) == 0


def test_a_clock_set_back_by_a_year_does_not_shut_the_group_for_a_year():
    client = throttle()
    sent_at(client, T0, 299)
    client.answered(T0 + 300, 429)
    before = T0 - 365 * 86400
    assert shut_until(client, before) == pytest.approx(60)
    assert client.sent_last_hour(before) == 299
    assert client.ask(before + 60) == 0.0
    assert client.state(before + 60).since == pytest.approx(before, abs=1)
    assert client.sent_last_hour(before + 3600) == 1


def test_a_clock_set_back_does_not_keep_the_crumb_closed():
    client = throttle()
    client.crumb_refused(T0)
    assert client.ask(T0 - 86400) == 0.0
    client.answered(T0 - 86400, 200)
    assert not client.crumb_open(T0 - 86400 + 1799)
    assert client.crumb_open(T0 - 86400 + 1800)


def test_two_threads_that_read_the_clock_in_another_order_change_nothing():
    client = throttle()
    sent_at(client, T0, 5)
    assert client.ask(T0 - 0.5) == pytest.approx(1.0)
    assert client.ask(T0 + 1) == 0.0
