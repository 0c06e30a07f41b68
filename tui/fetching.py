"""`smallcap fetch`: fill or renew the store with a progress bar, and say what failed and why."""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ..core.errors import SmallcapError
from ..core.live.child import Child, free, lock_of
from ..core.live.protocol import Done, Message, Ready, Start
from ..core.live.protocol import Progress as Step
from .printable import printable
from .standpoint import Standpoint

LOOK_AGAIN = 0.25
PARTIAL = 3


def fetch(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Everything that is due, once; 3 when some of it failed, 1 when all of it did."""
    told = Telling(Console(stderr=True), str(standpoint.store.path))
    since = args.since.isoformat() if args.since else ""
    try:
        asyncio.run(_once(standpoint, since, told))
    except KeyboardInterrupt:
        print("smallcap: interrupted; what was fetched is kept, and the next fetch goes on from there", file=sys.stderr)
        raise
    return told.summary()


def start_of(standpoint: Standpoint, *, once: bool = False, since: str = "") -> Start:
    """What the fetcher is told at its start."""
    tickers, series = standpoint.wanted()
    now, archive = standpoint.clock.now().timestamp(), standpoint.store.path
    assert archive is not None
    return Start(now, str(archive), str(archive.parent / "yfinance"), tickers, series, once, since)


class Telling:
    """The progress bar, and what is left to be said at the end."""

    def __init__(self, console: Console, archive: str) -> None:
        self._console, self._archive = console, archive
        self._progress = Progress(
            TextColumn("{task.description:<16}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._progress.add_task("starting", total=None, rate="")
        self._done: Done | None = None
        self._of = 0
        self._lost = ""

    def __enter__(self) -> Telling:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def take(self, message: Message) -> None:
        """Draw a step; keep the end."""
        match message:
            case Step(done, of, what, why):
                self._of = of
                speed = self._progress.tasks[0].speed
                rate = f"{60 * speed:.0f}/min" if speed else ""
                self._progress.update(self._task, completed=done, total=of, description=printable(what), rate=rate)
                if why:
                    self._console.print(f"{printable(what)}: {printable(why)}", markup=False, highlight=False)
            case Ready(archive, why):
                self._lost = why if archive != self._archive else ""
                if why and not self._lost:
                    self._console.print(printable(why), markup=False, highlight=False)
            case Done():
                self._done = message

    def wait(self) -> None:
        """Say that another process fetches."""
        self._progress.update(self._task, description="another fetches")

    def summary(self) -> int:
        """The last line, and the exit code."""
        if self._lost:
            raise SmallcapError(f"{printable(self._lost)}: nothing that was fetched is kept")
        if self._done is None:
            raise SmallcapError("the fetcher ended before it was done; `smallcap fetch` goes on from there")
        failed = self._done.failed
        if not self._of:
            print("nothing is due: the store has every close there is", file=sys.stderr)
            return 0
        print(f"{self._of - len(failed)} of {self._of} fetched", file=sys.stderr)
        if len(failed) == self._of:
            raise SmallcapError(printable(failed[0]))
        return PARTIAL if failed else 0


async def _once(standpoint: Standpoint, since: str, told: Telling) -> None:
    with told:
        while True:
            start = start_of(standpoint, once=True, since=since)
            if not free(lock_of(Path(start.archive))):
                told.wait()
                await asyncio.sleep(LOOK_AGAIN)
                continue
            child = Child(partial(start_of, standpoint), told.take)
            await child.once(start)
            if not child.busy:
                return
