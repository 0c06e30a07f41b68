"""Answers in the wizard's field: typed or chosen, said what they mean, and refused at once when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.framework.profile import Profile
from smallcap.core.framework.profiles import PROFILES
from smallcap.tui.screens.wizard import Wizard
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged
from tests.tui.wizard.conftest import ACTIVE, FEW, PASSIVE, answer, kept, typed


def test_a_trade_is_first_asked_about_in_the_ticker_that_is_looked_at(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j", "w", str(ACTIVE))
        assert app.shown.ticker == "SPY" == answer(app).value

    app = kept(panel, tmp_path)
    app.show(reading=app.standpoint.but(settings=app.standpoint.settings.but(watchlist=("IWM", "SPY"))).read(panel))
    play(app, use)


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


def test_typing_replaces_what_was_proposed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), "Q", "Q", "Q")
        assert answer(app).value == "QQQ"

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
