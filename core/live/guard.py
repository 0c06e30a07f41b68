"""The guarded session: every request of the fetcher passes here, is held to the throttle, timed out and noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, TypedDict, Unpack
from urllib.parse import urlsplit

from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import ConnectionError as NoConnection
from curl_cffi.requests.exceptions import RequestException

from .log import Entry
from .shared import Shared
from .throttle import Refusal
from .trouble import Failing, Paused, RateLimited

# Seconds a whole request may take: a history of 25 years over a slow line needs more than a quote does.
TIMEOUT, LONG_TIMEOUT, COOKIE_TIMEOUT = 6.0, 20.0, 2.0
COOKIE_HOSTS = ("fc.yahoo.com", "guce.yahoo.com", "consent.yahoo.com")
COOKIE_PAUSE = 600.0
CRUMB, QUOTES = "/v1/test/getcrumb", "/v7/finance/quote"
TOO_MANY, SERVER_ERROR = 429, 500
# A request that would have to wait longer for its turn is not sent at all.
LONGEST_WAIT = 20.0


class Clock(NamedTuple):
    """The present in epoch seconds, and a pause in seconds that ends early when the process does."""

    now: Callable[[], float]
    pause: Callable[[float], None]


class Options(TypedDict, total=False):
    """The arguments of a request that are looked at here; any other goes through."""

    timeout: float | tuple[float, float] | None
    params: object
    headers: object
    data: object
    json: object
    allow_redirects: bool


class Guard(Session[Response]):
    """A browser-like session that sends no request its throttle holds back and no error page into the client's cache.

    Raises Paused and RateLimited, Failing for quotes without a crumb, and the session's own errors: a status of 500 and
    more is a connection error with its response, because yfinance would keep the page as an answer (data-layer 2.4,
    fault 4), and so is a 429 for a cookie or the crumb, because the charts do without.
    """

    def __init__(self, throttle: Shared, clock: Clock, tell: Callable[[Entry], None]) -> None:
        super().__init__(impersonate="chrome")
        self._throttle, self._clock, self._tell = throttle, clock, tell
        self._cookies_shut = dict.fromkeys(COOKIE_HOSTS, 0.0)

    def request(self, method: str, url: str, **options: Unpack[Options]) -> Response:  # type: ignore[override]
        """Send it when the throttle allows, within the time it may take."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        beside = host in COOKIE_HOSTS or parts.path.endswith(CRUMB)
        if beside:
            self._shut_doors(host)
        if parts.path.endswith(QUOTES) and not _has_crumb(options):
            raise Failing(f"{self._throttle.name} gives out no crumb now, and without one it tells no last trades")
        self._wait()
        options["timeout"] = _longest(host, url, options)
        started = self._clock.now()
        try:
            response: Response = super().request(method, url, **options)  # type: ignore[arg-type]
        except RequestException as error:
            self._note("failed", host, f"{parts.path} {type(error).__name__}: {_brief(error)}", started)
            self._unanswered(host)
            raise
        self._note("answered", host, f"{parts.path} {response.status_code}, {len(response.content):,} bytes", started)
        return self._judged(response, host, beside=beside)

    def _shut_doors(self, host: str) -> None:
        """Whether cookies and crumb may be asked for; a request for them never tries out a provider in trouble."""
        now = self._clock.now()
        # Longer than the pause only when the clock was set back.
        if 0 < self._cookies_shut.get(host, 0.0) - now <= COOKIE_PAUSE:
            raise NoConnection(f"{host} did not answer a moment ago")
        if not self._throttle.crumb_open(now):
            raise NoConnection("the crumb is rate limited")
        if self._throttle.state(now):
            raise NoConnection(f"{host} is not asked for a crumb while {self._throttle.name} is in trouble")

    def _wait(self) -> None:
        while True:
            answer = self._throttle.ask(self._clock.now())
            if isinstance(answer, Refusal):
                raise Paused(self._throttle.name, answer.until, answer.why)
            if answer <= 0:
                return
            if answer > LONGEST_WAIT:
                until = self._clock.now() + answer
                raise Paused(self._throttle.name, until, "as many requests were sent within an hour as may be")
            self._clock.pause(answer)

    def _judged(self, response: Response, host: str, *, beside: bool) -> Response:
        """The response, once the throttle has been told what it means."""
        status, now = response.status_code, self._clock.now()
        retry_after = _seconds(response.headers.get("Retry-After"), now) if status == TOO_MANY else None
        if not beside:
            self._throttle.answered(now, status, retry_after)
        elif status == TOO_MANY:
            self._throttle.crumb_refused(now, retry_after)
        else:
            self._throttle.undecided(now)
        if status == TOO_MANY and not beside:
            trouble = self._throttle.state(now)
            raise RateLimited(self._throttle.name, trouble.until if trouble else now)
        if status == TOO_MANY or status >= SERVER_ERROR:
            raise NoConnection(f"{host} answered {status}", 0, response)
        return response

    def _unanswered(self, host: str) -> None:
        """A request brought nothing; the cookies' hosts are no great matter, as the charts work without them."""
        now = self._clock.now()
        if host in COOKIE_HOSTS:
            self._cookies_shut[host] = now + COOKIE_PAUSE
            self._throttle.undecided(now)
        else:
            self._throttle.failed(now, "offline")

    def _note(self, kind: str, host: str, words: str, started: float) -> None:
        took = max(self._clock.now() - started, 0.0)
        self._tell(Entry(datetime.fromtimestamp(started, UTC), kind, host, f"{words} in {took:.1f} s"))


def _has_crumb(options: Options) -> bool:
    params = options.get("params")
    return isinstance(params, dict) and bool(params.get("crumb"))


def _longest(host: str, url: str, options: Options) -> float:
    """The seconds this request may take."""
    if host in COOKIE_HOSTS:
        return COOKIE_TIMEOUT
    params = options.get("params")
    long = isinstance(params, dict) and ("period1" in params or params.get("range") in {"1y", "max"})
    return LONG_TIMEOUT if long or "fredgraph" in url else TIMEOUT


def _seconds(retry_after: str | None, now: float) -> float | None:
    """Retry-After as seconds from `now`: a number of them, or an HTTP date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  rarely a date

    try:
        at = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    # A date without a zone is meant as GMT, as every date in HTTP is.
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now, 0.0)


def _brief(error: Exception) -> str:
    return str(error).split(". See ", maxsplit=1)[0][:160]
