"""The guarded session against the loopback: what an answer means for the requests to come."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.live import guard as module
from smallcap.core.live.trouble import Paused, RateLimited

from tests.core.live.guard.conftest import CHART, T0, fails


def test_a_429_shuts_the_door_and_nothing_more_is_sent(net, desk):
    net.fault("chart", "429")
    error = fails(desk, CHART)
    assert isinstance(error, RateLimited)
    assert error.until == T0 + 60
    error = fails(desk, CHART)
    assert isinstance(error, Paused)
    assert error.until == T0 + 60
    assert net.count() == 1
    desk.hands.at = T0 + 60
    net.heal()
    assert desk.guard.get(CHART).status_code == 200
    assert desk.throttle.state(desk.hands.at) is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (600, 600.0),
        ("600", 600.0),
        (" 90 ", 90.0),
        (format_datetime(datetime.fromtimestamp(T0 + 900, UTC), usegmt=True), 900.0),
        (datetime.fromtimestamp(T0 + 900, UTC).strftime("%a %b %d %H:%M:%S %Y"), 900.0),
        (format_datetime(datetime.fromtimestamp(T0 - 900, UTC), usegmt=True), 60.0),
        ("soon", 60.0),
        ("-5", 60.0),
        ("1e9", 60.0),
        ("\xb2", 60.0),
        ("9" * 400, 86400.0),
        (1, 60.0),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(net, desk, told, seconds):
    net.fault("chart", "429", retry_after=told)
    error = fails(desk, CHART)
    assert isinstance(error, RateLimited)
    assert error.until - T0 == pytest.approx(seconds, abs=1.0)


def test_a_date_without_a_zone_is_gmt_wherever_the_machine_is(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert module._seconds(datetime.fromtimestamp(T0 + 900, UTC).strftime("%a %b %d %H:%M:%S %Y"), T0) == 900.0
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(max_size=40) | st.from_regex(r"\w{3}, \d{1,3} \w{3} \d{1,6} \d\d?:\d\d?:\d\d? [+-]?\w{1,5}"))
def test_whatever_retry_after_says_is_a_pause_or_none(text):
    found = module._seconds(text, T0)
    assert found is None or found >= 0.0


@pytest.mark.parametrize("status", ["500", "502", "503", "504"])
def test_a_status_of_500_is_an_error_with_its_response_so_that_no_client_keeps_the_page(net, desk, status):
    net.fault("chart", status)
    error = fails(desk, CHART)
    assert type(error).__name__ == "ConnectionError"
    assert error.response.status_code == int(status)
    assert str(error) == f"query2.finance.yahoo.com answered {status}"


def test_three_failures_in_a_row_open_the_circuit_and_one_probe_closes_it(net, desk):
    net.fault("chart", "503")
    for _ in range(3):
        fails(desk, CHART)
    assert desk.throttle.state(desk.hands.at).kind == "upstream"
    assert isinstance(fails(desk, CHART), Paused)
    assert net.count() == 3
    net.heal()
    desk.hands.at += 2
    desk.guard.get(CHART)
    assert desk.throttle.state(desk.hands.at) is None


@pytest.mark.parametrize("status", ["401", "403", "404"])
def test_a_status_of_400_goes_to_the_client_and_shuts_nothing(net, desk, status):
    net.fault("chart", status)
    for _ in range(4):
        assert desk.guard.get(CHART).status_code == int(status)
    assert desk.throttle.state(desk.hands.at) is None
