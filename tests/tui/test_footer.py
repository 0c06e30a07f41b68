"""The footer on narrow screens: keys stand closer before any is left out, and the last one stays."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.keymap import KEYS
from smallcap.tui.widgets.footer import Footer
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, staged

WIDTH = 80


def hints(last: int) -> list[str]:
    return ["a" * 20, "b" * 20, "c" * 20, "d" * last]


@pytest.mark.parametrize(("last", "gap", "told"), [(10, 3, 4), (11, 2, 4), (13, 2, 4), (14, 3, 3), (16, 3, 3)])
def test_keys_stand_closer_before_one_is_left_out(panel: Panel, last: int, gap: int, told: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        footer = app.screen.query_one(Footer)
        footer.notice = ""
        footer.say(hints(last))
        await pilot.pause()
        kept = [*hints(last)[: told - 1], hints(last)[-1]]
        assert app.rows()[-1].rstrip() == " " + (" " * gap).join(kept)

    play(staged(panel), use, size=(WIDTH, 24))


def test_a_dashboard_of_80x24_names_every_key_of_the_footer(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.screen.query_one(Footer).notice = ""
        await pilot.pause()
        assert app.rows()[-1].strip().split("   ") == [key.footer for key in KEYS if key.footer]

    play(staged(panel), use, size=(WIDTH, 24))
