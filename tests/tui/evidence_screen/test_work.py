"""The evidence is worked out in other processes: stopped when nobody waits, and none is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from multiprocessing import active_children

import pytest
from smallcap.core.bars import Panel
from smallcap.core.errors import SmallcapError
from smallcap.core.evidence.page import Page
from smallcap.tui import sweeping
from smallcap.tui.evidence_work import Work
from smallcap.tui.screens.evidence import EvidenceScreen
from smallcap.tui.sweeping import Stopped, Telling
from textual.pilot import Pilot

from tests.tui.evidence_screen.conftest import opened, until
from tests.tui.stage import Counted, as_day, play, press, staged


class InProcesses(Counted):
    """The app as it is, with processes for its work."""

    processes = None


def test_work_that_nobody_waits_for_any_more_is_stopped(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    stopped: list[object] = []
    begun = threading.Event()

    def endless(function: Work, chunks: Sequence[str], *, telling: Telling, **_: object) -> list[object]:
        telling.progress(2, 6)
        begun.set()
        while not telling.stopped():
            time.sleep(0.01)
        stopped.append(function.ask.as_of)
        raise Stopped("stopped")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await pilot.press("h")
        await until_begun(pilot)
        assert "working out: 2 of 6 parts" in app.rows()[4]
        await pilot.press("less_than_sign")
        while not stopped:
            await pilot.pause(0.02)
        assert stopped == [as_day(panel, -1)]
        begun.clear()
        await until_begun(pilot)
        await pilot.press("d")
        await pilot.press("less_than_sign")
        while len(stopped) < 2:
            await pilot.pause(0.02)
        begun.clear()
        await pilot.press("h")
        await until_begun(pilot)

    async def until_begun(pilot: Pilot[int]) -> None:
        while not begun.is_set():
            await pilot.pause(0.02)
        await pilot.pause(0.05)

    monkeypatch.setattr(sweeping, "sweep", endless)
    play(staged(panel), use)
    assert stopped == [as_day(panel, -1), as_day(panel, -2), as_day(panel, -3)]


def test_work_that_fails_is_said_and_can_be_tried_again(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    sweep = sweeping.sweep

    def broken(*_: object, **__: object) -> list[object]:
        raise SmallcapError("a worker process ended before its work was done")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "h")
        await until(pilot, lambda: app.found.trouble)
        assert "a worker process ended" in app.notice
        assert "Not worked out: a worker process ended" in app.text()
        assert "working out" not in app.rows()[4]
        await press(pilot, "right", "j", "enter", "n", "left")
        assert isinstance(app.screen, EvidenceScreen)
        monkeypatch.setattr(sweeping, "sweep", sweep)
        await pilot.press("r")
        await until(pilot, lambda: app.found.page)
        assert "rows show a return edge" in app.text()

    monkeypatch.setattr(sweeping, "sweep", broken)
    play(staged(panel), use)


def test_in_processes_the_numbers_are_the_same_and_no_process_is_left(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot, "fragility")
        assert repr(app.found.page) == repr(expected)
        assert app.found.fragile

    app = staged(panel)
    app.__class__ = InProcesses
    play(app, use)
    assert active_children() == []


def test_an_app_that_ends_amid_the_work_leaves_no_process(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await pilot.press("h")
        while not active_children():
            await pilot.pause(0.02)

    app = staged(panel)
    app.__class__ = InProcesses
    play(app, use)
    assert active_children() == []


def test_a_process_that_dies_is_said(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await pilot.press("h")
        while not active_children():
            await pilot.pause(0.02)
        for child in active_children():
            child.kill()
        await until(pilot, lambda: app.found.trouble)
        assert "a worker process ended before its work was done" in app.notice

    app = staged(panel)
    app.__class__ = InProcesses
    play(app, use)
    assert active_children() == []
