"""What the tests of a plan on the screen need: a screen with nothing but the view, plans to show, and its rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from smallcap.core.bars import Panel
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.tui.scene import Scene
from smallcap.tui.stage import Stage
from smallcap.tui.widgets.plan_view import PlanView
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.reactive import var
from textual.screen import Screen

from tests.tui.stage import Counted, play, settle, staged

DAYS = np.arange("2020-01-01", "2020-12-01", dtype="datetime64[D]")


class Host(Screen[None]):
    """A screen with nothing but the view."""

    scene: var[Scene | None] = var(None, init=False)

    def compose(self) -> ComposeResult:
        yield PlanView(id="plan").data_bind(Host.scene)


def plan_of(panel: Panel, profile: str = "active") -> Plan:
    row = next(row for row in PROFILES if row.key == profile)
    app = staged(panel)
    return made(row, World(app.shown.reading, app.standpoint.facts()), {})


def look(
    app: Counted,
    size: tuple[int, int],
    shows: Callable[[PlanView], None],
    then: Callable[[PlanView], object] = lambda _: None,
) -> list[str]:
    """The rows that the view has for what it is told to show."""
    rows: list[str] = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await app.push_screen(Host().data_bind(Stage.scene))
        view = app.screen.query_one(PlanView)
        shows(view)
        await settle(pilot)
        then(view)
        await settle(pilot)
        rows[:] = app.rows()

    play(app, use, size)
    return rows
