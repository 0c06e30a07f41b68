"""Daily bars and minutes through the real yfinance: exactly what the market has."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from smallcap.core.calendar import sessions

from tests.core.live.yahoo.conftest import OPEN, PAID, TICKERS, ask, trouble

CLOSED = datetime(2024, 11, 20, 23, 0, tzinfo=UTC)


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
