"""A saved plan that is opened to be read: its review above it, its chart, and where it is scrolled."""

from __future__ import annotations

from pathlib import Path

from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.review import lines, review
from smallcap.core.framework.review_curve import trade_curves
from smallcap.tui.messages import PlansAsked
from smallcap.tui.screens.plans import Plans
from textual.pilot import Pilot

from tests.tui.plans.conftest import calm, keep, list_of, plan_on, read_on
from tests.tui.stage import Counted, as_day, play, press
from tests.tui.test_sizing import kept


def test_a_plan_opens_with_its_review_above_it_and_esc_goes_back_twice(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -100), "old one"), plan_on(app, as_day(panel, -1), "new one"))
    saved = app.standpoint.journal().one("p1")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "j", "k", "k", "down")
        before = app.text()
        await press(pilot, "enter")
        text = " ".join(app.text().split())
        assert "old one" in text
        assert "new one" not in text
        for line in lines(review(saved, app.shown.reading, app.panel["IWM"])):
            assert all(word in text for word in line.split()), line
        assert saved.plan.rows[0].name in text
        await press(pilot, "escape")
        assert app.text() == before
        assert isinstance(app.screen, Plans)
        await press(pilot, "escape")
        assert app.current_mode == "dashboard"

    play(app, use)


def test_on_the_smallest_screen_an_open_plan_has_each_of_its_ends_once_and_its_first_figures(
    panel: Panel, tmp_path: Path
):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -60))
    keep(app, plan)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "enter")
        for condition in plan.invalidated_by:
            assert app.text().count(condition.words) == 1
        assert plan.rows[0].name in app.text()
        assert plan.rows[1].name in app.text()

    play(app, use, (80, 24))


def test_the_chart_of_a_trade_ends_with_the_review_and_begins_before_the_plan(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    made_on, seen_on = as_day(panel, -60), as_day(panel, -40)
    (saved,) = keep(app, plan_on(app, made_on)).all()
    found = review(saved, read_on(app, seen_on), panel["IWM"])
    (curve,) = trade_curves(found, panel["IWM"])
    assert (to_day(curve.days[0]), to_day(curve.days[-1])) == (as_day(panel, -80), seen_on)
    (_, close), (stop, level), *_ = curve.lines
    assert close[-1] == panel["IWM"].close[-40]
    assert (stop, level[0], level[-1]) == ("stop", saved.plan.decision["stop"], saved.plan.decision["stop"])
    assert str(made_on) in curve.title
    assert trade_curves(found, panel["SPY"]) == ()
    assert trade_curves(found, None) == ()


def test_an_open_plan_scrolls_and_the_choice_stays(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, *(plan_on(app, as_day(panel, -30), f"plan {n}") for n in range(3)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "down", "enter")
        first = app.rows()
        assert "more lines" in app.text()
        await press(pilot, "j")
        assert app.rows()[4] == first[5]
        await press(pilot, "k", "pagedown", "end")
        assert "more lines" not in app.text()
        await press(pilot, "home")
        assert app.rows() == first
        await press(pilot, "escape")
        assert list_of(app).entry is not None
        assert list_of(app).entry.name == "p2"

    play(app, use, (80, 24))


def test_an_open_plan_follows_the_reading_and_stays_scrolled(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -60), "early"))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "enter")
        assert f"AS ON {as_day(panel, -1)}" in app.text()
        await press(pilot, "less_than_sign")
        await calm(pilot)
        assert f"AS ON {as_day(panel, -2)}" in app.text()
        await press(pilot, "down", "down", "down")
        seen = app.rows()[4:]
        app.post_message(PlansAsked())
        await calm(pilot)
        assert app.rows()[4:] == seen

    play(app, use, (80, 24))
