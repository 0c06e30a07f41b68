"""The rows of the archive: its tables, each thing kept as a row of one, and a row as the thing again if it is sound."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from ..bars import Series
from .log import Entry
from .packing import digest, pack_minutes, pack_raw, pack_series, unpack_minutes, unpack_raw, unpack_series
from .raw import Held, Minutes, Quote

# Of a payload's bytes, and of the tables' columns: whatever has another one is fetched again.
SCHEMA, LAYOUT = 1, 2
DAMAGE = (TypeError, ValueError, OverflowError, RecursionError)
TABLES = {
    "held": """(
        ticker text not null, staged integer not null, schema integer not null, fetched_at text not null,
        final_through text not null, flags text not null, hash blob not null, payload blob not null,
        primary key (ticker, staged)) without rowid""",
    "series": """(
        name text primary key, schema integer not null, fetched_at text not null,
        hash blob not null, payload blob not null) without rowid""",
    "minutes": """(
        ticker text not null, interval integer not null, schema integer not null, fetched_at text not null,
        hash blob not null, payload blob not null, primary key (ticker, interval)) without rowid""",
    "quotes": """(
        ticker text primary key, price real, at integer not null, previous_close real, volume real,
        delay integer not null) without rowid""",
    "notes": "(key text primary key, value text not null) without rowid",
    "log": "(id integer primary key, at text not null, kind text, what text, words text)",
}
"""The columns of each table, and how SQLite keeps it."""
ANEW = "".join(f"drop table if exists {table}; create table {table} {columns};" for table, columns in TABLES.items())

Row = tuple[Any, ...]
T = TypeVar("T")


def sound(made: Callable[[Row], T | None], row: Row) -> T | None:
    """What a row stands for; None for one that stands for nothing, whatever is in it."""
    try:
        return made(row)
    except DAMAGE:
        return None


def from_held(held: Held, *, staged: bool) -> Row:
    """A row of `held`."""
    flags, payload = json.dumps(held.flags), pack_raw(held.raw)
    words = held.fetched_at.isoformat(), held.final_through.isoformat(), flags
    return held.ticker, int(staged), SCHEMA, *words, digest(held.ticker, *words, payload), payload


def to_held(row: Row) -> Held | None:
    """The daily bars in a row; None when its hash or its schema is wrong."""
    ticker, _, schema, fetched, final, flags, hashed, payload = row
    if schema != SCHEMA or hashed != digest(ticker, fetched, final, flags, payload):
        return None
    raw = unpack_raw(ticker, payload)
    return Held(raw, datetime.fromisoformat(fetched), date.fromisoformat(final), tuple(json.loads(flags)))


def from_series(series: Series, fetched_at: datetime) -> Row:
    """A row of `series`."""
    at, payload = fetched_at.isoformat(), pack_series(series)
    return series.name, SCHEMA, at, digest(series.name, at, payload), payload


def to_series(row: Row) -> Series | None:
    """The macro series in a row; None when its hash or its schema is wrong."""
    name, schema, fetched, hashed, payload = row
    return unpack_series(name, payload) if schema == SCHEMA and hashed == digest(name, fetched, payload) else None


def from_minutes(minutes: Minutes, fetched_at: datetime) -> Row:
    """A row of `minutes`."""
    at, payload = fetched_at.isoformat(), pack_minutes(minutes)
    hashed = digest(minutes.ticker, str(minutes.interval), at, payload)
    return minutes.ticker, minutes.interval, SCHEMA, at, hashed, payload


def to_minutes(row: Row) -> Minutes | None:
    """The minute bars in a row; None when its hash or its schema is wrong."""
    ticker, interval, schema, fetched, hashed, payload = row
    if schema != SCHEMA or hashed != digest(ticker, str(interval), fetched, payload):
        return None
    return unpack_minutes(ticker, interval, payload)


def to_quote(row: Row) -> Quote:
    """The last trade in a row; SQLite keeps NaN as null."""
    ticker, price, at, before, volume, delay = row
    price, before, volume = (math.nan if number is None else float(number) for number in (price, before, volume))
    return Quote(ticker, price, int(at), before, volume, int(delay))


def to_note(row: Row) -> tuple[str, Any]:
    """The key and the value in a row of `notes`."""
    return row[0], json.loads(row[1])


def to_version(row: Row) -> tuple[str, int]:
    """The key and the number in a row of `notes` that counts changes."""
    return row[0], int(row[1])


def from_entry(entry: Entry) -> Row:
    """A row of `log` but for its number; half a character, as a broken answer may bring, can't be written."""
    words = (text.encode(errors="replace").decode() for text in entry[1:])
    return entry.at.isoformat(), *words


def to_entry(row: Row) -> Entry:
    """The entry in a row of `log`."""
    _, at, kind, what, words = row
    return Entry(datetime.fromisoformat(at), str(kind), str(what), str(words))
