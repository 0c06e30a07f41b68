"""The app on a stage of its own: any panel as its source, a clock that is set, and every byte it would send counted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import textual.app
import textual.pilot
from rich.console import RenderableType
from smallcap.core.bars import Panel, to_day
from smallcap.core.errors import SourceError
from smallcap.core.settings import Settings
from smallcap.core.store import Store
from smallcap.tui.app import Smallcap
from smallcap.tui.standpoint import Standpoint
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.quiet import wait_for_quiet

textual.app.wait_for_idle = textual.pilot.wait_for_idle = wait_for_quiet


@dataclass(frozen=True)
class Still:
    """A clock that stands still."""

    instant: datetime
    replay: bool = False

    def now(self) -> datetime:
        return self.instant


@dataclass
class Given:
    """A source that has a panel, until it is told to fail."""

    panel: Panel
    fails: str = ""
    prices: dict[str, float] = field(default_factory=dict)
    loads: int = 0
    simulated: bool = True

    def closed(self, now: datetime) -> date:
        return to_day(self.panel["SPY"].sessions[-1])

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        self.loads += 1
        if self.fails:
            raise SourceError(self.fails)
        return self.panel

    def ticks(self, now: datetime, panel: Panel) -> Mapping[str, float]:
        return dict(self.prices)

    def session_in_progress(self, now: datetime) -> date:
        return self.closed(now) + timedelta(1)


class Counted(Smallcap):
    """The app, with the frames it would send kept as the bytes a terminal would get; its work is done in it."""

    processes = 1
    rest_seconds = None

    def __init__(self, standpoint: Standpoint, *, ascii_only: bool = False) -> None:
        self.frames: list[bytes] = []
        panel = standpoint.load()
        super().__init__(standpoint, panel, standpoint.read(panel), ascii_only=ascii_only)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        sent = self.differing(screen, renderable)
        if isinstance(sent, CompositorUpdate) and not self._batch_count:
            self.frames.append(sent.render_segments(self.console).encode())
        super()._display(screen, sent)

    def rows(self) -> list[str]:
        """What is on the screen, row by row."""
        return ["".join(text for text, _, _ in strip) for strip in self.screen._compositor.render_strips()]

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.rows())


def staged(panel: Panel, *, asked: date | None = None, **chosen: object) -> Counted:
    """The app on a panel, a fixed hour after its last close."""
    source = Given(panel)
    day = to_day(panel["SPY"].sessions[-1])
    clock = Still(datetime(day.year, day.month, day.day, 23, tzinfo=UTC))
    standpoint = Standpoint(Settings().but(**chosen), clock, source, Store(None), asked, Path("nowhere/facts.toml"))  # type: ignore[arg-type]
    return Counted(standpoint)


def play(
    app: Counted, act: Callable[[Counted, Pilot[int]], Awaitable[None]], size: tuple[int, int] = (120, 40)
) -> None:
    """Run the app without a terminal and let `act` use it; anything raised in the app is raised here."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            await act(app, pilot)

    asyncio.run(run())


async def settle(pilot: Pilot[int]) -> None:
    """Until the workers are done and nothing is left to draw."""
    while True:
        await asyncio.gather(*(worker.wait() for worker in pilot.app.workers), return_exceptions=True)
        await pilot.pause()
        if all(worker.is_finished or worker.is_cancelled for worker in pilot.app.workers):
            break


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Keys, each until all it causes has happened."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def as_day(panel: Panel, row: int) -> date:
    """The date of SPY's session at `row`."""
    return to_day(panel["SPY"].sessions[row])
