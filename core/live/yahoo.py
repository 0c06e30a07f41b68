"""Yahoo through yfinance, each answer as plain arrays and each failure as one of our troubles; in the fetcher only."""

from __future__ import annotations

import json
import logging
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
import yfinance as yf
from curl_cffi.requests.exceptions import HTTPError, RequestException
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFPricesMissingError, YFRateLimitError, YFTzMissingError

from ..bars import Days, Floats
from .guard import Guard
from .raw import Answer, Minutes, Quote, Raw
from .trouble import NoBars, NoSuchTicker, Offline, RateLimited, Trouble, Upstream

QUOTES = "https://query1.finance.yahoo.com/v7/finance/quote"
EXCHANGE = "America/New_York"
COLUMNS = ("Open", "High", "Low", "Close", "Volume")
NOT_FOUND = 404
NONSENSE = (json.JSONDecodeError, KeyError, TypeError, ValueError, IndexError, AttributeError)
TROUBLES: tuple[tuple[tuple[type[Exception], ...], Callable[[str], Trouble], str], ...] = (
    ((YFRateLimitError,), lambda _: RateLimited("Yahoo", 0.0), ""),
    ((YFPricesMissingError,), NoBars, "Yahoo answered no bar of {what}"),
    ((HTTPError,), Upstream, "Yahoo refused {what} with status {status}"),
    ((RequestException,), Offline, "no connection to Yahoo for {what}"),
    (NONSENSE, Upstream, "Yahoo answers nonsense for {what}"),
    ((OSError,), Offline, "no connection to Yahoo for {what}"),
    ((YFException,), Upstream, "Yahoo failed for {what}: {error}"),
)
"""What the client's errors mean, the first row that fits: their kinds, our trouble, its words."""


def prepare(cache: Path, tickers: Iterable[str]) -> None:
    """Quiet yfinance, give it a private folder for its caches, and tell it the time zone of every ticker.

    Its cookie cache holds pickles, so the folder must be nobody else's to write; its time zone cache is warmed in one
    thread, which saves a request a ticker and keeps its database from being opened by several threads at once.
    """
    warnings.filterwarnings("ignore")
    logger = logging.getLogger("yfinance")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    yf.set_tz_cache_location(str(cache))
    yf.config.debug.hide_exceptions = False
    for ticker in tickers:
        know_zone(ticker)


def know_zone(ticker: str) -> None:
    """Tell yfinance a ticker's time zone, so that it doesn't ask."""
    yf.cache.get_tz_cache().store(ticker, EXCHANGE)


class Yahoo:
    """Daily bars, minute bars and quotes; every method raises Trouble when it brings nothing."""

    name = "Yahoo"

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        # A Ticker makes a spare session, so each is made once.
        self._tickers: dict[str, yf.Ticker] = {}

    def daily(self, ticker: str, period: str) -> Answer:
        """The daily bars of a period like `1mo` or `max`, as Yahoo has them."""
        with _told(ticker):
            frame, meta = self._history(ticker, period, "1d")
            sessions = frame.index.tz_localize(None).to_numpy().astype("datetime64[D]")
            dividends = frame["Dividends"].to_numpy(float)
            if "Capital Gains" in frame:
                dividends = dividends + frame["Capital Gains"].to_numpy(float)
            splits = frame["Stock Splits"].to_numpy(float)
            opened, high, low, close, volume = _columns(frame)
            events = (*_events(sessions, dividends), *_events(sessions, splits))
            raw = Raw(ticker, sessions, opened, high, low, close, volume, *events)
            return Answer(raw, *_said(meta))

    def minutes(self, ticker: str, period: str, interval: int) -> Minutes:
        """Bars of `interval` minutes of the last `1d` or `5d`; those with a hole in them are left out."""
        with _told(ticker):
            frame, meta = self._history(ticker, period, f"{interval}m")
            if meta.get("symbol") != ticker:
                raise Upstream(f"Yahoo answered {meta.get('symbol')!r} when it was asked for the minutes of {ticker}")
            times = frame.index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
            columns = _columns(frame)
            whole = np.isfinite(columns).all(axis=0) & (np.array(columns[:4]) > 0).all(axis=0)
            if not whole.any():
                raise NoBars(f"Yahoo has no minutes of {ticker} for {period}")
            opened, high, low, close, volume = (column[whole] for column in columns)
            return Minutes(ticker, interval, times[whole], opened, high, low, close, volume)

    def quotes(self, tickers: Iterable[str]) -> list[Quote]:
        """The last trades; a ticker that Yahoo leaves out or gives no price for is left out."""
        wanted = list(tickers)
        with _told("the quotes"):
            params = {"symbols": ",".join(wanted), "formatted": "false"}
            found = YfData(session=self._guard).get_raw_json(QUOTES, params=params, timeout=6)
            rows = found["quoteResponse"]["result"]
            return [quote for row in rows if (quote := _quote(row)) and quote.ticker in wanted]

    def _history(self, ticker: str, period: str, interval: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        if ticker not in self._tickers:
            self._tickers[ticker] = yf.Ticker(ticker, session=self._guard)
        asked = self._tickers[ticker]
        frame = asked.history(period=period, interval=interval, auto_adjust=False, actions=True, prepost=False)
        if not len(frame):
            raise NoBars(f"Yahoo answered no bar of {ticker} for {period}")
        return frame, asked.history_metadata


def classify(error: Exception, what: str) -> Trouble:
    """What an error of the client means, as a sentence."""
    if isinstance(error, Trouble):
        return error
    status = getattr(getattr(error, "response", None), "status_code", None)
    reason = str(getattr(error, "yahoo_reason", None) or "")
    if status == NOT_FOUND or isinstance(error, YFTzMissingError) or "not found" in reason.lower():
        return NoSuchTicker(f"Yahoo does not know {what}")
    for kinds, trouble, words in TROUBLES:
        if isinstance(error, kinds):
            return trouble(words.format(what=what, status=status, error=error))
    return Upstream(f"unexpected, for {what}: {type(error).__name__}: {error}")


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise classify(error, what) from error


def _columns(frame) -> list[Floats]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return [frame[name].to_numpy(float) for name in COLUMNS]


def _events(sessions: Days, values: Floats) -> tuple[Days, Floats]:
    there = np.isfinite(values) & (values != 0)
    return sessions[there], values[there]


def _said(meta: Mapping[str, object]) -> tuple[str, str, float, int]:
    """The symbol, the time zone, and the last price with its instant, as Yahoo says them."""
    at = meta.get("regularMarketTime")
    seconds = int(at.timestamp()) if isinstance(at, datetime) else int(at) if isinstance(at, int | float) else 0
    price = _number(meta.get("regularMarketPrice"))
    return str(meta.get("symbol", "")), str(meta.get("exchangeTimezoneName", "")), price, seconds


def _quote(row: Mapping[str, object]) -> Quote | None:
    """A row of the batch quote; None without a sound price and time."""
    price, at = _number(row.get("regularMarketPrice")), _number(row.get("regularMarketTime"))
    if not (price > 0 and at > 0):
        return None
    before, volume = _number(row.get("regularMarketPreviousClose")), _number(row.get("regularMarketVolume"))
    delay = _number(row.get("exchangeDataDelayedBy"))
    late = int(delay) if delay > 0 else 0
    return Quote(str(row.get("symbol", "")), price, int(at), before if before > 0 else math.nan, volume, late)


def _number(value: object) -> float:
    """A finite number, or NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return float(value) if math.isfinite(value) else math.nan
