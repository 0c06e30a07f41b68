"""Random users: whatever is pressed, pasted or clicked while time races, keys alone lead back to a true screen.

A small part of `python -m benchmarks.random_keys`, with the same seeds every time.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from smallcap.tui.keymap import KEYS
from smallcap.tui.screens.ask import Ask
from textual.command import CommandList, CommandPalette
from textual.pilot import Pilot

from tests.tui.random_input import keys_of_the_tables
from tests.tui.stage import Counted, play, press, settle, staged
from tests.tui.storm import CALM, FIRST, Storm, amiss, stormed

STRETCHES, EACH = 3, 50


async def weather(home: Path, folder: Path | None, seed: int) -> int:
    """A few stretches of a storm, a calm after each; how many keys it took."""
    app = stormed(home, folder, FIRST + timedelta(days=1000 * seed))
    async with app.run_test(size=CALM) as pilot:
        user = Storm(app, pilot, seed)
        await user.settle()
        for _ in range(STRETCHES):
            await user.rage(EACH)
            await user.calm()
        return user.count


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_user_gets_back_to_a_true_dashboard(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert asyncio.run(weather(tmp_path, None, seed)) >= STRETCHES * EACH


def test_the_storm_knows_every_key():
    keys = keys_of_the_tables()
    assert {key for row in KEYS for key in row.keys.split(",")} < set(keys)
    assert {"pagedown", "delete", "n", "u", "b", "l", "ctrl+u", "backspace"} <= set(keys)


def test_the_calm_sees_what_is_amiss(tmp_path: Path):
    async def look() -> None:
        app = stormed(tmp_path, None, FIRST)
        async with app.run_test(size=CALM) as pilot:
            user = Storm(app, pilot, 1)
            await user.settle()
            assert amiss(app) == ""
            user.key("g")
            await user.answered()
            assert amiss(app).startswith("chart")
            await user.calm()
            user.clock.race(timedelta(30))
            assert "is not in the banner" in amiss(app)
            app.notice = "unexpected: KeyError(0)"
            with pytest.raises(AssertionError, match="KeyError"):
                app.complain()

    asyncio.run(look())


# What random users have found.


async def at_once(app: Counted, pilot: Pilot[int], *keys: str) -> None:
    """Keys that come faster than the app answers."""
    user = Storm(app, pilot, 1)  # type: ignore[arg-type]
    for key in keys:
        user.key(key)
    await settle(pilot)


def test_enter_pressed_twice_closes_one_question_and_not_what_is_beneath(panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "t", *"2016-06-01")
        assert isinstance(app.screen, Ask)
        await at_once(app, pilot, "enter", "enter", "enter")
        assert len(app.screen_stack) == 1
        assert "2016-06-01 close" in app.rows()[0]

    play(staged(panel), use)


def test_the_palette_takes_keys_that_come_faster_than_its_list(panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for keys in (("pagedown", "pageup", "shift+end"), ("z", "pagedown", "enter"), ("x", "7", "pagedown", "pageup")):
            await at_once(app, pilot, "ctrl+p", *keys)
            assert len(app.screen_stack) <= 2
            for _ in range(3):
                await press(pilot, "escape")
            assert len(app.screen_stack) == 1

    play(staged(panel), use)


def test_what_is_chosen_twice_in_the_palette_is_done_once(panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "ctrl+p", *"quiz", "down")
        await at_once(app, pilot, "enter", "enter", "enter")
        assert [type(screen).__name__ for screen in app.screen_stack] == ["Dashboard", "Quiz"]

    play(staged(panel), use)


def test_the_palettes_commands_may_come_after_it_was_taken_away(panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "ctrl+p", "i")
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        palette._list_visible = palette._show_busy = False
        commands = palette.query_one(CommandList)
        await palette.remove_children()
        palette._refresh_command_list(commands, [], True)
        palette._list_visible = palette._show_busy = True
        await settle(pilot)
        assert not app._exception
        await press(pilot, "escape")
        assert [type(screen).__name__ for screen in app.screen_stack] == ["Dashboard"]

    play(staged(panel), use)


def test_a_screen_that_opens_in_a_tiny_terminal_is_not_drawn_there(panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        user = Storm(app, pilot, 1)  # type: ignore[arg-type]
        await press(pilot, "z", "d")
        user.size(1, 1)
        await at_once(app, pilot, "z", "down", "equals_sign", "3")
        user.size(120, 40)
        await user.until(lambda: "SIZE  long IWM" in app.text())
        assert "SIZE  long IWM" in app.text()
        assert not app._exception

    for size in ((120, 40), (200, 60)):
        play(staged(panel.until(panel["SPY"].sessions[10])), use, size)
