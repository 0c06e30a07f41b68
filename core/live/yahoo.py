"""Yahoo through yfinance, each answer as plain arrays and each failure as one of our troubles; in the fetcher only."""

from __future__ import annotations

import json
import logging
import math
import os
import sqlite3
import stat
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import yfinance as yf
from curl_cffi.requests.exceptions import HTTPError, RequestException
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFPricesMissingError, YFRateLimitError, YFTzMissingError

from ..bars import Days, Floats, Seconds
from ..filing import own_folder
from .guard import Guard
from .raw import PRICES, Answer, Minutes, Quote, Raw
from .trouble import Failing, NoBars, NoSuchTicker, Offline, Trouble, Upstream

QUOTES = "https://query1.finance.yahoo.com/v7/finance/quote"
EXCHANGE = "America/New_York"
COLUMNS = ("Open", "High", "Low", "Close", "Volume")
ERROR_STATUS, NOT_FOUND = 400, 404
# Yahoo's own words for a ticker it doesn't know.
UNKNOWN = ("no data found", "not found")
# Asked for when Yahoo knows no other ticker, to learn whether it knows any.
CANARIES = ("SPY", "IWM")
LONGEST_DELAY = 24 * 60
SLACK = 1e-4  # the provider's prices are float32 at heart
CACHES = ("tkr-tz.db", "cookies.db")
OTHERS = stat.S_IWGRP | stat.S_IWOTH
# No folder can be made here: yfinance then does without its caches.
NOWHERE = f"{os.devnull}/none"
NONSENSE = (json.JSONDecodeError, KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError)
TROUBLES: tuple[tuple[tuple[type[Exception], ...], Callable[[str], Trouble], str], ...] = (
    ((YFRateLimitError,), Failing, "Yahoo asks for a pause for {what}"),
    ((YFPricesMissingError,), NoBars, "Yahoo answered no bar of {what}"),
    ((RequestException,), Offline, "no connection to Yahoo for {what}"),
    (NONSENSE, Upstream, "Yahoo answers nonsense for {what}"),
    ((OSError,), Offline, "no connection to Yahoo for {what}"),
    ((YFException,), Upstream, "Yahoo failed for {what}: {error}"),
)
"""What the client's errors mean, the first row that fits: their kinds, our trouble, its words."""


def prepare(cache: Path, tickers: Iterable[str]) -> None:
    """Quiet yfinance, give it a private folder for its caches, and tell it the time zone of every ticker.

    Its cookie cache holds pickles, so the folder must be nobody else's to write; where none can be kept it does
    without. Its time zone cache is warmed in one thread, which saves a request a ticker and keeps its database from
    being opened by several threads at once.
    """
    warnings.filterwarnings("ignore")
    logger = logging.getLogger("yfinance")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    yf.set_tz_cache_location(str(cache) if _kept(cache) else NOWHERE)
    yf.config.debug.hide_exceptions = False
    for ticker in tickers:
        know_zone(ticker)


def _kept(cache: Path) -> bool:
    """Whether the folder is ours alone and its databases can be written; a damaged one is taken away."""
    try:
        own_folder(cache)
        _keep_others_out(cache)
        for name in CACHES:
            try:
                _written(cache / name)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                for file in cache.glob(f"{name}*"):
                    file.unlink()
    except (OSError, sqlite3.Error):
        return False
    return True


def _keep_others_out(cache: Path) -> None:
    """Make the folder nobody else's to write, and take away what others can have put there; OSError where that fails.

    A pickle runs whatever its writer wants it to, so a mode that is right by now doesn't make up for one that was not.
    """
    folder, above = cache.lstat(), cache.parent.stat()
    own = stat.S_ISDIR(folder.st_mode) and folder.st_uid == os.geteuid()
    if not own or (above.st_mode & OTHERS and not above.st_mode & stat.S_ISVTX):
        raise PermissionError(f"{cache} may be another user's to write")
    for file in (file for name in CACHES for file in cache.glob(f"{name}*")):
        found = file.lstat()
        foreign = found.st_uid != os.geteuid() or stat.S_ISLNK(found.st_mode) or found.st_mode & OTHERS
        if foreign or folder.st_mode & OTHERS:
            file.unlink()
    cache.chmod(0o700)


def _written(database: Path) -> None:
    with closing(sqlite3.connect(database)) as db:
        db.execute("pragma quick_check")
        db.execute("begin immediate")
        db.execute("create table if not exists written (at)")
        db.execute("insert into written values (1)")
        db.execute("delete from written")
        db.execute("commit")


def know_zone(ticker: str) -> None:
    """Tell yfinance a ticker's time zone, so that it doesn't ask; a cache that can't be written costs a request."""
    with suppress(Exception):
        yf.cache.get_tz_cache().store(ticker, EXCHANGE)


class Yahoo:
    """Daily bars, minute bars and quotes; every method raises Trouble when it brings nothing."""

    name = "Yahoo"

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        # A Ticker makes a spare session, so each is made once.
        self._tickers: dict[str, yf.Ticker] = {}

    def daily(self, ticker: str, period: str) -> Answer:
        """The daily bars of a period like `1mo` or `max`, as Yahoo has them; NoSuchTicker when it knows others only."""
        try:
            return self._daily(ticker, period)
        except NoSuchTicker:
            self._know_another(ticker)
            raise

    def minutes(self, ticker: str, period: str, interval: int) -> Minutes:
        """Bars of `interval` minutes of the last `1d` or `5d`; those that are no sound bar are left out."""
        with _told(ticker):
            try:
                frame, meta = self._history(ticker, period, f"{interval}m")
            except NoSuchTicker as error:  # known by its daily bars or not at all
                raise NoBars(f"Yahoo has no minutes of {ticker} for {period}") from error
            if meta.get("symbol") != ticker:
                raise Upstream(f"Yahoo answered {meta.get('symbol')!r} when it was asked for the minutes of {ticker}")
            times = frame.index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
            minutes = _sound(ticker, interval, _begun(times, interval), _columns(frame))
            if not len(minutes):
                raise NoBars(f"Yahoo has no minutes of {ticker} for {period}")
            return minutes

    def quotes(self, tickers: Iterable[str]) -> list[Quote]:
        """The last trades; a ticker that Yahoo leaves out or gives no price for is left out."""
        wanted = frozenset(tickers)
        with _told("the last trades"):
            params = {"symbols": ",".join(tickers), "formatted": "false"}
            found = YfData(session=self._guard).get_raw_json(QUOTES, params=params, timeout=6)
            rows = found["quoteResponse"]["result"]
            return [quote for row in rows if (quote := _quote(row)) and quote.ticker in wanted]

    def _daily(self, ticker: str, period: str) -> Answer:
        with _told(ticker):
            frame, meta = self._history(ticker, period, "1d")
            sessions = frame.index.tz_localize(None).to_numpy().astype("datetime64[D]")
            splits = frame["Stock Splits"].to_numpy(float)
            opened, high, low, close, volume = _columns(frame)
            events = (*_events(sessions, _paid(frame)), *_events(sessions, splits))
            raw = Raw(ticker, sessions, opened, high, low, close, volume, *events)
            return Answer(raw, *_said(meta))

    def _know_another(self, ticker: str) -> None:
        """Raise the trouble there is with every ticker, if there is one: then nothing is said about this one."""
        other = next(canary for canary in CANARIES if canary != ticker)
        try:
            self._daily(other, "5d")
        except NoSuchTicker as error:
            raise Upstream(f"Yahoo says that it knows neither {ticker} nor {other}") from error

    def _history(self, ticker: str, period: str, interval: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        if ticker not in self._tickers:
            self._tickers[ticker] = yf.Ticker(ticker, session=self._guard)
        asked = self._tickers[ticker]
        try:
            frame = asked.history(period=period, interval=interval, auto_adjust=False, actions=True, prepost=False)
        except (HTTPError, YFPricesMissingError, YFTzMissingError) as error:
            if _unknown(error):
                # The client keeps that answer, and the ticker may be listed tomorrow.
                YfData.cache_get.cache_clear()
                del self._tickers[ticker]
                raise NoSuchTicker(f"Yahoo does not know {ticker}") from error
            raise
        if not len(frame):
            raise NoBars(f"Yahoo answered no bar of {ticker} for {period}")
        return frame, asked.history_metadata


def classify(error: Exception, what: str) -> Trouble:
    """What an error of the client means, as a sentence about `what` was asked for."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, RequestException) and (status := _status(error)) >= ERROR_STATUS:
        return Failing(f"Yahoo answered {status} for {what}")
    for kinds, trouble, words in TROUBLES:
        if isinstance(error, kinds):
            return trouble(words.format(what=what, error=error))
    return Upstream(f"unexpected, for {what}: {type(error).__name__}: {error}")


def _unknown(error: Exception) -> bool:
    """Whether an answer about one ticker says that there is no such ticker."""
    reason = str(getattr(error, "yahoo_reason", None) or "").lower()
    return isinstance(error, YFTzMissingError) or _status(error) == NOT_FOUND or any(w in reason for w in UNKNOWN)


def _status(error: Exception) -> int:
    return getattr(getattr(error, "response", None), "status_code", 0)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise classify(error, what) from error


def _columns(frame) -> list[Floats]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return [frame[name].to_numpy(float) for name in COLUMNS]


def _paid(frame) -> Floats:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Dividends and capital gains by row.

    Yahoo has begun to count a gain into the day's dividend as well (yfinance #2666): one as large as the gain has it.
    """
    dividends: Floats = frame["Dividends"].to_numpy(float)
    if "Capital Gains" not in frame:
        return dividends
    gains = frame["Capital Gains"].to_numpy(float)
    return np.where(dividends >= gains, dividends, dividends + gains)


def _begun(times: Seconds, interval: int) -> Seconds:
    """The beginnings of the bars: Yahoo stamps the one in progress with its last trade."""
    seconds = times.astype("int64")
    begun: Seconds = (seconds - seconds % (60 * interval)).astype("datetime64[s]")
    return begun


def _sound(ticker: str, interval: int, times: Seconds, columns: list[Floats]) -> Minutes:
    """The bars with prices above 0 that fit each other, and of two for the same minutes the later."""
    prices, volume = np.array(columns[: len(PRICES)]), columns[-1]
    opened, high, low, close = prices
    sound = (np.isfinite(prices) & (prices > 0)).all(axis=0) & np.isfinite(volume) & (volume >= 0)
    sound &= (low <= np.minimum(opened, close) * (1 + SLACK)) & (np.maximum(opened, close) <= high * (1 + SLACK))
    sound[:-1] &= ~(sound[1:] & (times[1:] == times[:-1]))
    return Minutes(ticker, interval, times[sound], *(column[sound] for column in columns))


def _events(sessions: Days, values: Floats) -> tuple[Days, Floats]:
    there = np.isfinite(values) & (values != 0)
    return sessions[there], values[there]


def _said(meta: Mapping[str, object]) -> tuple[str, str, float, int]:
    """The symbol, the time zone, and the last price with its instant, as Yahoo says them."""
    at = meta.get("regularMarketTime")
    seconds = int(at.timestamp()) if isinstance(at, datetime) else int(at) if isinstance(at, int | float) else 0
    price = _number(meta.get("regularMarketPrice"))
    return str(meta.get("symbol", "")), str(meta.get("exchangeTimezoneName", "")), price, seconds


def _quote(row: object) -> Quote | None:
    """A row of the batch quote; None without a sound price and time."""
    if not isinstance(row, Mapping):
        return None
    price, at = _number(row.get("regularMarketPrice")), _number(row.get("regularMarketTime"))
    if not (price > 0 and at > 0):
        return None
    before, volume = _number(row.get("regularMarketPreviousClose")), _number(row.get("regularMarketVolume"))
    delay = _number(row.get("exchangeDataDelayedBy"))
    late = int(min(delay, LONGEST_DELAY)) if delay > 0 else 0
    return Quote(str(row.get("symbol", "")), price, int(at), before if before > 0 else math.nan, volume, late)


def _number(value: object) -> float:
    """A finite number, or NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value) if math.isfinite(value) else math.nan
    except OverflowError:
        return math.nan
