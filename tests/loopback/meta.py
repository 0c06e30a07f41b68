"""What Yahoo says about a ticker beside its rows: exchange, zone, last price, trading periods."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from smallcap.core.bars import to_day
from smallcap.core.calendar import is_session, new_york, previous_session
from smallcap.core.live.raw import Raw

from . import market
from .world import World

INTRADAY = {"1m": 1, "2m": 2, "5m": 5, "15m": 15, "30m": 30, "60m": 60, "90m": 90, "1h": 60}
RANGES = ("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max")
CHICAGO, NEW_YORK = "America/Chicago", "America/New_York"


class Asked(NamedTuple):
    """Which chart is wanted: rows `first` up to but not including `end`, daily ones or those of INTRADAY."""

    ticker: str
    interval: str
    range: str
    first: int
    end: int
    prepost: bool
    events: bool


def meta_of(world: World, wanted: Asked, raw: Raw, now: datetime) -> dict[str, object]:
    """The meta of a chart, with the keys and in the order of Yahoo's."""
    ticker, zone = wanted.ticker, zone_of(wanted.ticker, now)
    price, year = float(raw.close[-1]), slice(-252, None)
    before = float(raw.close[wanted.first - 1]) if wanted.first else float(raw.close[0])
    meta: dict[str, object] = {
        "currency": "USD",
        "symbol": ticker,
        **identity(ticker),
        "firstTradeDate": market.opening(world.first),
        "regularMarketTime": world.traded_at(ticker, now),
        "hasPrePostMarketData": not market.is_index(ticker),
        "gmtoffset": zone["gmtoffset"],
        "timezone": zone["timezone"],
        "exchangeTimezoneName": zone_name(ticker),
        "regularMarketPrice": price,
        "fiftyTwoWeekHigh": float(raw.high[year].max()),
        "fiftyTwoWeekLow": float(raw.low[year].min()),
        "regularMarketDayHigh": float(raw.high[-1]),
        "regularMarketDayLow": float(raw.low[-1]),
        "regularMarketVolume": int(raw.volume[-1]),
        "longName": f"{ticker} of the loopback",
        "shortName": f"{ticker} of the loopback",
        "chartPreviousClose": before,
        "priceHint": 2,
        "currentTradingPeriod": _periods(_today(now), zone),
        "dataGranularity": wanted.interval,
        "range": wanted.range,
        "validRanges": list(RANGES),
    }
    if wanted.interval in INTRADAY:
        days = [to_day(day) for day in raw.sessions[wanted.first : wanted.end]]
        meta |= {"previousClose": before, "scale": 3, "tradingPeriods": _trading(days, zone, prepost=wanted.prepost)}
    return meta


def identity(ticker: str) -> dict[str, object]:
    """On which exchange a ticker is, and what it is."""
    if market.is_index(ticker):
        return {"exchangeName": "CXI", "fullExchangeName": "Cboe Indices", "instrumentType": "INDEX"}
    return {"exchangeName": "PCX", "fullExchangeName": "NYSEArca", "instrumentType": "ETF"}


def zone_name(ticker: str) -> str:
    """The time zone of the exchange: an index of Cboe's lives in Chicago."""
    return CHICAGO if market.is_index(ticker) else NEW_YORK


def zone_of(ticker: str, now: datetime) -> dict[str, object]:
    """The zone's letters and its offset in seconds at `now`."""
    local = new_york(now)
    offset, letters = local.utcoffset(), local.tzname()
    assert offset is not None
    assert letters is not None
    if market.is_index(ticker):
        offset, letters = offset - timedelta(hours=1), letters.replace("E", "C")
    return {"timezone": letters, "gmtoffset": int(offset.total_seconds())}


def _today(now: datetime) -> date:
    today = new_york(now).date()
    return today if is_session(today) else previous_session(today)


def _periods(session: date, zone: dict[str, object]) -> dict[str, dict[str, object]]:
    start, end = market.opening(session), market.closing(session)
    spans = {"pre": (start - 19_800, start), "regular": (start, end), "post": (end, end + 14_400)}
    return {name: {**zone, "start": begin, "end": finish} for name, (begin, finish) in spans.items()}


def _trading(days: list[date], zone: dict[str, object], *, prepost: bool) -> object:
    periods = [_periods(day, zone) for day in days]
    if not prepost:
        return [[period["regular"]] for period in periods]
    return {name: [[period[name]] for period in periods] for name in ("pre", "regular", "post")}
