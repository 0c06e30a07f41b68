"""What the tests of Yahoo's client need: the real yfinance against the loopback, in one process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from tests.loopback import Loopback, World
from tests.loopback.client import Client

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
TICKERS = ("IWM", "SPY", "QQQ", "^VIX")
SPLIT, PAID = date(2024, 11, 12), date(2024, 11, 14)
TEN = [f"T{n}" for n in range(10)]


SETUP = """
import json, math, os, sqlite3, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from smallcap.core.live import guard as guarding, yahoo as module
from smallcap.core.live.guard import Clock, Guard
from smallcap.core.live.shared import Shared
from smallcap.core.live.yahoo import Yahoo, classify, prepare
from curl_cffi.requests.exceptions import (
    ConnectionError as NoConnection, DNSError, HTTPError, IncompleteRead, ProxyError, Timeout)
from yfinance import exceptions as yfx
import numpy as np, pandas as pd, yfinance as yf

class Hands:
    def __init__(self):
        self.at = 1_795_190_400.0
        self.lock = threading.Lock()
    def pause(self, seconds):
        with self.lock:
            self.at += seconds

def fresh(**crumb):
    "A client that has never asked anything, with time that passes only in pauses."
    global hands, throttle, yahoo, log, guard
    type(module.YfData)._instances.clear()
    yf.cache.get_cookie_cache().store("curlCffi", None)
    hands, log = Hands(), []
    throttle = Shared("Yahoo", lambda: 0.0)
    guard = Guard(throttle, Clock(lambda: hands.at, hands.pause), log.append)
    yahoo = Yahoo(guard)

def raises(does, *given, **named):
    try:
        does(*given, **named)
    except Exception as error:
        return [type(error).__name__, str(error)]

def plain(raw):
    days = ("sessions", "dividend_days", "split_days")
    columns = ("open", "high", "low", "close", "volume", "dividends", "splits")
    return {n: getattr(raw, n).astype(str).tolist() for n in days} | {n: getattr(raw, n).tolist() for n in columns}

def daily(ticker, period):
    answer = yahoo.daily(ticker, period)
    return plain(answer.raw) | {n: getattr(answer, n) for n in ("symbol", "timezone", "price", "price_at")}

def minutes(ticker, period, interval):
    found = yahoo.minutes(ticker, period, interval)
    names = ("open", "high", "low", "close", "volume")
    return {"times": found.times.astype(str).tolist()} | {n: getattr(found, n).tolist() for n in names}

class Answered:
    def __init__(self, status_code):
        self.status_code = status_code
"""


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One world, server and client for all tests: the client takes a second to start."""
    folder = tmp_path_factory.mktemp("yahoo")
    world = World(OPEN, (*TICKERS, *TEN), date(2018, 1, 2))
    world.split("QQQ", SPLIT, 4.0)
    world.dividend("IWM", PAID, 0.75)
    with Loopback(world) as net, Client(net.environment(folder), SETUP) as client:
        client.run(f"prepare(Path({str(folder / 'private')!r}), {[*TICKERS, *TEN]!r})")
        yield SimpleNamespace(world=world, net=net, client=client, folder=folder)


@pytest.fixture
def market(shared: SimpleNamespace) -> Iterator[SimpleNamespace]:
    shared.world.now = OPEN
    shared.net.heal()
    shared.net.clear()
    shared.client.run("fresh()")
    yield shared
    assert shared.net.leaks == []


def ask(market: SimpleNamespace, line: str):
    return market.client.run(f"answer = {line}")


def trouble(market: SimpleNamespace, line: str) -> list[str]:
    """The class and the words of what a call raises."""
    does, _, given = line.partition("(")
    return ask(market, f"raises({does}, {given}")
