"""Each profile to its plan by keys alone, on any day, and what can be done with the plan there."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import Profile, World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.tui.messages import AlertWanted, PlanMade
from smallcap.tui.screens.wizard import Wizard
from textual.message import Message
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, staged
from tests.tui.wizard.conftest import ACTIVE, FEW, kept


async def until_planned(app: Counted, pilot: Pilot[int], key: str = "enter") -> Plan:
    """Press a key until the plan is there."""
    screen = app.screen
    assert isinstance(screen, Wizard)
    for _ in range(FEW):
        if screen._plan is not None:
            return screen._plan
        await press(pilot, key)
    raise AssertionError(app.text())


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
