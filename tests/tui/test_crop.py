"""Cropped updates: the same picture, cell for cell, as Textual's own, for fewer bytes."""

from __future__ import annotations

import random

import pyte
import pytest
from smallcap.core.bars import Panel
from smallcap.tui.crop import Cropped, cropped
from smallcap.tui.keymap import KEYS
from textual.pilot import Pilot

from tests.tui.stage import Counted, Given, play, press, settle, staged

KEYS_TO_PRESS = [key for row in KEYS for key in row.keys.split(",") if row.action not in {"quit", "save_screen"}]


def picture(frames: list[bytes]) -> list[object]:
    """What a terminal shows after the frames: every cell's character and colours."""
    screen = pyte.Screen(120, 40)
    stream = pyte.ByteStream(screen)
    for frame in frames:
        stream.feed(frame)
    return [[screen.buffer[y][x] for x in range(120)] for y in range(40)]


@pytest.mark.parametrize("seed", range(3))
def test_the_picture_is_the_same_after_any_keys(panel: Panel, seed: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source, rng = app.standpoint.source, random.Random(seed)
        assert isinstance(source, Given)
        for _ in range(25):
            if rng.random() < 0.3:
                source.prices = {**source.prices, rng.choice(["IWM", "SPY", "QQQ"]): rng.uniform(1, 2000)}
                app.tick()
                await settle(pilot)
            else:
                await press(pilot, rng.choice(KEYS_TO_PRESS))
        assert picture(app.frames) == picture(app.uncropped)
        assert sum(map(len, app.frames)) < sum(map(len, app.uncropped))

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ", "XLF")), use)


def test_what_is_no_partial_update_is_left_alone():
    assert cropped(None) is None
    assert cropped("text") == "text"


def test_internals_that_have_changed_fall_back_on_textuals_own():
    class Other:
        def render_segments(self, console: object) -> str:
            return "its own"

    assert Cropped(Other()).render_segments(None) == "its own"  # type: ignore[arg-type]
