"""Yahoo's batch quote and quote summary: the last trade of each ticker, with the state of the market."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, time

from smallcap.core.calendar import hours, is_session, new_york

from . import market
from .meta import identity, zone_name, zone_of
from .wire import Reply
from .world import World

Row = dict[str, object]
Edit = Callable[[list[Row]], list[Row]]
PRE_FROM, POST_UNTIL = time(4, 0), time(20, 0)


def row(world: World, ticker: str, now: datetime) -> Row:
    """One ticker's row of the batch quote."""
    trade, raw, where = world.quote(ticker, now), world.raw(ticker, now), identity(ticker)
    change = trade.price - trade.previous_close
    zone = zone_of(ticker, now)
    return {
        "language": "en-US",
        "region": "US",
        "quoteType": where["instrumentType"],
        "quoteSourceName": "Delayed Quote" if trade.delay else "Nasdaq Real Time Price",
        "currency": "USD",
        "exchange": where["exchangeName"],
        "fullExchangeName": where["fullExchangeName"],
        "exchangeTimezoneName": zone_name(ticker),
        "exchangeTimezoneShortName": zone["timezone"],
        "gmtOffSetMilliseconds": int(str(zone["gmtoffset"])) * 1000,
        "market": "us_market",
        "marketState": state(now),
        "firstTradeDateMilliseconds": market.opening(world.first) * 1000,
        "priceHint": 2,
        "regularMarketPrice": trade.price,
        "regularMarketTime": trade.at,
        "regularMarketChange": change,
        "regularMarketChangePercent": 100 * change / trade.previous_close,
        "regularMarketPreviousClose": trade.previous_close,
        "regularMarketOpen": float(raw.open[-1]),
        "regularMarketDayHigh": float(raw.high[-1]),
        "regularMarketDayLow": float(raw.low[-1]),
        "regularMarketVolume": int(trade.volume),
        "bid": trade.price - 0.01,
        "ask": trade.price + 0.01,
        "bidSize": 8,
        "askSize": 9,
        "sourceInterval": 15,
        "exchangeDataDelayedBy": trade.delay,
        "tradeable": False,
        "shortName": f"{ticker} of the loopback",
        "symbol": ticker,
    }


def batch(world: World, tickers: Sequence[str], now: datetime, edit: Edit) -> Reply:
    """The rows of the tickers that are known; the others are left out without a word."""
    rows = edit([row(world, ticker, now) for ticker in tickers if ticker in world.tickers])
    return Reply(200, json.dumps({"quoteResponse": {"result": rows, "error": None}}).encode())


def summary(world: World, ticker: str, now: datetime) -> Reply:
    """What there is about one ticker; 404 for an unknown one."""
    if ticker not in world.tickers:
        error = {"code": "Not Found", "description": f"Quote not found for symbol: {ticker}"}
        return Reply(404, json.dumps({"quoteSummary": {"result": None, "error": error}}).encode())
    told = row(world, ticker, now)
    kinds = {key: told[key] for key in ("quoteType", "symbol", "shortName", "exchange")}
    kinds |= {"timeZoneFullName": told["exchangeTimezoneName"]}
    result = [{"quoteType": kinds, "price": told}]
    return Reply(200, json.dumps({"quoteSummary": {"result": result, "error": None}}).encode())


def state(now: datetime) -> str:
    """What the market is doing in Yahoo's words."""
    local = new_york(now)
    if hours(now).open:
        return "REGULAR"
    if not is_session(local.date()) or not PRE_FROM <= local.time() < POST_UNTIL:
        return "CLOSED"
    return "PRE" if int(now.timestamp()) < market.opening(local.date()) else "POST"
