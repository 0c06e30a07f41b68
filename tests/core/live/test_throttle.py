"""The throttle in virtual time: never too many requests, long pauses kept, one probe, and nothing forgotten."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.live.throttle import Refusal, Throttle, Trouble

T0 = 1_795_190_400.0  # a Friday in November 2026


def throttle(jitter: float = 0.0) -> Throttle:
    return Throttle("Yahoo", lambda: jitter)


def send(throttle: Throttle, now: float) -> float | None:
    """Wait as told and send: when the request went out, None when it was refused."""
    while (answer := throttle.ask(now)) != 0.0:
        if isinstance(answer, Refusal):
            return None
        now += answer
    return now


def sent_at(throttle: Throttle, now: float, n: int) -> list[float]:
    """When `n` requests go out that are all asked for as soon as may be, and all succeed."""
    times = []
    for _ in range(n):
        at = send(throttle, now)
        assert at is not None
        now = at
        throttle.answered(now, 200)
        times.append(now - T0)
    return times


def shut_until(throttle: Throttle, now: float) -> float:
    answer = throttle.ask(now)
    assert isinstance(answer, Refusal), answer
    return answer.until - now


def cool(throttle: Throttle, now: float, retry_after: float | None = None) -> float:
    """A request that is answered with 429: how long the group is shut."""
    assert send(throttle, now) == now
    throttle.answered(now, 429, retry_after)
    return shut_until(throttle, now)


def break_down(throttle: Throttle, now: float, kind: str = "offline", times: int = 3) -> float:
    for _ in range(times):
        assert send(throttle, now) == now
        throttle.failed(now, kind)
    return shut_until(throttle, now)


def test_a_burst_of_five_and_then_one_a_second():
    assert sent_at(throttle(), T0, 8) == pytest.approx([0, 0, 0, 0, 0, 1, 2, 3])


def test_a_pause_fills_the_bucket_again_but_never_beyond_five():
    client = throttle()
    sent_at(client, T0, 5)
    assert sent_at(client, T0 + 2, 3) == pytest.approx([2, 2, 3])
    assert sent_at(client, T0 + 500, 6) == pytest.approx([500] * 5 + [501])


def test_the_three_hundred_and_first_request_of_an_hour_waits_until_the_first_is_an_hour_old():
    client = throttle()
    times = sent_at(client, T0, 300)
    assert times[-1] == pytest.approx(295)
    assert client.ask(T0 + 300) == pytest.approx(3300)
    assert sent_at(client, T0 + 300, 6) == pytest.approx([3600] * 5 + [3601])


@settings(deadline=None)
@given(st.lists(st.floats(0, 400), max_size=900))
def test_no_rolling_hour_ever_holds_more_than_three_hundred(pauses):
    client, now, times = throttle(), T0, []
    for pause in pauses:
        now = send(client, now + pause)
        times.append(now)
    assert all(later - earlier >= 3600 - 1e-3 for earlier, later in zip(times, times[300:], strict=False))


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
