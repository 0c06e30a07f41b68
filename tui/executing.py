"""`--exec`: a command of the user's own, run without a shell, one at a time, for a limited time."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from ..core.errors import UsageError
from .printable import printable

VARIABLE = "SMALLCAP_CHANGE"
STANDARD_ERROR = 2


class Job(NamedTuple):
    """What a run is given: the lines in the environment, a document on standard input."""

    lines: str
    document: str


class Executor:
    """Runs the command for the newest job; one that waits while another runs gives way to a newer one.

    One that still runs when the event loop ends is ended with everything that it started and that is in its group.
    What it prints goes to standard error; how it failed is told to `say` in a sentence, and nothing is raised.
    """

    def __init__(self, command: str, seconds: float, say: Callable[[str], None]) -> None:
        """UsageError for a command that is none."""
        self._words, self._seconds, self._say = _split(command), seconds, say
        self._next: Job | None = None
        self._task: asyncio.Task[None] | None = None

    def run(self, job: Job) -> None:
        """Run it now, or next."""
        self._next = job
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())

    async def finish(self) -> None:
        """Wait until nothing runs and nothing waits."""
        if self._task is not None:
            await self._task

    async def _drain(self) -> None:
        while self._next is not None:
            job, self._next = self._next, None
            if trouble := await self._once(job):
                self._say(f"--exec {printable(self._words[0])} {trouble}")

    async def _once(self, job: Job) -> str:
        """How the run failed; empty when it didn't."""
        try:
            # Begun at once, and not by asyncio: cut off while it begins, that would leave behind what it has started.
            process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=STANDARD_ERROR,
                env={**os.environ, VARIABLE: job.lines},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"can't be started: {getattr(error, 'strerror', None) or error}"
        try:
            async with asyncio.timeout(self._seconds):
                await asyncio.to_thread(process.communicate, job.document.encode(errors="replace"))
        except TimeoutError:
            return f"took longer than {self._seconds:g} s and was ended"
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return _ended(process.returncode)


def _split(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--exec {command!r} can't be read: {str(error).lower()}") from None
    if not words:
        raise UsageError("--exec is empty: write a command and its arguments, like 'notify-send smallcap'")
    return words


def _ended(code: int | None) -> str:
    if not code:
        return ""
    return f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
