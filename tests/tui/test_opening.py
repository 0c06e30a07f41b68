"""Opening on a screen: every mode by its name, with esc leading to the dashboard."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.arguments import SCREENS, parser
from smallcap.tui.modes import MODES
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged


def test_the_flag_names_every_mode():
    assert tuple(MODES) == SCREENS
    assert parser().parse_args(["--screen", "chart"]).screen == "chart"
    assert parser().parse_args([]).screen == "dashboard"


@pytest.mark.parametrize("mode", SCREENS)
def test_the_app_opens_on_that_screen(panel: Panel, mode: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await settle(pilot)
        assert app.current_mode == mode
        assert app.text().strip()
        await press(pilot, "d")
        assert app.current_mode == "dashboard"

    app = staged(panel)
    app.opening = mode
    play(app, use)
