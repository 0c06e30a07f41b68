"""Yahoo through the real yfinance against the loopback, in one process of its own: arrays out, troubles out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from smallcap.core.calendar import sessions

from tests.loopback import Loopback, World
from tests.loopback.client import Client

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
CLOSED = datetime(2024, 11, 20, 23, 0, tzinfo=UTC)
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


@pytest.fixture(scope="module")
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


# --- daily bars ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ticker", TICKERS)
@pytest.mark.parametrize("now", [OPEN, CLOSED])
def test_daily_bars_are_exactly_what_the_market_has(market, ticker, now):
    market.world.now = now
    found, truth = ask(market, f"daily({ticker!r}, 'max')"), market.world.bars(ticker)
    assert found["sessions"] == truth.sessions.astype(str).tolist()
    for name in ("open", "high", "low", "close", "volume", "dividends", "splits"):
        assert found[name] == pytest.approx(getattr(truth, name).tolist(), rel=1e-7), name
    for name in ("dividend_days", "split_days"):
        assert found[name] == getattr(truth, name).astype(str).tolist()
    assert found["symbol"] == ticker
    assert found["timezone"] == ("America/Chicago" if ticker == "^VIX" else "America/New_York")
    trade = market.world.quote(ticker)
    assert [found["price"], found["price_at"]] == [pytest.approx(trade.price), trade.at]


def test_a_month_has_the_sessions_of_a_month_with_its_events(market):
    found = ask(market, "daily('IWM', '1mo')")
    assert found["sessions"] == sessions(date(2024, 10, 20), date(2024, 11, 20)).astype(str).tolist()
    assert [str(PAID), 0.75] in [list(row) for row in zip(found["dividend_days"], found["dividends"], strict=True)]


def test_a_known_ticker_costs_one_request_after_the_cookie_and_the_crumb(market):
    ask(market, "daily('IWM', '1mo')")
    assert [r.kind for r in market.net.requests] == ["cookie", "crumb", "chart"]
    ask(market, "daily('IWM', '1mo')")
    ask(market, "daily('SPY', '1mo')")
    assert [r.kind for r in market.net.requests][3:] == ["chart", "chart"]


@pytest.mark.parametrize(
    ("dividends", "gains", "paid"),
    [
        ([0.5, 0.0], None, [0.5]),
        ([0.5, 0.0], [0.0, 0.3], [0.5, 0.3]),
        ([0.2, 0.0], [0.3, 0.0], [0.5]),
        ([0.8, 0.0], [0.3, 0.0], [0.8]),
    ],
)
def test_capital_gains_are_paid_too_and_not_counted_twice(market, dividends, gains, paid):
    """Yahoo has begun to add them to the day's dividend (yfinance #2666), which is then at least as large."""
    market.client.run(f"frame = pd.DataFrame({{'Dividends': {dividends}}})")
    if gains:
        market.client.run(f"frame['Capital Gains'] = {gains}")
    found = ask(market, "[value for value in module._paid(frame).tolist() if value]")
    assert found == pytest.approx(paid)


def test_a_row_of_the_wrong_kind_reaches_the_gate_as_it_is(market):
    """The gate has to name what is wrong, so nothing is repaired on the way."""
    market.net.fault("chart", "infinity")
    assert np.inf in ask(market, "daily('IWM', '1mo')")["close"]
    market.net.heal()
    market.net.fault("chart", "wrong_symbol", other="SPY")
    assert ask(market, "daily('IWM', '1mo')")["symbol"] == "SPY"
    market.net.heal()
    market.net.fault("chart", "wrong_timezone")
    assert ask(market, "daily('IWM', '1mo')")["timezone"] != "America/New_York"


# --- troubles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("429", "RateLimited", "Yahoo asks for a pause: rate limited until"),
        ("401", "NoBars", "Yahoo answered no bar of IWM"),
        ("403", "Upstream", "Yahoo answers nonsense for IWM"),
        ("404", "Upstream", "Yahoo answers nonsense for IWM"),
        ("500", "Failing", "Yahoo answered 500 for IWM"),
        ("503", "Failing", "Yahoo answered 503 for IWM"),
        ("html", "Upstream", "Yahoo answers nonsense for IWM"),
        ("empty", "Upstream", "Yahoo answers nonsense for IWM"),
        ("cut", "Upstream", "Yahoo answers nonsense for IWM"),
        ("reset", "Offline", "no connection to Yahoo for IWM"),
        ("dropped", "Offline", "no connection to Yahoo for IWM"),
        ("truncated", "Offline", "no connection to Yahoo for IWM"),
        ("null_result", "NoBars", "Yahoo answered no bar of IWM"),
        ("no_rows", "NoBars", "Yahoo answered no bar of IWM"),
    ],
)
def test_each_fault_is_a_trouble_with_a_sentence(market, fault, kind, words):
    market.net.fault("chart", fault)
    for call in ("yahoo.daily('IWM', '1mo')", "yahoo.minutes('IWM', '1d', 1)"):
        market.client.run("fresh()")
        found, said = trouble(market, call)
        assert (found, said[: len(words)]) == (kind, words)
    market.net.heal()
    market.client.run("hands.at += 100")
    assert len(ask(market, "daily('IWM', '1mo')")["sessions"]) == 23


def test_a_hang_ends_as_no_connection(market):
    market.net.fault("chart", "hang")
    market.client.run("guarding.TIMEOUT = 0.3")
    assert trouble(market, "yahoo.daily('IWM', '1mo')") == ["Offline", "no connection to Yahoo for IWM"]
    market.client.run("guarding.TIMEOUT = 6.0")


def test_offline_is_no_connection(market):
    market.net.offline()
    assert trouble(market, "yahoo.daily('IWM', '1mo')")[0] == "Offline"
    assert trouble(market, "yahoo.quotes(['IWM'])")[0] in {"Offline", "Failing"}


def test_a_page_of_an_error_is_never_kept_for_an_answer(market):
    """yfinance keeps what a past range was answered; `max` ends at the machine's clock, and so does not."""
    market.net.fault("chart", "503", times=2)
    for _ in range(2):
        assert trouble(market, "yahoo.daily('IWM', 'max')")[0] == "Failing"
    assert len(ask(market, "daily('IWM', 'max')")["sessions"]) > 1000
    assert ask(market, "module.YfData.cache_get.cache_info().currsize") == 0


def test_an_unknown_ticker_is_one_while_yahoo_knows_another(market):
    market.client.run("module.know_zone('NOPE')")
    assert trouble(market, "yahoo.daily('NOPE', 'max')") == ["NoSuchTicker", "Yahoo does not know NOPE"]
    assert market.net.requests[-1].ticker == "SPY"
    assert trouble(market, "yahoo.minutes('NOPE', '1d', 1)")[0] == "NoBars"


@pytest.mark.parametrize("known", [True, False])
def test_a_ticker_that_gets_listed_is_found(market, known):
    name = f"NEW{int(known)}"
    if known:
        market.client.run(f"module.know_zone({name!r})")
    assert trouble(market, f"yahoo.daily({name!r}, 'max')")[0] == "NoSuchTicker"
    market.world.tickers += (name,)
    assert len(ask(market, f"daily({name!r}, 'max')")["sessions"]) > 1000


@pytest.mark.parametrize("ticker", ["IWM", "SPY"])
def test_when_every_ticker_is_unknown_none_is(market, ticker):
    market.net.fault("chart", "not_found")
    kind, words = trouble(market, f"yahoo.daily({ticker!r}, '1mo')")
    assert kind == "Upstream"
    assert words == f"Yahoo says that it knows neither {ticker} nor {'SPY' if ticker == 'IWM' else 'IWM'}"


def test_an_unknown_ticker_is_not_called_so_when_the_other_brings_trouble(market):
    market.net.fault("chart", "429", tickers=("SPY",))
    assert trouble(market, "yahoo.daily('NOPE', 'max')")[0] == "RateLimited"


def test_the_clients_errors_are_classified_by_what_they_mean(market):
    cases = {
        "NoConnection('x', 7)": "Offline",
        "DNSError('x', 6)": "Offline",
        "ProxyError('x', 5)": "Offline",
        "Timeout('x', 28)": "Offline",
        "Timeout('x', 28, Answered(200))": "Offline",
        "IncompleteRead('x', 18, Answered(200))": "Offline",
        "NoConnection('x', 0, Answered(502))": "Failing",
        "HTTPError('x', 0, Answered(401))": "Failing",
        "HTTPError('x', 0, Answered(404))": "Failing",
        "yfx.YFRateLimitError()": "Failing",
        "yfx.YFPricesMissingError('IWM', '')": "NoBars",
        "yfx.YFDataException('x')": "Upstream",
        "yfx.YFTzMissingError('IWM')": "Upstream",
        "KeyError('chart')": "Upstream",
        "TypeError('x')": "Upstream",
        "IndexError('x')": "Upstream",
        "AttributeError('x')": "Upstream",
        "OverflowError('x')": "Upstream",
        "json.JSONDecodeError('x', 'y', 0)": "Upstream",
        "sqlite3.OperationalError('database is locked')": "Upstream",
        "OSError('x')": "Offline",
        "TimeoutError('x')": "Offline",
        "RuntimeError('x')": "Upstream",
    }
    told = market.client.run(
        f"answer = []\nfor text in {list(cases)!r}:\n    found = classify(eval(text), 'IWM')\n"
        "    answer.append([type(found).__name__, str(found)])"
    )
    assert dict(zip(cases, (row[0] for row in told), strict=True)) == cases
    assert all("IWM" in words for _, words in told)
    assert ask(market, "classify(module.NoBars('mine'), 'IWM').args[0]") == "mine"


@pytest.mark.parametrize(
    ("reason", "unknown"),
    [
        ("No data found, symbol may be delisted", True),
        ("Quote not found for symbol: IWM", True),
        ("1m data not available for startTime=1 and endTime=2. The range must be within the last 30 days.", False),
        ("Data doesn't exist for startDate = 1, endDate = 2", False),
        (None, False),
    ],
)
def test_only_yahoos_words_for_an_unknown_ticker_count_as_such(market, reason, unknown):
    assert ask(market, f"module._unknown(yfx.YFPricesMissingError('IWM', '', yahoo_reason={reason!r}))") is unknown


# --- the storm ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 3])
def test_ten_tickers_in_a_storm_of_429_cost_two_requests(market, threads):
    market.net.fault("*", "429")
    market.client.run("guard._clock = Clock(lambda: hands.at, time.sleep)")  # threads that wait for another really do
    kinds = market.client.run(
        f"with ThreadPoolExecutor({threads}) as pool:\n"
        f"    answer = list(pool.map(lambda t: raises(yahoo.daily, t, 'max')[0], {TEN!r}))"
    )
    assert set(kinds) <= {"RateLimited", "Paused"}
    assert market.net.count() <= 2
    assert ask(market, "throttle.state(hands.at).kind") == "rate limited"
    before = market.net.count()
    assert trouble(market, "yahoo.quotes(['IWM'])")[0] in {"Failing", "Paused"}
    assert market.net.count() == before


def test_a_storm_on_the_charts_alone_costs_one_of_them(market):
    market.net.fault("chart", "429")
    market.client.run(
        f"with ThreadPoolExecutor(3) as pool:\n    list(pool.map(lambda t: raises(yahoo.daily, t, 'max'), {TEN!r}))"
    )
    assert market.net.count("chart") <= 3  # those that were under way when the first answer came
    assert ask(market, "throttle.state(hands.at).kind") == "rate limited"


@pytest.mark.parametrize("kind", ["crumb", "cookie"])
def test_a_crumb_that_is_rate_limited_leaves_the_charts_alone(market, kind):
    market.net.fault(kind, "429")
    for ticker in TEN[:4]:
        assert len(ask(market, f"daily({ticker!r}, '1mo')")["sessions"]) == 23
    assert market.net.count(kind) == 1
    assert market.net.count() - market.net.count("chart") <= 2
    assert trouble(market, "yahoo.quotes(['IWM'])")[0] == "Failing"
    assert market.net.count("quote") == 0
    market.net.heal()
    market.client.run("hands.at += 1800")
    assert len(ask(market, "yahoo.quotes(['IWM'])")) == 1


def test_a_page_for_a_crumb_is_never_sent_as_one(market):
    market.net.fault("crumb", "429", times=1)
    ask(market, "daily('IWM', '1mo')")
    assert all("Too Many" not in r.query.get("crumb", "") for r in market.net.requests)


@pytest.mark.parametrize("fault", ["hang", "dropped", "503", "html"])
def test_cookies_that_do_not_come_leave_the_charts_alone(market, fault):
    for kind in ("cookie", "consent"):
        market.net.fault(kind, fault)
    market.client.run("guarding.COOKIE_TIMEOUT = 0.2")
    for ticker in TEN[:3]:
        assert len(ask(market, f"daily({ticker!r}, '1mo')")["sessions"]) == 23
    if fault in {"hang", "dropped"}:
        assert market.net.count("cookie") + market.net.count("consent") == 2
    market.client.run("guarding.COOKIE_TIMEOUT = 2.0")


def test_the_european_consent_form_is_submitted(market):
    market.net.fault("chart", "consent")
    assert len(ask(market, "daily('IWM', '1mo')")["sessions"]) == 23


def test_the_log_has_every_request_and_no_crumb(market):
    ask(market, "yahoo.quotes(['IWM', 'SPY'])[0]")
    told = ask(market, "[[entry.kind, entry.what, entry.words] for entry in log]")
    assert [row[1] for row in told] == [r.host for r in market.net.requests]
    crumb = market.net.requests[-1].query["crumb"]
    assert crumb
    assert not any(crumb in part for row in told for part in row)


# --- quotes -------------------------------------------------------------------------------------------------------


def test_quotes_are_the_last_trades_of_all_in_one_request(market):
    market.world.delays["^VIX"] = 15
    found = ask(market, f"yahoo.quotes({list(TICKERS)!r})")
    del market.world.delays["^VIX"]
    assert market.net.count("quote") == 1
    assert [row[0] for row in found] == list(TICKERS)
    trade = market.world.quote("IWM")
    assert found[0][1:5] == pytest.approx([trade.price, trade.at, trade.previous_close, trade.volume])
    assert [row[5] for row in found] == [0, 0, 0, 15]


def test_unknown_left_out_and_priceless_tickers_are_left_out(market):
    assert [row[0] for row in ask(market, "yahoo.quotes(['IWM', 'NOPE'])")] == ["IWM"]
    market.net.fault("quote", "partial")
    assert [row[0] for row in ask(market, f"yahoo.quotes({list(TICKERS[:3])!r})")] == ["QQQ"]
    market.net.heal()
    market.net.fault("quote", "wrong_symbol")
    assert ask(market, "yahoo.quotes(['IWM', 'SPY'])") == []


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("401", "Failing", "Yahoo answered 401 for the last trades"),
        ("404", "Failing", "Yahoo answered 404 for the last trades"),
        ("429", "RateLimited", "Yahoo asks for a pause"),
        ("503", "Failing", "Yahoo answered 503 for the last trades"),
        ("html", "Upstream", "Yahoo answers nonsense for the last trades"),
        ("cut", "Upstream", "Yahoo answers nonsense for the last trades"),
        ("reset", "Offline", "no connection to Yahoo for the last trades"),
    ],
)
def test_a_failure_of_the_quotes_is_no_failure_of_a_ticker(market, fault, kind, words):
    market.net.fault("quote", fault)
    found, said = trouble(market, "yahoo.quotes(['IWM', 'SPY'])")
    assert (found, said[: len(words)]) == (kind, words)


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ({"regularMarketPrice": "219.5"}, False),
        ({"regularMarketPrice": True}, False),
        ({"regularMarketPrice": 0}, False),
        ({"regularMarketPrice": -1.0}, False),
        ({"regularMarketPrice": float("inf")}, False),
        ({"regularMarketPrice": float("nan")}, False),
        ({"regularMarketPrice": 10**400}, False),
        ({"regularMarketPrice": None}, False),
        ({"regularMarketTime": "1732120287"}, False),
        ({"regularMarketTime": 0}, False),
        ({"regularMarketTime": None}, False),
        ({"symbol": None}, False),
        ({"symbol": ["IWM"]}, False),
        ({"regularMarketPreviousClose": "x", "regularMarketVolume": None, "exchangeDataDelayedBy": "15"}, True),
        ({"regularMarketPreviousClose": float("inf"), "exchangeDataDelayedBy": 1e300}, True),
        ({"regularMarketPreviousClose": -3, "exchangeDataDelayedBy": -5}, True),
        ({}, True),
    ],
)
def test_a_row_is_taken_only_with_a_sound_price_and_time(market, row, kept):
    whole = {"symbol": "IWM", "regularMarketPrice": 219.5, "regularMarketTime": 1732120287} | row
    market.client.run(f"nan, inf = math.nan, math.inf\nfound = module._quote({whole!r})")
    assert ask(market, "bool(found) and found.ticker == 'IWM'") is kept
    if kept and "regularMarketPreviousClose" in row:
        assert ask(market, "math.isnan(found.previous_close)")
        assert ask(market, "found.delay") <= 1440


def test_rows_that_are_none_lose_no_other_row(market):
    rows = "[None, [], 'x', 7, {}] + [dict(symbol=f'X{n}', regularMarketPrice=1.0, regularMarketTime=1)"
    rows += " for n in range(10_000)] + [dict(symbol='IWM', regularMarketPrice=2.0, regularMarketTime=3)]"
    found, took = market.client.run(
        f"""
class Fake:
    def __init__(self, session):
        pass
    def get_raw_json(self, *given, **named):
        return {{"quoteResponse": {{"result": {rows}}}}}
kept, module.YfData = module.YfData, Fake
try:
    began = time.perf_counter()
    answer = [[quote[:3] for quote in yahoo.quotes(["IWM", "SPY"])], time.perf_counter() - began]
finally:
    module.YfData = kept
"""
    )
    assert found == [["IWM", 2.0, 3]]
    assert took < 2.0


# --- minutes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("interval", "period", "days"), [(1, "1d", 1), (5, "5d", 5)])
@pytest.mark.parametrize("now", [OPEN, CLOSED])
def test_minutes_are_exactly_what_the_market_has(market, interval, period, days, now):
    market.world.now = now
    found = ask(market, f"minutes('IWM', {period!r}, {interval})")
    truth = market.world.minutes("IWM", interval, days)
    assert found["times"] == truth.times.astype(str).tolist()
    for name in ("open", "high", "low", "close"):
        assert found[name] == pytest.approx(getattr(truth, name).tolist(), rel=1e-6), name


def test_a_bar_of_minutes_that_is_no_bar_is_left_out(market):
    market.client.run(
        "times = np.array([0, 60, 120, 180, 240, 300, 330, 360], 'datetime64[s]')\n"
        "close = np.array([1.0, np.nan, np.inf, 0.0, -1.0, 1.0, 1.1, 1.0])\n"
        "high = np.array([2.0] * 7 + [0.5])\nvolume = np.array([0.0] * 8)\n"
        "opened, low = np.full(8, 1.0), np.full(8, 0.4)\n"
        "found = module._sound('IWM', 1, module._begun(times, 1), [opened, high, low, close, volume])"
    )
    assert ask(market, "found.times.astype(int).tolist()") == [0, 300]
    assert ask(market, "found.close.tolist()") == [1.0, 1.1]


def test_minutes_of_another_ticker_are_refused(market):
    market.net.fault("chart", "wrong_symbol", other="SPY")
    kind, words = trouble(market, "yahoo.minutes('IWM', '1d', 1)")
    assert kind == "Upstream"
    assert words == "Yahoo answered 'SPY' when it was asked for the minutes of IWM"


# --- the client's caches ------------------------------------------------------------------------------------------


def test_the_caches_folder_is_nobody_elses(market, tmp_path):
    cache = tmp_path / "deep" / "cache"
    assert ask(market, f"module._kept(Path({str(cache)!r}))") is True
    assert oct(cache.stat().st_mode & 0o777) == "0o700"
    cache.chmod(0o777)
    assert ask(market, f"module._kept(Path({str(cache)!r}))") is True
    assert oct(cache.stat().st_mode & 0o777) == "0o700"


def test_a_damaged_cache_is_taken_away(market, tmp_path):
    for name in ("tkr-tz.db", "cookies.db"):
        (tmp_path / name).write_bytes(b"no database at all" * 100)
    (tmp_path / "cookies.db-wal").write_bytes(b"old")
    assert ask(market, f"module._kept(Path({str(tmp_path)!r}))") is True
    assert not (tmp_path / "cookies.db-wal").exists()
    assert ask(market, f"module._kept(Path({str(tmp_path)!r}))") is True


def test_where_no_cache_can_be_kept_the_client_does_without(market, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert ask(market, f"module._kept(Path({str(tmp_path / 'file' / 'cache')!r}))") is False
    (tmp_path / "tkr-tz.db").mkdir()
    assert ask(market, f"module._kept(Path({str(tmp_path)!r}))") is False
    environment = market.net.environment(market.folder)
    with Client(environment, SETUP) as client:
        client.run(f"prepare(Path({str(tmp_path / 'file' / 'cache')!r}), ['IWM'])\nfresh()")
        assert len(client.run("answer = daily('IWM', '1mo')")["sessions"]) == 23


def test_a_time_zone_that_cannot_be_written_down_ends_nothing(market):
    market.client.run(
        "class Full:\n    def store(self, *given): raise sqlite3.OperationalError('database or disk is full')\n"
        "kept = yf.cache.get_tz_cache\nyf.cache.get_tz_cache = Full\n"
        "try:\n    module.know_zone('IWM')\nfinally:\n    yf.cache.get_tz_cache = kept"
    )
