"""The archive: what was fetched, in the tables of the one SQLite file; many processes read it, one writes at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..bars import Series
from .log import Entry
from .packing import digest, pack_minutes, pack_raw, pack_series, unpack_minutes, unpack_raw, unpack_series
from .raw import Held, Minutes, Quote

SCHEMA = 1
BUSY_SECONDS = 5.0
LOG_KEPT = 1000
TABLES = """
create table if not exists held (
    ticker text not null, staged integer not null, schema integer not null, fetched_at text not null,
    final_through text not null, flags text not null, hash blob not null, payload blob not null,
    primary key (ticker, staged)
) without rowid;
create table if not exists series (
    name text primary key, schema integer not null, fetched_at text not null, hash blob not null, payload blob not null
) without rowid;
create table if not exists minutes (
    ticker text not null, interval integer not null, schema integer not null, fetched_at text not null,
    hash blob not null, payload blob not null, primary key (ticker, interval)
) without rowid;
create table if not exists quotes (
    ticker text primary key, price real not null, at integer not null, previous_close real not null,
    volume real not null, delay integer not null
) without rowid;
create table if not exists notes (key text primary key, value text not null) without rowid;
create table if not exists log (id integer primary key, at text not null, kind text, what text, words text);
"""

T = TypeVar("T")


class Versions(NamedTuple):
    """Numbers that grow with every change: of histories and series, of quotes, of minutes, of the log."""

    market: int = 0
    quotes: int = 0
    minutes: int = 0
    log: int = 0


class Archive:
    """Reading and writing what was fetched; sqlite3.Error and OSError reach the caller from the writing methods.

    The reading methods give nothing for a file that is missing or can't be read, and say why in `trouble`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""

    def histories(self, *, staged: bool = False) -> dict[str, Held]:
        """The daily bars by ticker; those fetched by a refresh that hasn't ended when `staged`."""
        return {held.ticker: held for held in self._read("held", _held, "where staged = ?", (int(staged),))}

    def series(self) -> dict[str, Series]:
        """The macro series by name."""
        return {one.name: one for one in self._read("series", _series)}

    def minutes(self, ticker: str, interval: int) -> Minutes | None:
        """The minute bars of one ticker."""
        where = "where ticker = ? and interval = ?"
        return next(iter(self._read("minutes", _minutes, where, (ticker, interval))), None)

    def minutes_fetched(self) -> dict[tuple[str, int], datetime]:
        """When minute bars were fetched, by ticker and interval."""
        rows = self._rows("select ticker, interval, fetched_at from minutes", ())
        return {(ticker, interval): datetime.fromisoformat(at) for ticker, interval, at in rows}

    def quotes(self) -> dict[str, Quote]:
        """The last trades by ticker."""
        rows = self._rows("select ticker, price, at, previous_close, volume, delay from quotes", ())
        return {row[0]: Quote(*row) for row in rows}

    def notes(self) -> dict[str, Any]:
        """What the fetcher has to remember, by key; a note that is no JSON is left out."""
        found = {}
        for key, value in self._rows("select key, value from notes", ()):
            try:
                found[key] = json.loads(value)
            except ValueError:
                continue
        return found

    def log(self, newest: int = LOG_KEPT) -> tuple[Entry, ...]:
        """The newest entries of the log, oldest first."""
        rows = self._rows("select at, kind, what, words from log order by id desc limit ?", (newest,))
        return tuple(Entry(datetime.fromisoformat(at), *rest) for at, *rest in reversed(rows))

    def versions(self) -> Versions:
        """What changed since: compare with an earlier answer."""
        found = dict(self._rows("select key, value from notes where key like 'version/%'", ()))
        return Versions(*(int(found.get(f"version/{name}", 0)) for name in Versions._fields))

    def prepare(self) -> None:
        """Make the file and its tables, private to the user; a file that is no database is set aside as `.bad`."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.touch(mode=0o600)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            for end in ("", "-wal", "-shm"):
                stale = self.path.with_name(self.path.name + end)
                if stale.exists():
                    stale.replace(self.path.with_name(f"{self.path.name}.bad{end}"))
            self.trouble = f"{self.path} was no database; it is kept as {self.path.name}.bad and built anew"
            self.path.touch(mode=0o600)
            self._prepare()

    def write(self, change: Callable[[Change], None]) -> None:
        """Do everything `change` does in one transaction, or nothing of it."""
        with closing(self._open()) as db, db:
            db.execute("begin immediate")
            change(Change(db))

    def _prepare(self) -> None:
        with closing(self._open()) as db, db:
            db.execute("pragma journal_mode = wal")
            db.executescript(TABLES)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(f"file:{_quoted(self.path)}?mode=rw", timeout=BUSY_SECONDS, uri=True)
        db.execute("pragma synchronous = normal")
        return db

    def _read(
        self, table: str, made: Callable[[tuple[Any, ...]], T | None], where: str = "", values: Sequence[object] = ()
    ) -> list[T]:
        found = [made(row) for row in self._rows(f"select * from {table} {where}", values)]
        if None in found:
            self.trouble = f"{self.path}: a row of {table} is damaged or of another version; it is fetched again"
        return [thing for thing in found if thing is not None]

    def _rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        try:
            with closing(self._open()) as db:
                return list(db.execute(query, values))
        except sqlite3.Error as error:
            return self._unwritable_rows(query, values) or self._unreadable(error)

    def _unwritable_rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows of a file on a disk that nobody can write to, where SQLite can't make its own files beside it."""
        try:
            with self.path.open("r+b"):
                return []
        except OSError:
            pass
        try:
            with closing(sqlite3.connect(f"file:{_quoted(self.path)}?immutable=1", uri=True)) as db:
                return list(db.execute(query, values))
        except sqlite3.Error:
            return []

    def _unreadable(self, error: sqlite3.Error) -> list[tuple[Any, ...]]:
        self.trouble = f"{self.path} can't be read: {error}"
        return []


class Change:
    """What may be written within a transaction of the archive."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def stage(self, held: Held) -> None:
        """Keep bars beside the old ones until the refresh they belong to ends."""
        self._held(held, staged=True)

    def hold(self, held: Held) -> None:
        """Keep bars in place of the old ones."""
        self._held(held, staged=False)
        self._grow("market")

    def promote(self) -> None:
        """Everything staged takes the place of what was held."""
        self._db.execute("delete from held where staged = 0 and ticker in (select ticker from held where staged = 1)")
        self._db.execute("update held set staged = 0")
        self._grow("market")

    def series(self, found: Iterable[Series], fetched_at: datetime) -> None:
        """Keep macro series."""
        for one in found:
            at, payload = fetched_at.isoformat(), pack_series(one)
            self._put("series", one.name, SCHEMA, at, digest(one.name, at, payload), payload)
        self._grow("market")

    def minutes(self, minutes: Minutes, fetched_at: datetime) -> None:
        """Keep a ticker's minute bars."""
        at, payload = fetched_at.isoformat(), pack_minutes(minutes)
        row = minutes.ticker, minutes.interval
        self._put("minutes", *row, SCHEMA, at, digest(*map(str, row), at, payload), payload)
        self._grow("minutes")

    def quotes(self, quotes: Iterable[Quote]) -> None:
        """Keep last trades."""
        for quote in quotes:
            self._put("quotes", *quote)
        self._grow("quotes")

    def note(self, notes: Mapping[str, object]) -> None:
        """Keep notes; a value of None takes its note away."""
        for key, value in notes.items():
            if value is None:
                self._db.execute("delete from notes where key = ?", (key,))
            else:
                self._put("notes", key, json.dumps(value))

    def log(self, entries: Sequence[Entry]) -> None:
        """Add to the log, and drop its oldest entries."""
        rows = [(at.isoformat(), *rest) for at, *rest in entries]
        self._db.executemany("insert into log (at, kind, what, words) values (?, ?, ?, ?)", rows)
        self._db.execute("delete from log where id <= (select max(id) from log) - ?", (LOG_KEPT,))
        self._grow("log")

    def _held(self, held: Held, *, staged: bool) -> None:
        flags, payload = json.dumps(held.flags), pack_raw(held.raw)
        words = held.fetched_at.isoformat(), held.final_through.isoformat(), flags
        self._put("held", held.ticker, int(staged), SCHEMA, *words, digest(held.ticker, *words, payload), payload)

    def _grow(self, what: str) -> None:
        key = f"version/{what}"
        self._db.execute("insert into notes values (?, '1') on conflict do update set value = value + 1", (key,))

    def _put(self, table: str, *row: object) -> None:
        self._db.execute(f"insert or replace into {table} values ({', '.join('?' * len(row))})", row)


def _held(row: tuple[Any, ...]) -> Held | None:
    ticker, _, schema, fetched, final, flags, hashed, payload = row
    if schema != SCHEMA or hashed != digest(ticker, fetched, final, flags, payload):
        return None
    raw = unpack_raw(ticker, payload)
    return Held(raw, datetime.fromisoformat(fetched), date.fromisoformat(final), tuple(json.loads(flags)))


def _series(row: tuple[Any, ...]) -> Series | None:
    name, schema, fetched, hashed, payload = row
    return unpack_series(name, payload) if schema == SCHEMA and hashed == digest(name, fetched, payload) else None


def _minutes(row: tuple[Any, ...]) -> Minutes | None:
    ticker, interval, schema, fetched, hashed, payload = row
    sound = schema == SCHEMA and hashed == digest(ticker, str(interval), fetched, payload)
    return unpack_minutes(ticker, interval, payload) if sound else None


def _quoted(path: Path) -> str:
    from urllib.parse import quote  # noqa: PLC0415  the demo opens no archive

    return quote(str(path))
