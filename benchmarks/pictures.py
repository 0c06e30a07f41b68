"""Draw the pictures of README and docs anew: the app on the simulated market, at an instant that never moves."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from smallcap.tui.app import Smallcap
from smallcap.tui.cli import loaded, parsed
from smallcap.tui.saving import drawing
from smallcap.tui.standpoint import Standpoint
from textual.pilot import Pilot

from .terminal import ROOT

FOLDER = ROOT / "docs"
SIZE = (120, 40)
NOW = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
PAST = "2023-01-20"
PATIENCE = 60.0
WORKING = "working&#160;out"


class Picture(NamedTuple):
    """A file's name without its ending, the date travelled to, the keys to the screen, and the words to wait for."""

    name: str
    as_of: str | None
    keys: tuple[str, ...]
    words: str


PICTURES = (
    Picture("dashboard", None, (), "coverage 8/8"),
    Picture("time-travel", PAST, (), "edge shown"),
    Picture("chart", None, ("g", "i", "1", "2", "i", *["left"] * 8), "252 sessions"),
    Picture("sectors", None, ("o",), "ROTATION MAP"),
    Picture("evidence", None, ("h",), "walk forward"),
    Picture("plan", None, ("w", "2", "pagedown"), "NO LONGER VALID IF"),
)


@dataclass(frozen=True, slots=True)
class Still:
    """A clock that stands at NOW."""

    replay: bool = False

    def now(self) -> datetime:
        """NOW, whatever the time is."""
        return NOW


def main() -> None:
    """Every picture of PICTURES, from a home of its own."""
    os.environ.pop("NO_COLOR", None)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for picture in PICTURES:
        path = FOLDER / f"{picture.name}.svg"
        path.write_text(asyncio.run(drawn(picture)), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")


async def drawn(picture: Picture) -> str:
    """The picture as SVG; AssertionError, with the screen's words, where what it waits for never comes."""
    with tempfile.TemporaryDirectory() as home:
        app = opened(home, picture.as_of)
        async with app.run_test(size=SIZE) as pilot:
            await still(app, pilot, "coverage 8/8")
            for key in picture.keys:
                await pilot.press(key)
                await pilot.pause(0.2)
            await still(app, pilot, picture.words)
            return drawing(app)


def opened(home: str, as_of: str | None) -> Smallcap:
    """The app on the simulated market at NOW, with nothing of its user's own."""
    words: Sequence[str] = () if as_of is None else ("--as-of", as_of)
    at_hand = Standpoint.from_environment(parsed(words), {"SMALLCAP_HOME": home})
    standpoint, panel, reading = loaded(at_hand.but(clock=Still()))
    app = Smallcap(standpoint, panel, reading)
    app.processes = 1
    return app


async def still(app: Smallcap, pilot: Pilot[int], words: str) -> None:
    """Until `words` are on the screen, the evidence is quoted, and nothing changes any more."""
    end, before = time.monotonic() + PATIENCE, ""
    while time.monotonic() < end:
        await pilot.pause(1.0)
        shown = drawing(app)
        if words.replace(" ", "&#160;") in shown and WORKING not in shown and app.shown.quotes and shown == before:
            return
        before = shown
    raise AssertionError(f"{words!r} never came")


if __name__ == "__main__":
    main()
