"""The panels beside the charts say what the reading says, at the sizes that have room for them."""

from __future__ import annotations

import pytest
from smallcap.core import format as fmt
from smallcap.core.bars import Panel
from smallcap.tui.widgets.composite import gauge
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, staged


@pytest.mark.parametrize("row", [-1, 5000, 6500])
def test_the_wide_screen_shows_composite_macro_context_and_events(real_panel: Panel, row: int):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        made, shown = app.shown.reading, app.text()
        assert f"COMPOSITE {fmt.price(made.composite.score, 0)}" in shown
        assert f"{made.composite.present} of 8 signals" in shown
        assert made.rate_cycle is not None
        assert f"MACRO  {made.rate_cycle.state}" in shown
        for known in made.macro:
            line = next(line for line in app.rows() if known.row.name in line)
            assert known.row.shown(known.value) in line
            assert f"{known.observed:%m-%d}" in line
        for apart in made.context.breadth:
            line = next(line for line in app.rows() if f"{apart.a} vs {apart.b} 20" in line)
            assert fmt.percent(apart.relative_performance) in line
        assert "AHEAD" in shown
        assert str(made.events[0].date) in shown

    play(staged(real_panel, asked=as_day(real_panel, row)), look, (200, 60))


def test_where_there_is_no_room_one_line_says_the_most_of_it(real_panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        made, line = app.shown.reading, app.rows()[-2]
        by_name = {known.row.series: known for known in made.macro}
        assert f"IWM/QQQ {fmt.percent(made.context.breadth[0].relative_performance)}" in line
        for short, series in (("2y", "DGS2"), ("curve", "T10Y2Y"), ("HY", "BAMLH0A0HYM2"), ("VIX", "VIXCLS")):
            assert f"{short} {by_name[series].row.shown(by_name[series].value)}" in line
        assert made.rate_cycle is not None
        assert f"Fed {made.rate_cycle.state}" in line
        assert "MACRO" not in app.text()

    play(staged(real_panel), look)


def test_a_source_without_macro_says_so_and_shows_no_number(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        row = next(at for at, line in enumerate(app.rows()) if "MACRO" in line)
        assert "nothing in this source" in app.rows()[row + 1]

    play(staged(panel), look, (200, 60))


def test_a_pair_without_sectors_shows_seven_signals(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert "7 of 8 signals" in app.text()
        assert "no sectors" in app.shown.reading.composite.votes[6].why

    play(staged(panel, pair="IWM/XLF"), look)


@pytest.mark.parametrize(
    ("vote", "drawn"),
    [
        (1.0, "──·━━"),
        (0.5, "──·━─"),
        (0.2, "──·──"),
        (0.0, "──·──"),
        (-0.5, "─━·──"),
        (-1.0, "━━·──"),
        (float("nan"), "     "),
    ],
)
def test_a_vote_leans_to_its_side(vote: float, drawn: str):
    assert gauge(vote) == drawn
