"""The loopback fails as it is told to, each fault in the clients as it is in life."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.loopback import FAULTS, Loopback, World
from tests.loopback.conftest import CHART, FRED, OPEN, RATIO, SPLIT, history, quotes, status
from tests.loopback.faults import KINDS


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
