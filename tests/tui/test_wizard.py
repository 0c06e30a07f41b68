"""The wizard: each profile to its plan by keys alone, forth and back without loss; wrong answers are said at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import Profile, World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.core.store import Store
from smallcap.tui.messages import AlertWanted, PlanMade
from smallcap.tui.screens.wizard import Wizard
from smallcap.tui.widgets.answer import Answer
from textual.message import Message
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, settle, staged

ACTIVE = next(place for place, profile in enumerate(PROFILES, 1) if profile.key == "active")
PASSIVE = next(place for place, profile in enumerate(PROFILES, 1) if profile.key == "passive")
FEW = 40


def kept(panel: Panel, home: Path, asked: date | None = None) -> Counted:
    """The app with a folder to keep plans in."""
    app = staged(panel, asked=asked)
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


def answer(app: Counted) -> Answer:
    return app.screen.query_one(Answer)


async def typed(app: Counted, pilot: Pilot[int], text: str) -> None:
    """Replace what is in the field, as fingers do: it is selected."""
    answer(app).select_all()
    await press(pilot, *("space" if c == " " else "full_stop" if c == "." else c for c in text))


async def until_planned(app: Counted, pilot: Pilot[int], key: str = "enter") -> Plan:
    """Press a key until the plan is there."""
    screen = app.screen
    assert isinstance(screen, Wizard)
    for _ in range(FEW):
        if screen._plan is not None:
            return screen._plan
        await press(pilot, key)
    raise AssertionError(app.text())


def test_a_trade_is_first_asked_about_in_the_ticker_that_is_looked_at(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j", "w", str(ACTIVE))
        assert app.shown.ticker == "SPY" == answer(app).value

    app = kept(panel, tmp_path)
    app.show(reading=app.standpoint.but(settings=app.standpoint.settings.but(watchlist=("IWM", "SPY"))).read(panel))
    play(app, use)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_every_profile_ends_in_the_plan_that_the_command_makes(
    panel: Panel, profile: Profile, size: tuple[int, int], tmp_path: Path
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PROFILES.index(profile) + 1))
        assert "question 1 of" in app.text()
        plan = await until_planned(app, pilot)
        asked = made(profile, World(app.shown.reading, app.standpoint.facts()), {})
        assert (plan.title, plan.decision, plan.rows) == (asked.title, asked.decision, asked.rows)
        assert plan.title[:40] in app.text()
        assert app.rows()[-1].startswith(" enter save")

    play(kept(panel, tmp_path), use, size)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_another_day_has_its_own_plan(panel: Panel, profile: Profile, tmp_path: Path):
    day = as_day(panel, -300)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PROFILES.index(profile) + 1), "pagedown")
        plan = await until_planned(app, pilot, "pagedown")
        assert plan.standing.as_of == day.isoformat()
        assert app.rows()[0].endswith(f"{day} close ")

    play(kept(panel, tmp_path, day), use)


def test_going_through_time_makes_the_plan_anew(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(ACTIVE), "pagedown")
        before = await until_planned(app, pilot)
        await press(pilot, "less_than_sign")
        after = await until_planned(app, pilot)
        assert after.standing.as_of == as_day(panel, -2).isoformat() != before.standing.as_of
        assert after.decision["close"] == panel["IWM"].close[-2]

    play(kept(panel, tmp_path), use)


def test_an_answer_that_no_longer_fits_its_day_is_asked_for_again(panel: Panel):
    day = as_day(panel, -300)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        close = float(panel["IWM"].close[-1])
        assert panel["IWM"].close[-300] > 1.5 * close
        await press(pilot, "w", str(ACTIVE), "enter", "s", "enter", "enter")
        await typed(app, pilot, f"{1.01 * close:.2f}")
        await press(pilot, "enter")
        assert "Is there a price to take the gain at?" in app.text()
        app.read(app.wanted.but(asked=day))
        await settle(pilot)
        assert answer(app).value == f"{1.01 * close:.2f}"
        assert "is not above the entry" in app.text()

    play(staged(panel), use)


def test_what_will_not_do_is_said_beneath_the_field_and_stays_in_it(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(ACTIVE), *["enter"] * 3)
        await typed(app, pilot, "9999")
        await press(pilot, "enter")
        rows = app.rows()
        field = next(y for y, row in enumerate(rows) if row.startswith(" ▸ 9999"))
        assert rows[field + 1].strip().startswith("! stop 9,999.00 is not below the entry")
        assert app.focused is answer(app)
        await press(pilot, "escape")
        assert "Which decision is it?" in app.text()
        await press(pilot, "escape", "w", "enter")
        assert answer(app).value == "9999"

    play(staged(panel), use)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_nonsense_is_refused_in_every_field_and_nothing_is_lost(panel: Panel, profile: Profile):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PROFILES.index(profile) + 1))
        screen = app.screen
        assert isinstance(screen, Wizard)
        for _ in range(FEW):
            if screen._plan is not None:
                break
            at, good = screen._machine.at, answer(app).value
            for nonsense in ("?!", "1e999", "-7", "[red]x"):
                answer(app).value = nonsense
                await press(pilot, "enter")
                if screen._machine.at == at:
                    assert answer(app).value == nonsense
                    assert "! " in app.text()
                else:
                    await press(pilot, "up")
            answer(app).value = good
            await press(pilot, "enter")
        assert screen._plan is not None, app.text()

    play(staged(panel), use)


def test_forth_and_back_loses_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), *["enter"] * 4)
        await typed(app, pilot, "50,000")
        await press(pilot, "down")
        await typed(app, pilot, "250")
        await press(pilot, "up", "up")
        assert answer(app).value == "0.1%"
        await press(pilot, "down")
        assert answer(app).value == "50,000"
        await press(pilot, "down")
        assert answer(app).value == "250"

    play(staged(panel), use)


def test_typing_replaces_what_was_proposed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), "Q", "Q", "Q")
        assert answer(app).value == "QQQ"

    play(staged(panel), use)


def test_another_reading_leaves_what_is_being_typed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), *["enter"] * 4)
        await typed(app, pilot, "50")
        app.read(app.wanted.but(asked=as_day(panel, -300)))
        await settle(pilot)
        assert answer(app).value == "50"

    play(staged(panel), use)


def test_each_answer_is_said_with_what_it_meant_when_it_was_given(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), *["enter"] * 7)
        (row,) = [row for row in app.rows() if row.startswith(" ✓ amount")]
        assert row.rstrip().endswith("in the first year about $190 of it go to IWM's fee, $100 to VTWO's")

    play(staged(panel), use)


def test_what_an_answer_means_is_said_while_it_is_typed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), *["enter"] * 6)
        await typed(app, pilot, "10")
        assert "→ 120 months; $100,000 paid in by then" in app.text()
        await press(pilot, "x")
        assert "! years '10x' is not a number" in app.text()

    play(staged(panel), use)


def test_arrows_and_letters_choose_among_given_answers(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(ACTIVE), "enter")
        assert answer(app).value == "long"
        await press(pilot, "right")
        assert answer(app).value == "short"
        await press(pilot, "l")
        assert answer(app).value == "long"
        await press(pilot, "s", "z")
        assert answer(app).value == "short"
        assert "a short is sized" in app.text()
        await press(pilot, "left", "enter")
        assert "At which price would you buy?" in app.text()

    play(staged(panel), use)


def test_keys_that_mean_something_elsewhere_are_letters_in_a_field(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE))
        await typed(app, pilot, "qdz")
        assert answer(app).value == "qdz"
        assert isinstance(app.screen, Wizard)

    play(staged(panel), use)


def test_a_plan_is_saved_once_however_often_enter_is_pressed(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(ACTIVE), "pagedown")
        plan = await until_planned(app, pilot)
        await press(pilot, "enter", "enter", "enter")
        (saved,) = app.standpoint.journal().all()
        assert saved.plan.title == plan.title
        assert saved.plan.answers == plan.answers

    play(kept(panel, tmp_path), use)


def test_the_plan_asks_for_an_alert_and_for_being_kept(panel: Panel, tmp_path: Path):
    heard: list[Message] = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(ACTIVE), "pagedown")
        plan = await until_planned(app, pilot)
        screen = app.screen
        post = screen.post_message
        screen.post_message = lambda message: heard.append(message) or post(message)  # type: ignore[method-assign]
        await press(pilot, "a", "enter")
        told = [message for message in heard if isinstance(message, PlanMade | AlertWanted)]
        assert [type(message) for message in told] == [AlertWanted, PlanMade]
        assert all(message.plan is plan for message in told)

    play(kept(panel, tmp_path), use)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_the_plans_keys_fit_the_smallest_screen_and_an_alert_is_offered_where_there_is_one(
    panel: Panel, profile: Profile
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PROFILES.index(profile) + 1), "pagedown")
        plan = await until_planned(app, pilot)
        keys = app.rows()[-1]
        for told in ("enter save", "↑↓ scroll", "backspace answers", "p plans", "esc back"):
            assert told in keys, told
        assert ("a alert" in keys) == (profile.key != "passive")
        await press(pilot, "a")
        why = "no alert to arm: what ends this plan is neither a price nor the label"
        assert (why in app.rows()[-1]) == (profile.key == "passive")
        assert plan.opening == () or plan.opening[0] in " ".join(" ".join(app.rows()[:-1]).split())

    play(staged(panel), use, (80, 24))


def test_a_refresh_that_finds_nothing_new_leaves_everything_as_it_is(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(ACTIVE), "enter", "enter")
        await typed(app, pilot, "12")
        app.frames.clear()
        app.read(app.wanted, fresh=True)
        await settle(pilot)
        assert answer(app).value == "12"
        assert app.frames == []

    play(staged(panel), use)


def test_starting_over_forgets_one_profile_only(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), "enter", "enter", "escape")
        await press(pilot, str(ACTIVE), "enter", "escape")
        assert "1 answered: enter goes on" in app.text()
        assert "2 answered" in app.text()
        await press(pilot, "x")
        assert "1 answered" not in app.text()
        assert "2 answered" in app.text()

    play(staged(panel), use)


def test_the_plans_own_facts_are_said_to_be_wrong_and_the_built_in_ones_used(panel: Panel, tmp_path: Path):
    facts = tmp_path / "facts.toml"
    facts.write_text("[funds.IWM]\nexpense_ratio = 19\n")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.standpoint = app.wanted = app.standpoint.but(own_facts=facts)
        await press(pilot, "w")
        assert "expense_ratio" in app.text()
        await press(pilot, str(PASSIVE), "enter", "enter")
        assert answer(app).value == "0.19%"

    play(staged(panel), use)
