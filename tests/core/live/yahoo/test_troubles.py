"""Yahoo's failures through the real yfinance: each a trouble with a sentence."""

from __future__ import annotations

import pytest

from tests.core.live.yahoo.conftest import ask, trouble


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
