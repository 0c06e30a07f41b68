"""The evidence screen is of the close and the pair that are shown and of no other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from smallcap.core.bars import Panel
from smallcap.core.evidence.page import Page
from smallcap.tui import sweeping
from smallcap.tui.evidence_work import Work
from smallcap.tui.widgets.evidence_found import Found
from textual.pilot import Pilot

from tests.tui.evidence_screen.conftest import opened, reading_of, until, whole
from tests.tui.stage import Counted, as_day, play, press, settle, staged


def test_back_in_time_nothing_of_the_old_close_is_left_and_the_new_one_is_worked_out(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        await pilot.press("less_than_sign")
        await until(pilot, lambda: app.shown.reading.as_of == as_day(panel, -2))
        assert app.found.page is None
        assert f"Working out the evidence as of {as_day(panel, -2)}" in app.text()
        assert "rows show a return edge" not in app.text()
        assert "working out" in app.rows()[4]
        await until(pilot, lambda: app.found.page)
        assert repr(app.found.page) == repr(whole(panel, -2)) != repr(expected)
        assert str(as_day(panel, -2)) in app.rows()[0]

    play(staged(panel), use)


def test_a_session_passed_on_the_way_is_not_worked_out_and_coming_back_is_instant(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    begun: list[object] = []
    sweep = sweeping.sweep

    def counted(function: Work, chunks: Sequence[str], **how: object) -> list[object]:
        begun.append(function.ask.as_of)
        return sweep(function, chunks, **how)  # type: ignore[arg-type]

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for back in (-2, -3, -4):
            await pilot.press("less_than_sign")
            while app.shown.reading.as_of != as_day(panel, back):
                await pilot.pause(0.01)
        await until(pilot, lambda: app.found.page)
        assert begun == [as_day(panel, -1), as_day(panel, -4)]
        await press(pilot, "T")
        assert app.found.as_of == as_day(panel, -1)
        assert app.found.page
        assert "rows show a return edge" in app.text()
        await press(pilot, "d", "h")
        assert "rows show a return edge" in app.text()
        await pilot.pause(0.5)
        await settle(pilot)
        assert len(begun) == 2

    monkeypatch.setattr(sweeping, "sweep", counted)
    play(staged(panel), use)


def test_what_is_found_of_another_close_or_pair_is_never_drawn(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for other in ({"as_of": as_day(panel, -2)}, {"pair": "QQQ/SPY"}):
            app.found = app.found._replace(as_of=expected.as_of, pair="IWM/SPY")._replace(**other)
            await pilot.pause()
            assert "rows show a return edge" not in app.text()

    play(staged(panel), use)


def test_a_source_read_again_without_news_changes_nothing_and_sends_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        found = app.found
        app.frames.clear()
        app.tick()
        app.read_again()
        await settle(pilot)
        assert app.found.page is found.page
        assert app.frames == []

    play(staged(panel), use)


def test_another_pair_has_its_own_evidence(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert app.found.pair == "QQQ/IWM"
        assert "QQQ over 21 sessions" in app.text()
        await press(pilot, "b", "b")
        assert "QQQ/IWM over 21 sessions" in app.text()

    play(staged(panel, pair="QQQ/IWM"), use)


def test_found_is_of_one_close_of_one_pair(panel: Panel):
    reading = reading_of(panel)
    assert Found(reading.as_of, "IWM/SPY").of(reading)
    assert not Found(reading.as_of, "QQQ/SPY").of(reading)
    assert not Found().of(reading)
