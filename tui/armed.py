"""The alerts that a watch tells of: those of its own run, and those in the file that it shares with the app."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ..core.alarms import Alarms
from ..core.alerts import Alert, Last, arm, check
from ..core.errors import SmallcapError
from ..core.reading import Reading
from ..core.slate import Slate, added, changed, fresh
from ..core.triggers import BY_KEY, Trigger, parse


class Armed:
    """Both kinds, held against each reading. One of the file is told by the process that writes it back as fired."""

    def __init__(self, path: Path | None, texts: Sequence[str] = ()) -> None:
        """Arm the texts for this run, once there is a reading; UsageError for one that can't be read."""
        self._alarms = Alarms(path, os.fsync) if path else None
        self._asked: tuple[Trigger, ...] = tuple(map(parse, texts))
        self._own, self._kept = Slate(), Slate()
        self._unwritten: tuple[Alert, ...] = ()
        self._seen: tuple[int, ...] = ()
        self.waits = ""
        """Why something that was asked for isn't armed yet; empty when everything is."""
        self.trouble = ""
        """Why the file couldn't be read or written; empty when it could."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """All that are armed."""
        return (*self._own.alerts, *self._kept.alerts)

    @property
    def tickers(self) -> tuple[str, ...]:
        """The tickers that they are on."""
        triggers = (*self._asked, *(alert.trigger for alert in self.alerts))
        return tuple(dict.fromkeys(ticker for each in triggers for ticker in each.on.split("/") if ticker))

    @property
    def priced(self) -> bool:
        """Whether last prices count for any of them."""
        return any(BY_KEY[alert.trigger.kind].last for alert in self.alerts)

    def check(self, reading: Reading, last: Last, now: datetime) -> tuple[Alert, ...]:
        """Those that fired now, each told once."""
        self.arm(reading, last, now)
        self._read()
        own = self._fire_own(reading, last, now)
        kept = self._fire_kept(check(self._kept.alerts, reading, last, now))
        return (*own, *(alert for alert in kept if not any(alert.same(each) for each in own)))

    def arm(self, reading: Reading, last: Last, now: datetime) -> None:
        """Arm what was asked for and isn't armed yet; what the reading lacks a ticker for waits."""
        asked, self._asked, self.waits = self._asked, (), ""
        for trigger in asked:
            try:
                self._own = added(self._own, arm(trigger, reading, last, now))
            except SmallcapError as error:
                self._asked, self.waits = (*self._asked, trigger), self.waits or str(error)

    def _fire_own(self, reading: Reading, last: Last, now: datetime) -> tuple[Alert, ...]:
        before = self._own
        self._own = changed(before, check(before.alerts, reading, last, now))
        return fresh(before, self._own)

    def _read(self) -> None:
        """Take the file over when it is another than before, with what couldn't be written to it yet."""
        if self._alarms is None:
            return
        if (seen := _signature(self._alarms.path)) == self._seen:
            return
        try:
            kept = self._alarms.read()
        except SmallcapError as error:
            self.trouble = str(error)
            return
        self._seen, self.trouble = seen, "".join(kept.trouble[:1])
        self._kept = changed(kept.slate, self._unwritten)

    def _fire_kept(self, found: tuple[Alert, ...]) -> tuple[Alert, ...]:
        """Write back what fired or changed; told at once though it can't be written, and then tried again."""
        late = self._unwritten
        if not found and not late:
            return ()
        told = list[Alert]()

        def change(slate: Slate) -> Slate:
            after = changed(slate, (*late, *found))
            told[:] = fresh(slate, after)
            return after

        try:
            assert self._alarms is not None
            kept = self._alarms.update([change])
        except SmallcapError as error:
            before, self.trouble, self._unwritten = self._kept, str(error), (*late, *found)
            self._kept = changed(before, found)
            return fresh(before, self._kept)
        self._kept, self._unwritten, self.trouble = kept.slate, (), "".join(kept.trouble[:1])
        return tuple(alert for alert in told if not any(alert.same(each) and each.fired for each in late))


def _signature(path: Path) -> tuple[int, ...]:
    """What changes whenever the file does; nothing where there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size
