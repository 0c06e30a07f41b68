"""The app when something new comes, or nothing, or it goes wrong: refreshes, ticks and bad rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from smallcap.core.bars import Panel
from textual.pilot import Pilot

from tests.tui.stage import Counted, Given, play, press, settle, staged


def test_a_failed_refresh_keeps_the_last_reading_and_says_since_when(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        before = app.shown.reading
        assert isinstance(app.standpoint.source, Given)
        app.standpoint.source.fails = "the folder has gone"
        await press(pilot, "r")
        assert app.shown.reading is before
        assert "NOT REFRESHED  since" in app.text()
        assert "the folder has gone" in app.rows()[-1]
        await press(pilot, "j")
        assert "SIZE  long SPY" in app.text()
        assert "NOT REFRESHED" in app.text()
        app.standpoint.source.fails = ""
        await press(pilot, "r")
        assert "NOT REFRESHED" not in app.text()

    play(staged(panel), use)


def test_an_error_nobody_foresaw_is_said_too(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        def broken(now: object, *, replay: bool = False) -> Panel:
            raise RuntimeError("a bug")

        monkeypatch.setattr(app.standpoint.source, "load", broken)
        await press(pilot, "r")
        assert "unexpected: RuntimeError('a bug')" in app.rows()[-1]
        assert "NOT REFRESHED" in app.text()

    play(staged(panel), use)


def test_a_refresh_that_finds_nothing_new_sends_not_a_byte(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app.standpoint.source, Given)
        app.action_refresh_source()
        await settle(pilot)
        assert app.notice == "the source is asked again"
        sent, loads = len(app.frames), app.standpoint.source.loads
        before = app.shown.reading
        for _ in range(2):
            app.read(app.wanted, fresh=True)
            await settle(pilot)
        assert app.standpoint.source.loads == loads + 2
        assert app.shown.reading is before
        assert app.frames[sent:] == []

    play(staged(panel), use)


@pytest.mark.parametrize("ticker", ["IWM", "SPY", "QQQ"])
def test_a_tick_that_changes_one_price_sends_at_most_300_bytes(panel: Panel, ticker: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source = app.standpoint.source
        assert isinstance(source, Given)
        source.prices = {t: float(panel[t].close[-1]) for t in ("IWM", "SPY", "QQQ")}
        app.tick()
        await settle(pilot)
        sizes = []
        for step in range(1, 12):
            source.prices[ticker] = float(panel[ticker].close[-1]) * (1 + 0.0007 * step)
            sent = len(app.frames)
            app.tick()
            await settle(pilot)
            sizes.append(sum(map(len, app.frames[sent:])))
        assert min(sizes) > 0
        assert max(sizes) <= 300, sizes

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ")), use)


def test_ticks_change_the_price_but_not_the_reading_and_stop_while_travelling(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source = app.standpoint.source
        assert isinstance(source, Given)
        before = app.shown.reading
        source.prices = {"IWM": 123.45}
        app.tick()
        await settle(pilot)
        assert app.shown.reading is before
        assert app.text().count("123.45") >= 2
        assert "live" in app.text()
        await press(pilot, "less_than_sign")
        assert "123.45" not in app.text()
        app.tick()
        await settle(pilot)
        assert "123.45" not in app.text()

    play(staged(panel), use)


def test_bad_rows_are_said_on_opening(panel: Panel):
    spoilt = replace(panel, refused=("daily/IWM.csv line 5: close 'x' is not a number", "and another"))

    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert "daily/IWM.csv line 5: close 'x' is not a number  (and 1 more: smallcap report)" in app.rows()[-1]
        await press(pilot, "j")
        assert "j/k ticker" in app.rows()[-1]

    play(staged(spoilt), look)
