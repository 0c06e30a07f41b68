"""What the tests of the wizard need: the app with a folder, the field, and what is typed into it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from smallcap.core.bars import Panel
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.store import Store
from smallcap.tui.widgets.answer import Answer
from textual.pilot import Pilot

from tests.tui.stage import Counted, press, staged

ACTIVE = next(place for place, profile in enumerate(PROFILES, 1) if profile.key == "active")
PASSIVE = next(place for place, profile in enumerate(PROFILES, 1) if profile.key == "passive")
FEW = 40


def kept(panel: Panel, home: Path, asked: date | None = None) -> Counted:
    """The app with a folder to keep plans in."""
    app = staged(panel, asked=asked)
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


def answer(app: Counted) -> Answer:
    return app.screen.query_one(Answer)


async def typed(app: Counted, pilot: Pilot[int], text: str) -> None:
    """Replace what is in the field, as fingers do: it is selected."""
    answer(app).select_all()
    await press(pilot, *("space" if c == " " else "full_stop" if c == "." else c for c in text))
