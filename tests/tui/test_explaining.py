"""The focus and the explanations: every panel can be reached and says what its numbers are, in few bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core import funds
from smallcap.core.bars import Panel
from smallcap.core.explain import explain
from smallcap.tui.screens.explain import Explain
from smallcap.tui.widgets.strips import StripWidget
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged

PANELS = ["banner", "price", "ratio", "watch", "sectors", "size", "composite"]


def focused(app: Counted) -> list[str]:
    """The panels whose first row is underlined on the screen."""
    lines = app.screen._compositor.render_strips()
    return [
        panel.id or ""
        for panel in app.screen.query(StripWidget)
        if panel.size.height
        and any(style and style.underline for _, style, _ in lines[panel.region.y].crop(*panel.region.column_span))
    ]


async def pages(app: Counted, pilot: Pilot[int]) -> str:
    """Everything that can be scrolled to."""
    seen = [app.text()]
    while True:
        await press(pilot, "pagedown")
        if app.text() == seen[-1]:
            return "\n".join(seen)
        seen.append(app.text())


def test_tab_goes_round_the_panels_and_underlines_the_one_in_focus(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert focused(app) == []
        seen = []
        for _ in range(len(PANELS)):
            await press(pilot, "tab")
            assert focused(app) == [app.shown.focus]
            seen.append(app.shown.focus)
        assert seen == PANELS
        await press(pilot, "shift+tab")
        assert app.shown.focus == PANELS[-2]
        await press(pilot, "escape")
        assert focused(app) == []

    play(staged(panel), use)


def test_moving_the_focus_sends_two_headings_at_most(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for _ in PANELS:
            app.frames.clear()
            await press(pilot, "tab")
            assert 0 < sum(map(len, app.frames)) < 1500

    play(staged(panel), use)


@pytest.mark.parametrize("steps", range(len(PANELS) + 1))
def test_e_explains_the_panel_in_focus_and_the_banner_when_none_is(panel: Panel, steps: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *["tab"] * steps, "e")
        assert isinstance(app.screen, Explain)
        wanted = next(
            (w.PANELS for w in app.screen_stack[0].query(StripWidget) if w.id == app.shown.focus), ("banner",)
        )
        topics = explain(app.shown.reading, app.shown.ticker, funds.read())
        first = next(topic for topic in topics if topic.panel == wanted[0])
        shown = app.text()
        assert f"{first.name}   {first.value}"[:60] in shown
        assert f"As of {app.shown.reading.as_of:%a} {app.shown.reading.as_of} close" in shown
        await press(pilot, "e")
        assert not isinstance(app.screen, Explain)

    play(staged(panel), use)


def test_the_chart_of_a_fund_explains_its_indicators_and_its_facts(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "tab", "tab", "e")
        shown = await pages(app, pilot)
        for words in (
            "indicators of IWM",
            "Wilder's RSI of 14 changes",
            "IWM: expense ratio   0.19%",
            "after this date",
        ):
            assert words in shown

    play(staged(panel), use)


def test_a_wrong_figure_in_the_users_file_is_said_and_nothing_opens(panel: Panel, tmp_path: Path):
    own = tmp_path / "facts.toml"
    own.write_text("[funds.IWM]\nexpense_ratio = { value = 0.19, source = 'me', recorded = 2026-01-01 }\n")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "e")
        assert not isinstance(app.screen, Explain)
        assert "funds.IWM.expense_ratio" in app.rows()[-1]

    app = staged(panel)
    app.standpoint = app.wanted = app.standpoint.but(own_facts=own)
    play(app, use)


def test_text_from_outside_is_shown_and_not_obeyed(panel: Panel, tmp_path: Path):
    own = tmp_path / "facts.toml"
    own.write_text("[funds.IWM]\nname = { value = '[red]x[/] [link=a]', source = '[b]me', recorded = 2026-01-01 }\n")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "tab", "tab", "e")
        assert "[red]x[/] [link=a]" in await pages(app, pilot)

    app = staged(panel)
    app.standpoint = app.wanted = app.standpoint.but(own_facts=own)
    play(app, use)
