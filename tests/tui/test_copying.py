"""Copying: what is seen as text through the terminal, the panel in focus alone, and what may stop it said."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.tui import copying
from smallcap.tui.copying import Copying
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged


class Copier(Counted, Copying):
    """The app with the action, whether it has it already or not."""


@pytest.fixture
def app(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> Copier:
    monkeypatch.delenv("TMUX", raising=False)
    return Copier(staged(panel).standpoint)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_screen_is_copied_as_it_is_read(app: Copier, size: tuple[int, int]):
    async def use(app: Copier, pilot: Pilot[int]) -> None:
        rows = app.rows()
        app.action_copy_text()
        assert app.clipboard == "".join(f"{row.rstrip()}\n" for row in rows)
        assert app.notice == "the screen was sent to the clipboard as text"

    play(app, use, size)


def test_the_panel_in_focus_is_copied_alone(app: Copier):
    async def use(app: Copier, pilot: Pilot[int]) -> None:
        app.show(focus="watch")
        app.action_copy_text()
        lines = app.clipboard.splitlines()
        assert lines[0].startswith("◊ WATCH")
        assert lines[1].startswith("▸IWM ")
        assert len(lines) == 9
        assert app.clipboard.endswith("\n")
        assert app.notice.startswith("the panel watch was sent")
        await press(pilot, "z")
        app.action_copy_text()
        assert "SIZE  long IWM" in app.clipboard
        assert app.notice.startswith("the screen ")

    play(app, use)


def test_a_panel_that_has_no_room_is_not_what_is_copied(app: Copier):
    async def use(app: Copier, pilot: Pilot[int]) -> None:
        app.show(focus="macro")
        app.action_copy_text()
        assert app.notice.startswith("the screen ")

    play(app, use, (80, 24))


def test_tmux_is_told_what_it_needs(app: Copier, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")

    async def use(app: Copier, pilot: Pilot[int]) -> None:
        app.action_copy_text()
        assert app.notice.endswith("in tmux only with: set -g set-clipboard on")

    play(app, use)


def test_what_no_terminal_would_take_is_not_sent(app: Copier, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(copying, "MOST_BYTES", 1_000)

    async def use(app: Copier, pilot: Pilot[int]) -> None:
        app.action_copy_text()
        assert app.clipboard == ""
        assert "is too large for the clipboard" in app.notice
        assert "of 1,000 bytes" in app.notice

    play(app, use)


def test_nothing_that_a_terminal_would_obey_is_in_it(app: Copier):
    async def use(app: Copier, pilot: Pilot[int]) -> None:
        app.action_copy_text()
        assert all(character == "\n" or character.isprintable() for character in app.clipboard)

    play(app, use)
