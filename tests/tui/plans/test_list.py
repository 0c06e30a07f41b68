"""The list of saved plans by keys: newest first, only those in sight drawn, nothing sent for nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.review import review
from smallcap.core.framework.review_words import short
from smallcap.tui.messages import PlansAsked
from smallcap.tui.screens.plans import Plans
from textual.pilot import Pilot

from tests.tui.plans.conftest import calm, keep, plan_on
from tests.tui.stage import Counted, as_day, play, press, staged
from tests.tui.test_sizing import kept


def test_an_empty_list_says_what_to_do(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert isinstance(app.screen, Plans)
        assert "no plan is saved yet: w makes one" in app.text()
        before = app.rows()
        await press(pilot, "enter", "down", "x", "delete", "end", "home")
        assert app.rows()[:-1] == before[:-1]
        assert app.rows()[-1].strip() == "! no plan is saved yet  w: make one"

    play(kept(panel, tmp_path), use)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_plans_are_listed_newest_first_with_how_they_stand(panel: Panel, tmp_path: Path, size: tuple[int, int]):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -100), "old one"), plan_on(app, as_day(panel, -1), "new one"))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        text = app.text()
        assert f"as of {app.shown.reading.as_of:%a %Y-%m-%d} close" in text
        assert text.index("p2 ") < text.index("p1 ")
        for saved in app.standpoint.journal().all():
            row = next(row for row in app.rows() if saved.plan.title in row)
            assert saved.id in row
            assert saved.plan.standing.as_of in row
            assert "active" in row
            assert "SIMULATED" in row
            assert short(review(saved, app.shown.reading, app.panel["IWM"])) in text
        assert "reading ..." not in text

    play(app, use, size)


def test_the_chosen_plan_has_others_on_both_sides_of_it(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -2))
    keep(app, *(replace(plan, title=f"plan {n}.") for n in range(1, 31)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", *["down"] * 15)
        assert all(f"plan {n}." in app.text() for n in (14, 15, 16))

    play(app, use, (80, 24))


def test_the_apps_own_keys_still_work(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for key, mode in (("d", "dashboard"), ("z", "sizing"), ("w", "wizard")):
            await press(pilot, "p", key)
            assert app.current_mode == mode
            await press(pilot, "d")
        await press(pilot, "p", "question_mark")
        assert not isinstance(app.screen, Plans)
        await press(pilot, "escape")
        assert isinstance(app.screen, Plans)
        ticker = app.shown.ticker
        await press(pilot, "j", "down")
        assert app.shown.ticker == ticker

    play(kept(panel, tmp_path), use)


def test_nothing_is_sent_while_nothing_changes(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, *(plan_on(app, as_day(panel, -60), f"plan {n}") for n in range(5)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for open_one in ((), ("enter",)):
            await press(pilot, "p", *open_one)
            await calm(pilot)
            app.frames.clear()
            app.tick()
            app.read_again()
            app.post_message(PlansAsked())
            await calm(pilot)
            assert app.frames == []
        await press(pilot, "escape")
        app.frames.clear()
        await press(pilot, "down")
        assert 0 < sum(map(len, app.frames)) < 600

    play(app, use)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_of_many_plans_only_those_in_sight_are_drawn_and_the_last_is_a_key_away(
    panel: Panel, tmp_path: Path, size: tuple[int, int]
):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -2))
    file = keep(app, plan).path
    entry = json.loads(file.read_text())
    entries = [{**entry, "id": f"p{n}", "plan": {**entry["plan"], "title": f"plan {n}."}} for n in range(1, 201)]
    file.write_text("".join(json.dumps(each) + "\n" for each in entries))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        await calm(pilot)
        assert "1 of 200" in app.text()
        assert "plan 200." in app.text()
        assert "plan 1." not in app.text()
        await press(pilot, "pagedown")
        assert int(app.text().partition("newest first  ")[2].split()[0]) > 5
        await press(pilot, "end")
        assert "200 of 200" in app.text()
        assert "plan 1." in app.text()
        await press(pilot, "down", "enter")
        assert "plan 1." in app.text()
        await press(pilot, "escape", "home")
        assert "plan 200." in app.text()
        chosen = [row for row in app.rows() if row.strip().startswith("▸")]
        assert len(chosen) == 1
        assert "p200" in chosen[0]

    play(app, use, size)


def test_in_ascii_it_says_the_same(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, *(plan_on(app, as_day(panel, -60), f"plan {n}") for n in range(2)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert app.text().isascii()
        assert ">p2" in app.text()
        await press(pilot, "enter")
        assert app.text().isascii()

    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True, colourless=True))
    play(app, use)


def test_without_a_folder_it_says_so(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "there is no folder to keep plans in" in app.text()
        assert to_day(panel["SPY"].sessions[-1]) == app.shown.reading.as_of

    play(staged(panel), use)
