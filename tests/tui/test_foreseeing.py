"""Stepping through time: each session is read once, before it is asked for, and is what it would be read on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from smallcap.core import calendar
from smallcap.core.bars import Panel
from smallcap.core.errors import SourceError
from smallcap.core.reading import Reading
from smallcap.tui.standpoint import Standpoint
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, settle, staged

Read = Callable[[Standpoint, Panel], Reading]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[date | None]:
    """The dates of all readings that are made, in order."""
    dates: list[date | None] = []
    made = Standpoint.read

    def read(self: Standpoint, panel: Panel) -> Reading:
        dates.append(self.asked)
        return made(self, panel)

    monkeypatch.setattr(Standpoint, "read", read)
    return dates


def test_a_step_finds_its_session_read_and_has_the_next_one_read(panel: Panel, asked: list[date | None]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        asked.clear()
        await press(pilot, *["less_than_sign"] * 4)
        assert app.shown.reading.as_of == as_day(panel, -5)
        # The first step has what is on either side of it read; each after it has what was behind.
        assert asked == [as_day(panel, row) for row in (-2, -3, -1, -4, -5, -6)]

    play(staged(panel), use)


def rows_after(app: Counted, *keys: str) -> list[str]:
    """What is on the screen after some keys, the footer left out: it says what has happened."""
    rows: list[str] = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys)
        rows.extend(app.rows()[:-1])

    play(app, use)
    return rows


def test_what_was_read_ahead_is_what_its_day_is_read_as(panel: Panel):
    stepped = rows_after(staged(panel), *["less_than_sign"] * 3)
    assert stepped == rows_after(staged(panel, asked=as_day(panel, -4)))


def test_the_way_back_is_foreseen_too(panel: Panel, asked: list[date | None]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *["less_than_sign"] * 5)
        asked.clear()
        await press(pilot, *["greater_than_sign"] * 3)
        assert app.shown.reading.as_of == as_day(panel, -3)
        assert asked == [as_day(panel, row) for row in (-4, -3, -2)]

    play(staged(panel), use)


def test_a_month_has_the_sessions_beside_it_read(panel: Panel, asked: list[date | None]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "left_curly_bracket")
        here = app.shown.reading.as_of
        beside = [calendar.next_session_after(here), calendar.previous_session(here)]
        assert sorted(asked[-2:], reverse=True) == beside
        asked.clear()
        await press(pilot, "greater_than_sign", "less_than_sign", "less_than_sign")
        assert app.shown.reading.as_of == beside[1]
        assert here not in asked

    play(staged(panel), use)


def test_who_is_not_travelling_has_nothing_foreseen(panel: Panel, asked: list[date | None]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "less_than_sign", "T")
        asked.clear()
        await press(pilot, "R", "j", "left_square_bracket")
        assert asked == [None]

    play(staged(panel), use)


def test_other_settings_are_read_with_and_not_with_those_foreseen(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *["less_than_sign"] * 2)
        await press(pilot, "R", "less_than_sign")
        assert app.shown.reading.as_of == as_day(panel, -4)
        assert app.shown.reading.ratio.basis == "price"

    play(staged(panel), use)


def test_a_new_panel_is_read_and_not_the_old_one(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *["less_than_sign"] * 2)
        app.panel = Panel(panel.bars, panel.origin, panel.macro, ("one row refused",))
        await press(pilot, "less_than_sign")
        assert "one row refused" in app.shown.reading.warnings

    play(staged(panel), use)


def test_a_step_faster_than_the_look_ahead_waits_for_it(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    held, made, asked = threading.Event(), Standpoint.read, []

    def read(self: Standpoint, panel: Panel) -> Reading:
        asked.append(self.asked)
        if self.asked == as_day(panel, -3):
            held.wait(10)
        return made(self, panel)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        asked.clear()
        monkeypatch.setattr(Standpoint, "read", read)
        await pilot.press("less_than_sign")
        while as_day(panel, -3) not in asked:
            await pilot.pause()
        await pilot.press("less_than_sign")
        assert app.shown.reading.as_of == as_day(panel, -2)
        held.set()
        await settle(pilot)
        await settle(pilot)
        assert app.shown.reading.as_of == as_day(panel, -3)
        assert asked.count(as_day(panel, -3)) == 1

    play(staged(panel), use)


def test_a_session_that_cannot_be_read_is_said_when_it_is_asked_for(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    made = Standpoint.read

    def read(self: Standpoint, panel: Panel) -> Reading:
        if self.asked == as_day(panel, -3):
            raise SourceError("no such session")
        return made(self, panel)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        monkeypatch.setattr(Standpoint, "read", read)
        await press(pilot, "less_than_sign")
        assert not app.notice
        await press(pilot, "less_than_sign")
        assert app.notice == "no such session"
        assert app.shown.reading.as_of == as_day(panel, -2)

    play(staged(panel), use)


def test_what_a_worker_is_given_is_described_in_few_words(panel: Panel):
    reading = staged(panel).shown.reading
    for snapshot in (panel, panel["SPY"], reading, reading.history, reading.history.leadership):
        assert len(repr(snapshot)) < 120
