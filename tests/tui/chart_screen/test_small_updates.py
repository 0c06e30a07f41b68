"""The chart screen sends a frame at most and asks each formula once."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.core.overlays import OVERLAYS
from smallcap.core.studies import Studies
from textual.pilot import Pilot

from tests.tui.chart_screen.conftest import MEANS, SIZES, in_full_colour
from tests.tui.stage import Counted, play, press, staged


def total(app: Counted) -> int:
    """Bytes sent since the frames were cleared."""
    return sum(len(in_full_colour(frame)) for frame in app.frames)


@pytest.mark.parametrize("size", SIZES)
def test_the_next_ticker_a_range_and_a_zoom_send_a_frame_at_most(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "j")
        for key in ("j", "k", "8", "7", "plus", "minus", "0", "less_than_sign", "greater_than_sign"):
            app.frames.clear()
            await press(pilot, key)
            assert total(app) <= 17_000 * size[0] * size[1] / 4800, key

    play(staged(panel), use, size)


@pytest.mark.parametrize(("keys", "most"), [(["g"], 12_500), (MEANS, 19_000)])
def test_the_next_ticker_stays_small_on_real_history(real_panel: Panel, keys: list[str], most: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys)
        for _ in range(7):
            app.frames.clear()
            await press(pilot, "j")
            assert total(app) <= most

    play(staged(real_panel), use)


def test_each_formula_is_asked_once_for_the_same_bars(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    asked = []
    sma = OVERLAYS[0].of

    def counted(studies: Studies, last: int) -> object:
        asked.append(studies.bars.ticker)
        return sma(studies, last)

    rows = (OVERLAYS[0]._replace(of=counted), *OVERLAYS[1:])
    monkeypatch.setattr("smallcap.tui.widgets.chart_plots.OVERLAYS", rows)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS, "left", "left", "plus", "8", "j", "k", "l", "c", "v", "i", "2", "escape", "d", "g")
        # What another press of j or k would show is asked for ahead.
        assert asked[:2] == ["IWM", "SPY"]
        assert len(set(asked)) == len(asked)

    play(staged(panel), use)
