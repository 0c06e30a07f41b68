"""The look of the app: changed at once on every screen, remembered, and sent as the terminal can show it."""

from __future__ import annotations

import gc
import json
import re
from pathlib import Path

import pytest
from rich.style import Style
from smallcap.core.bars import Panel
from smallcap.core.errors import SmallcapError
from smallcap.core.settings import THEMES, Settings
from smallcap.core.store import Store
from smallcap.tui.messages import AccountChanged
from smallcap.tui.theme import Look, colours
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged


def inks_of(app: Counted) -> set[str]:
    """Every colour on the screen."""
    styles = [style for strip in app.screen._compositor.render_strips() for _, style, _ in strip if style]
    found = [colour for style in styles for colour in (style.color, style.bgcolor) if colour and colour.triplet]
    return {colour.triplet.hex for colour in found if colour.triplet}


def whole(app: Counted) -> set[str]:
    """The colours that a look may bring onto the screen."""
    return set(colours(app.look, few=app.console.color_system == "standard").values())


def keeping(panel: Panel, home: Path) -> Counted:
    app = staged(panel)
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_another_theme_is_on_every_screen_at_once_also_on_those_that_were_hidden(panel: Panel, theme: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z", "w", "d")
        before, text = inks_of(app), app.text()
        app.post_message(AccountChanged({"theme": theme}))
        await settle(pilot)
        assert app.text() == text
        assert inks_of(app) != before
        for key in ("tab", "z", "w", "p", "d", "j"):
            await press(pilot, key)
            assert inks_of(app) <= whole(app), key

    play(staged(panel), use)


def test_a_look_is_remembered_and_nothing_is_read_for_it(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        reading, wanted = app.shown.reading, app.wanted
        app.post_message(AccountChanged({"theme": "light"}))
        await settle(pilot)
        app.post_message(AccountChanged({"red_up": True}))
        await settle(pilot)
        assert app.shown.reading is reading
        assert app.wanted is wanted
        assert app.look == Look("light", red_up=True)
        assert json.loads((tmp_path / "account.json").read_text()) == {"theme": "light", "red_up": True}
        app.post_message(AccountChanged({"equity": 7_000.0, "theme": "dark"}))
        await settle(pilot)
        assert app.shown.reading.settings.equity == 7_000
        assert app.look == Look("dark", red_up=True)

    play(keeping(panel, tmp_path), use)


def test_a_look_that_cannot_be_remembered_is_worn_all_the_same(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise SmallcapError("the account can't be remembered here")

    monkeypatch.setattr("smallcap.tui.accounting.account.remember", refuse)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.post_message(AccountChanged({"theme": "light"}))
        await settle(pilot)
        assert not app.current_theme.dark
        assert "can't be remembered" in app.rows()[-1]

    play(keeping(panel, tmp_path), use)


def test_the_app_begins_with_the_look_of_its_settings(panel: Panel):
    app = staged(panel)
    app.dress(Settings(theme="light", red_up=True))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert app.look == Look("light", red_up=True)
        assert inks_of(app) <= whole(app)

    play(app, use)


def test_every_other_look_is_a_command(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        named = {command.title: command for command in app.look_commands()}
        assert list(named) == ["Theme: light", "Theme: contrast", "Red for up"]
        named["Theme: contrast"].callback()
        named["Red for up"].callback()
        await settle(pilot)
        assert app.look == Look("contrast", red_up=True)
        assert [command.title for command in app.look_commands()] == ["Theme: dark", "Theme: light", "Red for down"]

    play(staged(panel), use)


def sgr(app: Counted) -> set[int]:
    """Every parameter of the colours and attributes that were sent."""
    found = re.findall(rb"\x1b\[([0-9;]*)m", b"".join(app.frames))
    return {int(number or 0) for run in found for number in run.split(b";")}


SCREENS = ("j", "tab", "e", "escape", "question_mark", "escape", "slash", "K", "escape", "z", "2", "escape", "w", "p")


def test_without_colour_nothing_but_bold_underline_and_reverse_is_sent(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.screen.refresh()
        await settle(pilot)
        await press(pilot, *SCREENS)
        app.post_message(AccountChanged({"theme": "light"}))
        await settle(pilot)
        assert sgr(app) <= {0, 1, 4, 7}
        assert 7 in sgr(app)

    play(staged(panel), use)


@pytest.mark.parametrize("theme", THEMES)
def test_without_colour_label_and_last_value_stand_out_by_being_turned_around(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, theme: str
):
    monkeypatch.setenv("NO_COLOR", "1")
    app = staged(panel)
    app.dress(Settings(theme=theme))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        lit = [
            t for strip in app.screen._compositor.render_strips() for t, style, _ in strip if style and style.reverse
        ]
        assert any(app.shown.reading.regime.regime.label in text for text in lit)
        assert any(f"{app.shown.reading.panel['IWM'].close[-1]:.2f}" in text for text in lit)
        assert not any("WATCH" in text or "since" in text for text in lit)

    play(app, use)


def forget_rendered() -> None:
    """Rich keeps each style's sequence for the first kind of terminal it was written for; a process has only one."""
    gc.unfreeze()
    for thing in gc.get_objects():
        if isinstance(thing, Style):
            thing._ansi = None


@pytest.mark.parametrize("theme", THEMES)
def test_a_terminal_of_16_colours_gets_those_of_the_theme(panel: Panel, monkeypatch: pytest.MonkeyPatch, theme: str):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    forget_rendered()
    app = staged(panel)
    app.dress(Settings(theme=theme))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.screen.refresh()
        await settle(pilot)
        await press(pilot, "j", "z", "d")
        assert not sgr(app) & {38, 48}
        assert sgr(app) & {*range(30, 38), *range(90, 98)}
        assert inks_of(app) <= set(colours(app.look, few=True).values())

    play(app, use)
