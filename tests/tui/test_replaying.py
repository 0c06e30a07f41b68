"""Time by keys: months and their ends, and a replay that skips nothing, piles nothing up and stops for everybody.

Needs wired: the mixin Replaying in the app's bases, and the rows of `{` `}` (travel_months), `space` (replay) and
`f` (replay_speed) in the key table.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import date

import pytest
from smallcap.core.bars import Panel
from smallcap.core.errors import SourceError
from smallcap.core.reading import Reading
from smallcap.tui.replaying import SPEEDS
from smallcap.tui.screens.ask import Ask
from smallcap.tui.standpoint import Standpoint
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, settle, staged


class Beats:
    """A timer that the test beats."""

    made: list[Beats]

    def __init__(self, seconds: float, beat: Callable[[], None]) -> None:
        self.seconds, self.beat, self.stopped = seconds, beat, False
        self.made.append(self)

    def stop(self) -> None:
        self.stopped = True


def beaten(app: Counted) -> list[Beats]:
    """The timers that the app starts from now on; none of them beats by itself."""
    Beats.made = []
    app.set_interval = Beats  # type: ignore[assignment, method-assign]
    return Beats.made


async def beat(pilot: Pilot[int], timers: list[Beats]) -> None:
    if not timers[-1].stopped:
        timers[-1].beat()
    await settle(pilot)


def row_of(app: Counted, panel: Panel) -> int:
    """The row of the session that is shown."""
    return panel["SPY"].sessions.tolist().index(app.shown.reading.as_of)


def test_a_month_back_and_forward_by_keys(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        newest = as_day(panel, -1)  # Wed 2017-10-11
        await press(pilot, "left_curly_bracket")
        assert app.shown.reading.as_of == date(2017, 9, 11)
        await press(pilot, "left_curly_bracket")
        assert app.shown.reading.as_of == date(2017, 8, 11)
        await press(pilot, "left_curly_bracket", "left_curly_bracket")
        assert app.shown.reading.as_of == date(2017, 6, 9)  # the 11th is a Sunday
        assert "REPLAY  T: back to now" in app.text()
        await press(pilot, "right_curly_bracket")
        assert app.shown.reading.as_of == date(2017, 7, 7)  # the 9th is a Sunday
        for _ in range(3):
            await press(pilot, "right_curly_bracket")
        assert app.shown.reading.as_of == date(2017, 10, 6)
        await press(pilot, "right_curly_bracket")
        assert app.shown.reading.as_of == newest
        assert not app.shown.travelling
        await press(pilot, "right_curly_bracket")
        assert f"{newest} is the newest session that has closed" in app.rows()[-1]

    play(staged(panel), use)


def test_months_pressed_faster_than_they_are_read_all_count(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for _ in range(5):
            app.action_travel_months(-1)
        await settle(pilot)
        assert app.shown.reading.as_of == date(2017, 5, 9)

    play(staged(panel), use)


def test_a_month_before_the_data_keeps_the_reading_and_says_why(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "left_curly_bracket")
        assert app.shown.reading.as_of == as_day(panel, 5)
        assert "is before the first session" in app.rows()[-1]

    play(staged(panel, asked=as_day(panel, 5)), use)


def test_a_replay_shows_every_session_to_the_newest_and_ends_there(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        seen: list[date] = []
        app.watch(app, "scene", lambda scene: seen.append(scene.reading.as_of), init=False)
        await press(pilot, "space")
        assert app.shown.reading.as_of == as_day(panel, -5)
        assert "replaying 2/s  space: pause" in app.rows()[-1]
        for _ in range(4):
            await beat(pilot, timers)
        assert list(dict.fromkeys(seen)) == [as_day(panel, row) for row in (-5, -4, -3, -2, -1)]
        assert app.shown.travelling
        await beat(pilot, timers)
        assert not app.shown.travelling
        assert app.standpoint.asked is None
        assert timers[-1].stopped
        assert "the replay has reached the newest session" in app.rows()[-1]

    play(staged(panel, asked=as_day(panel, -6)), use)


def test_a_replay_runs_by_itself(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app._speed = SPEEDS[-1]
        await press(pilot, "space")
        async with asyncio.timeout(20):
            while app.shown.travelling:
                await pilot.pause(0.02)
        assert app.shown.reading.as_of == as_day(panel, -1)
        assert app._playing is None

    play(staged(panel, asked=as_day(panel, -4)), use)


def test_space_pauses_and_plays_on_from_there(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "space")
        await beat(pilot, timers)
        await press(pilot, "space")
        assert timers[-1].stopped
        assert f"paused at {as_day(panel, 502)}  space: play on" in app.rows()[-1]
        assert row_of(app, panel) == 502
        await press(pilot, "space")
        assert row_of(app, panel) == 503

    play(staged(panel, asked=as_day(panel, 500)), use)


def test_at_the_newest_session_there_is_nothing_to_play(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "space")
        assert "is the newest session: go back first, with < { or t" in app.rows()[-1]
        assert timers == []
        assert not app.shown.travelling

    play(staged(panel), use)


def test_f_goes_through_the_speeds_while_playing_and_before(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "f")
        assert "replay at 5/s  space: play" in app.rows()[-1]
        await press(pilot, "space")
        for speed in (10, 1, 2, 5):
            await press(pilot, "f")
            assert f"replaying {speed}/s  space: pause" in app.rows()[-1]
            assert timers[-1].seconds == pytest.approx(1 / speed)
        assert [timer.stopped for timer in timers] == [True] * 4 + [False]

    play(staged(panel, asked=as_day(panel, 500)), use)


@pytest.mark.parametrize(
    ("key", "there"),
    [("less_than_sign", 500), ("greater_than_sign", 502), ("left_curly_bracket", None), ("T", 699), ("t", 501)],
)
def test_any_key_of_time_pauses(panel: Panel, key: str, there: int | None):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "space", key)
        assert timers[-1].stopped == (key != "t")
        await beat(pilot, timers)
        assert timers[-1].stopped
        assert app._playing is None
        if there is not None:
            assert row_of(app, panel) == there

    play(staged(panel, asked=as_day(panel, 500)), use)


def test_what_opens_over_the_screen_pauses(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "space", "t")
        assert isinstance(app.screen, Ask)
        await beat(pilot, timers)
        assert timers[-1].stopped
        assert app.notice.startswith(f"paused at {as_day(panel, 501)}")
        await press(pilot, "escape")
        assert row_of(app, panel) == 501

    play(staged(panel, asked=as_day(panel, 500)), use)


def test_looking_around_and_reading_the_source_again_do_not_pause(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "space", "j", "c", "r", "z")
        await beat(pilot, timers)
        assert not timers[-1].stopped
        assert row_of(app, panel) == 502
        assert app.shown.ticker == "SPY"
        assert "replaying 2/s" in app.rows()[-1]

    play(staged(panel, asked=as_day(panel, 500)), use)


def test_the_next_session_is_read_only_when_the_last_one_is_shown(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    free, read, made = threading.Event(), Standpoint.read, []

    def slow(self: Standpoint, panel: Panel) -> Reading:
        made.append(self.asked)
        assert free.wait(20)
        return read(self, panel)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        monkeypatch.setattr(Standpoint, "read", slow)
        app.action_replay()
        for _ in range(10):
            timers[-1].beat()
            await pilot.pause()
        assert app.shown.reading.as_of == as_day(panel, 500)
        assert made == [as_day(panel, 501)]
        free.set()
        await settle(pilot)
        assert row_of(app, panel) == 501
        await beat(pilot, timers)
        assert row_of(app, panel) == 502
        assert made[:2] == [as_day(panel, 501), as_day(panel, 502)]

    app = staged(panel, asked=as_day(panel, 500))
    play(app, use)


def test_a_session_that_cannot_be_read_ends_the_replay_and_says_why(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    def broken(self: Standpoint, panel: Panel) -> Reading:
        raise SourceError("the bars have gone")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        monkeypatch.setattr(Standpoint, "read", broken)
        await press(pilot, "space")
        await beat(pilot, timers)
        assert timers[-1].stopped
        assert app._playing is None
        assert "the bars have gone" in app.rows()[-1]
        assert row_of(app, panel) == 500

    play(staged(panel, asked=as_day(panel, 500)), use)


def test_sessions_that_the_data_lacks_do_not_stop_the_replay(panel: Panel):
    hole = {ticker: bars for ticker, bars in panel.bars.items() if ticker != "IWM"}
    cut = panel["IWM"].until(panel["SPY"].sessions[500])

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        timers = beaten(app)
        await press(pilot, "space")
        for _ in range(3):
            await beat(pilot, timers)
        assert app.wanted.asked == as_day(panel, 503)

    play(staged(Panel({**hole, "IWM": cut}, panel.origin), asked=as_day(panel, 499)), use)
