"""What the wizard keeps of its answers: forth and back, when the reading changes, and until one starts over."""

from __future__ import annotations

from smallcap.core.bars import Panel
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, settle, staged
from tests.tui.wizard.conftest import ACTIVE, PASSIVE, answer, typed


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


def test_another_reading_leaves_what_is_being_typed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "w", str(PASSIVE), *["enter"] * 4)
        await typed(app, pilot, "50")
        app.read(app.wanted.but(asked=as_day(panel, -300)))
        await settle(pilot)
        assert answer(app).value == "50"

    play(staged(panel), use)


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
