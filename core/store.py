"""The store: one SQLite file that holds parsed arrays as blobs, each with a hash, for many processes at once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from .bars import COLUMNS, Bars, Series, bars_of, series_of
from .filing import own_folder

SCHEMA = 3
BUSY_SECONDS = 5.0
TABLE = """
create table if not exists arrays (
    key text primary key, schema integer not null, stamp text not null, kind text not null,
    name text not null, adjusted integer not null, hash blob not null, payload blob not null
) without rowid
"""
FIND = "select kind, name, adjusted, hash, payload from arrays where key = ? and schema = ? and stamp = ?"
Thing = Bars | Series


class Store:
    """Parsed arrays by key and stamp; one that can't be opened or written keeps nothing and says why in `trouble`."""

    def __init__(self, path: Path | None) -> None:
        """Use the file at `path`, made when first written; None keeps nothing, quietly."""
        self.path = path
        self.trouble: str | None = None

    def kept(self, stamps: Mapping[str, str]) -> dict[str, Thing]:
        """What is kept, whole and of the stamp asked for, by key."""
        if self.path is None or not self.path.exists():
            return {}
        try:
            with closing(self._open()) as db:
                # A blob is read once: what SQLite keeps of it is memory that nobody asks again.
                db.execute("pragma cache_size = -64")
                rows = {key: db.execute(FIND, (key, SCHEMA, stamp)).fetchone() for key, stamp in stamps.items()}
        except sqlite3.Error as error:
            self.trouble = f"{self.path} can't be read: {error}"
            return {}
        found = {key: _unpack(*row) for key, row in rows.items() if row}
        return {key: thing for key, thing in found.items() if thing}

    def keep(self, things: Iterable[tuple[str, str, Thing]]) -> None:
        """Write (key, stamp, thing) rows in one transaction, each in place of what its key held before."""
        rows = [(key, SCHEMA, stamp, *_pack(thing)) for key, stamp, thing in things]
        if not rows or self.path is None:
            return
        try:
            own_folder(self.path.parent)
            self.path.touch(mode=0o600)
            with closing(self._open()) as db, db:
                db.execute("pragma journal_mode = wal")
                db.execute(TABLE)
                db.executemany("insert or replace into arrays values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        except (OSError, sqlite3.Error) as error:
            self.trouble = f"nothing is kept in {self.path}: {error}"

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(str(self.path), timeout=BUSY_SECONDS)


def _arrays(thing: Thing) -> tuple[str, bool, list[np.ndarray]]:
    if isinstance(thing, Bars):
        return thing.ticker, thing.adjusted, [thing.sessions, *(getattr(thing, c) for c in COLUMNS)]
    return thing.name, True, [thing.dates, thing.values]


def _pack(thing: Thing) -> tuple[str, str, bool, bytes, bytes]:
    name, adjusted, (days, *values) = _arrays(thing)
    payload = days.astype("<i8").tobytes() + b"".join(v.astype("<f8").tobytes() for v in values)
    return ("bars" if isinstance(thing, Bars) else "series"), name, adjusted, _hash(payload), payload


def _unpack(kind: str, name: str, adjusted: int, digest: bytes, payload: bytes) -> Thing | None:
    """The thing a row holds; None when its bytes are not those that were written."""
    if _hash(payload) != digest:
        return None
    width = 1 + (len(COLUMNS) if kind == "bars" else 1)
    words = np.frombuffer(payload, "<i8").reshape(width, -1)
    days, values = words[0].view("datetime64[D]"), words[1:].view("<f8")
    if kind == "bars":
        return bars_of(name, days, list(values), adjusted=bool(adjusted))
    return series_of(name, days, values[0])


def _hash(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()
