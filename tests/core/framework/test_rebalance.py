"""Rebalancing against hand-worked cases, by properties, and what it refuses."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.errors import UsageError
from smallcap.core.framework.question import holdings
from smallcap.core.framework.rebalance import Rebalance, cash_beside, outside, trades

ANSWERS = Path(__file__).resolve().parents[2] / "answers" / "rebalances.csv"
CASES = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
PRICES = {"IWM": 200.0, "SPY": 400.0, "KRE": 50.0}


def prices(text: str) -> dict[str, float]:
    return {ticker: float(price) for ticker, price in (word.split("=") for word in text.split())}


def shares(done: Rebalance, ticker: str) -> int:
    return sum(trade.shares for trade in done.trades if trade.ticker == ticker)


@pytest.mark.parametrize("case", CASES, ids=[str(n) for n in range(len(CASES))])
def test_agrees_with_the_hand_worked_case_to_the_cent_and_the_share(case: dict[str, str]):
    held = holdings("held", case["held"])
    done = trades(
        float(case["value"]),
        held,
        prices(case["prices"]),
        "IWM",
        "SPY",
        target=float(case["target"]),
        band=float(case["band"]),
        cost_per_trade=float(case["fee"]),
        spread=float(case["spread"]),
    )
    found = (shares(done, "IWM"), shares(done, "SPY"))
    assert found == (int(case["small_shares"]), int(case["core_shares"])), case["note"]
    assert done.cost == pytest.approx(float(case["cost"]), abs=0.00501)
    assert done.cash == pytest.approx(float(case["cash"]), abs=0.00501)
    assert done.turnover == pytest.approx(float(case["turnover"]), abs=1e-6)
    assert done.after.small == pytest.approx(float(case["weight_after"]), abs=1e-6)
    assert done.shares == held.get("IWM", 0) + found[0]
    assert bool(done.words)


@st.composite
def portfolios(draw):
    known = {ticker: draw(st.floats(0.5, 2_000.0)) for ticker in ("IWM", "SPY", "KRE")}
    held = {ticker: draw(st.integers(0, 3_000)) for ticker in draw(st.sets(st.sampled_from(sorted(known))))}
    cash = draw(st.sampled_from([0.0, 1.0])) * draw(st.floats(0.0, 1e6))
    value = sum(n * known[t] for t, n in held.items()) + cash
    return max(value, 1.0), held, known


fees = st.one_of(st.just(0.0), st.floats(0.0, 50.0))
weights = st.floats(0.0, 1.0)
bands = st.floats(0.0, 0.2)


@given(portfolios(), weights, bands, fees, st.floats(0.0, 0.02))
def test_cash_is_never_negative_and_no_share_is_sold_that_is_not_held(portfolio, target, band, fee, spread):
    value, held, known = portfolio
    done = trades(value, held, known, "IWM", "SPY", target=target, band=band, cost_per_trade=fee, spread=spread)
    after = {ticker: held.get(ticker, 0) + shares(done, ticker) for ticker in known}
    assert all(isinstance(trade.shares, int) and trade.shares for trade in done.trades)
    assert min(after.values()) >= 0
    assert after["KRE"] == held.get("KRE", 0)
    rest = value - done.cost - sum(n * known[ticker] for ticker, n in after.items())
    assert rest >= -1e-9 * value
    assert done.cash == pytest.approx(max(0.0, rest), abs=1e-8 * value)
    assert done.cost == pytest.approx(sum(fee + spread * abs(trade.notional) for trade in done.trades))


@given(portfolios(), weights, bands, fees)
def test_the_weight_is_never_farther_from_the_target_than_before(portfolio, target, band, fee):
    value, held, known = portfolio
    done = trades(value, held, known, "IWM", "SPY", target=target, band=band, cost_per_trade=fee)
    before = held.get("IWM", 0) * known["IWM"] / value
    assert done.before.small == before
    if done.trades:
        assert abs(done.after.small - target) < abs(before - target)
        assert done.after.small == pytest.approx(done.shares * known["IWM"] / (value - done.cost))
    else:
        assert done.after == done.before


@given(portfolios(), weights, bands)
def test_nothing_is_traded_inside_the_band(portfolio, target, band):
    value, held, known = portfolio
    done = trades(value, held, known, "IWM", "SPY", target=target, band=band)
    if abs(done.before.small - target) <= band:
        assert done.trades == ()
        assert (done.turnover, done.cost) == (0.0, 0.0)
        assert done.words.startswith("inside the band of ")


@given(portfolios(), weights)
def test_a_sale_comes_before_what_it_pays_for_and_each_fund_is_traded_once(portfolio, target):
    value, held, known = portfolio
    done = trades(value, held, known, "IWM", "SPY", target=target, band=0.0)
    tickers = [trade.ticker for trade in done.trades]
    assert len(set(tickers)) == len(tickers)
    signs = [trade.shares > 0 for trade in done.trades]
    assert signs == sorted(signs)


@given(portfolios(), weights)
def test_no_fewer_core_shares_would_have_paid_for_it(portfolio, target):
    value, held, known = portfolio
    done = trades(value, held, known, "IWM", "SPY", target=target, band=0.0)
    if shares(done, "SPY") < 0:
        assert done.cash < known["SPY"]


def test_a_buy_that_cannot_be_paid_in_full_says_so():
    done = trades(10_000, {"SPY": 1, "KRE": 190}, PRICES, "IWM", "SPY", target=0.15, band=0.02)
    assert done.words == "from 0.0% to 4.0% in small caps, as near as whole shares and what can be paid come to 15.0%"


@pytest.mark.parametrize(
    ("held", "target", "words"),
    [
        ({"IWM": 5, "SPY": 20}, 0.10, "inside the band of 2 points: nothing to do"),
        ({"KRE": 200}, 0.10, "cash and SPY don't pay for one share of IWM: nothing can be bought"),
        ({}, 0.005, "inside the band of 2 points: nothing to do"),
    ],
)
def test_why_nothing_is_traded(held: dict[str, int], target: float, words: str):
    assert trades(10_000, held, PRICES, "IWM", "SPY", target=target, band=0.02).words == words


def test_a_share_dearer_than_the_portfolio_is_not_bought():
    done = trades(1_000, {}, {**PRICES, "IWM": 4_321.0}, "IWM", "SPY", target=0.1, band=0.02)
    assert done.trades == ()
    assert done.words == "no whole number of IWM shares at 4,321.00 is nearer to the target: nothing to do"


def test_a_trade_that_costs_as_much_as_it_moves_is_left():
    done = trades(10_000, {"IWM": 7}, PRICES, "IWM", "SPY", target=0.1, band=0.02, cost_per_trade=400.0)
    assert done.trades == ()
    assert done.words == "the trade would cost 400.20, as much as it moves: nothing to do"


def test_costs_that_take_the_weight_away_from_its_target_stop_the_trade():
    """8 of 20 shares at 100 are 40 %; 8.502 are wanted, so 9; at a cost of 90.05 they are 900 of 1,909.95, 47.1 %."""
    known = {"IWM": 100.0, "SPY": 5_000.0}
    done = trades(2_000, {"IWM": 8}, known, "IWM", "SPY", target=0.4251, band=0.0, cost_per_trade=90.0)
    assert done.trades == ()
    assert done.words == "after costs the weight would be no nearer to the target: nothing to do"


def test_one_point_is_one_point():
    assert trades(2_000, {"IWM": 1}, PRICES, "IWM", "SPY", target=0.1, band=0.01).words.startswith(
        "inside the band of 1 point:"
    )


def test_the_weights_are_of_the_whole_portfolio():
    done = trades(20_000, {"IWM": 12, "SPY": 25, "KRE": 40}, PRICES, "IWM", "SPY", target=0.1, band=0.05)
    assert tuple(done.before) == pytest.approx((0.12, 0.5, 0.28))
    assert (done.left, done.cash) == (20_000, pytest.approx(5_600))


def test_a_value_rounded_to_the_cent_still_covers_what_is_held():
    assert cash_beside(33.33, {"IWM": 1}, {"IWM": 33.334}) == 0.0
    assert cash_beside(40.0, {"IWM": 1}, {"IWM": 33.334}) == pytest.approx(6.666)


@pytest.mark.parametrize(
    ("value", "held", "known", "words"),
    [
        (23_999, {"IWM": 120}, {}, r"value 23,999.00 is below the worth of what is held, 24,000.00; it is the whole"),
        (0.0, {}, {}, "value 0 is not above 0"),
        (math.nan, {}, {}, "value nan is not above 0"),
        (math.inf, {}, {}, "value inf is not above 0"),
        (1e5, {"XYZ": 1}, {}, "name XYZ, of which no price above 0 is known"),
        (1e5, {}, {"IWM": 0.0}, "name IWM, of which no price above 0 is known"),
        (1e5, {}, {"SPY": math.nan}, "name SPY, of which no price above 0 is known"),
    ],
)
def test_what_is_refused(value: float, held: dict[str, int], known: dict[str, float], words: str):
    with pytest.raises(UsageError, match=words):
        trades(value, held, {**PRICES, **known}, "IWM", "SPY", target=0.1, band=0.02)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("target", 1.01, "target 1.01 is not from 0% to 100%"),
        ("band", -0.01, "band -0.01 is not from 0% to 100%"),
        ("spread", math.nan, "spread nan is not from 0% to 100%"),
        ("cost_per_trade", -1.0, "cost -1 is not 0 or more"),
        ("cost_per_trade", math.inf, "cost inf is not 0 or more"),
    ],
)
def test_rates_out_of_range_are_refused(name: str, given: float, words: str):
    rates = {"target": 0.1, "band": 0.02, name: given}
    with pytest.raises(UsageError, match=words):
        trades(1e5, {}, PRICES, "IWM", "SPY", **rates)


def test_one_fund_is_not_two():
    with pytest.raises(UsageError, match="small and core are both IWM"):
        trades(1e5, {}, PRICES, "IWM", "IWM", target=0.1, band=0.02)


def test_the_edge_of_the_band_is_inside_whatever_binary_fractions_say():
    assert not outside(0.08, 0.10, 0.02)
    assert not outside(0.12, 0.10, 0.02)
    assert outside(0.1201, 0.10, 0.02)
    assert not outside(math.nan, 0.10, 0.02)
