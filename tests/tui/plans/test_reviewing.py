"""Saved plans held against the reading that is shown: of their own pair and in its own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from smallcap.core import reading as readings
from smallcap.core.bars import Panel
from smallcap.core.framework import review_words
from smallcap.core.framework.review import review
from smallcap.core.framework.review_words import short
from smallcap.core.reading import Reading
from smallcap.tui import keeping
from smallcap.tui.messages import PlansReviewed
from smallcap.tui.screens.plans import Plans
from textual.pilot import Pilot

from tests.tui.plans.conftest import calm, keep, list_of, plan_on, read_on
from tests.tui.stage import Counted, as_day, play, press
from tests.tui.test_sizing import kept


def test_another_pairs_plans_are_held_against_a_reading_of_that_pair_made_once(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path)
    day = as_day(panel, -50)
    keep(app, *(plan_on(app, day, f"on {pair} {n}", pair) for pair in ("IWM/QQQ", "IWM/SPY") for n in range(3)))
    built: list[str] = []
    build = readings.build

    def counted(panel: Panel, *args: object, **named: object) -> Reading:
        built.append(args[1].pair)  # type: ignore[attr-defined]
        return build(panel, *args, **named)  # type: ignore[arg-type]

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        monkeypatch.setattr(readings, "build", counted)
        await press(pilot, "p")
        assert built == ["IWM/QQQ"]
        other = read_on(app, app.shown.reading.as_of, "IWM/QQQ")
        saved = app.standpoint.journal().one("p1")
        assert short(review(saved, other, other.panel["IWM"])) in app.text()
        assert app.text().count("made in ") == 6

    play(app, use)


def test_a_pair_that_cannot_be_read_is_said_in_its_plans_line_and_asked_once(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -50))
    lost = replace(plan, standing=plan.standing._replace(pair="IWM/GONE"))
    keep(app, lost, lost, plan)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert app.text().count("not reviewed: ") == 2
        assert "GONE" in app.text()
        assert app.text().count("made in ") == 1
        await press(pilot, "down", "enter")
        assert "not reviewed: " in app.text()
        assert plan.title in app.text()

    play(app, use)


def test_what_was_made_later_is_not_scored_in_another_time(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path)
    early, there, late = as_day(panel, -60), as_day(panel, -2), as_day(panel, -1)
    keep(app, plan_on(app, early, "early"), plan_on(app, there, "that day"), plan_on(app, late, "late"))
    scored: list[tuple[str, date]] = []

    def noted(saved, reading, bars):
        scored.append((saved.plan.title, reading.as_of))
        return review(saved, reading, bars)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "not made yet" not in app.text()
        monkeypatch.setattr(review_words, "review", noted)
        await press(pilot, "less_than_sign")
        await calm(pilot)
        assert app.shown.reading.as_of == there
        assert f"not made yet on {there}" in app.text()
        assert f"as of {there:%a %Y-%m-%d}" in app.text()
        assert sorted(scored) == [("early", there), ("that day", there)]
        await press(pilot, "enter")
        said = f"not made yet on {there}: it was made on {late}, after the date on screen; press T to go back to now"
        assert said in " ".join(app.text().split())
        assert "close $" not in app.text()
        await press(pilot, "T")
        await calm(pilot)
        assert "not made yet" not in app.text()
        assert f"AS ON {late}" in app.text()

    play(app, use)


def test_a_plan_of_a_close_that_is_not_here_yet_sends_nobody_back_to_now(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -1), "from elsewhere")
    keep(app, replace(plan, standing=plan.standing._replace(as_of="2019-01-02")))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "enter")
        why = f"not made yet on {as_day(panel, -1)}: it was made on 2019-01-02, after the newest close that is here"
        assert f"{why}; press r to read the source again" in " ".join(app.text().split())

    play(app, use)


def test_while_plans_are_reviewed_the_screen_says_so_and_shows_those_that_are_done(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path)
    keep(app, *(plan_on(app, as_day(panel, -30), f"plan {n}") for n in range(4)))
    monkeypatch.setattr(keeping, "TELL_SECONDS", -1.0)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        seen: list[tuple[int, bool]] = []
        follow = Plans._follow

        def noted(self: Plans, standings: review_words.Standings | None) -> None:
            follow(self, standings)
            if standings:
                done = sum(each.found is not None for each in standings.rows)
                seen.append((done, "reading ..." in str(list_of(app)._shown)))
                assert len(standings.rows) == 4

        monkeypatch.setattr(Plans, "_follow", noted)
        await press(pilot, "p")
        await calm(pilot)
        assert [done for done, _ in seen] == [1, 2, 3, 4, 4]
        assert "reading ..." not in app.text()
        assert app.text().count("made in ") == 4

    play(app, use)


def test_what_was_found_for_a_reading_that_is_gone_is_not_shown(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -60), "early"))
    gone = review_words.Standings((), read_on(app, as_day(panel, -2)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        seen = app.text()
        app.post_message(PlansReviewed(gone))
        await calm(pilot)
        assert app.text() == seen

    play(app, use)
