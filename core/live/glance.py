"""A glance: whether anything was written to the archive since the last one, for a fraction of what reading it takes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

Mark = tuple[int, int, int]
"""The file, by its device and number, and SQLite's count of what others have committed to it."""


class Glance:
    """Keeps one connection open, on which nothing is ever read; for one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._mark: Mark | None = None

    def changed(self) -> bool:
        """True at first, after every commit, when another file is in its place, and where that can't be told.

        Source: SQLite, PRAGMA data_version, which is another value after any commit by another connection.
        """
        try:
            found = self._path.stat()
            if self._db is None or self._mark is None or self._mark[:2] != (found.st_dev, found.st_ino):
                self.close()
                where = f"{self._path.absolute().as_uri()}?mode=rw"
                self._db = sqlite3.connect(where, timeout=0.0, uri=True, check_same_thread=False)
            (count,) = self._db.execute("pragma data_version").fetchone()
        except (OSError, sqlite3.Error):
            self.close()
            return True
        before, self._mark = self._mark, (found.st_dev, found.st_ino, count)
        return before != self._mark

    def close(self) -> None:
        """Let the file go; the next glance begins anew."""
        self._mark = None
        if self._db is not None:
            db, self._db = self._db, None
            db.close()

    def __del__(self) -> None:
        self.close()
