"""Numbers on the dashboard: decimal points below each other, units written, and a banner that cuts no sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len
from smallcap.core import format as fmt
from smallcap.core import reading
from smallcap.core.bars import Panel
from smallcap.core.settings import Settings
from smallcap.tui.decimals import aligned
from smallcap.tui.palette import palette_from
from smallcap.tui.scene import Scene
from smallcap.tui.theme import DARK
from smallcap.tui.widgets.banner import WIDE, Banner, pendings, ways
from smallcap.tui.widgets.macro import MacroPanel
from smallcap.tui.widgets.reasons import Reasons
from smallcap.tui.widgets.size import SizePanel
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.stage import Counted, as_day, play, staged

PALETTE = palette_from(DARK.variables, DARK.background or "")


def drawn(app: Counted, name: str) -> list[str]:
    """The rows of a panel."""
    widget = app.screen.query_one(f"#{name}", Widget)
    return [widget.render_line(y).text for y in range(widget.size.height)]


def points(rows: list[str]) -> set[int]:
    """The columns of the last decimal point of each row that has one."""
    return {row.rindex(".") for row in rows if "." in row}


@pytest.mark.parametrize(
    ("number", "shown"),
    [("-0.51%", "  -0.51%"), ("21.4", "  21.4  "), ("$1,000", "$1,000  "), ("--", "  --  "), ("136.5", " 136.5  ")],
)
def test_a_point_stands_at_its_place(number: str, shown: str):
    before = 6 if number.startswith("$") else 4
    assert aligned(number, before).rstrip() == shown.rstrip()
    assert len(aligned(number, before)) == before + 4


def test_the_columns_of_a_panel_have_their_points_below_each_other(real_panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert len(points([row[:-8] for row in drawn(app, "context")[1:]])) == 1
        macro = drawn(app, "macro")[1:7]
        assert {row.index(".") for row in macro} == {row.index(".") for row in macro[:1]}
        assert len(points(macro)) == 1
        assert [("pp" in row) for row in macro] == [True] * 5 + [False]
        for known, row in zip(app.shown.reading.macro, macro, strict=True):
            assert known.row.name in row
        steps = [row for row in drawn(app, "size")[1:8] if "$" not in row]
        assert len(points(steps)) == 1

    play(staged(real_panel), use, (200, 60))


@pytest.mark.parametrize("pair", ["IWM/SPY", "IWM/VTWO"])
def test_the_watchlist_names_its_units_and_fills_its_width(real_panel: Panel, pair: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        head, *rows = drawn(app, "watch")
        market = pair.partition("/")[2]
        assert head.endswith((f" vs {market} %", f" vs {market}%"))
        assert " day % " in head
        assert len(points(rows[:7])) == 1
        assert {len(row.rstrip()) for row in rows[:7]} == {36}

    play(staged(real_panel, pair=pair), use)


def test_a_change_in_points_says_so_where_there_is_but_one_row(real_panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        known = next(one for one in app.shown.reading.macro if one.row.series == "DGS2")
        assert f"2y {known.row.shown(known.value)} {fmt.points(known.change_63)} " in drawn(app, "line")[0]

    play(staged(real_panel), use)


@pytest.mark.parametrize("width", [80, 96, 108, 120, 200])
def test_the_banner_says_a_sentence_whole_or_a_shorter_one(real_panel: Panel, width: int):
    for day in [as_day(real_panel, row) for row in range(-1, -5600, -97)]:
        made = reading.build(real_panel, day, Settings(), closed=day)
        for trouble in ("", "since 14:03 ET  r: try again"):
            scene = Scene(made, "IWM", "1Y", trouble=trouble)
            rows = [strip.text for strip in Banner().draw(scene, Size(width, 3), PALETTE)]
            assert {cell_len(row) for row in rows} == {width}
            regime = made.regime.regime
            said = rows[2][max(len(regime.label) + 5, 14) + 2 :]
            forms = (width < WIDE and pendings(made)) or ways(made)
            assert any(f"{said}  ".startswith(f"{form}  ") and (form or (trouble and width == 80)) for form in forms), (
                rows[2],
                forms,
            )
            assert not trouble or width >= WIDE or "  NOT REFRESHED  since 14:03 ET  r: try again " in rows[2]


def test_ways_and_pendings_go_from_their_longest_form_to_their_shortest(real_panel: Panel):
    for day in [as_day(real_panel, row) for row in range(-1, -5600, -197)]:
        made = reading.build(real_panel, day, Settings(), closed=day)
        for forms in (pendings(made), ways(made)):
            assert [len(form) for form in forms] == sorted(map(len, forms), reverse=True)
        assert ways(made)[-1] == ""
        nearest = [f for f in made.regime.flips if f.ticker != made.pair.a]
        assert not nearest or "x" in ways(made)[-2]


def test_reasons_that_are_too_long_for_a_row_go_on_in_the_next(panel: Panel):
    day = as_day(panel, -1)
    made = reading.build(panel, day, Settings(), closed=day)
    words = "976 sessions missing since 2022-12-30: the newest data is that old"
    scene = Scene(replace(made, warnings=(words,)), "IWM", "1Y")
    rows = [strip.text for strip in Reasons().draw(scene, Size(36, 40), PALETTE)]
    start = next(at for at, row in enumerate(rows) if row.startswith(" ! "))
    assert " ".join(" ".join(rows[start : start + 3]).split()).startswith(f"! {words}")
    assert "1 session " in " ".join(rows) or "sessions" in " ".join(rows)


def test_panels_without_numbers_draw_all_the_same(panel: Panel):
    day = as_day(panel, -1)
    scene = Scene(reading.build(panel, day, Settings(), closed=day), "NOPE", "1Y")
    for widget in (MacroPanel(), SizePanel()):
        assert len(widget.draw(scene, Size(36, 10), PALETTE)) == 10
