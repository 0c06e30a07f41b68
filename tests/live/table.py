"""What each fault must come to: the literal tables that the tests and the page about faults are made of.

A row's `stored` says whether the newest session is in the store while the fault is on, `log` what a line of the log
says, `state` what the panel says; what was held before may change in no row.
"""

from __future__ import annotations

from typing import NamedTuple


class Spoilt(NamedTuple):
    """A fault in one ticker's daily bars."""

    fault: str
    stored: bool
    log: str
    state: str
    options: dict[str, object]


class Down(NamedTuple):
    """A fault of the wire: the kind of request it meets, and what a single fetch of everything says then.

    `observed` says whether the newest observations of FRED are stored.
    """

    kind: str
    fault: str
    stored: bool
    observed: bool
    log: str
    state: str
    failed: str
    options: dict[str, object]


class Column(NamedTuple):
    """A fault in FRED's table, for these series or the whole table: whether the newest observation is stored."""

    fault: str
    series: tuple[str, ...]
    stored: bool


class Trade(NamedTuple):
    """A fault in one ticker's last trade: whether the price is shown, and what the state of the prices is."""

    fault: str
    shown: bool
    log: str
    state: str
    options: dict[str, object]


class Pushed(NamedTuple):
    """A fault of the stream, what the log says of it, and the state of the prices; the quotes go on in every row."""

    fault: str
    log: str
    state: str


class Polled(NamedTuple):
    """A fault of the batch quote, and what the log says of it; no trade is seen while it lasts."""

    fault: str
    log: str


NEWEST: dict[str, object] = {"back": 1}
ANOTHER: dict[str, object] = {"other": "^VIX"}

CHARTS = (
    Spoilt("no_rows", False, "answered no bar", "STALE", {}),
    Spoilt("null_rows", False, "nothing changed", "STALE", NEWEST),
    Spoilt("null_last", False, "is missing, left out", "SUSPECT", {}),
    Spoilt("missing_session", False, "nothing changed", "STALE", NEWEST),
    Spoilt("wrong_symbol", False, "the answer is about '^VIX'", "SUSPECT", ANOTHER),
    Spoilt("duplicate_live", True, "2024-10-09 added", "CLOSED", {}),
    Spoilt("unadjusted_split", False, "the split 2:1 of 2024-10-09 is not applied", "SUSPECT", {}),
    Spoilt("late_split", False, "50% below the session before and no split says why", "SUSPECT", {}),
    Spoilt("restated_dividend", True, "2024-09-20 dividends added or restated", "CLOSED", NEWEST),
    Spoilt("hundredfold", False, "the closes are 100x those held", "SUSPECT", {}),
    Spoilt("spike", False, "200% above the session before", "SUSPECT", NEWEST),
    Spoilt("bad_tick", False, "low 0 is no price above 0", "SUSPECT", NEWEST),
    Spoilt("negative_price", False, "is no price above 0", "SUSPECT", NEWEST),
    Spoilt("high_below_low", False, "low ", "SUSPECT", NEWEST),
    Spoilt("infinity", False, "close inf is no price", "SUSPECT", NEWEST),
    Spoilt("nan", False, "close is missing, left out", "SUSPECT", NEWEST),
    Spoilt("stale", False, "they stay as they are", "STALE", {}),
    Spoilt("shifted", False, "the dates are shifted", "SUSPECT", {}),
    Spoilt("wrong_timezone", False, "time zone is 'Asia/Tokyo'", "SUSPECT", {}),
    Spoilt("unsorted", True, "2024-10-09 added", "CLOSED", {}),
    Spoilt("zero_volume", False, "the volume is 0", "SUSPECT", {}),
    Spoilt("no_adjclose", True, "2024-10-09 added", "CLOSED", {}),
    Spoilt("future", True, "2024-10-09 added", "CLOSED", {}),
    Spoilt("not_found", False, "does not know", "STALE", {}),
)

OBSERVATIONS = (
    Column("dots", ("DGS2",), True),
    Column("blank_days", ("DGS10",), False),
    Column("garbage_numbers", ("T10Y2Y",), False),
    Column("infinity", ("DFF",), False),
    Column("header_date", (), True),
)

NOWHERE, NONSENSE, FAILED = "no connection to Yahoo", "answers nonsense", "{ticker}: "
# Each meets everything that is asked, the slowest first as all of them are run at the same time.
WIRE = (
    Down("*", "hang", False, False, NOWHERE, "CACHED", FAILED, {}),
    Down("*", "drip", False, False, NOWHERE, "CACHED", FAILED, {}),
    Down("*", "403", False, False, "403", "STALE", FAILED, {}),
    Down("*", "401", False, False, "401", "STALE", FAILED, {}),
    Down("*", "404", False, False, "404", "STALE", FAILED, {}),
    Down("*", "429", False, False, "429", "STALE", "rate limited until", {}),
    Down("*", "429", False, False, "429", "STALE", "rate limited until 20:30 ET", {"retry_after": 3600}),
    Down("crumb", "429", True, True, "getcrumb 429", "CLOSED", "", {}),
    Down("*", "500", False, False, "500", "STALE", FAILED, {}),
    Down("cookie", "hang", True, True, "fc.yahoo.com", "CLOSED", "", {}),
    Down("*", "offline", False, False, NOWHERE, "CACHED", FAILED, {}),
    Down("*", "slow", True, True, "2024-10-09 added", "CLOSED", "", {}),
    Down("*", "html", False, False, NONSENSE, "STALE", FAILED, {}),
    Down("*", "consent", True, True, "2024-10-09 added", "CLOSED", "", {}),
    Down("fred", "ragged", True, False, "2024-10-09 added", "CLOSED", "", {}),
    Down("fred", "zip", True, True, "2024-10-09 added", "CLOSED", "", {}),
)

# Of three tickers each meets another one.
TOGETHER = (
    (
        Down("chart", "502", False, True, "502", "STALE", FAILED, {}),
        Down("chart", "503", False, True, "503", "STALE", FAILED, {}),
        Down("chart", "504", False, True, "504", "STALE", FAILED, {}),
    ),
    (
        Down("chart", "dropped", False, True, NOWHERE, "CACHED", FAILED, {}),
        Down("chart", "reset", False, True, NOWHERE, "CACHED", FAILED, {}),
        Down("chart", "truncated", False, True, NOWHERE, "CACHED", FAILED, {}),
    ),
    (
        Down("chart", "cut", False, True, NONSENSE, "STALE", FAILED, {}),
        Down("chart", "empty", False, True, NONSENSE, "STALE", FAILED, {}),
        Down("chart", "null_result", False, True, "answered no bar", "STALE", FAILED, {}),
    ),
)

QUOTES = (
    Trade("wrong_symbol", False, "", "STALE", {"other": "WRONG"}),
    Trade("hundredfold", False, "Yahoo's close before is", "SUSPECT", {}),
    Trade("price_hundredfold", False, "is too far from the last close", "SUSPECT", {}),
    Trade("left_out", False, "", "STALE", {}),
    Trade("priceless", False, "", "STALE", {}),
    Trade("old", False, "", "STALE", {}),
    Trade("partial", False, "", "STALE", {}),
)

STREAM = (
    Pushed("silent", "silent for 30 s", "LIVE"),
    Pushed("garbage", "silent for 30 s", "LIVE"),
    Pushed("garbage_protobuf", "silent for 30 s", "LIVE"),
    Pushed("bare_protobuf", "silent for 30 s", "LIVE"),
    Pushed("priceless", "silent for 30 s", "LIVE"),
    Pushed("refused", "503", "LIVE"),
    Pushed("closed", "stream: ", "LIVE"),
    Pushed("reset", "stream: ", "LIVE"),
    Pushed("largest_integers", "in the future", "SUSPECT"),
    Pushed("flood", "", "LIVE"),
)

QUOTED = (
    Polled("401", "last trades"),
    Polled("403", "last trades"),
    Polled("500", "last trades"),
    Polled("hang", "last trades"),
    Polled("reset", "last trades"),
    Polled("html", "last trades"),
    # Yahoo lets a reader in under another cookie than the one that the crumb fits.
    Polled("consent", "last trades"),
)

MINUTES = (
    Spoilt("hundredfold", False, "is too far from the last close", "", {}),
    Spoilt("wrong_symbol", False, "when it was asked for the minutes of SPY", "", {"other": "IWM"}),
    Spoilt("null_rows", True, "", "", {"back": 5}),
)
