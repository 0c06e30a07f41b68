"""The ranges of minutes: what is drawn, and what is said when there is nothing to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import Panel
from smallcap.core.calendar import new_york, next_session, previous_session
from smallcap.core.intraday import opening
from smallcap.core.live.raw import Minutes
from smallcap.tui.scene import Scene
from smallcap.tui.widgets.minute_chart import grid_of, rebased_market
from textual.pilot import Pilot

from tests.tui.stage import Counted, Given, as_day, play, press, settle, staged


@dataclass
class WithMinutes(Given):
    """A source that has minute bars of every session, the one in progress up to `bars`; it remembers what was asked."""

    bars: int = 100
    lacks: tuple[str, ...] = ()
    asked: list[tuple[str, int, datetime]] = field(default_factory=list)

    def minutes(self, ticker: str, days: int, now: datetime) -> Minutes | None:
        self.asked.append((ticker, days, now))
        if ticker in self.lacks:
            return None
        session = next_session(new_york(now).date())
        sessions = [session]
        while len(sessions) < days:
            sessions.insert(0, previous_session(sessions[0]))
        count = 390 // days
        each = [count] * (days - 1) + [min(self.bars, count)]
        times = [opening(s) + 60 * days * np.arange(n) for s, n in zip(sessions, each, strict=True)]
        close = self.panel[ticker].close[-1] * (1 + 0.001 * np.sin(np.arange(sum(each)) / 9))
        columns = (close, close + 0.02, close - 0.02, close, np.full(len(close), 1000.0))
        return Minutes(ticker, days, np.concatenate(times), *columns)


def with_minutes(panel: Panel, *, asked: date | None = None, lacks: tuple[str, ...] = (), **chosen: object) -> Counted:
    """The app on such a source, an hour after the panel's last close."""
    app = staged(panel, asked=asked, **chosen)
    source = WithMinutes(panel, lacks=lacks)
    app.standpoint = app.wanted = app.standpoint.but(source=source)
    return app


def source_of(app: Counted) -> WithMinutes:
    assert isinstance(app.standpoint.source, WithMinutes)
    return app.standpoint.source


def test_one_and_two_draw_minutes_with_their_interval_and_clock(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert "1D  1 min  line" in app.rows()[4]
        assert sum("10:00 ET" in row for row in app.rows()) == 2
        assert "minutes: price ratio, no regime" in app.text()
        assert "sma200" not in app.text()
        assert "▄▄▄" not in app.text()
        await press(pilot, "2", "c")
        assert "5D  5 min  candles" in app.rows()[4]
        newest = as_day(panel, -1)
        assert sum(f"{newest:%a} {newest.day}" in row for row in app.rows()) == 2
        await press(pilot, "3")
        assert "1M  daily  candles" in app.rows()[4]
        assert "sma200" in app.text()

    play(with_minutes(panel), use)


def test_brackets_step_through_all_nine(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        seen = [app.shown.range]
        for _ in range(8):
            await press(pilot, "right_square_bracket")
            seen.append(app.shown.range)
        assert seen == ["1D", "5D", "1M", "3M", "6M", "YTD", "1Y", "5Y", "max"]

    play(with_minutes(panel), use)


def test_a_range_of_minutes_can_be_the_one_to_open_with(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert "1D  1 min  line" in app.rows()[4]
        assert "10:00 ET" in app.text()

    play(with_minutes(panel, range="1D"), look)


def test_bars_and_range_come_in_one_frame(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        scenes: list[Scene] = []
        app.watch(app, "scene", lambda scene: scenes.append(scene), init=False)  # noqa: PLW0108  Textual looks inside
        await press(pilot, "1", "j", "2")
        assert all(scene.minutes_of(scene.ticker) is not None for scene in scenes)
        assert [scene.ticker for scene in scenes] == ["IWM", "SPY", "SPY"]

    play(with_minutes(panel), use)


def test_the_ratio_is_that_of_the_last_minute_both_have(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        minutes = app.shown.minutes
        assert minutes is not None
        last = minutes["IWM"].close[-1] / minutes["SPY"].close[-1]
        assert f"IWM/SPY {last:.4f}" in app.text()

    play(with_minutes(panel), use)


def test_the_close_before_is_a_dotted_line_in_1d_only(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert sum("╌" in row for row in app.rows()) == 1
        assert f"close before {panel['IWM'].close[-2]:.2f}" in app.rows()[4]
        await press(pilot, "2")
        assert "╌" not in app.text()

    play(with_minutes(panel), use, (200, 60))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_source_without_minutes_says_so_in_the_chart(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert "no minute bars of IWM in random walk" in app.text()
        assert "no minute bars of IWM/SPY in random" in app.text()
        await press(pilot, "3")
        assert "no minute bars" not in app.text()

    play(staged(panel), use, size)


def test_bars_that_have_not_arrived_are_waited_for(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert "asking random walk for minute bars of IWM" in app.text()
        assert "10:00 ET" not in app.text()
        source_of(app).lacks = ("SPY",)
        app.look_for_missing()
        await settle(pilot)
        assert "asking random walk for minute bars of IWM/SPY" in app.text()
        assert "10:00 ET" in app.text()
        source_of(app).lacks = ()
        app.look_for_missing()
        await settle(pilot)
        assert "asking" not in app.text()

    play(with_minutes(panel, lacks=("IWM", "SPY")), use)


def test_the_market_is_rebased_so_that_both_changed_by_as_much_where_they_meet(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        scene = app.shown
        grid, market = grid_of(scene, "IWM"), grid_of(scene, "SPY")
        assert grid is not None
        assert market is not None
        before, market_before = (float(panel[ticker].close[-2]) for ticker in ("IWM", "SPY"))
        (line,) = rebased_market(scene, grid, before)
        np.testing.assert_allclose(line.values / before, market.close / market_before)
        await press(pilot, "j")
        assert rebased_market(app.shown, market, market_before) == []

    play(with_minutes(panel), use)


def test_a_session_without_bars_is_said_with_its_date(panel: Panel):
    day = as_day(panel, 600)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert f"no minutes of {day}: random walk has none of IWM" in app.text()

    play(with_minutes(panel, asked=day, lacks=("IWM", "SPY")), use)


def test_a_tick_in_1d_asks_only_for_what_has_traded_and_sends_few_bytes(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source = source_of(app)
        source.prices = {ticker: float(panel[ticker].close[-1]) for ticker in ("IWM", "SPY", "QQQ")}
        app.tick()
        await press(pilot, "1")
        sizes = []
        for step in range(12):
            source.asked.clear()
            source.prices["IWM"] *= 1.00003
            source.bars += 1
            sent = len(app.frames)
            app.tick()
            await settle(pilot)
            assert [ticker for ticker, _, _ in source.asked] == ["IWM"], step
            sizes.append(sum(map(len, app.frames[sent:])))
        assert 0 < max(sizes) < 900, sizes
        assert sum(sizes) / len(sizes) < 450, sizes

    play(with_minutes(panel, watchlist=("IWM", "SPY", "QQQ")), use)


def test_asking_again_for_the_same_bars_draws_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        before, sent = app.shown, len(app.frames)
        app.look_again()
        app.look_for_missing()
        await settle(pilot)
        assert app.shown is before
        assert app.frames[sent:] == []
        source_of(app).bars += 1
        app.look_again()
        await settle(pilot)
        assert app.shown is not before

    play(with_minutes(panel), use)


def test_daily_ranges_ask_for_no_minutes(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source_of(app).prices = {"IWM": 123.45}
        app.tick()
        await press(pilot, "j", "5", "c", "r")
        app.look_again()
        assert source_of(app).asked == []

    play(with_minutes(panel), use)


@pytest.mark.parametrize("key", ["1", "2"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16), (20, 5), (3, 2)])
def test_every_size_is_filled_in_a_range_of_minutes(panel: Panel, size: tuple[int, int], key: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for press_first in ((key,), ("c",), ("j",), ("v",)):
            await press(pilot, *press_first)
            assert {len(row) for row in app.rows()} == {size[0]}

    play(with_minutes(panel), use, size)


def test_minutes_in_ascii_are_ascii(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1", "c", "2", "c")
        assert app.text().isascii()
        assert all(frame.isascii() for frame in app.frames)

    app = with_minutes(panel)
    play(Counted(app.standpoint, ascii_only=True), use)


def test_a_folder_has_no_minutes(write_folder: Callable[..., Path], panel: Panel):
    from smallcap.core.sources import Minuted
    from smallcap.core.sources.folder import Folder
    from smallcap.core.store import Store

    assert not isinstance(Folder(write_folder(panel), Store(None)), Minuted)
