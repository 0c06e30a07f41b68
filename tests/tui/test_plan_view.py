"""One plan on the screen: all of its words at every size, its charts, and how much is below the fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from smallcap.core.bars import Panel
from smallcap.core.framework.curve import Curve
from smallcap.core.framework.plan import Condition, Plan, Row
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.core.reading import ADVICE
from smallcap.tui.palette import palette_from
from smallcap.tui.rows import Line
from smallcap.tui.scene import Scene
from smallcap.tui.stage import Stage
from smallcap.tui.theme import DARK
from smallcap.tui.widgets.plan_blocks import flowed, folded, kept_whole
from smallcap.tui.widgets.plan_chart import Look, plan_chart, shown
from smallcap.tui.widgets.plan_view import PlanView
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.reactive import var
from textual.screen import Screen

from tests.tui.stage import Counted, play, settle, staged

PALETTE = palette_from(DARK.variables, DARK.background or "")
HOSTILE = "buy \x1b[2J [bold]all[/] \u202eevil\r\nFAKE"
DAYS = np.arange("2020-01-01", "2020-12-01", dtype="datetime64[D]")
GROWTH = Curve("Value", DAYS, (("IWM", np.linspace(1e5, 9e5, 335)), ("VTWO", np.linspace(1e5, 9.5e5, 335))), "$")
WEIGHT = Curve("Weight", DAYS, (("target", np.linspace(0.05, 0.15, 335)),), "%", "the target as it would have been")


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


def all_rows(app: Counted, size: tuple[int, int], plan: Plan, *more: object) -> list[str]:
    """Every row from the first page to the last."""
    pages: list[str] = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await app.push_screen(Host().data_bind(Stage.scene))
        view = app.screen.query_one(PlanView)
        view.show(plan, *more)  # type: ignore[arg-type]
        await settle(pilot)
        pages.extend(app.rows())
        while view.below:
            before = view.below
            view.scroll(1)
            await settle(pilot)
            assert view.below < before
            pages.extend(app.rows()[-2:])

    play(app, use, size)
    return pages


def words_of(plan: Plan) -> list[str]:
    rows = [part for row in plan.rows for part in row]
    ends = [condition.words for condition in plan.invalidated_by]
    said = [plan.title, *plan.opening, *rows, *ends, *plan.why, *plan.warnings, *plan.answers, *plan.answers.values()]
    return " ".join(said).split()


@pytest.mark.parametrize("size", [(44, 16), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("profile", [row.key for row in PROFILES])
def test_no_word_of_a_plan_is_missing_at_any_size(panel: Panel, size: tuple[int, int], profile: str):
    plan = plan_of(panel, profile)
    rows = all_rows(staged(panel), size, plan)
    text = " ".join(rows)
    assert [word for word in words_of(plan) if word not in text] == []
    assert all(cell_len(row) == size[0] for row in rows)
    assert rows[0].startswith("SIMULATED")
    assert plan.standing.pair in text
    assert plan.standing.as_of in text


def test_a_plan_made_on_real_data_is_not_marked_simulated(panel: Panel):
    plan = plan_of(panel)
    real = replace(plan, standing=plan.standing._replace(simulated=False, source="given"))
    assert "SIMULATED" not in " ".join(all_rows(staged(panel), (80, 24), real))


@pytest.mark.parametrize("size", [(80, 60), (200, 60)])
def test_what_a_plan_is_not_is_said_once(panel: Panel, size: tuple[int, int]):
    rows = look(staged(panel), size, lambda view: view.show(plan_of(panel)))
    assert " ".join(rows).count(ADVICE) == 1


def test_the_essentials_are_in_sight_on_the_smallest_screen(panel: Panel):
    plan = plan_of(panel)
    # 19 rows are what banner and footer leave of 24.
    text = "\n".join(look(staged(panel), (80, 19), lambda view: view.show(plan)))
    for words in (plan.title, "SIMULATED", *(condition.words for condition in plan.invalidated_by)):
        assert words in text
    for name in ("at risk", "stop", "whole shares", "position cap"):
        row = next(row for row in plan.rows if row.name == name)
        assert any(row.name in line and row.value in line for line in text.split("\n")), name


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


def test_values_stand_in_a_column_and_what_is_said_of_them_beside_or_under_them(panel: Panel):
    rows = (Row("stop", "1.00", "as given"), Row("at risk", "$496", "a very long tale " * 6), Row("alone", "x"))
    lines = look(staged(panel), (80, 24), lambda view: view.show(replace(plan_of(panel), rows=rows)))
    stop, risk = (next(line for line in lines if line.startswith(f" {name} ")) for name in ("stop", "at risk"))
    assert stop.index("1.00") == risk.index("$496")
    assert "as given" in stop
    assert "tale" not in risk
    assert lines[lines.index(risk) + 1].startswith("   a very long tale")


def test_a_value_that_is_wider_than_the_screen_goes_on_in_the_next_row(panel: Panel):
    long = Row("a name " * 9, "word " * 30, "because " * 20)
    text = " ".join(all_rows(staged(panel), (44, 16), replace(plan_of(panel), rows=(long,))))
    assert text.count("word") == 30
    assert text.count("because") == 20


def test_a_wide_screen_has_the_figures_on_the_left_and_the_reasons_on_the_right(panel: Panel):
    wide = look(staged(panel), (110, 40), lambda view: view.show(plan_of(panel)))
    head = next(row for row in wide if "FIGURES" in row)
    assert "NO LONGER VALID IF" in head
    narrow = look(staged(panel), (109, 40), lambda view: view.show(plan_of(panel)))
    assert "NO LONGER VALID IF" not in next(row for row in narrow if "FIGURES" in row)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_is_given_as_extra_stands_above_the_plans_own_reasons(panel: Panel, size: tuple[int, int]):
    extra = [Line([("STANDS", "muted")]), Line([("held " * 30, "text")], [("at the end", "warn")])]
    rows = look(staged(panel), size, lambda view: view.show(plan_of(panel), (), extra))
    text = " ".join(rows)
    assert text.count("held") == 30
    assert "at the end" in " ".join(text.split())
    assert text.index("STANDS") < text.index("NO LONGER VALID IF")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_chart_has_a_legend_with_the_last_values(panel: Panel, size: tuple[int, int]):
    rows = look(staged(panel), size, lambda view: view.show(plan_of(panel, "passive"), (GROWTH,)))
    text = "\n".join(rows)
    for words in ("Value", "IWM $900,000", "VTWO $950,000", "900000"):
        assert words in text, words
    assert any("\u2800" < character < "\u2900" for character in text)


def test_shares_are_drawn_as_percentages(panel: Panel):
    text = "\n".join(look(staged(panel), (80, 24), lambda view: view.show(plan_of(panel, "core"), (WEIGHT,))))
    assert "target 15.0%" in text
    assert "the target as it would have been" in text
    assert "15.0 " in text.replace("15.0%", "")


def test_the_stop_alone_is_drawn_in_the_ink_of_what_is_bad_and_the_target_in_that_of_what_is_good(panel: Panel):
    lines = tuple((name, np.linspace(1.0, place, 335)) for place, name in enumerate(("IWM", "entry", "stop", "target")))
    rows = plan_chart(Curve("Trade", DAYS, lines), 100, 10, Look(PALETTE))
    inks = {segment.text.strip(): segment.style for strip in rows for segment in strip if segment.style}
    found = {name: next(style for text, style in inks.items() if text.startswith(name)) for name, _ in lines}
    assert (found["stop"], found["target"]) == (PALETTE.risk_off, PALETTE.risk_on)
    assert found["IWM"] == PALETTE.a
    assert found["entry"] not in (PALETTE.risk_off, PALETTE.risk_on, PALETTE.slow, PALETTE.down)


def test_a_target_weight_is_no_level(panel: Panel):
    (title, *_) = plan_chart(WEIGHT, 100, 10, Look(PALETTE))
    assert any(segment.text.strip().startswith("target") and segment.style == PALETTE.a for segment in title)


def test_whole_shares_have_no_decimals(panel: Panel):
    plan = plan_of(panel)
    (value,) = [row.value for row in plan.rows if row.name == "whole shares"]
    assert value == f"{plan.decision['shares']:,}"


def test_a_low_screen_has_no_chart(panel: Panel):
    def charted(height: int) -> bool:
        rows = look(staged(panel), (80, height), lambda view: view.show(plan_of(panel), (GROWTH,)))
        return "VTWO $950,000" in "\n".join(rows)

    assert charted(18)
    assert not charted(17)


def test_without_colour_a_letter_names_each_line(panel: Panel):
    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True, colourless=True))
    text = "\n".join(look(app, (120, 40), lambda view: view.show(plan_of(panel, "passive"), (GROWTH,))))
    assert text.isascii()
    assert "V=VTWO $950,000" in text
    assert "  IWM $900,000" in text


def test_lines_with_the_same_first_letter_have_letters_of_their_own(panel: Panel):
    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(colourless=True))
    lines = tuple((name, np.linspace(1.0, place, 335)) for place, name in enumerate(("close", "stop", "sum", "ss"), 2))
    curve = Curve("Lines", DAYS, lines)
    text = " ".join(look(app, (200, 60), lambda view: view.show(plan_of(panel), (curve,))))
    for legend in ("s=stop 3.00", "u=sum 4.00", "1=ss 5.00", "  close 2.00"):
        assert legend in text, legend


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (999.5, "$", "$999.50"),
        (1000.0, "$", "$1,000"),
        (0.075, "%", "7.5%"),
        (1.5, "", "1.50"),
        (float("nan"), "$", "--"),
    ],
)
def test_a_value_is_written_in_its_unit(value: float, unit: str, words: str):
    assert shown(value, unit) == words


def test_words_from_outside_are_shown_and_not_obeyed(panel: Panel):
    plan = replace(
        plan_of(panel),
        title=HOSTILE,
        rows=(Row(HOSTILE, HOSTILE, HOSTILE),),
        why=(HOSTILE,),
        warnings=(HOSTILE,),
        answers={HOSTILE: HOSTILE},
        invalidated_by=(Condition(HOSTILE),),
    )
    app = staged(panel)
    rows = look(app, (80, 40), lambda view: view.show(plan, (Curve(HOSTILE, DAYS, ((HOSTILE, DAYS.astype(float)),)),)))
    assert "\\x1b[2J [bold]all[/] \\u202eevil" in rows[0]
    assert not any(row.startswith("FAKE") for row in rows)
    assert not any(b"\x1b[2J" in frame or "\u202e".encode() in frame for frame in app.frames)


def test_a_closed_view_is_empty(panel: Panel):
    rows = look(staged(panel), (80, 24), lambda view: view.show(plan_of(panel)), lambda view: view.close())
    assert "".join(rows).strip() == ""


@given(st.lists(st.text(max_size=60), max_size=4), st.integers(8, 60))
def test_flowed_words_lose_nothing_and_fit(texts: Sequence[str], width: int):
    rows = flowed([(text, "text") for text in texts], width)
    drawn = ["".join(text for text, _ in line.left) for line in rows]
    assert all(cell_len(row) <= width for row in drawn)
    from smallcap.core.framework.document import plain

    assert "".join("".join(drawn).split()) == "".join(plain("".join(texts)).split())


def test_a_name_stays_with_its_figure_where_a_legend_is_broken():
    entries = ["Trade", "   IWM 143.00", "   entry 143.00", "   stop 133.28"]
    drawn = ["".join(text for text, _ in line.left) for line in kept_whole([(text, "a") for text in entries], 34)]
    assert drawn == ["Trade   IWM 143.00   entry 143.00", "   stop 133.28"]


def test_a_row_that_fits_is_left_as_it_is():
    line = Line([("left", "text")], [("right", "warn")])
    assert folded(line, 10) == [line]
    assert len(folded(line, 9)) > 1
