"""The fetcher as a child process: started when nobody else fetches, killed when it hangs, then started again."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from .protocol import Alive, Busy, Done, Message, Start, Want, decode, encode

# Seconds: without a sign of life before it is killed, between looks at the lock, of the pauses before a new start.
SILENCE, LOOK_AGAIN, FIRST_PAUSE, LONGEST_PAUSE = 15.0, 5.0, 1.0, 60.0
LINE_LIMIT = 4 * 1024 * 1024
COMMAND = (sys.executable, "-m", "smallcap.core.live")


class Timing(NamedTuple):
    """The seconds of SILENCE and the others, for a test to shorten."""

    silence: float = SILENCE
    look_again: float = LOOK_AGAIN
    first_pause: float = FIRST_PAUSE
    longest_pause: float = LONGEST_PAUSE


USUAL = Timing()


class Child:
    """One fetcher at a time, for as long as `run` is awaited; `take` gets each of its messages.

    While another process holds the lock there is no child: that process's archive is read like one's own.
    """

    def __init__(
        self,
        start: Callable[[], Start],
        take: Callable[[Message], None],
        timing: Timing = USUAL,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self._start, self._take, self._timing, self._command = start, take, timing, command
        self._process: asyncio.subprocess.Process | None = None
        self._want: Want | None = None
        self.ended = ""
        self.busy = False

    @property
    def pid(self) -> int | None:
        """The child's process; None while there is none."""
        return self._process.pid if self._process else None

    def send(self, message: Message) -> None:
        """Say it to the child; what is wanted is said again to one started later."""
        if isinstance(message, Want):
            self._want = message
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            with contextlib.suppress(ConnectionError):
                self._process.stdin.write(encode(message).encode())

    async def run(self) -> None:
        """Keep a child running until cancelled; the child is killed then, whatever it is at."""
        pause = self._timing.first_pause
        while True:
            start = self._start()
            if not free(lock_of(Path(start.archive))):
                await asyncio.sleep(self._timing.look_again)
                continue
            if await self.once(start):
                pause = self._timing.first_pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._timing.longest_pause)

    async def once(self, start: Start) -> bool:
        """One child from its start to its end; whether it was alive for longer than it takes to hang."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=LINE_LIMIT
        )
        try:
            self.send(start)
            if self._want:
                self.send(self._want)
            self.ended = await self._listen(self._process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process = None
        return loop.time() - began > self._timing.silence

    async def _listen(self, process: asyncio.subprocess.Process) -> str:
        """Pass the child's messages on until it ends or is silent for too long; which of the two it was."""
        assert process.stdout
        while True:
            try:
                line = await asyncio.wait_for(process.stdout.readline(), self._timing.silence)
            except TimeoutError:
                return "hung"
            except ValueError:
                return "sent too long a line"
            if not line:
                return "ended"
            message = decode(line)
            if message is not None and not isinstance(message, Alive):
                self._take(message)
            if isinstance(message, Busy | Done):
                self.busy = isinstance(message, Busy)
                return "done"


def lock_of(archive: Path) -> Path:
    """The file that the one writer of an archive holds locked."""
    return archive.with_name(f"{archive.name}.lock")


def free(lock: Path) -> bool:
    """Whether nobody fetches into the archive now; True too where no lock can be kept: the fetcher finds that out."""
    try:
        with FileLock(lock, timeout=0, is_singleton=False):
            return True
    except Timeout:
        return False
    except OSError:
        return True
