"""The guarded session against the loopback: nothing goes out that the throttle refuses, nothing hangs, all is noted."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
from curl_cffi.requests.exceptions import RequestException
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.live import guard as module
from smallcap.core.live.guard import Clock, Guard
from smallcap.core.live.shared import Shared
from smallcap.core.live.throttle import Refusal
from smallcap.core.live.trouble import Failing, Paused, RateLimited

from tests.loopback import Loopback, World

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
T0 = 1_795_190_400.0
CHART = "https://query2.finance.yahoo.com/v8/finance/chart/IWM"
QUOTE = "https://query1.finance.yahoo.com/v7/finance/quote"
CRUMB = "https://query1.finance.yahoo.com/v1/test/getcrumb"
FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv"
COOKIES = ("https://fc.yahoo.com", "https://guce.yahoo.com/consent", "https://consent.yahoo.com/v2/collectConsent")


class Hands:
    """A clock that moves only when somebody pauses."""

    def __init__(self) -> None:
        self.at = T0
        self.pauses: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        return self.at

    def pause(self, seconds: float) -> None:
        with self._lock:
            self.pauses.append(seconds)
            self.at += seconds


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    """One server for all, and this process's curl led to it."""
    with Loopback(World(OPEN, ("IWM", "SPY"), date(2020, 1, 2))) as net, pytest.MonkeyPatch.context() as patch:
        for name, value in net.environment(tmp_path_factory.mktemp("guard")).items():
            patch.setenv(name, value)
        yield net


@pytest.fixture
def net(served: Loopback) -> Iterator[Loopback]:
    served.heal()
    served.clear()
    yield served
    assert served.leaks == []


@pytest.fixture
def desk() -> SimpleNamespace:
    """A guard with its throttle, a clock of its own and what it tells."""
    hands, told = Hands(), []
    throttle = Shared("Yahoo", lambda: 0.0)
    guard = Guard(throttle, Clock(hands.now, hands.pause), told.append)
    return SimpleNamespace(guard=guard, throttle=throttle, hands=hands, told=told)


def fails(desk: SimpleNamespace, url: str, **options: object) -> Exception:
    with pytest.raises((RequestException, Paused, RateLimited, Failing)) as caught:
        desk.guard.get(url, **options)
    return caught.value


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


# --- what an answer means -----------------------------------------------------------------------------------------


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


# --- cookies and crumb --------------------------------------------------------------------------------------------


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
