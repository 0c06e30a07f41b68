"""The simulated market beside twenty years of the real one: the same statistics, within stated distances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
from smallcap.core.bars import Bars, Panel
from smallcap.core.history import Pair, compute
from smallcap.core.regime import REGIMES
from smallcap.core.sources.demo import VIX, Demo, published

FUNDS = tuple(published()["tickers"])
EQUITY = (
    "IWM",
    "SPY",
    "QQQ",
    "IJR",
    "MDY",
    "RSP",
    "KRE",
    "XLB",
    "XLE",
    "XLF",
    "XLI",
    "XLK",
    "XLP",
    "XLU",
    "XLV",
    "XLY",
)


@dataclass(frozen=True)
class Span:
    """A panel and the twenty years of it that are compared."""

    panel: Panel
    first: np.datetime64
    last: np.datetime64

    def bars(self, ticker: str) -> Bars:
        b = self.panel[ticker]
        rows = (b.sessions >= self.first) & (b.sessions <= self.last)
        columns = (c[rows] for c in (b.sessions, b.open, b.high, b.low, b.close, b.adj_close, b.volume))
        return Bars(ticker, *columns)

    def pair(self, a: str, b: str):
        """Log returns of two tickers on the sessions both have."""
        x, y = self.bars(a), self.bars(b)
        _, i, j = np.intersect1d(x.sessions, y.sessions, return_indices=True)
        return np.diff(np.log(x.adj_close[i])), np.diff(np.log(y.adj_close[j]))

    def returns(self, ticker: str):
        return np.diff(np.log(self.bars(ticker).adj_close))

    def correlation(self, a: str, b: str) -> float:
        return float(np.corrcoef(*self.pair(a, b))[0, 1])

    def macro(self, name: str):
        """A series as it stood on each session."""
        one, days = self.panel.macro[name], self.bars("SPY").sessions
        return one.values[np.searchsorted(one.dates, days, "right") - 1]


@pytest.fixture(scope="module")
def real(real_panel) -> Span:
    return Span(real_panel, np.datetime64("2003-01-01"), np.datetime64("2022-12-31"))


@pytest.fixture(scope="module")
def sim() -> Span:
    panel = Demo().load(datetime(2026, 1, 5, 12, tzinfo=UTC))
    return Span(panel, np.datetime64("2006-01-01"), np.datetime64("2025-12-31"))


def annual(returns) -> float:
    return float(returns.std() * np.sqrt(252))


def kurtosis(x) -> float:
    x = x - x.mean()
    return float((x**4).mean() / x.var() ** 2)


def memory(x, lag: int) -> float:
    """Autocorrelation of absolute values."""
    x = np.abs(x) - np.abs(x).mean()
    return float((x[lag:] * x[:-lag]).mean() / x.var())


def atr_percent(b: Bars):
    before = np.concatenate((b.close[:1], b.close[:-1]))
    true = np.maximum(b.high, before) - np.minimum(b.low, before)
    out, mean = np.empty(len(true)), true[:14].mean()
    for at, x in enumerate(true):
        mean = out[at] = (13 * mean + x) / 14
    return (100 * out / b.close)[14:]


def relative_volume(b: Bars):
    sums = np.cumsum(np.concatenate(([0.0], b.volume)))
    return b.volume[20:] / ((sums[20:-1] - sums[:-21]) / 20)


@pytest.mark.parametrize(("ticker", "low", "high"), [("SPY", 0.15, 0.20), ("IWM", 0.20, 0.245)])
def test_the_market_swings_as_much_as_the_real_one(real, sim, ticker, low, high):
    assert low < annual(sim.returns(ticker)) < high
    assert annual(sim.returns(ticker)) == pytest.approx(annual(real.returns(ticker)), rel=0.15)


@pytest.mark.parametrize("ticker", FUNDS)
def test_a_fund_swings_beside_the_market_as_the_real_one(real, sim, ticker):
    def beside(span: Span) -> float:
        fund, market = span.pair(ticker, "SPY")
        return annual(fund) / annual(market)

    assert beside(sim) == pytest.approx(beside(real), rel=0.18)


@pytest.mark.parametrize("ticker", FUNDS)
def test_a_funds_range_beside_the_markets_is_the_real_one(real, sim, ticker):
    def beside(span: Span) -> float:
        fund, market = span.bars(ticker), span.bars("SPY")
        rows = np.isin(market.sessions[14:], fund.sessions)
        return float(np.median(atr_percent(fund)) / np.median(atr_percent(market)[rows]))

    assert beside(sim) == pytest.approx(beside(real), rel=0.18)


@pytest.mark.parametrize(("ticker", "middle", "calm", "wild"), [("SPY", 1.11, 0.65, 2.68), ("IWM", 1.64, 1.05, 3.67)])
def test_atr_percent_has_the_real_middle_and_ends(real, sim, ticker, middle, calm, wild):
    there, here = (np.percentile(atr_percent(span.bars(ticker)), [50, 5, 95]) for span in (real, sim))
    assert there == pytest.approx([middle, calm, wild], abs=0.02)
    assert here == pytest.approx(there, rel=0.17)
    for_their_swing = [atr_percent(s.bars(ticker)).mean() / annual(s.returns(ticker)) for s in (real, sim)]
    assert for_their_swing[1] == pytest.approx(for_their_swing[0], rel=0.10)


@pytest.mark.parametrize("other", ["SPY", "IWM"])
@pytest.mark.parametrize("ticker", FUNDS)
def test_a_fund_moves_with_the_market_as_the_real_one(real, sim, ticker, other):
    assert sim.correlation(ticker, other) == pytest.approx(real.correlation(ticker, other), abs=0.12)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ("IWM", "SPY", 0.81, 0.90),
        ("QQQ", "SPY", 0.90, 0.95),
        ("IWM", "QQQ", 0.71, 0.84),
        ("HYG", "SPY", 0.66, 0.80),
        ("TLT", "SPY", -0.42, -0.25),
        ("TLT", "IEF", 0.86, 0.95),
        ("GLD", "UUP", -0.48, -0.30),
        ("IWM", "VTWO", 0.985, 1.0),
    ],
)
def test_pairs_that_people_look_at_are_in_the_real_range(real, sim, a, b, low, high):
    assert low < sim.correlation(a, b) < high
    assert low - 0.01 < real.correlation(a, b) < high + 0.01


def test_tails_are_fat(sim):
    assert 8 < kurtosis(sim.returns("SPY")) < 20
    assert 7 < kurtosis(sim.returns("IWM")) < 18
    assert min(kurtosis(sim.returns(ticker)) for ticker in EQUITY) > 6


@pytest.mark.parametrize("ticker", ["SPY", "IWM"])
def test_volatility_clusters_and_fades_slowly_as_in_the_real_market(real, sim, ticker):
    there, here = real.returns(ticker), sim.returns(ticker)
    assert 0.26 < memory(there, 1) < 0.37
    assert 0.26 < memory(here, 1) < 0.37
    assert memory(here, 5) == pytest.approx(memory(there, 5), abs=0.13)
    assert memory(here, 20) == pytest.approx(memory(there, 20), abs=0.10)
    assert memory(here, 60) == pytest.approx(memory(there, 60), abs=0.07)


def test_the_vix_lives_at_real_heights_and_leaps_when_the_market_falls(real, sim):
    there, here = real.bars(VIX).close, sim.bars(VIX).close
    assert here.mean() == pytest.approx(there.mean(), rel=0.10)
    assert np.median(here) == pytest.approx(np.median(there), rel=0.08)
    assert np.percentile(here, [5, 95]) == pytest.approx(np.percentile(there, [5, 95]), rel=0.18)
    assert 8 < here.min() < 12
    assert 50 < here.max() < 110
    assert np.diff(np.log(here)).std() == pytest.approx(np.diff(np.log(there)).std(), rel=0.10)
    for span in (real, sim):
        market = np.diff(np.log(span.bars("SPY").adj_close))
        assert -0.83 < np.corrcoef(np.diff(np.log(span.bars(VIX).close)), market)[0, 1] < -0.70


def test_rates_and_credit_move_as_the_real_ones(real, sim):
    for name, rel in (("DGS10", 0.15), ("DGS2", 0.25), ("BAMLH0A0HYM2", 0.25), ("T10Y2Y", 0.15)):
        assert np.diff(sim.macro(name)).std() == pytest.approx(np.diff(real.macro(name)).std(), rel=rel), name
    market = sim.returns("SPY")
    assert 0.22 < np.corrcoef(np.diff(sim.macro("DGS10")), market)[0, 1] < 0.42
    assert -0.72 < np.corrcoef(np.diff(sim.macro("BAMLH0A0HYM2")), market)[0, 1] < -0.4
    assert sim.macro("BAMLH0A0HYM2").mean() == pytest.approx(real.macro("BAMLH0A0HYM2").mean(), rel=0.15)
    assert 0.03 < (sim.macro("T10Y2Y") < 0).mean() < 0.25
    change = sim.macro("DFF")[126:] - sim.macro("DFF")[:-126]
    assert 0.08 < (change <= -0.25).mean() < 0.30
    assert 0.10 < (change >= 0.25).mean() < 0.35


def test_a_third_of_the_variance_comes_overnight(real, sim):
    for ticker in ("SPY", "IWM"):
        b = sim.bars(ticker)
        share = np.log(b.open[1:] / b.close[:-1]).var() / np.diff(np.log(b.close)).var()
        assert 0.28 < share < 0.42


def test_volume_leaps_as_often_as_the_real_one(real, sim):
    for ticker in ("SPY", "IWM"):
        there, here = (relative_volume(span.bars(ticker)) for span in (real, sim))
        assert (here >= 2).mean() == pytest.approx((there >= 2).mean(), abs=0.006)
        assert np.log(here).std() == pytest.approx(np.log(there).std(), rel=0.25)
        size = np.abs(np.diff(np.log(sim.bars(ticker).close)))[19:]
        assert 0.25 < np.corrcoef(here, size)[0, 1] < 0.45


def test_it_pays_to_hold_the_market_and_it_hurts(sim):
    wealth = np.exp(np.cumsum(sim.returns("SPY")))
    assert 1.06 < wealth[-1] ** (252 / len(wealth)) < 1.12
    assert -0.58 < (wealth / np.maximum.accumulate(wealth) - 1).min() < -0.33


def test_every_regime_has_its_real_share_of_days_and_changes_as_often(real, sim):
    def shares(span: Span):
        history = compute(span.panel, Pair("IWM", "SPY"))
        codes = history.codes[(history.sessions >= span.first) & (history.sessions <= span.last)]
        codes = codes[codes > 0]
        years = len(codes) / 252
        return np.bincount(codes, minlength=len(REGIMES))[1:] / len(codes), np.count_nonzero(np.diff(codes)) / years

    (there, turns_there), (here, turns_here) = shares(real), shares(sim)
    assert here == pytest.approx(there, abs=0.08)
    assert here.min() > 0.10
    assert 3 < turns_here < 6
    assert turns_here == pytest.approx(turns_there, abs=1.2)
