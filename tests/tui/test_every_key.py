"""Every key of the table on every screen: it does something that is seen, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.keymap import KEYS
from smallcap.tui.modes import MODES
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press
from tests.tui.test_sizing import kept

PRESSED = [key for row in KEYS for key in row.keys.split(",") if row.action != "quit"]


async def back_in(app: Counted, pilot: Pilot[int], mode: str) -> None:
    """On the mode's screen, with nothing open over it and nothing said."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
        await pilot.pause()
    # Out of a field: there a key is a character.
    await press(pilot, "escape")
    if app.current_mode != mode:
        app.switch_mode(mode)
    app.pause()
    app.notice = ""
    app.show(focus="")
    await pilot.pause()


def seen(app: Counted) -> tuple[object, ...]:
    """What somebody sees; the focus is an underline."""
    return app.text(), app.shown.focus, len(app.screen_stack), app.current_mode


@pytest.mark.parametrize("mode", MODES)
def test_no_key_does_nothing_and_says_nothing(panel: Panel, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        silent = []
        for key in PRESSED:
            await back_in(app, pilot, mode)
            before = seen(app)
            await press(pilot, key)
            if before == seen(app) and not app.notice:
                silent.append(key)
        assert not silent, " ".join(silent)

    play(kept(panel, tmp_path / "home"), use, (80, 24))
