"""What the tests of the evidence screen need: the app on it, and the same evidence as the command gives it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.evidence import page
from smallcap.core.evidence.page import Page
from smallcap.core.reading import Reading, build
from smallcap.core.settings import Settings
from smallcap.tui.widgets.evidence_view import SECTIONS
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, press, settle


async def until(pilot: Pilot[int], there: Callable[[], object]) -> None:
    """Wait for something that other threads or processes bring about."""
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        await pilot.pause(0.02)
    await settle(pilot)


async def opened(app: Counted, pilot: Pilot[int], section: str = "labels") -> None:
    """On the screen, with everything of the section worked out."""
    await press(pilot, "h")
    await until(pilot, lambda: app.found.page)
    for _ in range(SECTIONS.index(section)):
        await press(pilot, "right")
    if section == "fragility":
        await until(pilot, lambda: app.found.fragile)


def whole(panel: Panel, row: int = -1) -> Page:
    """The page as of a session, made without a screen, from a panel that ends with it."""
    ask = page.asked(panel.until(panel["SPY"].sessions[row]), Settings(), as_day(panel, row))
    return page.assembled(ask, {name: page.part(ask, name) for name in page.PARTS})


def reading_of(panel: Panel) -> Reading:
    day = to_day(panel["SPY"].sessions[-1])
    return build(panel, day, Settings(), closed=day)


@pytest.fixture(scope="package")
def expected(panel: Panel) -> Page:
    return whole(panel)
