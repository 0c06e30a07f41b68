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
    """A fault of the wire: the kind of request it meets, and what a single fetch of everything says then."""

    kind: str
    fault: str
    stored: bool
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
    """A fault of the stream, and what the log says of it; the polled quotes go on in every row."""

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
    Spoilt("not_found", False, "answered no bar", "STALE", {}),
)

OBSERVATIONS = (
    Column("dots", ("DGS2",), True),
    Column("blank_days", ("DGS10",), False),
    Column("garbage_numbers", ("T10Y2Y",), False),
    Column("infinity", ("DFF",), False),
    Column("header_date", (), True),
)

ERRORS, NOWHERE, NONSENSE = "Yahoo answered {} for IWM", "no connection to Yahoo", "answers nonsense"
WIRE = (
    Down("*", "429", False, "429", "STALE", "rate limited until", {}),
    Down("*", "429", False, "429", "STALE", "rate limited until 20:30 ET", {"retry_after": 3600}),
    Down("crumb", "429", True, "getcrumb 429", "CLOSED", "", {}),
    Down("*", "401", False, "401", "STALE", "IWM: ", {}),
    Down("*", "403", False, "403", "STALE", "IWM: ", {}),
    Down("*", "404", False, "404", "STALE", "IWM: ", {}),
    Down("*", "500", False, "500", "STALE", "IWM: ", {}),
    Down("*", "502", False, "502", "STALE", "IWM: ", {}),
    Down("*", "503", False, "503", "STALE", "IWM: ", {}),
    Down("*", "504", False, "504", "STALE", "IWM: ", {}),
    Down("*", "hang", False, NOWHERE, "CACHED", "IWM: ", {}),
    Down("cookie", "hang", True, "fc.yahoo.com", "CLOSED", "", {}),
    Down("*", "dropped", False, NOWHERE, "CACHED", "IWM: ", {}),
    Down("*", "reset", False, NOWHERE, "CACHED", "IWM: ", {}),
    Down("*", "offline", False, NOWHERE, "CACHED", "IWM: ", {}),
    Down("*", "drip", False, NOWHERE, "CACHED", "IWM: ", {}),
    Down("*", "slow", True, "added", "CLOSED", "", {}),
    Down("*", "truncated", False, NOWHERE, "CACHED", "IWM: ", {}),
    Down("*", "cut", False, NONSENSE, "STALE", "IWM: ", {}),
    Down("*", "empty", False, NONSENSE, "STALE", "IWM: ", {}),
    Down("*", "html", False, NONSENSE, "STALE", "IWM: ", {}),
    Down("*", "consent", True, "added", "CLOSED", "", {}),
    Down("chart", "null_result", False, "answered no bar", "STALE", "IWM: ", {}),
    Down("fred", "ragged", True, "added", "CLOSED", "", {}),
    Down("fred", "zip", True, "added", "CLOSED", "", {}),
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
    Pushed("refused", "503"),
    Pushed("closed", "stream: closed"),
    Pushed("reset", "stream: "),
    Pushed("silent", "silent for 30 s"),
    Pushed("garbage", "silent for 30 s"),
    Pushed("garbage_protobuf", "silent for 30 s"),
    Pushed("bare_protobuf", "silent for 30 s"),
    Pushed("priceless", "silent for 30 s"),
    Pushed("largest_integers", ""),
    Pushed("flood", ""),
)
