"""One plan on the screen: all of its words at every size, each where it belongs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len
from smallcap.core.bars import Panel
from smallcap.core.framework.curve import Curve
from smallcap.core.framework.plan import Condition, Plan, Row
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.reading import ADVICE
from smallcap.tui.rows import Line
from smallcap.tui.stage import Stage
from smallcap.tui.widgets.plan_view import PlanView
from textual.pilot import Pilot

from tests.tui.plan_view.conftest import DAYS, Host, look, plan_of
from tests.tui.stage import Counted, play, settle, staged

HOSTILE = "buy \x1b[2J [bold]all[/] \u202eevil\r\nFAKE"


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


def test_whole_shares_have_no_decimals(panel: Panel):
    plan = plan_of(panel)
    (value,) = [row.value for row in plan.rows if row.name == "whole shares"]
    assert value == f"{plan.decision['shares']:,}"


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
