"""Drawing ahead: what another press would show is drawn before it, and what is shown is what would be drawn now."""

from __future__ import annotations

import random

import pytest
from smallcap.core.bars import Panel
from smallcap.core.reading import Reading
from smallcap.tui.palette import Palette
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


Looked = tuple[str, str, Reading]
"""The ticker, the range and the reading of a scene."""


def looked_at(scene: Scene) -> Looked:
    return scene.ticker, scene.range, scene.reading


def drawn_by(monkeypatch: pytest.MonkeyPatch, kind: type[StripWidget]) -> list[Looked]:
    """What is drawn from now on, as often as it is."""
    found: list[Looked] = []
    draw = kind.draw

    def spied(self: StripWidget, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        found.append(looked_at(scene))
        return draw(self, scene, size, palette)

    monkeypatch.setattr(kind, "draw", spied)
    return found


@pytest.mark.parametrize(
    ("keys", "key", "kind"),
    [
        ("", "j", PriceChart),
        ("", "k", PriceChart),
        ("3", "right_square_bracket", PriceChart),
        ("g", "j", ChartDesk),
        ("g", "left_square_bracket", ChartDesk),
        ("", "less_than_sign", PriceChart),
        ("g", "less_than_sign", ChartDesk),
    ],
)
def test_a_key_pressed_again_finds_its_picture_drawn(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, keys: str, key: str, kind: type[StripWidget]
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys, key)
        found = drawn_by(monkeypatch, kind)
        for _ in range(2):
            before = app.frames[-1]
            await press(pilot, key)
            assert app.frames[-1] != before
            assert looked_at(app.shown) not in found
            assert found
            found.clear()

    play(staged(panel, watchlist=WATCHLIST, range="max"), use)


@pytest.mark.parametrize(("keys", "kind"), [("", PriceChart), ("g", ChartDesk)])
@pytest.mark.parametrize("key", ["j", "left_square_bracket", "v", "6"])
@pytest.mark.parametrize("step", ["less_than_sign", "greater_than_sign", "left_square_bracket", "right_square_bracket"])
def test_a_step_in_time_or_range_is_drawn_after_any_key(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, keys: str, kind: type[StripWidget], key: str, step: str
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys, *["less_than_sign"] * 3, key)
        found = drawn_by(monkeypatch, kind)
        shown = looked_at(app.shown)
        await press(pilot, step)
        assert looked_at(app.shown) != shown
        assert looked_at(app.shown) not in found

    play(staged(panel, watchlist=WATCHLIST, range="5Y"), use)


def test_nothing_is_drawn_twice_while_nothing_is_pressed(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        found = drawn_by(monkeypatch, PriceChart)
        await press(pilot, "less_than_sign", "less_than_sign", "j", "less_than_sign")
        assert len({(ticker, name, id(reading)) for ticker, name, reading in found}) == len(found)

    play(staged(panel, watchlist=WATCHLIST, range="5Y"), use)


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
