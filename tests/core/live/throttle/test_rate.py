"""The throttle in virtual time: never too many requests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.live.throttle.conftest import T0, send, sent_at, throttle


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
