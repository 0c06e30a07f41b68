"""The guarded session against the loopback: cookies and the crumb in trouble leave the charts alone."""

from __future__ import annotations

import time

import pytest
from smallcap.core.live import guard as module
from smallcap.core.live.trouble import Failing, Paused, RateLimited

from tests.core.live.guard.conftest import CHART, COOKIES, CRUMB, QUOTE, T0, fails


@pytest.mark.parametrize("url", COOKIES)
def test_a_cookie_host_that_hangs_costs_two_seconds_once_in_ten_minutes(net, desk, url, monkeypatch):
    assert module.COOKIE_TIMEOUT == 2.0
    monkeypatch.setattr(module, "COOKIE_TIMEOUT", 0.2)
    net.fault("*", "hang")
    began = time.monotonic()
    assert type(fails(desk, url, timeout=30)).__name__ == "Timeout"
    assert time.monotonic() - began < 1.5
    net.heal()
    desk.hands.at = T0 + 599
    assert "did not answer a moment ago" in str(fails(desk, url))
    assert net.count() == 1
    assert desk.throttle.state(desk.hands.at) is None
    desk.hands.at = T0 + 600
    desk.guard.get(url)
    assert net.count() == 2


def test_a_cookie_host_that_is_down_says_nothing_about_the_charts(net, desk):
    net.fault("cookie", "dropped")
    for n in range(4):
        desk.hands.at = T0 + 601 * n
        fails(desk, COOKIES[0])
    assert net.count("cookie") == 4
    assert desk.throttle.state(desk.hands.at) is None


@pytest.mark.parametrize("url", [*COOKIES, CRUMB])
def test_no_cookie_and_no_crumb_is_asked_for_while_yahoo_is_in_trouble(net, desk, url):
    net.fault("chart", "429", times=1)
    fails(desk, CHART)
    for at in (T0 + 1, T0 + 61):
        desk.hands.at = at
        assert type(fails(desk, url)).__name__ == "ConnectionError"
    assert net.count() == 1
    desk.guard.get(CHART)
    desk.guard.get(url)
    assert net.count() == 3


@pytest.mark.parametrize("url", [*COOKIES, CRUMB])
def test_during_an_outage_the_probe_is_a_chart(net, desk, url):
    net.fault("chart", "dropped", times=3)
    for _ in range(3):
        fails(desk, CHART)
    desk.hands.at += 100
    fails(desk, url)
    assert net.count() == 3
    assert desk.guard.get(CHART).status_code == 200


@pytest.mark.parametrize("url", [COOKIES[0], CRUMB])
def test_an_answer_beside_the_charts_heals_nothing(net, desk, url):
    net.fault("chart", "503")
    for _ in range(2):
        fails(desk, CHART)
    desk.guard.get(url)
    fails(desk, CHART)
    assert desk.throttle.state(desk.hands.at).kind == "upstream"


@pytest.mark.parametrize(("kind", "url"), [("crumb", CRUMB), ("cookie", COOKIES[0])])
def test_a_429_for_the_crumb_or_its_cookie_alone_closes_only_the_crumb(net, desk, kind, url):
    net.fault(kind, "429")
    error = fails(desk, url)
    assert error.response.status_code == 429
    assert desk.throttle.state(desk.hands.at) is None
    assert desk.guard.get(CHART).status_code == 200
    net.heal()
    for shut in (CRUMB, *COOKIES):
        assert "crumb is rate limited" in str(fails(desk, shut))
    assert net.count() == 2
    desk.hands.at = T0 + 1800
    desk.guard.get(CRUMB)
    assert net.count() == 3


def test_a_429_for_the_crumb_and_one_for_the_next_chart_shut_everything(net, desk):
    net.fault("*", "429")
    fails(desk, CRUMB)
    assert isinstance(fails(desk, CHART), RateLimited)
    assert isinstance(fails(desk, CHART), Paused)
    assert net.count() == 2


def test_quotes_are_not_asked_for_without_a_crumb(net, desk):
    for params in (None, {"symbols": "IWM"}, {"symbols": "IWM", "crumb": ""}):
        error = fails(desk, QUOTE, params=params)
        assert isinstance(error, Failing)
        assert "no crumb" in str(error)
    assert net.count() == 0
    assert desk.guard.get(QUOTE, params={"symbols": "IWM", "crumb": "wrong"}).status_code == 401
