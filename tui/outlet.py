"""Where a command that runs on writes, and whether anybody is still there to read it."""

from __future__ import annotations

import errno
import os
import select
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from ..core.errors import SmallcapError
from .printable import printable
from .streams import abandon

STANDARD_OUTPUT = 1
GONE = {errno.EPIPE, errno.EIO, errno.ECONNRESET}


class Lost(Exception):
    """Nobody reads standard output any more."""


class Outlet:
    """Standard output and standard error; told which file descriptors they are, it can tell when their reader went."""

    def __init__(self, out: TextIO, err: TextIO, descriptors: Sequence[int] = ()) -> None:
        self._out, self.err, self._descriptors = out, err, descriptors

    @staticmethod
    def standard() -> Outlet:
        """This process's own; a terminal that hangs up ends it wherever it was attached."""
        return Outlet(sys.stdout, sys.stderr, [fd for fd in (0, 1, 2) if fd == STANDARD_OUTPUT or os.isatty(fd)])

    def put(self, line: str) -> None:
        """Write a line at once; Lost when nobody reads it, SmallcapError when it can't be written."""
        try:
            self._out.write(line + "\n")
            self._out.flush()
        except OSError as error:
            if error.errno in GONE:
                raise Lost from None
            if STANDARD_OUTPUT in self._descriptors:
                abandon()
            raise SmallcapError(f"standard output can't be written: {error.strerror}") from None

    def say(self, words: str) -> None:
        """A sentence on standard error, if it can be."""
        with suppress(OSError):
            print(f"smallcap: {printable(words)}", file=self.err, flush=True)

    def gone(self) -> bool:
        """Whether the reader of standard output went away, or the terminal hung up."""
        asked = select.poll()
        for descriptor in self._descriptors:
            asked.register(descriptor, 0)
        return any(found & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, found in asked.poll(0))

    def close(self) -> None:
        """Nothing more may be written, not even at exit."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in {1, 2} & set(self._descriptors):
            os.dup2(nowhere, descriptor)
