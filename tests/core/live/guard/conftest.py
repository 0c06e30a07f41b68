"""What the tests of the guarded session need: a server on 127.0.0.1, and a guard on a clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from curl_cffi.requests.exceptions import RequestException
from smallcap.core.live.guard import Clock, Guard
from smallcap.core.live.shared import Shared
from smallcap.core.live.trouble import Failing, Paused, RateLimited

from tests.loopback import Loopback, World

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
T0 = 1_795_190_400.0
CHART = "https://query2.finance.yahoo.com/v8/finance/chart/IWM"
QUOTE = "https://query1.finance.yahoo.com/v7/finance/quote"
CRUMB = "https://query1.finance.yahoo.com/v1/test/getcrumb"
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


@pytest.fixture(scope="package")
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
