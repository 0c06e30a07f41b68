"""The archive: what was fetched, in the tables of the one SQLite file; many processes read it, one writes at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..bars import Series
from ..filing import own_folder
from .log import Entry
from .raw import Held, Minutes, Quote
from .rows import (
    ANEW,
    LAYOUT,
    TABLES,
    Row,
    from_entry,
    from_held,
    from_minutes,
    from_series,
    sound,
    to_entry,
    to_held,
    to_minutes,
    to_note,
    to_quote,
    to_series,
    to_version,
)

# How long a write waits for another writer; a reader waits for nobody but the one who mends the file after a crash.
BUSY_SECONDS, READER_SECONDS = 5.0, 0.5
LOG_KEPT = 1000
FILES = ("", "-wal", "-shm")
# What SQLite answers where it can't make its own files beside the archive.
UNWRITABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
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
        self._troubles: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """What is wrong with the file, by the newest look at each table; empty when nothing is."""
        return next(iter([*self._troubles.values()]), "")

    def histories(self, *, staged: bool = False) -> dict[str, Held]:
        """The daily bars by ticker; those fetched by a refresh that hasn't ended when `staged`."""
        return {held.ticker: held for held in self._read(to_held, "held", "where staged = ?", int(staged))}

    def series(self) -> dict[str, Series]:
        """The macro series by name."""
        return {one.name: one for one in self._read(to_series, "series")}

    def minutes(self, ticker: str, interval: int) -> Minutes | None:
        """The minute bars of one ticker."""
        return next(
            iter(self._read(to_minutes, "minutes", "where ticker = ? and interval = ?", ticker, interval)), None
        )

    def quotes(self) -> dict[str, Quote]:
        """The last trades by ticker."""
        return {quote.ticker: quote for quote in self._read(to_quote, "quotes")}

    def notes(self) -> dict[str, Any]:
        """What the fetcher has to remember, by key; a note that is no JSON is left out."""
        return dict(self._read(to_note, "notes", "where key not like 'version/%'"))

    def log(self, newest: int = LOG_KEPT) -> tuple[Entry, ...]:
        """The newest entries of the log, oldest first."""
        return tuple(reversed(self._read(to_entry, "log", "order by id desc limit ?", newest)))

    def versions(self) -> Versions:
        """What changed since: compare with an earlier answer."""
        found = dict(self._read(to_version, "notes", "where key like 'version/%'"))
        return Versions(*(found.get(f"version/{name}", 0) for name in Versions._fields))

    def prepare(self) -> None:
        """Make the file and its tables, private to the user; a file that is no database is set aside as `.bad`."""
        self._troubles.clear()
        own_folder(self.path.parent)
        if self.path.is_dir():
            self._set_aside()
        try:
            self._build()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._set_aside()
            self._build()

    def write(self, change: Callable[[Change], None]) -> None:
        """Do everything `change` does in one transaction, or nothing of it."""
        with closing(self._open()) as db, db:
            db.execute("pragma synchronous = normal")
            db.execute("begin immediate")
            change(Change(db))

    def copy_to(self, other: Archive) -> None:
        """Put every row that can be read into another archive, damaged ones too."""

        def everything(change: Change) -> None:
            for table in TABLES:
                change.copy(table, self._rows(f"select * from {table}"))

        other.write(everything)

    def _build(self) -> None:
        self.path.touch(mode=0o600)
        for path in filter(Path.exists, self._files()):
            with suppress(PermissionError):  # another user's file that this one may write
                path.chmod(0o600)
        with closing(self._open()) as db:
            db.execute("pragma journal_mode = wal")
            if (found := db.execute("pragma quick_check(1)").fetchone()[0]) != "ok":
                raise sqlite3.DatabaseError(found)
            if db.execute("pragma user_version").fetchone()[0] != LAYOUT:
                db.executescript(f"begin immediate; {ANEW} pragma user_version = {LAYOUT}; commit")

    def _set_aside(self) -> None:
        for path, end in zip(self._files(), FILES, strict=True):
            if path.exists():
                path.replace(self.path.with_name(f"{self.path.name}.bad{end}"))
        words = f"{self.path} was no database; it is kept as {self.path.name}.bad and built anew"
        self._troubles["prepare"] = words

    def _files(self) -> list[Path]:
        return [self.path.with_name(self.path.name + end) for end in FILES]

    def _open(self, how: str = "mode=rw", seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
        db = sqlite3.connect(f"{self.path.absolute().as_uri()}?{how}", timeout=seconds, uri=True)
        # Text that is none fails its row's hash; an error would take the sound rows away with it.
        db.text_factory = lambda found: found.decode(errors="replace")
        return db

    def _read(self, made: Callable[[Row], T | None], table: str, where: str = "", *values: object) -> list[T]:
        """The sound rows, each made into what it stands for."""
        query = f"select * from {table} {where}"
        self._troubles.pop(query, None)
        found = [sound(made, row) for row in self._rows(query, values)]
        if None in found:
            words = f"a row of {table} is damaged or of another version; it is left out until it is fetched again"
            self._troubles[query] = f"{self.path}: {words}"
        return [thing for thing in found if thing is not None]

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        try:
            return self._select(query, values) if self.path.exists() else []
        except (OSError, sqlite3.Error) as error:
            # Another table of the same file, or nothing at all, may have been kept before anything was fetched.
            if "no such table" not in str(error):
                self._troubles[query] = f"{self.path} can't be read: {error}"
            return []

    def _select(self, query: str, values: Sequence[object]) -> list[Row]:
        try:
            with closing(self._open(seconds=READER_SECONDS)) as db:
                return list(db.execute(query, values))
        except sqlite3.OperationalError as error:
            # Extended codes keep the primary one in their last byte.
            if error.sqlite_errorcode & 0xFF not in UNWRITABLE:
                raise
        # Nobody writes where SQLite can't make its own files, so the file may be read as one that never changes.
        with closing(self._open("mode=ro&immutable=1")) as db:
            return list(db.execute(query, values))


class Change:
    """What may be written within a transaction of the archive."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def stage(self, held: Held) -> None:
        """Keep bars beside the old ones until the refresh they belong to ends."""
        self._put("held", from_held(held, staged=True))

    def hold(self, held: Held) -> None:
        """Keep bars in place of the old ones."""
        self._put("held", from_held(held, staged=False))
        self._grow("market")

    def promote(self) -> None:
        """Everything staged that is sound takes the place of what was held; the rest is dropped."""
        for row in self._db.execute("select * from held where staged = 1").fetchall():
            if sound(to_held, row) is None:
                self._db.execute("delete from held where staged = 1 and ticker = ?", row[:1])
        self._db.execute("delete from held where staged = 0 and ticker in (select ticker from held where staged = 1)")
        self._db.execute("update held set staged = 0")
        self._grow("market")

    def drop_staged(self) -> None:
        """Forget what a refresh has fetched that went on in another archive."""
        self._db.execute("delete from held where staged = 1")

    def series(self, found: Iterable[Series], fetched_at: datetime) -> None:
        """Keep macro series."""
        for one in found:
            self._put("series", from_series(one, fetched_at))
        self._grow("market")

    def minutes(self, minutes: Minutes, fetched_at: datetime) -> None:
        """Keep a ticker's minute bars."""
        self._put("minutes", from_minutes(minutes, fetched_at))
        self._grow("minutes")

    def quotes(self, quotes: Iterable[Quote]) -> None:
        """Keep last trades."""
        for quote in quotes:
            self._put("quotes", quote)
        self._grow("quotes")

    def note(self, notes: Mapping[str, object]) -> None:
        """Keep notes; a value of None takes its note away."""
        for key, value in notes.items():
            if value is None:
                self._db.execute("delete from notes where key = ?", (key,))
            else:
                self._put("notes", (key, json.dumps(value)))

    def log(self, entries: Sequence[Entry]) -> None:
        """Add to the log, and drop its oldest entries."""
        for entry in entries:
            self._put("log", (None, *from_entry(entry)))
        self._db.execute("delete from log where id <= (select max(id) from log) - ?", (LOG_KEPT,))
        self._grow("log")

    def copy(self, table: str, rows: Iterable[Row]) -> None:
        """Keep rows of a table as another archive held them."""
        for row in rows:
            self._put(table, row)

    def _grow(self, what: str) -> None:
        key = f"version/{what}"
        self._db.execute("insert into notes values (?, '1') on conflict do update set value = value + 1", (key,))

    def _put(self, table: str, row: Row) -> None:
        self._db.execute(f"insert or replace into {table} values ({', '.join('?' * len(row))})", row)
