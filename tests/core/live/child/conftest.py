"""What the tests of the child need: programs that play it, and the app's end that has them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from smallcap.core.live.child import Child, Timing
from smallcap.core.live.protocol import Message, Start, Stored

DEADLINE = 20.0
# Long where a test must not meet it, short where it waits for it.
PATIENT = Timing(silence=DEADLINE, look_again=0.02, first_pause=0.02, longest_pause=0.1)


SPEAKING = """
import json, os, signal, sys, time
def say(kind, **fields): print(json.dumps({"is": kind, **fields}), flush=True)
def hear(): return json.loads(sys.stdin.readline())
start = hear()
say("stored", what=["pid", str(os.getpid())])
"""
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(60)\n"


def fake(script: str, *, opening: str = SPEAKING) -> tuple[str, ...]:
    """A command that speaks the protocol."""
    return sys.executable, "-S", "-c", opening + script


class Family:
    """A child with everything that it said, and those that came before it."""

    def __init__(self, archive: Path, command: tuple[str, ...], timing: Timing = PATIENT) -> None:
        self.said: list[Message] = []
        self.start = Start(1.0, str(archive), str(archive.parent / "cache"), ("IWM",), ("DGS2",))
        self.starts = 0
        self.child = Child(self._started, self.said.append, timing, command)

    def _started(self) -> Start:
        self.starts += 1
        return self.start

    @property
    def pids(self) -> list[int]:
        return [int(m.what[1]) for m in self.said if isinstance(m, Stored) and m.what[0] == "pid"]

    @property
    def heard(self) -> list[str]:
        return [m.what[1] for m in self.said if isinstance(m, Stored) and m.what[0] == "heard"]


async def until(met: Callable[[], object]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + DEADLINE
    while not met():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.005)


def living(family: Family, story: Callable[[], Awaitable[None]]) -> None:
    """Run the child while a story is told, then cancel it, and see that nothing is left."""

    async def tell() -> None:
        run = asyncio.create_task(family.child.run())
        try:
            await story()
        finally:
            run.cancel()
            at = time.monotonic()
            with suppress(asyncio.CancelledError):
                async with asyncio.timeout(DEADLINE):
                    await run
        assert run.cancelled()
        assert time.monotonic() - at < 1.0
        assert family.child.pid is None

    asyncio.run(tell())
    assert not any(is_running(pid) for pid in family.pids)


def is_running(pid: int) -> bool:
    """Whether a process is there, a dead one that nobody asked about included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "store.sqlite3"
