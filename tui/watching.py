"""`smallcap watch`: look again and again, print a line on each change, ring, run a command; end without a trace."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ..core import watching
from ..core.alerts import looked_at
from ..core.errors import SmallcapError, UsageError
from ..core.reading import Reading
from ..core.watching import Line
from .alerting import ALERTS
from .armed import Armed
from .executing import Executor, Job
from .following import Follower
from .notifying import notify
from .outlet import Lost, Outlet
from .output import finish
from .standpoint import Standpoint
from .watch_flags import Options, options

PULSE = 2.0
"""Seconds after which it is noticed at the latest that nobody reads any more."""
INTERRUPTED = 130


def watch(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Until a signal ends it, or the one look is over."""
    if standpoint.asked:
        raise UsageError(f"a watch follows what comes: it can't begin --as-of {standpoint.asked}, which is over")
    # The command line turns it off, which only something short can afford.
    gc.enable()
    outlet = Outlet.standard()

    def again() -> Standpoint:
        return Standpoint.from_environment(args, os.environ).but(clock=standpoint.clock)

    made = Watch(options(args), standpoint, outlet, again)
    try:
        return asyncio.run(made.once() if args.once else made.run())
    except Lost:
        outlet.close()
        return 0


class Watch:
    """One watch: `look` is everything that happens at one time, and is all there is to it but for the waiting."""

    def __init__(
        self, options: Options, standpoint: Standpoint, outlet: Outlet, again: Callable[[], Standpoint]
    ) -> None:
        """`again` reads the configuration anew; UsageError for alerts or a command that can't be read."""
        self._options, self._outlet, self._again = options, outlet, again
        self.follower = Follower(standpoint)
        store = standpoint.store.path
        self._armed = Armed(store.with_name(ALERTS) if store else None, options.alerts)
        self._executor = (
            Executor(options.command, options.command_seconds, outlet.say) if options.command is not None else None
        )
        self._told: Reading | None = None
        self._troubles: dict[str, str] = {}
        self._woken = asyncio.Event()
        self._reloading = False
        self._code: int | None = None

    async def once(self) -> int:
        """One look at what is there already; the exit code by what the reading lacks."""
        self._listen()
        self.begin(patient=False)
        if self._executor:
            over, ended = (asyncio.create_task(each()) for each in (self._executor.finish, self._woken.wait))
            await asyncio.wait((over, ended), return_when=asyncio.FIRST_COMPLETED)
        assert self._told
        return finish(self._told, self.follower.standpoint) if self._code is None else self._code

    async def run(self) -> int:
        """Look until a signal, or the loss of whoever reads, ends it; the exit code."""
        self._listen()
        self.begin(patient=True)
        while self._code is None:
            self.follower.feed(self._armed.tickers, idle=not self._armed.priced)
            await self._wait(self._options.every or self.follower.pace)
            if self._code is None:
                self.look()
        if self._outlet.gone():
            self._outlet.close()
        return self._code

    def _listen(self) -> None:
        """What each signal does from now on."""
        loop = asyncio.get_running_loop()
        acts = ((signal.SIGTERM, partial(self.end, 0)), (signal.SIGINT, partial(self.end, INTERRUPTED)))
        for number, act in (*acts, (signal.SIGHUP, self.hang_up)):
            # A shell has a job in the background ignore the keyboard's signal: then it stays ignored.
            if number == signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, act)

    def begin(self, *, patient: bool) -> None:
        """The first look; SmallcapError for a source or an alert that has nothing to it, unless it may be fetched."""
        self.follower.start(patient=patient)
        if (made := self.follower.reading) is not None:
            self._armed.arm(made, self.follower.last(), self.follower.standpoint.clock.now())
            if self._armed.waits and not (patient and self.follower.fetched):
                raise SmallcapError(self._armed.waits)
            for warning in made.warnings if patient else ():
                self._outlet.say(warning)
        self._tell()

    def look(self) -> None:
        """Read the configuration anew if that was asked for, then the source, and tell what has changed."""
        if self._reloading:
            self._reloading = False
            self._reload()
        self.follower.look()
        self._tell()

    def end(self, code: int) -> None:
        """Look no more."""
        self._code = code
        self._woken.set()

    def hang_up(self) -> None:
        """The end when the terminal is gone; with anybody there to read, the configuration is read anew."""
        if self._outlet.gone():
            self.end(0)
        self._reloading = True
        self._woken.set()

    async def _wait(self, every: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + every
        while not self._woken.is_set() and (left := end - loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, PULSE)):
                    await self._woken.wait()
            if self._outlet.gone():
                self.end(0)
        self._woken.clear()

    def _reload(self) -> None:
        try:
            self.follower.turn(self._again())
        except SmallcapError as error:
            self._outlet.say(f"{error}; the configuration stays as it was")
        else:
            self._outlet.say("the configuration was read anew")

    def _tell(self) -> None:
        """What changed and which alerts fired since it was last told, then what is wrong and what no longer is."""
        made, now = self.follower.reading, self.follower.standpoint.clock.now()
        if made is not None:
            fired = self._armed.check(made, self.follower.last(), now)
            before, self._told = self._told, made
            if before is None or not watching.comparable(before, made):
                idle = sum(not looked_at(alert, made) for alert in self._armed.alerts)
                armed = len(self._armed.alerts) + len(fired) - idle
                self._put((watching.opening(made, armed, now, idle),))
                before = made
            self._tell_lines((*watching.changes(before, made, now), *watching.fired(fired, made, now)), made)
        troubles = self._wrong()
        for words in watching.news(self._troubles, troubles):
            self._outlet.say(words)
        self._troubles = troubles

    def _wrong(self) -> dict[str, str]:
        waits = self._armed.waits if self.follower.fetched is not None else ""
        found = {
            **self.follower.troubles(),
            "the alerts": self._armed.trouble,
            "an alert of --alert": f"{waits}; it is armed once there is" if waits else "",
        }
        return {who: words for who, words in found.items() if words}

    def _put(self, lines: tuple[Line, ...]) -> None:
        for line in lines:
            self._outlet.put(line.document() if self._options.json else line.text())

    def _tell_lines(self, lines: tuple[Line, ...], made: Reading) -> None:
        if not lines:
            return
        self._put(lines)
        bell, more = self.follower.standpoint.settings.bell, f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        with suppress(OSError):
            notify(self._outlet.err, watching.headline(lines).text() + more, bell=bell, kind=self._options.notification)
        if self._executor:
            try:
                document = self._document(made)
            except SmallcapError as error:
                self._outlet.say(f"--exec is not run: {error}")
            else:
                self._executor.run(Job("\n".join(line.text() for line in lines), document))

    def _document(self, made: Reading) -> str:
        """What `report --format json` prints."""
        from ..core import document  # noqa: PLC0415  only a command that is run needs it

        standpoint = self.follower.standpoint
        return document.as_json(document.document(made, standpoint.facts(), standpoint.hours()))
