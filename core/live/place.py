"""Where the archive is kept: in the store while it can be written, in memory until it can be again."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

from .archive import Archive

# A file system in memory first: a full disk is one reason to be here.
SHARED_MEMORY = Path("/dev/shm")
PROCESSES = Path("/proc")
PREFIX = "smallcap-memory-"


class Place:
    """The archive asked for, or one in memory with the reason why."""

    def __init__(self, path: Path, pid: int = 0) -> None:
        """Keep the archive at `path`; `pid` is the process that uses it, 0 for one that is always left alone."""
        self.home, self._pid = Archive(path), pid
        self.archive = self.home
        self.why = ""
        self._folder: Path | None = None

    def settle(self) -> None:
        """Prepare the archive; when that fails go into memory, with everything that can be read of it."""
        try:
            self._prepare_home()
        except (OSError, sqlite3.Error) as error:
            self.into_memory(str(error))
            with contextlib.suppress(sqlite3.Error):
                self.home.copy_to(self.archive)

    def into_memory(self, why: str) -> None:
        """Use an archive in memory from now on, in which no refresh is under way."""
        self.why = f"{self.home.path} can't be written ({why})"
        if self._folder is None:
            self._folder = _folder_in_memory(self._pid)
        self.archive = Archive(self._folder / self.home.path.name)
        self.archive.prepare()
        self.archive.write(lambda change: change.drop_staged())

    def back_home(self) -> bool:
        """Use the archive asked for again, when it can be written by now; whether it can.

        What a refresh had staged there is dropped: it went on in memory.
        """
        try:
            self._prepare_home()
            self.home.write(lambda change: change.drop_staged())
        except (OSError, sqlite3.Error):
            return False
        return True

    def leave(self) -> None:
        """Take away what was kept in memory."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare_home(self) -> None:
        self.home.prepare()
        self.home.write(lambda change: change.note({"written": 1}))
        self.archive, self.why = self.home, self.home.trouble


def take_away(archive: Path) -> None:
    """Remove an archive in memory whose fetcher could not do so itself; any other is left alone."""
    folder = archive.parent
    if folder.name.startswith(PREFIX) and folder.parent in {SHARED_MEMORY, Path(tempfile.gettempdir())}:
        shutil.rmtree(folder, ignore_errors=True)


def _folder_in_memory(pid: int) -> Path:
    """A new folder that names its process, after those of processes that were killed are taken away."""
    prefix = f"{PREFIX}{pid}-"
    for folder in (SHARED_MEMORY, Path(tempfile.gettempdir())):
        for left in folder.glob(f"{PREFIX}*-*"):
            process = left.name.removeprefix(PREFIX).partition("-")[0]
            named = process.isdecimal() and int(process) > 0
            if named and PROCESSES.is_dir() and not (PROCESSES / process).exists():
                take_away(left / "any")
    with contextlib.suppress(OSError):
        return Path(tempfile.mkdtemp(prefix=prefix, dir=SHARED_MEMORY))
    return Path(tempfile.mkdtemp(prefix=prefix))
