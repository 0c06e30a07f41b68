"""Keys of the user's own: what they do, and how footer, help, palette and `config` name them."""

from __future__ import annotations

import re

from smallcap.core.bars import Panel
from smallcap.core.keybinding import chosen
from smallcap.core.settings import parse
from smallcap.tui import keymap
from smallcap.tui.screens.help import Help
from smallcap.tui.shadowing import shadows
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged


def test_a_key_that_a_screen_has_for_itself_is_said():
    (said,) = shadows(chosen({"next_ticker": "n"}))
    assert said.startswith("n is next_ticker, but on ")
    assert "the screen chart: Hold it against other tickers" in said
    assert shadows(chosen({"next_ticker": "E"})) == ()
    assert shadows(()) == ()


def test_names_of_actions_are_there_and_are_each_its_own():
    names = [key.name for key in keymap.KEYS]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert len(names) == len(set(names))


OWN = {
    "next_ticker": "n",
    "previous_ticker": "N",
    "dashboard": ["H", "f5"],
    "sizing": "ctrl+t",
    "quiz": [],
    "help": "f1",
    "session_back": ",",
    "session_forward": ".",
}


def rebound(panel: Panel) -> Counted:
    return staged(panel, keys=parse({"keys": OWN}, "f").keys)


def test_keys_of_ones_own_do_what_the_programs_did_and_those_do_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        at = app.shown.ticker
        await press(pilot, "j")
        assert app.shown.ticker == at
        await press(pilot, "n")
        assert app.shown.ticker != at
        await press(pilot, "N")
        assert app.shown.ticker == at
        await press(pilot, "z")
        assert app.current_mode == "dashboard"
        await press(pilot, "ctrl+t")
        assert app.current_mode == "sizing"
        await press(pilot, "d")
        assert app.current_mode == "sizing"
        await press(pilot, "f5")
        assert app.current_mode == "dashboard"
        await press(pilot, "Q", "question_mark")
        assert len(app.screen_stack) == 1

    play(rebound(panel), use)


def test_footer_help_and_palette_name_ones_own_keys(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "n", "N")
        assert app.rows()[-1].split("   ")[0] == " n/N ticker"
        for hint in ("ctrl+t size", "f1 help", ", . time", "g chart", "q quit"):
            assert hint in app.rows()[-1]
        helps = {command.title: command.help for command in app.get_system_commands(app.screen)}
        assert helps["Dashboard"] == "H f5"
        assert helps["Quiz: a past session, and what came of it"] == "none"
        await press(pilot, "f1")
        assert isinstance(app.screen, Help)
        assert "n          next ticker of the watchlist" in app.text()
        assert "ctrl+t     size: every input" in app.text()
        assert "none       quiz" in app.text()
        await press(pilot, "f1")
        assert not isinstance(app.screen, Help)

    play(rebound(panel), use, (120, 100))


def test_a_screens_footer_names_no_key_that_does_something_else_there(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "ctrl+t")
        footer = app.rows()[-1]
        assert "n what if" in footer
        assert "x default" in footer
        assert "ticker" not in footer
        assert "H dashboard" in footer

    play(rebound(panel), use)


def test_without_keys_of_ones_own_the_hints_are_as_the_screens_have_them():
    for key in keymap.KEYS:
        if key.footer:
            assert keymap.hint(key.footer, keymap.KEYS) == key.footer
    assert keymap.effective(()) is keymap.KEYS
    table = keymap.effective(chosen({"explain": "E", "quiz": []}))
    assert keymap.hint("e explain", table) == "E explain"
    assert keymap.hint("e explain", table, {"e"}) == "e explain"
    assert keymap.hint("Q quiz", table) == ""
    assert keymap.hint("n what if", table) == "n what if"
    assert keymap.hint("enter", table) == "enter"
