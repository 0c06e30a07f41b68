"""The loopback server, asked by the real clients: it must say what its world holds, and fail as it is told to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from smallcap.core.calendar import sessions

from tests.loopback import FAULTS, Loopback, World
from tests.loopback.client import Client, ClientError
from tests.loopback.faults import KINDS

OPEN = datetime(2024, 11, 20, 16, 31, 27, tzinfo=UTC)
CLOSED = datetime(2024, 11, 20, 23, 0, tzinfo=UTC)
TICKERS = ("IWM", "SPY", "QQQ", "^VIX")
SERIES = ("DGS2", "ICSA", "FEDFUNDS", "BAMLH0A0HYM2")
SPLIT, RATIO = date(2024, 11, 12), 4.0
CHART = "https://query2.finance.yahoo.com/v8/finance/chart"
QUOTE = "https://query1.finance.yahoo.com/v7/finance/quote"
FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv"
PRICES = ("open", "high", "low", "close")

# A session that has been let in, and what it gets of each kind of request: status and text.
LET_IN = """
session = Session(impersonate="chrome")
session.get("https://fc.yahoo.com")
crumb = session.get("https://query1.finance.yahoo.com/v1/test/getcrumb").text
asked = {
    "cookie": ("https://fc.yahoo.com/", {}),
    "crumb": ("https://query1.finance.yahoo.com/v1/test/getcrumb", {}),
    "consent": ("https://guce.yahoo.com/consent", {}),
    "chart": ("https://query2.finance.yahoo.com/v8/finance/chart/QQQ",
              {"range": "1y", "interval": "1d", "events": "div,splits"}),
    "quote": ("https://query1.finance.yahoo.com/v7/finance/quote", {"symbols": "IWM,SPY,QQQ", "crumb": crumb}),
    "summary": ("https://query2.finance.yahoo.com/v10/finance/quoteSummary/IWM", {"crumb": crumb}),
    "fred": ("https://fred.stlouisfed.org/graph/fredgraph.csv", {"id": "DGS2,ICSA"}),
    "other": ("https://finance.yahoo.com/", {}),
}

def seen(kind, timeout):
    url, params = asked[kind]
    if "crumb" in params:
        params = params | {"crumb": session.get(asked["crumb"][0]).text}
    try:
        got = session.get(url, params=params, timeout=timeout, allow_redirects=False)
    except Exception as error:
        return type(error).__name__
    return [got.status_code, got.content.hex()]
"""
STREAM = """
import base64
loop = asyncio.new_event_loop()

async def subscribed(*tickers):
    socket = await connect("wss://streamer.finance.yahoo.com/?version=2", close_timeout=1)
    await socket.send(json.dumps({"subscribe": list(tickers)}))
    return socket

async def received(socket, count, seconds=3):
    return [await asyncio.wait_for(socket.recv(), seconds) for _ in range(count)]

def listen(count, seconds=3):
    socket = loop.run_until_complete(subscribed("IWM", "SPY"))
    try:
        return loop.run_until_complete(received(socket, count, seconds))
    finally:
        loop.run_until_complete(socket.close())

def trades(messages):
    found = [PricingData.FromString(base64.b64decode(json.loads(text)["message"])) for text in messages]
    return [[trade.id, trade.price, trade.time, trade.day_volume] for trade in found]
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One world, server and client for all tests: the client takes a second to start."""
    world = World(OPEN, TICKERS, date(2018, 1, 2), SERIES)
    with Loopback(world) as net:
        environment = net.environment(tmp_path_factory.mktemp("client"))
        with Client(environment) as client:
            zones = "\n".join(f"yf.cache.get_tz_cache().store({t!r}, 'America/New_York')" for t in TICKERS)
            client.run(zones + LET_IN + STREAM)
            world.split("QQQ", SPLIT, RATIO)
            yield SimpleNamespace(world=world, net=net, client=client, environment=environment)


@pytest.fixture
def market(shared: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The world at OPEN, nothing wrong, nothing asked yet; a test that leaks a request elsewhere fails."""
    shared.world.now = OPEN
    shared.net.heal()
    shared.net.clear()
    yield shared
    assert shared.net.leaks == []


def history(market: SimpleNamespace, ticker: str = "IWM", period: str = "1mo", interval: str = "1d") -> dict:
    return market.client.run(f"answer = history({ticker!r}, {period!r}, {interval!r})")


def text(market: SimpleNamespace, url: str, **params: str) -> str:
    return market.client.run(f"answer = session.get({url!r}, params={params!r}, timeout=3).text")


def status(market: SimpleNamespace, url: str, **params: str) -> int:
    return market.client.run(f"answer = session.get({url!r}, params={params!r}, timeout=3).status_code")


def same(told: dict, raw) -> bool:
    """Whether a history is exactly these bars, events included."""
    rows = [told["dates"] == raw.sessions.astype(str).tolist()]
    rows += [told[name] == getattr(raw, name).tolist() for name in (*PRICES, "volume")]
    for name, days, amounts in (
        ("dividends", raw.dividend_days, raw.dividends),
        ("stock_splits", raw.split_days, raw.splits),
    ):
        events = {day: amount for day, amount in zip(told["dates"], told[name], strict=True) if amount}
        rows.append(events == dict(zip(days.astype(str).tolist(), amounts.tolist(), strict=True)))
    return all(rows)


# --- the market as it is ------------------------------------------------------------------------------------------


def test_the_whole_history_is_the_worlds_to_the_last_bit(market):
    told = history(market, period="max")
    assert same(told, market.world.bars("IWM"))
    assert told["dates"][-1] == "2024-11-20"
    assert told["zone"] == "America/New_York"
    assert len(told["dates"]) == len(sessions(date(2018, 1, 2), date(2024, 11, 20)))
    assert np.array_equal(told["close"], np.float32(told["close"]).astype(float))


def test_adjusted_closes_fall_by_the_dividend_at_each_ex_date(market):
    told = history(market, period="max")
    close, adjusted = np.array(told["close"]), np.array(told["adj_close"])
    ratio, paid = adjusted / close, np.array(told["dividends"])
    at = np.flatnonzero(paid)
    assert len(at) == 27
    assert ratio[at - 1] / ratio[at] == pytest.approx(1 - paid[at] / close[at - 1], rel=1e-6)
    assert adjusted[at[-1] :] == pytest.approx(close[at[-1] :])


def test_an_index_has_neither_volume_nor_dividends_and_lives_in_chicago(market):
    told = history(market, "^VIX", "max")
    assert same(told, market.world.bars("^VIX"))
    assert set(told["volume"]) == {0}
    assert set(told["dividends"]) == {0.0}
    assert told["zone"] == "America/Chicago"


def test_a_history_costs_one_request_when_the_time_zone_is_known(market):
    history(market)
    assert [(r.kind, r.ticker, r.status) for r in market.net.requests if r.kind == "chart"] == [("chart", "IWM", 200)]


@pytest.mark.parametrize(
    ("now", "last", "stamp"),
    [
        ("2024-11-20T14:00", "2024-11-19", "2024-11-19T14:30"),
        ("2024-11-20T14:30", "2024-11-20", "2024-11-20T14:30"),
        ("2024-11-20T16:31", "2024-11-20", "2024-11-20T16:31"),
        ("2024-11-20T23:00", "2024-11-20", "2024-11-20T21:00"),
        ("2024-11-21T06:00", "2024-11-20", "2024-11-20T14:30"),
        ("2024-11-23T12:00", "2024-11-22", "2024-11-22T14:30"),
        ("2024-11-29T23:00", "2024-11-29", "2024-11-29T18:00"),
    ],
)
def test_history_ends_with_the_session_in_progress_else_with_the_last_closed_one(market, now, last, stamp):
    market.world.now = datetime.fromisoformat(f"{now}+00:00")
    body = market.client.run(f"answer = session.get('{CHART}/IWM', params={{'range': '1mo'}}).json()")
    result = body["chart"]["result"][0]
    assert datetime.fromtimestamp(result["timestamp"][-1], UTC).isoformat() == f"{stamp}:00+00:00"
    told = history(market)
    assert told["dates"][-1] == last
    assert told["close"] == market.world.bars("IWM").close[-len(told["close"]) :].tolist()


def test_the_session_in_progress_grows_into_the_final_bar(market):
    live = market.world.bars("IWM")
    market.world.now = CLOSED
    final = market.world.bars("IWM")
    assert live.volume[-1] < final.volume[-1]
    assert final.low[-1] <= live.low[-1] <= live.close[-1] <= live.high[-1] <= final.high[-1]
    assert live.close[-2] == final.close[-2]
    assert history(market)["volume"][-1] == final.volume[-1]


def test_minutes_make_up_the_days_bar(market):
    market.world.now = CLOSED
    told, day = history(market, period="5d", interval="1m"), market.world.bars("IWM")
    rows = [at for at, when in enumerate(told["dates"]) if when == "2024-11-20"]
    assert len(told["dates"]) == 5 * 390
    assert told["open"][rows[0]] == day.open[-1]
    assert told["close"][rows[-1]] == day.close[-1]
    assert max(told["high"][at] for at in rows) == day.high[-1]
    assert min(told["low"][at] for at in rows) == day.low[-1]
    assert sum(told["volume"][at] for at in rows) == day.volume[-1]


def test_minutes_end_with_the_one_in_progress(market):
    told, truth = history(market, period="1d", interval="5m"), market.world.minutes("IWM", 5)
    assert told["seconds"][:-1] == truth.times[:-1].astype(int).tolist()
    assert told["seconds"][-1] == int(OPEN.timestamp())
    assert told["close"] == truth.close.tolist()
    assert told["close"][-1] == market.world.quote("IWM").price


def test_minutes_too_long_ago_are_refused_in_yahoos_words(market):
    with pytest.raises(ClientError, match="Only 8 days worth of 1m granularity") as refused:
        history(market, period="1mo", interval="1m")
    assert refused.value.name == "YFPricesMissingError"


def test_an_unknown_ticker_is_not_found(market):
    assert market.client.fails("history('NOPE', '1mo')") == "HTTPError"
    assert {r.status for r in market.net.requests if r.kind in {"chart", "summary"}} == {404}


def test_a_split_adjusts_the_past_from_its_day_on(market):
    market.world.now = datetime(2024, 11, 11, 23, 0, tzinfo=UTC)
    before = market.world.bars("QQQ")
    market.world.now = OPEN
    after = market.world.bars("QQQ")
    assert len(before.splits) == 0
    assert after.close[: len(before)] == pytest.approx(before.close / RATIO, rel=1e-6)
    assert after.dividends == pytest.approx(before.dividends / RATIO, rel=1e-4)
    assert after.volume[: len(before)].tolist() == (before.volume * RATIO).tolist()
    assert same(history(market, "QQQ", "max"), after)


@pytest.mark.parametrize(("option", "event"), [({"late_days": 3}, 0.0), ({"unadjusted": True}, 2.0)])
def test_a_split_may_be_told_late_or_never_adjusted(tmp_path, option, event):
    world = World(OPEN, ("IWM",), date(2024, 1, 2))
    whole = world.bars("IWM")
    world.split("IWM", date(2024, 11, 19), 2.0, **option)
    told, truth = world.raw("IWM", OPEN), world.bars("IWM")
    assert truth.close == pytest.approx(whole.close / 2, rel=1e-6)
    assert told.close[-2:] == pytest.approx(whole.close[-2:] / 2, rel=1e-6)
    assert told.close[:-2].tolist() == whole.close[:-2].tolist()
    assert told.splits.tolist() == [event] * bool(event)
    world.now = OPEN + timedelta(2)
    later = world.raw("IWM", world.now)
    assert bool(later.close[0] == truth.close[0]) is ("late_days" in option)
    assert later.splits.tolist() == [2.0]


def test_a_dividend_appears_on_its_ex_date(market):
    assert not history(market, "SPY", "1mo")["dividends"][-1]
    market.world.dividend("SPY", date(2024, 11, 20), 1.25)
    told = history(market, "SPY", "1mo")
    assert told["dividends"][-1] == 1.25
    assert told["adj_close"][-2] == pytest.approx(told["close"][-2] - 1.25, rel=1e-6)
    market.world.now = OPEN - timedelta(1)
    assert not any(history(market, "SPY", "1mo")["dividends"])


def test_a_day_that_is_no_session_is_refused(market):
    with pytest.raises(ValueError, match="no session"):
        market.world.split("IWM", date(2024, 11, 23), 2.0)
    with pytest.raises(ValueError, match="NOPE"):
        market.world.dividend("NOPE", date(2024, 11, 20), 1.0)


def test_a_running_world_moves_and_a_delayed_ticker_lags():
    world = World(OPEN, ("IWM", "^VIX"), date(2024, 1, 2), speed=1000.0)
    began = world.now
    while world.now - began < timedelta(seconds=5):
        pass
    standing = World(OPEN, ("IWM", "^VIX"), date(2024, 1, 2))
    standing.delays["^VIX"] = 15
    assert standing.now == OPEN
    assert standing.quote("IWM").at - standing.quote("^VIX").at == 15 * 60
    assert standing.quote("^VIX").delay == 15


# --- being let in, quotes, FRED -----------------------------------------------------------------------------------


def quotes(market: SimpleNamespace, symbols: str) -> list[dict]:
    asked = f"YfData().get_raw_json('{QUOTE}', params={{'symbols': '{symbols}'}})"
    return market.client.run(f"answer = {asked}['quoteResponse']['result']")


def test_a_batch_of_quotes_is_the_worlds_and_leaves_unknown_tickers_out(market):
    rows = quotes(market, "IWM,NOPE,SPY,^VIX")
    assert [row["symbol"] for row in rows] == ["IWM", "SPY", "^VIX"]
    for row in rows:
        trade = market.world.quote(row["symbol"])
        assert trade.previous_close == market.world.bars(row["symbol"]).close[-2]
        assert (row["regularMarketPrice"], row["regularMarketTime"]) == (trade.price, int(OPEN.timestamp()))
        assert (row["regularMarketPreviousClose"], row["regularMarketVolume"]) == (trade.previous_close, trade.volume)
        assert row["marketState"] == "REGULAR"


def test_quotes_want_a_crumb_that_fits_the_cookie(market):
    assert status(market, QUOTE, symbols="IWM") == 401
    assert status(market, QUOTE, symbols="IWM", crumb="wrong") == 401
    assert market.client.run(f"answer = session.get('{QUOTE}', params={{'symbols': 'IWM', 'crumb': crumb}}).ok")
    stranger = "Session().get('https://query1.finance.yahoo.com/v1/test/getcrumb').status_code"
    assert market.client.run(f"answer = {stranger}") == 401


def test_a_lost_cookie_is_a_401_which_yfinance_gets_over(market):
    market.client.run("YfData()._session.cookies.clear()")
    assert len(quotes(market, "IWM")) == 1
    assert [r.status for r in market.net.requests if r.kind == "quote"] == [401, 200]


def test_fred_tells_all_series_in_one_table_with_blanks(market):
    rows = [line.split(",") for line in text(market, FRED, id="DGS2,ICSA,FEDFUNDS").splitlines()]
    assert rows[0] == ["observation_date", "DGS2", "ICSA", "FEDFUNDS"]
    days = [row[0] for row in rows[1:]]
    assert days == sorted(set(days))
    for at, name in enumerate(("DGS2", "ICSA", "FEDFUNDS"), 1):
        truth = market.world.macro(name)
        told = {row[0]: float(row[at]) for row in rows[1:] if row[at]}
        assert told == dict(zip(truth.dates.astype(str).tolist(), truth.values.tolist(), strict=True))
    assert rows[1:][-1][0] == "2024-11-19"
    newest = {name: str(market.world.macro(name).dates[-1]) for name in ("ICSA", "FEDFUNDS")}
    assert newest == {"ICSA": "2024-11-09", "FEDFUNDS": "2024-10-01"}
    blank = {row[0] for row in rows[1:] if not row[1]}
    assert {"2024-10-14", "2024-11-11", "2024-09-02"} <= blank


def test_fred_begins_where_it_is_asked_to_and_knows_only_its_series(market):
    rows = text(market, FRED, id="DGS2", cosd="2024-11-12").splitlines()
    assert [row[:10] for row in rows[1:]] == ["2024-11-12", *(f"2024-11-{day}" for day in (13, 14, 15, 18, 19))]
    assert text(market, FRED, id="BAMLH0A0HYM2").splitlines()[1][:7] == "2021-11"
    assert status(market, FRED, id="DGS2,NOPE") == 404


# --- the streamer -------------------------------------------------------------------------------------------------


def test_the_stream_sends_the_trades_of_the_subscribed(market):
    found = market.client.run("answer = trades(listen(6))")
    assert [row[0] for row in found] == ["IWM", "SPY"] * 3
    trade = market.world.quote("IWM")
    assert found[0][1:] == [pytest.approx(trade.price), trade.at * 1000, trade.volume]
    assert market.net.connections == 1
    assert [(r.kind, r.status) for r in market.net.requests] == [("stream", 101)]


def test_the_stream_is_silent_while_the_exchange_is_closed(market):
    market.world.now = CLOSED
    assert market.client.fails("listen(1, seconds=0.6)") == "TimeoutError"


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("closed", {"after": 4}, "ConnectionClosedOK"),
        ("reset", {"after": 4}, "ConnectionClosedError"),
        ("silent", {}, "TimeoutError"),
        ("refused", {}, "InvalidStatus"),
        ("429", {}, "InvalidStatus"),
        ("dropped", {}, "InvalidMessage"),
    ],
)
def test_a_broken_stream_ends_as_it_was_told_to_and_heals(market, name, options, error):
    market.net.fault("stream", name, **options)
    assert market.client.fails("listen(99, seconds=0.6)") == error
    if "after" in options:
        assert len(market.client.run("answer = listen(4)")) == 4
    market.net.heal()
    assert len(market.client.run("answer = trades(listen(4))")) == 4


@pytest.mark.parametrize("name", ["garbage", "garbage_protobuf", "bare_protobuf", "priceless", "largest_integers"])
def test_a_fault_of_the_messages_reaches_a_stream_that_is_open(market, name):
    market.client.run("line = loop.run_until_complete(subscribed('IWM'))")
    sound = market.client.run("answer = trades(loop.run_until_complete(received(line, 1)))")[0]
    market.net.fault("stream", name)
    odd = None
    while odd in (None, sound):
        told = market.client.run("answer = loop.run_until_complete(received(line, 1))[0]")
        with contextlib.suppress(ClientError):
            odd = None
            odd = market.client.run(f"answer = trades([{told!r}])")[0]
        if odd is None:
            break
    expected = {"priceless": [*sound[:1], 0.0, *sound[2:]], "largest_integers": [*sound[:2], 2**63 - 1, 2**63 - 1]}
    assert odd == expected.get(name)
    market.client.run("loop.run_until_complete(line.close())")


def test_a_flood_is_thousands_of_messages_a_second(market):
    market.net.fault("stream", "flood", rate=5000)
    began = time.monotonic()
    assert len(market.client.run("answer = listen(3000)")) == 3000
    assert time.monotonic() - began < 3.0


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("429", "YFRateLimitError"),
        ("401", "YFPricesMissingError"),
        ("403", "JSONDecodeError"),
        ("503", "JSONDecodeError"),
        ("html", "JSONDecodeError"),
        ("empty", "JSONDecodeError"),
        ("cut", "JSONDecodeError"),
        ("hang", "Timeout"),
        ("drip", "Timeout"),
        ("reset", "ConnectionError"),
        ("dropped", "ConnectionError"),
        ("truncated", "ConnectionError"),
        ("null_result", "YFPricesMissingError"),
        ("no_rows", "YFPricesMissingError"),
        ("not_found", "YFPricesMissingError"),
    ],
)
def test_a_history_fails_in_the_client_as_it_does_in_life(market, name, error):
    market.net.fault("chart", name)
    assert market.client.fails("history('IWM', '1mo', timeout=0.5)") == error
    market.net.heal()
    assert len(history(market)["dates"]) == 23


def test_bad_rows_reach_the_client_as_they_do_in_life(market):
    sound = history(market)

    def spoilt(name: str, **options: object) -> dict:
        market.net.heal()
        market.net.fault("chart", name, **options)
        return history(market)

    for harmless in ("consent", "unsorted", "duplicate_live"):
        assert spoilt(harmless) == sound
    null = spoilt("null_last")
    assert np.isnan(null["close"][-1])
    assert null["volume"] == sound["volume"]
    assert (
        spoilt("null_rows")["dates"]
        == spoilt("missing_session")["dates"]
        == [*sound["dates"][:-5], *sound["dates"][-4:]]
    )
    assert spoilt("wrong_symbol", other="SPY")["close"] == market.world.bars("SPY").close[-23:].tolist()
    assert spoilt("stale")["dates"] == sound["dates"][:-3]
    assert spoilt("shifted")["dates"][-1] == "2024-11-19"
    assert spoilt("infinity")["close"][-3] == np.inf
    assert spoilt("spike")["close"][-3] == sound["close"][-3] * 3
    assert spoilt("bad_tick")["low"][-3] == 0.0
    assert spoilt("hundredfold")["open"] == [100 * price for price in sound["open"]]
    assert spoilt("future")["dates"][-2:] == ["2024-11-21", "2024-11-22"]
    assert set(spoilt("zero_volume")["volume"]) == {0}
    assert spoilt("no_adjclose")["adj_close"] == sound["close"]


def test_splits_and_dividends_can_be_spoilt_where_there_are_any(market):
    sound = history(market, "QQQ", "1y")
    at = sound["dates"].index(str(SPLIT))
    market.net.fault("chart", "unadjusted_split")
    unadjusted = history(market, "QQQ", "1y")
    assert unadjusted["close"][at - 1] == sound["close"][at - 1] * RATIO
    assert unadjusted["close"][at:] == sound["close"][at:]
    assert unadjusted["stock_splits"][at] == RATIO
    market.net.heal()
    market.net.fault("chart", "late_split")
    late = history(market, "QQQ", "1y")
    assert late["close"] == unadjusted["close"]
    assert not any(late["stock_splits"])
    market.net.heal()
    market.net.fault("chart", "restated_dividend", factor=2.0)
    restated = history(market, "QQQ", "1y")
    assert sorted(set(np.array(restated["dividends"]) - sound["dividends"]))[-1] > 0
    assert restated["adj_close"][0] < sound["adj_close"][0]
    assert restated["close"] == sound["close"]


def test_a_fault_meets_only_its_tickers_and_only_so_many_requests(market):
    market.net.fault("chart", "null_last", tickers=("IWM",), times=1)
    assert not np.isnan(history(market, "SPY")["close"][-1])
    assert np.isnan(history(market)["close"][-1])
    assert not np.isnan(history(market)["close"][-1])
    market.net.fault("quote", "priceless", tickers=("SPY",))
    assert {row["symbol"]: "regularMarketPrice" in row for row in quotes(market, "IWM,SPY")} == {
        "IWM": True,
        "SPY": False,
    }


def test_a_storm_of_429_is_everywhere_and_says_when_to_come_back(market):
    market.net.fault("*", "429", retry_after=120)
    assert market.client.fails("history('IWM', '1mo')") == "YFRateLimitError"
    assert status(market, FRED, id="DGS2") == 429
    assert {r.status for r in market.net.requests} == {429}
    assert market.client.run(f"answer = session.get('{CHART}/IWM').headers['Retry-After']") == "120"


# Slow to see, and the same for every kind.
LATE = {"hang", "drip", "slow"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "stream"])
def test_every_fault_of_the_table_changes_what_a_client_sees_until_it_is_healed(market, kind):
    sound = market.client.run(f"answer = seen('{kind}', 3)")
    assert market.client.run(f"answer = seen('{kind}', 3)") == sound
    for name, fault in FAULTS.items():
        if kind not in fault.kinds or (name in LATE and kind != "chart"):
            continue
        options = {"other": "IWM"} if name == "wrong_symbol" else {}
        market.net.fault(kind, name, **options)
        assert market.client.run(f"answer = seen('{kind}', {0.5 if name in LATE else 3})") != sound, name
        market.net.heal()
        assert market.client.run(f"answer = seen('{kind}', 3)") == sound, name


def test_a_fault_that_cannot_be_is_refused(market):
    for kind, name, options, words in (
        ("chart", "nonsense", {}, "is no fault"),
        ("fred", "spike", {}, "applies to chart"),
        ("chart", "spike", {"bakc": 3}, "has no option bakc"),
        ("chart", "wrong_symbol", {}, "needs the option other"),
    ):
        with pytest.raises(ValueError, match=words):
            market.net.fault(kind, name, **options)
    with (
        Loopback(World(OPEN, ("IWM",), date(2024, 1, 2))) as unsplit,
        pytest.raises(ValueError, match="needs a split"),
    ):
        unsplit.fault("chart", "late_split")


def test_every_fault_has_a_sentence():
    assert all(fault.words.endswith(".") and fault.words[0].isupper() and fault.kinds for fault in FAULTS.values())


# --- the network --------------------------------------------------------------------------------------------------


def test_offline_cuts_what_is_open_and_refuses_what_comes(market):
    assert status(market, f"{CHART}/IWM") == 200
    market.net.offline()
    began = time.monotonic()
    assert market.client.fails(f"session.get('{CHART}/IWM')") in {"ConnectionError", "ProxyError"}
    assert time.monotonic() - began < 1.0
    assert market.net.count() == 1
    market.net.heal()
    assert status(market, f"{CHART}/IWM") == 200


def test_an_unknown_host_is_refused_and_told(shared):
    shared.net.clear()
    assert shared.client.fails("session.get('https://example.org/')") in {"ConnectionError", "ProxyError"}
    assert shared.client.run("answer = session.get('http://example.net/').status_code") == 403
    assert shared.net.leaks == ["example.org:443", "example.net"]
    assert shared.net.count() == 0


def test_twenty_clients_at_once_are_all_answered_the_same(market):
    lines = f"""
from concurrent.futures import ThreadPoolExecutor
def fetch(_):
    with Session(impersonate="chrome") as own:
        return {{own.get('{CHART}/IWM', params={{"range": "max"}}).text for _ in range(3)}}
with ThreadPoolExecutor(20) as pool:
    answer = len(set().union(*pool.map(fetch, range(20))))
"""
    assert market.client.run(lines) == 1
    assert market.net.count("chart") == 60
    assert {r.status for r in market.net.requests} == {200}


def test_leaving_ends_hanging_requests_and_half_open_connections_at_once(tmp_path):
    before = set(threading.enumerate())
    with Loopback(World(OPEN, ("IWM",), date(2024, 1, 2))) as net:
        net.fault("*", "hang")
        port = int(net.environment(tmp_path)["HTTPS_PROXY"].rpartition(":")[2])
        with contextlib.ExitStack() as stack:
            silent, halfway = (stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(2))
            halfway.sendall(b"CONNECT fc.yahoo.com:443 HTTP/1.1\r\n\r\n")
            assert halfway.recv(64).startswith(b"HTTP/1.1 200")
            asking = stack.enter_context(connected(net, port, tmp_path))
            asking.sendall(b"GET / HTTP/1.1\r\nHost: fc.yahoo.com\r\n\r\n")
            while not net.count("cookie"):
                pass
            began = time.monotonic()
            net.__exit__(None, None, None)
            assert time.monotonic() - began < 1.0
            assert set(threading.enumerate()) <= before
            assert silent.recv(1) == b""


def test_healing_closes_what_hangs_without_an_answer(market, tmp_path):
    market.net.fault("cookie", "hang")
    port = int(market.environment["HTTPS_PROXY"].rpartition(":")[2])
    with connected(market.net, port, tmp_path) as asking:
        asking.sendall(b"GET / HTTP/1.1\r\nHost: fc.yahoo.com\r\n\r\n")
        while not market.net.count("cookie"):
            pass
        market.net.heal()
        asking.settimeout(3.0)
        with contextlib.suppress(ssl.SSLError):
            assert asking.recv(1) == b""


def connected(net: Loopback, port: int, folder) -> socket.socket:
    """A TLS connection through the proxy, whose certificate is checked."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(b"CONNECT fc.yahoo.com:443 HTTP/1.1\r\n\r\n")
    assert sock.recv(64).startswith(b"HTTP/1.1 200")
    context = ssl.create_default_context(cafile=net.environment(folder)["SSL_CERT_FILE"])
    return context.wrap_socket(sock, server_hostname="fc.yahoo.com")
