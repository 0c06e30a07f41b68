"""The guarded session against the loopback: what is held back, how long one may take, what is noted."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from curl_cffi.requests.exceptions import RequestException
from smallcap.core.live import guard as module
from smallcap.core.live.throttle import Refusal
from smallcap.core.live.trouble import Paused

from tests.core.live.guard.conftest import CHART, COOKIES, CRUMB, QUOTE, T0, fails

FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv"


# --- what is held back --------------------------------------------------------------------------------------------


def test_a_burst_of_five_goes_out_at_once_and_then_one_a_second(net, desk):
    for _ in range(8):
        assert desk.guard.get(CHART, params={"range": "1d"}).status_code == 200
    assert net.count() == 8
    assert desk.hands.pauses == pytest.approx([1.0, 1.0, 1.0])


def test_three_threads_never_send_more_than_the_throttle_allows(net, desk):
    with ThreadPoolExecutor(3) as pool:
        statuses = list(pool.map(lambda _: desk.guard.get(CHART, params={"range": "1d"}).status_code, range(12)))
    assert statuses == [200] * 12
    assert net.count() == desk.throttle.sent_last_hour(desk.hands.at) == 12
    assert desk.hands.at - T0 >= 12 - 5 - 1e-6


def test_a_shared_throttle_can_be_looked_at_while_three_threads_ask(desk, monkeypatch):
    """One that isn't shared breaks: its requests change while they are counted."""
    throttle, stop, broken = desk.throttle, threading.Event(), []
    for n in range(250):
        throttle.ask(T0 - 3550 + n)
    sent = throttle.sent_last_hour(T0)

    def look() -> None:
        while not stop.is_set():
            try:
                throttle.memory()
            except RuntimeError as error:
                broken.append(error)

    monkeypatch.setattr(threading, "excepthook", broken.append)
    looking, interval = threading.Thread(target=look), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    looking.start()
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda n: throttle.ask(T0 + n / 50), range(3000)))
    stop.set()
    looking.join()
    sys.setswitchinterval(interval)
    assert broken == []
    granted = sum(answer == 0.0 for answer in found)
    assert sent + granted - throttle.sent_last_hour(T0 + 59.98) == 10  # those of the first ten seconds are forgotten
    assert granted == 60


def test_a_request_that_would_wait_too_long_is_not_sent_but_says_until_when(net, desk):
    for n in range(300):
        assert desk.throttle.ask(T0 - 1000 + n * 2) == 0.0
    desk.hands.at = T0
    error = fails(desk, CHART)
    assert isinstance(error, Paused)
    assert error.until == pytest.approx(T0 - 1000 + 3600)
    assert "as many requests were sent within an hour as may be" in str(error)
    assert net.count() == 0
    assert desk.hands.pauses == []


# --- time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "options"), [("hang", {}), ("drip", {"every": 0.02}), ("slow", {"seconds": 9.0})])
def test_what_hangs_or_drips_ends_within_its_time_whatever_the_client_asks_for(net, desk, monkeypatch, name, options):
    monkeypatch.setattr(module, "TIMEOUT", 0.3)
    net.fault("chart", name, **options)
    for timeout in (60, None, (30, 30)):
        began = time.monotonic()
        assert type(fails(desk, CHART, timeout=timeout)).__name__ == "Timeout"
        assert time.monotonic() - began < 2.0
    assert desk.throttle.state(desk.hands.at).kind == "offline"


@pytest.mark.parametrize(
    ("host", "url", "params", "seconds"),
    [
        ("fc.yahoo.com", "https://fc.yahoo.com", None, 2.0),
        ("query2.finance.yahoo.com", CHART, {"range": "1mo"}, 6.0),
        ("query2.finance.yahoo.com", CHART, {"range": "1y"}, 20.0),
        ("query2.finance.yahoo.com", CHART, {"period1": 1, "period2": 2}, 20.0),
        ("query1.finance.yahoo.com", QUOTE, {"symbols": "IWM"}, 6.0),
        ("fred.stlouisfed.org", FRED, {"id": "DGS2"}, 20.0),
    ],
)
def test_a_long_history_may_take_longer(host, url, params, seconds):
    assert module._longest(host, url, {"params": params, "timeout": 99}) == seconds


def test_no_request_outlasts_its_claim_to_be_the_probe():
    from smallcap.core.live.throttle import PROBE

    assert max(module.TIMEOUT, module.LONG_TIMEOUT, module.COOKIE_TIMEOUT) < PROBE


# --- what is noted ------------------------------------------------------------------------------------------------


def test_every_request_is_noted_and_no_secret_is(net, desk):
    desk.guard.get(COOKIES[0])
    crumb = desk.guard.get(CRUMB).text
    desk.guard.get(QUOTE, params={"symbols": "IWM", "crumb": crumb})
    net.fault("chart", "503", times=1)
    fails(desk, CHART)
    net.fault("chart", "dropped")
    fails(desk, CHART + "?crumb=hidden")
    assert [(entry.kind, entry.what) for entry in desk.told] == [
        ("answered", "fc.yahoo.com"),
        ("answered", "query1.finance.yahoo.com"),
        ("answered", "query1.finance.yahoo.com"),
        ("answered", "query2.finance.yahoo.com"),
        ("failed", "query2.finance.yahoo.com"),
    ]
    words = [entry.words for entry in desk.told]
    assert words[2].startswith("/v7/finance/quote 200, ")
    assert words[3].startswith("/v8/finance/chart/IWM 503, ")
    assert words[4].startswith("/v8/finance/chart/IWM ConnectionError: ")
    cookies = [cookie.value for cookie in desk.guard.cookies.jar]
    assert cookies
    for secret in (crumb, "hidden", *cookies):
        assert not any(secret in text for text in words)
    assert {entry.at for entry in desk.told} == {datetime.fromtimestamp(T0, UTC)}


def test_a_request_that_is_not_sent_is_not_noted(net, desk):
    net.fault("chart", "429")
    fails(desk, CHART)
    fails(desk, CHART)
    assert len(desk.told) == 1


def test_offline_is_known_after_three_requests(net, desk):
    net.offline()
    for _ in range(3):
        assert isinstance(fails(desk, CHART), RequestException)
    assert desk.throttle.state(desk.hands.at).kind == "offline"
    assert isinstance(desk.throttle.ask(desk.hands.at), Refusal)
    net.heal()
    desk.hands.at += 2
    assert desk.guard.get(CHART).status_code == 200
