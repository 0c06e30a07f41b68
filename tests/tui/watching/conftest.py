"""What the tests of `smallcap watch` need: a desk with a clock, a source that grows, and what was printed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.settings import Settings
from smallcap.core.store import Store
from smallcap.tui.outlet import Outlet
from smallcap.tui.standpoint import Standpoint
from smallcap.tui.watch_flags import Options
from smallcap.tui.watching import Watch

from tests.tui.stage import Given

FLIP = 521
"""The row of SPY's session on which the panel's label changes."""


@dataclass
class Hand:
    """A clock that is moved by hand."""

    instant: datetime
    replay: bool = False

    def now(self) -> datetime:
        return self.instant


@dataclass
class Growing(Given):
    """A source whose sessions come one by one."""

    rows: int = FLIP

    def closed(self, now: datetime) -> date:
        return to_day(self.panel["SPY"].sessions[self.rows - 1])

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        whole = super().load(now)
        return replace(whole.until(whole["SPY"].sessions[self.rows - 1]), upto=None)


@dataclass
class Desk:
    """A watch with everything it touches in reach."""

    source: Growing
    clock: Hand
    home: Path | None = None
    options: Options = field(default_factory=Options)
    settings: Settings = field(default_factory=Settings)
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)
    again: Callable[[], Standpoint] | None = None

    def __post_init__(self) -> None:
        self.watch = Watch(self.options, self.standpoint(), Outlet(self.out, self.err), self.reread)

    def reread(self) -> Standpoint:
        return self.again() if self.again else self.standpoint()

    def standpoint(self) -> Standpoint:
        store = Store(self.home / "store.sqlite3" if self.home else None)
        return Standpoint(self.settings, self.clock, self.source, store, None, Path("nowhere/facts.toml"))  # type: ignore[arg-type]

    def begin(self) -> list[str]:
        """The first look; what it printed."""
        self.watch.begin(patient=True)
        return self.news()

    def look(self, *, after: float = 60.0) -> list[str]:
        """A look so many seconds later; what it printed."""
        self.clock.instant += timedelta(seconds=after)
        self.watch.look()
        return self.news()

    def news(self) -> list[str]:
        lines = self.out.getvalue().splitlines()
        self.out.seek(0)
        self.out.truncate()
        return lines

    def said(self) -> list[str]:
        lines = self.err.getvalue().splitlines()
        self.err.seek(0)
        self.err.truncate()
        return lines


@pytest.fixture
def desk(panel: Panel, tmp_path: Path) -> Callable[..., Desk]:
    """Make a desk on the panel up to the session before its label changes, an hour after midnight in New York."""

    def make(**given: object) -> Desk:
        source = Growing(panel, prices={"IWM": 85.0})
        return Desk(source, Hand(datetime(2026, 11, 20, 6, tzinfo=UTC)), **{"home": tmp_path, **given})  # type: ignore[arg-type]

    return make


Make = Callable[..., Desk]
