"""Last trades through the real yfinance: all in one request, and only sound ones."""

from __future__ import annotations

import pytest

from tests.core.live.yahoo.conftest import TICKERS, ask, trouble


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
