"""Help and the first words: every key, the own ones of the screen first; and the hint of the first start.

Needs wired: for the palette's test alone, the screen's own keys in the app's get_system_commands (see own_keys).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core import account
from smallcap.core.bars import Panel
from smallcap.core.reading import ADVICE
from smallcap.core.store import Store
from smallcap.tui.keymap import KEYS
from smallcap.tui.modes import MODES
from smallcap.tui.screens.help import GROUPS, REST, Help, own_keys
from smallcap.tui.welcome import FIRST, first_notice
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged

TALL = (98, 120)


@pytest.mark.parametrize("mode", MODES)
def test_help_names_the_keys_of_the_screen_first_and_then_all(panel: Panel, mode: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await app.run_action(f"show_mode('{mode}')")
        await settle(pilot)
        own = own_keys(app.screen)
        await press(pilot, "question_mark")
        assert isinstance(app.screen, Help)
        rows = app.rows()
        headings = [
            row.strip() for row in rows if row.strip() in {"on this screen", REST, *(name for name, _ in GROUPS)}
        ]
        assert headings == [*["on this screen"] * bool(own), *(name for name, _ in GROUPS), REST]
        text = app.text()
        for key in (*own, *KEYS):
            assert key.written in text, key
            assert key.words in text, key
        await press(pilot, "escape")
        assert app.current_mode == mode

    play(staged(panel), use, TALL)


def test_a_screens_own_keys_are_one_row_an_action_with_the_focused_widgets(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert own_keys(app.screen) == []
        await press(pilot, "p")
        rows = {key.action: (key.written, key.words) for key in own_keys(app.screen)}
        assert rows["move(1)"] == ("j down", "Next plan, or a row down")
        assert rows["page(1)"] == ("pgdn space", "Page down")
        assert "quit" not in rows

    play(staged(panel), use)


def test_help_scrolls_by_keys_where_it_has_no_room(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "question_mark")
        top = app.text()
        assert "next ticker of the watchlist" in top
        assert ADVICE not in top
        assert {len(row) for row in app.rows()} == {80}
        await press(pilot, "j", "j")
        assert app.screen.query_one(VerticalScroll).scroll_y == 2
        await press(pilot, "k", "space")
        assert app.screen.query_one(VerticalScroll).scroll_y > 15
        await press(pilot, "end")
        assert ADVICE in app.text()
        assert "quit" in app.text()
        await press(pilot, "home")
        assert app.text() == top
        await press(pilot, "q")
        assert not isinstance(app.screen, Help)

    play(staged(panel), use, (80, 24))


def test_long_words_go_on_under_their_beginning(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "question_mark")
        whole = " ".join(app.text().split())
        for key in KEYS:
            assert f"{key.written} {key.words.split()[0]}" in whole
        assert max(len(row.rstrip()) for row in app.rows()) <= 60

    play(staged(panel), use, (60, 120))


def test_help_in_ascii_is_ascii(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "question_mark")
        assert "on this screen" in app.text()
        assert app.text().isascii()

    app = staged(panel)
    play(Counted(app.standpoint, ascii_only=True), use, TALL)


def test_no_action_is_in_two_groups_and_every_group_has_keys():
    placed = [action for _, actions in GROUPS for action in actions]
    assert len(placed) == len(set(placed))
    known = {key.action.partition("(")[0] for key in KEYS}
    assert all(known & set(actions) for _, actions in GROUPS)


def test_the_palette_has_the_keys_of_the_screen(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        assert {key.words for key in own_keys(app.screen)} <= set(commands)
        assert "Quit" in commands
        await commands["Explain every number of the sizing"].callback()
        await settle(pilot)
        assert "esc: back" in app.text()

    play(staged(panel), use)


@pytest.mark.parametrize(
    ("width", "tail"), [(80, "live data: --source yahoo"), (120, "smallcap --source yahoo"), (50, "")]
)
def test_the_first_start_names_the_first_keys_until_something_is_remembered(
    panel: Panel, tmp_path: Path, width: int, tail: str
):
    app = staged(panel)
    standpoint = app.standpoint.but(store=Store(tmp_path / "store.sqlite3"))
    said = first_notice(standpoint, app.shown.reading, width)
    assert said.startswith(FIRST)
    assert said.endswith(tail or FIRST)
    assert len(said) <= width - 3
    account.remember(tmp_path / "account.json", {"equity": 5.0})
    assert first_notice(standpoint, app.shown.reading, 80) == "simulated market; for live data: smallcap --source yahoo"


def test_the_first_keys_are_those_of_the_table():
    written = {key.written: key.action for key in KEYS}
    for part in FIRST.split(" · "):
        assert part.split()[0] in written
