"""Whether the providers can be reached: `python -m smallcap.core.live.reach DATE`, one small request to each of them.

In a process of its own, with the client, the proxy and the certificates that the fetcher uses: what fails here fails
there. One JSON line a provider goes to standard output; nothing is kept, and no throttle is asked.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import RequestException

from . import fred
from .__main__ import trust
from .trouble import Trouble

TIMEOUT = 5.0
CHART = "https://query2.finance.yahoo.com/v8/finance/chart/SPY"
SERIES = "DGS2"


class Endpoint(NamedTuple):
    """A provider, the small question it is asked, and whether an answer's body is one of its own."""

    name: str
    url: str
    params: Mapping[str, str]
    knows: Callable[[bytes], bool]


def main(since: str) -> None:
    """Ask all of them at once, and say what came."""
    trust()
    endpoints = (
        Endpoint("Yahoo", CHART, {"range": "1d", "interval": "1d"}, _is_chart),
        Endpoint("FRED", fred.URL, {"id": SERIES, "cosd": since}, _is_table),
    )
    threads = [threading.Thread(target=_say, args=(endpoint,)) for endpoint in endpoints]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _say(endpoint: Endpoint) -> None:
    # In one piece, as the other thread writes too.
    sys.stdout.write(json.dumps(asked(endpoint)) + "\n")


def asked(endpoint: Endpoint) -> dict[str, object]:
    """What came of a request: `status` (0 for no answer) and `error`, whether it was `known` for an answer of the
    provider's, the seconds it `took`, and by how many seconds this clock is `ahead` of the answer's date (or null).
    """  # fmt: skip
    began = time.time()
    try:
        response = Session[Response](impersonate="chrome").get(
            endpoint.url, params=dict(endpoint.params), timeout=TIMEOUT
        )
    except (RequestException, OSError) as error:
        words = str(error).split(". See ", maxsplit=1)[0].removeprefix("Failed to perform, ")
        return _told(endpoint, error=words or type(error).__name__, took=time.time() - began)
    ended = time.time()
    ahead = _ahead(response.headers.get("Date"), (began + ended) / 2)
    known = endpoint.knows(response.content)
    return _told(endpoint, status=response.status_code, known=known, ahead=ahead, took=ended - began)


def _told(
    endpoint: Endpoint,
    *,
    status: int = 0,
    error: str = "",
    known: bool = False,
    took: float = 0.0,
    ahead: float | None = None,
) -> dict[str, object]:
    return {"name": endpoint.name, "status": status, "error": error, "known": known, "took": took, "ahead": ahead}


def _ahead(date: str | None, here: float) -> float | None:
    """By how much a clock that says `here` is ahead of an HTTP date, which is cut to whole seconds."""
    try:
        return here - parsedate_to_datetime(date or "").timestamp() - 0.5
    except (TypeError, ValueError, OverflowError):
        return None


def _is_chart(body: bytes) -> bool:
    try:
        return "chart" in json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return False


def _is_table(body: bytes) -> bool:
    try:
        fred.parse(body, (SERIES,))
    except Trouble:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
