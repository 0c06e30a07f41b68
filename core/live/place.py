"""Where the archive is kept: in the store while it can be written, in memory until it can be again."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from .archive import Archive

# A file system in memory first: a full disk is one reason to be here.
SHARED_MEMORY = Path("/dev/shm")


class Place:
    """The archive asked for, or one in memory with the reason why."""

    def __init__(self, path: Path) -> None:
        self.home = Archive(path)
        self.archive = self.home
        self.why = ""
        self._folder: Path | None = None

    def settle(self) -> None:
        """Prepare the archive; go into memory when that fails."""
        try:
            self.home.prepare()
            self.home.write(lambda change: change.note({"written": 1}))
            self.archive, self.why = self.home, self.home.trouble
        except (OSError, sqlite3.Error) as error:
            self.into_memory(str(error))

    def into_memory(self, why: str) -> None:
        """Use an empty archive in memory from now on."""
        self.why = f"{self.home.path} can't be written ({why}): what is fetched is kept in memory until it can be"
        if self._folder is None:
            self._folder = Path(
                tempfile.mkdtemp(prefix="smallcap-", dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None)
            )
        self.archive = Archive(self._folder / self.home.path.name)
        self.archive.prepare()

    def back_home(self) -> bool:
        """Use the archive asked for again, when it can be written by now; whether it can."""
        try:
            self.home.prepare()
            self.home.write(lambda change: change.note({"written": 1}))
        except (OSError, sqlite3.Error):
            return False
        self.archive, self.why = self.home, ""
        return True

    def leave(self) -> None:
        """Take away what was kept in memory."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
