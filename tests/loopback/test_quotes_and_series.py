"""The loopback lets a client in and answers it: quotes for a crumb that fits, FRED in one table."""

from __future__ import annotations

from types import SimpleNamespace

from tests.loopback.conftest import FRED, OPEN, QUOTE, quotes, status


def text(market: SimpleNamespace, url: str, **params: str) -> str:
    return market.client.run(f"answer = session.get({url!r}, params={params!r}, timeout=3).text")


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
