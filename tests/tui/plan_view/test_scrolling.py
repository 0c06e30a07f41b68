"""A plan that is longer than the screen: how much is below the fold, and where it stays scrolled."""

from __future__ import annotations

from dataclasses import replace

from smallcap.core.bars import Panel
from smallcap.core.reading import ADVICE
from smallcap.tui.stage import Stage
from smallcap.tui.widgets.plan_view import PlanView
from textual.pilot import Pilot

from tests.tui.plan_view.conftest import Host, plan_of
from tests.tui.stage import Counted, play, settle, staged


def test_the_last_row_says_how_much_is_below_the_fold(panel: Panel):
    app, plan = staged(panel), plan_of(panel)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await app.push_screen(Host().data_bind(Stage.scene))
        view = app.screen.query_one(PlanView)
        view.show(plan)
        await settle(pilot)
        first, below = app.rows(), view.below
        assert below > 2
        assert first[-1].strip() == f"▼ {below} more lines"
        view.scroll(1)
        await settle(pilot)
        assert app.rows()[-1].strip() == f"▼ {below - 1} more lines"
        assert app.rows()[0] == first[1]
        view.scroll(10_000)
        await settle(pilot)
        assert view.below == 0
        assert app.rows()[-1].strip() == ADVICE
        view.scroll(-1)
        await settle(pilot)
        assert app.rows()[-1].strip() == "▼ 2 more lines"
        view.scroll(-10_000)
        await settle(pilot)
        assert app.rows() == first

    play(app, use, (80, 24))


def test_a_plan_read_anew_stays_where_it_was_scrolled_and_another_starts_at_its_top(panel: Panel):
    plan, other = plan_of(panel), plan_of(panel, "core")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await app.push_screen(Host().data_bind(Stage.scene))
        view = app.screen.query_one(PlanView)
        view.show(plan)
        await settle(pilot)
        view.scroll(3)
        await settle(pilot)
        seen = app.rows()
        app.frames.clear()
        view.show(replace(plan))
        await settle(pilot)
        assert app.rows() == seen
        assert app.frames == []
        view.show(other)
        await settle(pilot)
        assert other.title in app.rows()[0]

    play(staged(panel), use, (80, 24))
