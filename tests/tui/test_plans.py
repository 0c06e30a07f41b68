"""The plans screen by keys: what was saved, held against the reading that is shown, and opened to be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from smallcap.core import reading as readings
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework import review_words
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.review import lines, review
from smallcap.core.framework.review_curve import trade_curves
from smallcap.core.framework.review_words import short
from smallcap.core.framework.wizard import made
from smallcap.core.funds import Facts
from smallcap.core.journal import Journal
from smallcap.core.reading import Reading
from smallcap.tui import keeping
from smallcap.tui.messages import PlansAsked, PlansReviewed
from smallcap.tui.screens.ask import Ask
from smallcap.tui.screens.plans import Plans
from smallcap.tui.widgets.plan_list import PlanList
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, settle, staged
from tests.tui.test_sizing import kept


def read_on(app: Counted, day: date, pair: str = "IWM/SPY") -> Reading:
    return readings.build(app.panel, day, app.standpoint.settings.but(pair=pair), closed=day)


def plan_on(app: Counted, day: date, title: str = "", pair: str = "IWM/SPY") -> Plan:
    row = next(row for row in PROFILES if row.key == "active")
    found = made(row, World(read_on(app, day, pair), Facts()), {})
    return replace(found, title=title or found.title)


def keep(app: Counted, *plans: Plan) -> Journal:
    """Plans in the journal before anybody looks."""
    journal = app.standpoint.journal()
    journal._sync = None
    for plan in plans:
        journal.save(plan, app.standpoint.clock.now())
    return journal


def list_of(app: Counted) -> PlanList:
    return app.screen.query_one(PlanList)


async def calm(pilot: Pilot[int]) -> None:
    """Until what the worker found is shown."""
    await settle(pilot)
    await settle(pilot)


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


def test_the_chosen_plan_has_others_on_both_sides_of_it(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -2))
    keep(app, *(replace(plan, title=f"plan {n}.") for n in range(1, 31)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", *["down"] * 15)
        assert all(f"plan {n}." in app.text() for n in (14, 15, 16))

    play(app, use, (80, 24))


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


def test_a_line_of_the_journal_that_cannot_be_read_is_said(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -60), "sound"))
    with (tmp_path / "plans.jsonl").open("a") as file:
        file.write("not an entry\n" * 5)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "plans.jsonl line 2 (" not in app.text()
        assert "plans.jsonl line 2 can't be read" in app.text()
        assert "and 2 more lines" in app.text()
        assert "sound" in app.text()

    play(app, use)


def test_a_journal_that_cannot_be_read_at_all_is_said(panel: Panel, tmp_path: Path):
    (tmp_path / "plans.jsonl").mkdir()

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "can't be read" in app.text()

    play(kept(panel, tmp_path), use)


def test_words_from_the_journal_are_shown_and_not_obeyed(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -60), "\x1b[2J[bold]x[/bold] \u202e\nFAKE")
    keep(app, replace(plan, profile="\x1b]0;me\x07" * 9, standing=plan.standing._replace(regime="\x1b[31mRED")))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "\\x1b]0;me\\x... \\x1b[2J[bold]x[/bold] \\u202e FAKE" in app.text()
        await press(pilot, "enter", "x")
        assert isinstance(app.screen, Ask)
        await press(pilot, "escape", "delete")
        sent = b"".join(app.frames)
        for evil in (b"\x1b[2J", b"\x1b]0;me", b"\x1b[31mRED", "\u202e".encode()):
            assert evil not in sent

    play(app, use)


def test_a_plan_saved_elsewhere_is_there_when_one_comes_back(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "d")
        keep(app, plan_on(app, as_day(panel, -60), "from the command line"))
        await press(pilot, "p")
        await calm(pilot)
        assert "from the command line" in app.text()

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
