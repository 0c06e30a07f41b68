"""The fetcher as a child process: started when nobody else fetches, killed when it hangs, then started again."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from ..filing import own_folder
from .place import take_away
from .protocol import Alive, Busy, Done, Message, Ready, Start, Want, decode, encode

# Seconds: without a sign of life before it is killed, between looks at the lock, of the pauses before a new start.
SILENCE, LOOK_AGAIN, FIRST_PAUSE, LONGEST_PAUSE = 15.0, 5.0, 1.0, 60.0
# Seconds that a killed child is waited for: longer only when the system can't end it.
REAPING = 0.5
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
        self._archives: set[Path] = set()
        self._heard = 0.0
        self.ended = ""
        self.busy = False

    @property
    def pid(self) -> int | None:
        """The child's process; None while there is none."""
        return self._process.pid if self._process else None

    @property
    def failed(self) -> bool:
        """Whether the last one ended in some other way than it should have, and none runs since."""
        return self._process is None and self.ended not in {"", "done"}

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
                self.ended = ""
                await asyncio.sleep(self._timing.look_again)
                continue
            if await self.once(start):
                pause = self._timing.first_pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._timing.longest_pause)

    async def once(self, start: Start) -> bool:
        """One child from its start to its end; whether it gave signs of life for longer than it takes to hang."""
        loop = asyncio.get_running_loop()
        began = self._heard = loop.time()
        pipe = asyncio.subprocess.PIPE
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=LINE_LIMIT
            )
        except OSError as error:
            self.ended = f"could not be started: {error}"
            return False
        try:
            self.send(start)
            if self._want:
                self.send(self._want)
            self.ended = await self._listen(self._process)
        finally:
            await self._end(self._process, Path(start.archive))
        return self._heard - began > self._timing.silence

    async def _listen(self, process: asyncio.subprocess.Process) -> str:
        """Pass the child's messages on until it ends or is silent for too long; which of the two it was."""
        assert process.stdout
        while True:
            try:
                # Not wait_for: until Python 3.12 it forgets a cancellation that comes together with a line.
                async with asyncio.timeout(self._timing.silence):
                    line = await process.stdout.readline()
            except TimeoutError:
                return "hung"
            except ValueError:
                return "sent too long a line"
            if not line:
                return "ended"
            if (message := decode(line)) is not None and self._told(message):
                return "done"

    def _told(self, message: Message) -> bool:
        """Pass a message on; whether it is the last one."""
        self._heard = asyncio.get_running_loop().time()
        if isinstance(message, Ready):
            self._archives.add(Path(message.archive))
        if not isinstance(message, Alive):
            self._take(message)
        self.busy = isinstance(message, Busy)
        return isinstance(message, Busy | Done)

    async def _end(self, process: asyncio.subprocess.Process, home: Path) -> None:
        """Kill a child, and take away the archive in memory that it had no time to."""
        self._process = None
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        archives, self._archives = self._archives - {home}, set()
        buried = asyncio.create_task(_bury(process))
        try:
            await asyncio.shield(buried)
        except asyncio.CancelledError:
            # Whoever cancels may close the loop next, and what is left of the child needs it.
            await buried
            raise
        finally:
            for archive in archives:
                take_away(archive)


async def _bury(process: asyncio.subprocess.Process) -> None:
    """Read a killed child to the end of what it said, else its pipe stays open, and wait until it is gone."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REAPING):
            await process.communicate()


def lock_of(archive: Path) -> Path:
    """The file that the one writer of an archive holds locked."""
    return archive.with_name(f"{archive.name}.lock")


def free(lock: Path) -> bool:
    """Whether nobody fetches into the archive now; True too where no lock can be kept: the fetcher finds that out."""
    try:
        own_folder(lock.parent)
        with FileLock(lock, timeout=0, mode=0o600, is_singleton=False):
            return True
    except Timeout:
        return False
    except OSError:
        return True
