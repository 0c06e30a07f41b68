"""Drawing ahead: what another press would show is drawn before it, and what is shown is what would be drawn now."""

from __future__ import annotations

import random

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.scene import Scene
from smallcap.tui.widgets.chart_desk import ChartDesk
from smallcap.tui.widgets.price_chart import PriceChart
from smallcap.tui.widgets.strips import StripWidget
from textual.geometry import Size
from textual.pilot import Pilot
from textual.strip import Strip

from tests.tui.stage import Counted, Given, play, press, settle, staged

WATCHLIST = ("IWM", "SPY", "QQQ", "XLF")
KEYS = ["j", "k", "left_square_bracket", "right_square_bracket", "less_than_sign", "greater_than_sign", "c", "v"]
CHART = [*KEYS, "plus", "minus", "left", "right", "b", "i", "1", "2", "escape", "l"]


def drawn_by(monkeypatch: pytest.MonkeyPatch, kind: type[StripWidget], what: str) -> list[object]:
    """What of the scene is drawn from now on, as often as it is."""
    found: list[object] = []
    draw = kind.draw

    def spied(self: StripWidget, scene: object, size: Size, palette: object) -> list[Strip]:
        found.append(getattr(scene, what))
        return draw(self, scene, size, palette)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "draw", spied)
    return found


@pytest.mark.parametrize(
    ("keys", "key", "kind", "what"),
    [
        ("", "j", PriceChart, "ticker"),
        ("", "k", PriceChart, "ticker"),
        ("3", "right_square_bracket", PriceChart, "range"),
        ("g", "j", ChartDesk, "ticker"),
        ("g", "left_square_bracket", ChartDesk, "range"),
        ("", "less_than_sign", PriceChart, "reading"),
        ("g", "less_than_sign", ChartDesk, "reading"),
    ],
)
def test_a_key_pressed_again_finds_its_picture_drawn(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, keys: str, key: str, kind: type[StripWidget], what: str
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys, key)
        found = drawn_by(monkeypatch, kind, what)
        for _ in range(2):
            before = app.frames[-1]
            await press(pilot, key)
            assert app.frames[-1] != before
            assert getattr(app.shown, what) not in found[-1:]
        assert len(set(map(id, found))) == len(found) == 2

    play(staged(panel, watchlist=WATCHLIST, range="max"), use)


@pytest.mark.parametrize(("keys", "kind"), [("", PriceChart), ("g", ChartDesk)])
@pytest.mark.parametrize("key", ["j", "left_square_bracket"])
@pytest.mark.parametrize("step", ["less_than_sign", "greater_than_sign"])
def test_a_traveller_finds_a_step_either_way_drawn_after_any_key(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, keys: str, kind: type[StripWidget], key: str, step: str
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys, *["less_than_sign"] * 3, key)
        found = drawn_by(monkeypatch, kind, "reading")
        shown = app.shown.reading
        await press(pilot, step)
        assert app.shown.reading is not shown
        assert app.shown.reading not in found

    play(staged(panel, watchlist=WATCHLIST, range="max"), use)


@pytest.mark.parametrize("keys", ["", "g", "o"])
@pytest.mark.parametrize("key", ["j", "left_square_bracket", "less_than_sign"])
def test_a_key_is_answered_before_anything_is_drawn_ahead(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, keys: str, key: str
):
    """How many frames there were when something was drawn ahead."""
    frames: list[int] = []
    draw_ahead = StripWidget.draw_ahead

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        def spied(self: StripWidget, scene: Scene) -> bool:
            drawn = draw_ahead(self, scene)
            frames.extend([len(app.frames)] * drawn)
            return drawn

        monkeypatch.setattr(StripWidget, "draw_ahead", spied)
        await press(pilot, *keys)
        for _ in range(2):
            before = len(app.frames)
            await press(pilot, key)
            assert len(app.frames) > before
            assert all(count > before for count in frames)
            frames.clear()

    play(staged(panel, watchlist=WATCHLIST), use)


def test_a_zoom_is_answered_before_the_next_is_drawn(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "9")
        desk = app.screen.query_one(ChartDesk)
        before, closer, after = len(app.frames), desk._draw_closer, []
        monkeypatch.setattr(desk, "_draw_closer", lambda *args: (after.append(len(app.frames)), closer(*args)))
        await press(pilot, "plus")
        assert after
        assert min(after) > before

    play(staged(panel), use)


def test_zooming_again_finds_its_picture_drawn(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    drawn: list[int] = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "9", "plus")
        desk = app.screen.query_one(ChartDesk)
        shown = [chosen.last - chosen.first for chosen, _ in desk._pictures]
        await press(pilot, "plus")
        drawn.extend(chosen.last - chosen.first for chosen, _ in desk._pictures)
        # The newest is the one after what is shown, which was at hand.
        assert drawn[1:3] == shown[:2]
        assert drawn[0] < drawn[1]

    play(staged(panel), use)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_shown_is_what_would_be_drawn_now(panel: Panel, seed: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source, rng = app.standpoint.source, random.Random(seed)
        assert isinstance(source, Given)
        if seed % 2:
            await press(pilot, "g")
        for _ in range(20):
            if rng.random() < 0.3:
                source.prices = {**source.prices, rng.choice(WATCHLIST): rng.uniform(1, 2000)}
                app.tick()
                await settle(pilot)
            await press(pilot, *rng.choices(CHART if seed % 2 else KEYS, k=rng.randint(1, 3)))
            for widget in app.screen.query(StripWidget):
                if widget._shown and widget.scene:
                    anew = widget.draw(widget.scene, widget.content_size, widget.palette)
                    assert [s.text for s in widget._shown] == [s.text for s in anew], widget.id

    play(staged(panel, watchlist=WATCHLIST), use)


def test_no_reading_is_held_that_is_neither_shown_nor_a_step_away(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for _ in range(6):
            await press(pilot, "less_than_sign")
        held = {id(drawn.scene.reading) for widget in app.screen.query(StripWidget) for drawn in widget._at_hand}
        assert len(held) <= 3

    play(staged(panel), use)


def test_what_was_foreseen_when_the_app_has_ended_is_not_drawn(panel: Panel):
    app = staged(panel)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "less_than_sign")

    play(app, use)
    assert not app.screen_stack
    app.draw_ahead(app.shown)
