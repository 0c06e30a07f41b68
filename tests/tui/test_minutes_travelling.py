"""The ranges of minutes in another time: the session's own bars and never one of the future."""

from __future__ import annotations

from datetime import timedelta

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.calendar import new_york
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press
from tests.tui.test_minutes import WithMinutes, source_of, with_minutes


def test_travelling_shows_the_minutes_of_that_session_and_none_later(panel: Panel):
    day = as_day(panel, 600)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        minutes = app.shown.minutes_of("IWM")
        assert minutes is not None
        assert str(minutes.times[0])[:10] == str(day)
        assert {new_york(now).date() for _, _, now in source_of(app).asked} == {day}
        await press(pilot, "less_than_sign")
        minutes = app.shown.minutes_of("IWM")
        assert minutes is not None
        assert str(minutes.times[-1])[:10] == str(as_day(panel, 599))
        await press(pilot, "T")
        minutes = app.shown.minutes_of("IWM")
        assert minutes is not None
        assert to_day(minutes.times[-1]) == as_day(panel, -1)
        assert source_of(app).asked[-1][2] == app.standpoint.clock.now()

    play(with_minutes(panel, asked=day), use)


def test_a_source_that_looks_ahead_is_not_shown_to(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    day = as_day(panel, 600)
    honest = WithMinutes.minutes
    later = timedelta(1)
    monkeypatch.setattr(WithMinutes, "minutes", lambda self, t, d, now: honest(self, t, d, now + later))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert f"no minutes of {day}: random walk has none of IWM" in app.text()
        await press(pilot, "2")
        minutes = app.shown.minutes_of("IWM")
        assert minutes is not None
        assert to_day(minutes.times[-1]) <= day

    play(with_minutes(panel, asked=day), use)


def test_bars_of_another_session_than_the_one_travelled_to_are_not_shown_as_its_own(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    day = as_day(panel, 600)
    honest = WithMinutes.minutes
    monkeypatch.setattr(WithMinutes, "minutes", lambda self, t, d, now: honest(self, t, d, now - timedelta(7)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "1")
        assert f"no minutes of {day}: random walk has none of IWM" in app.text()
        assert "10:00 ET" not in app.text()

    play(with_minutes(panel, asked=day), use)


def test_bars_of_another_length_are_not_shown_under_the_wrong_name(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    honest = WithMinutes.minutes
    monkeypatch.setattr(WithMinutes, "minutes", lambda self, t, d, now: honest(self, t, 1, now))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "2")
        assert "asking random walk for minute bars of IWM" in app.text()

    play(with_minutes(panel), use)
