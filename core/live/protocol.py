"""What the app and the fetcher say to each other: one JSON object a line, each a row of MESSAGES."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

from .raw import Quote

LONGEST_LINE = 1_000_000


class Start(NamedTuple):
    """The first line: the present (epoch seconds), the archive, the private cache, and what is wanted.

    With `once` every daily bar and series that is due is fetched and the fetcher ends; `since` (an ISO date, or empty)
    asks again for the bars from that date on.
    """

    now: float
    archive: str
    cache: str
    tickers: tuple[str, ...]
    series: tuple[str, ...]
    once: bool = False
    since: str = ""


class Want(NamedTuple):
    """What is looked at now: the tickers to follow, the one on the chart, the length of its bars in minutes (0: none).

    `beside` are tickers whose bars of that length are drawn too, now and then renewed.
    """

    tickers: tuple[str, ...]
    visible: str = ""
    minutes: int = 0
    beside: tuple[str, ...] = ()
    idle: bool = False


class Refresh(NamedTuple):
    """Try again at once what failed, within what the throttle allows."""


class Busy(NamedTuple):
    """Another process fetches for this user; this one has ended."""


class Ready(NamedTuple):
    """The fetcher holds the lock and writes to this archive; `why` says why it isn't the one asked for."""

    archive: str
    why: str = ""


class Alive(NamedTuple):
    """A sign of life."""


class Progress(NamedTuple):
    """So many of so many are done; the newest one, and why it failed if it did."""

    done: int
    of: int
    what: str
    why: str = ""


class Stored(NamedTuple):
    """These are newly in the archive: tickers, series, or minutes as `IWM 1m`."""

    what: tuple[str, ...]


class Ticks(NamedTuple):
    """The last trades that changed."""

    quotes: tuple[Quote, ...]


class Done(NamedTuple):
    """A fetch that was to be made once is over; what failed, each with its reason."""

    failed: tuple[str, ...] = ()


Message = Start | Want | Refresh | Busy | Ready | Alive | Progress | Stored | Ticks | Done
MESSAGES: tuple[type[Message], ...] = (Start, Want, Refresh, Busy, Ready, Alive, Progress, Stored, Ticks, Done)
NAMES = {kind.__name__.lower(): kind for kind in MESSAGES}


def encode(message: Message) -> str:
    """The message as one line, with its end."""
    fields = {name: _plain(value) for name, value in message._asdict().items()}
    return json.dumps({"is": type(message).__name__.lower(), **fields}, allow_nan=False) + "\n"


def decode(line: str | bytes) -> Message | None:
    """The message of a line; None for a line that is none, whatever it holds."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or (kind := NAMES.get(str(given.pop("is", "")))) is None:
        return None
    try:
        fields: Any = {name: _value(kind.__annotations__[name], value) for name, value in given.items()}
        return kind(**fields)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _plain(value: object) -> object:
    """Numbers that JSON has no word for become null."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _value(annotation: object, value: object) -> object:
    """A field's value as its type; ValueError when it isn't of that type."""
    wanted = annotation if isinstance(annotation, str) else annotation.__forward_arg__  # type: ignore[attr-defined]
    match wanted, value:
        case "str", str():
            return value
        case "bool", bool():
            return value
        case "int", int() if not isinstance(value, bool):
            return value
        case "float", int() | float():
            return _finite(value)
        case "tuple[str, ...]", list() if all(isinstance(word, str) for word in value):
            return tuple(value)
        case "tuple[Quote, ...]", list():
            return tuple(_quote(row) for row in value)
    raise ValueError(f"{value!r} is no {wanted}")


def _quote(row: list[object]) -> Quote:
    match row:
        case [str(ticker), price, int(at), before, volume, int(delay)] if bool not in {type(at), type(delay)}:
            return Quote(ticker, _number(price), at, _number(before), _number(volume), delay)
    raise ValueError(f"{row!r} is no quote")


def _number(value: object) -> float:
    """A number, or NaN for null."""
    return math.nan if value is None else _finite(value)


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)
