"""Cropped updates: the same picture, cell for cell, as Textual's own, for fewer bytes."""

from __future__ import annotations

import random

import pyte
import pytest
from smallcap.core.bars import Panel
from smallcap.tui import crop
from smallcap.tui.crop import Cropped, cropped
from smallcap.tui.keymap import KEYS
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.stage import Counted, Given, play, press, settle, staged

KEYS_TO_PRESS = [key for row in KEYS for key in row.keys.split(",") if row.action not in {"quit", "save_screen"}]


def seen(cell: pyte.screens.Char) -> object:
    """A cell as it looks: of a blank one only its ground is seen."""
    return cell._replace(fg="default", bold=False) if cell.data == " " and not cell.underscore else cell


class Screenful:
    """A terminal that is sent frames."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(120, 40)
        self.stream = pyte.ByteStream(self.screen)

    def send(self, frames: list[bytes]) -> list[object]:
        """Every cell's character and colours after the frames."""
        for frame in frames:
            self.stream.feed(frame)
        return [[seen(self.screen.buffer[y][x]) for x in range(120)] for y in range(40)]


def whole(app: Counted) -> list[object]:
    """The screen as Textual itself would send all of it."""
    compositor = app.screen._compositor
    update = LayoutUpdate([[strip] for strip in compositor.render_strips()], compositor.size.region)
    return Screenful().send([update.render_segments(app.console).encode()])


@pytest.mark.parametrize("seed", range(3))
def test_the_picture_is_textuals_own_after_any_keys(panel: Panel, seed: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source, rng = app.standpoint.source, random.Random(seed)
        assert isinstance(source, Given)
        terminal = Screenful()
        for _ in range(25):
            if rng.random() < 0.3:
                source.prices = {**source.prices, rng.choice(["IWM", "SPY", "QQQ"]): rng.uniform(1, 2000)}
                app.tick()
                await settle(pilot)
            else:
                await press(pilot, rng.choice(KEYS_TO_PRESS))
            sent, app.frames = app.frames, []
            assert terminal.send(sent) == whole(app)

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ", "XLF")), use)


def test_only_the_widgets_that_changed_are_rendered_and_of_them_the_rows(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    rendered: list[tuple[str | None, int]] = []
    render_lines = Widget.render_lines

    def counted(self: Widget, crop: Region) -> list[Strip]:
        rendered.append((self.id, crop.height))
        return render_lines(self, crop)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source = app.standpoint.source
        assert isinstance(source, Given)
        source.prices = {"QQQ": 122.45}
        app.tick()
        await settle(pilot)
        monkeypatch.setattr(Widget, "render_lines", counted)
        source.prices = {"QQQ": 123.45}
        app.tick()
        await settle(pilot)
        assert dict(rendered) == {"watch": 1}

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ", "XLF")), use)


def test_without_the_internals_it_knows_textual_renders_the_update(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    def other(*_: object) -> object:
        raise AttributeError("renamed")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        monkeypatch.setattr(crop, "_taken", other)
        await press(pilot, "j", "c", "less_than_sign")
        assert Screenful().send(app.frames) == whole(app)

    play(staged(panel), use)


def test_what_is_no_partial_update_is_left_alone():
    assert cropped(None) is None
    assert cropped("text") == "text"


def test_internals_that_have_changed_fall_back_on_textuals_own():
    class Other:
        def render_segments(self, console: object) -> str:
            return "its own"

    assert Cropped(Other()).render_segments(None) == "its own"  # type: ignore[arg-type]
