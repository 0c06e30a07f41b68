"""Cropped updates: the same picture, cell for cell, as Textual's own, for fewer bytes."""

from __future__ import annotations

import gc
import random

import pytest
from smallcap.core.bars import Panel
from smallcap.tui import crop
from smallcap.tui.keymap import KEYS
from smallcap.tui.widgets.strips import StripWidget
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.tui.screenful import Screenful, whole
from tests.tui.stage import Counted, Given, play, press, settle, staged

KEYS_TO_PRESS = [key for row in KEYS for key in row.keys.split(",") if row.action not in {"quit", "save_screen"}]


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

    def count(kind: type[Widget]) -> None:
        render_lines = kind.render_lines

        def counted(self: Widget, crop: Region) -> list[Strip]:
            rendered.append((self.id, crop.height))
            return render_lines(self, crop)

        monkeypatch.setattr(kind, "render_lines", counted)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source = app.standpoint.source
        assert isinstance(source, Given)
        source.prices = {"QQQ": 122.45}
        app.tick()
        await settle(pilot)
        count(Widget)
        count(StripWidget)
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


def test_what_is_no_update_is_left_alone(panel: Panel):
    app = staged(panel)
    assert app.differing(Screen(), None) is None
    assert app.differing(Screen(), "text") == "text"


def test_internals_that_have_changed_fall_back_on_textuals_own_and_all_is_sent_again(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    def other(*_: object) -> object:
        raise AttributeError("renamed")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        terminal = Screenful()
        with monkeypatch.context() as changed:
            changed.setattr(crop, "_pieces", other)
            await press(pilot, "j", "c")
        terminal.send(app.frames)
        app.frames = []
        await press(pilot, "k")
        assert sum(map(len, app.frames)) > 0
        await press(pilot, "g", "d", "question_mark", "escape")
        assert terminal.send(app.frames) == whole(app)

    play(staged(panel), use)


def test_a_screen_that_was_closed_leaves_none_of_its_rows_behind(panel: Panel):
    def rows() -> int:
        gc.collect()
        return sum(type(thing) is Strip for thing in gc.get_objects())

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "question_mark", "escape", "e", "escape")
        before = rows()
        for _ in range(3):
            await press(pilot, "question_mark", "escape", "e", "escape")
        assert rows() <= before + 5

    play(staged(panel), use)
