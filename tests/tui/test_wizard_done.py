"""The wizard after a plan was saved: elsewhere and back it begins anew; help above it changes nothing."""

from __future__ import annotations

from pathlib import Path

from smallcap.core.bars import Panel
from smallcap.core.store import Store
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged

PASSIVE = "1"
CHOOSING, PLANNED = "enter go on", "enter save"


def kept(panel: Panel, home: Path) -> Counted:
    app = staged(panel)
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


async def to_the_plan(app: Counted, pilot: Pilot[int]) -> None:
    await press(pilot, "w", PASSIVE, "pagedown")
    for _ in range(20):
        if PLANNED in app.rows()[-1]:
            return
        await pilot.pause()
    raise AssertionError(app.text())


def test_a_saved_plan_is_done_with_elsewhere(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await to_the_plan(app, pilot)
        await press(pilot, "enter", "p", "w")
        assert CHOOSING in app.rows()[-1]

    play(kept(panel, tmp_path), use)


def test_a_plan_that_was_not_saved_is_still_there(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await to_the_plan(app, pilot)
        await press(pilot, "p", "w")
        assert PLANNED in app.rows()[-1]

    play(kept(panel, tmp_path), use)


def test_help_above_a_saved_plan_leaves_it(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await to_the_plan(app, pilot)
        await press(pilot, "enter", "question_mark", "escape")
        assert PLANNED in app.rows()[-1]

    play(kept(panel, tmp_path), use)
