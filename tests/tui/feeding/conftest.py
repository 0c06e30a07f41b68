"""What the tests of what feeds the app need: an archive that is filled, and a fetcher that is quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.live import child as children
from smallcap.core.live.archive import Archive
from smallcap.core.live.protocol import Message, Start
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import Yahoo
from smallcap.core.store import Store
from smallcap.tui.scene import Prices, Scene
from smallcap.tui.standpoint import Standpoint
from textual.pilot import Pilot

from tests.core.live import make
from tests.tui.stage import Counted, Given, Still, settle

INPUTS = ("IWM", "SPY", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV")
OPEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday 11:00 in New York; the store ends on Friday


class Quiet:
    """A fetcher that does nothing by itself: what it is told is kept, what it says is said by the test."""

    made: list[Quiet]
    pid: int | None = 1
    failed = False
    ended = ""

    def __init__(self, start: Callable[[], Start], take: Callable[[Message], None]) -> None:
        self.start, self.say = start, take
        self.sent: list[Message] = []
        self.made.append(self)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def run(self) -> None:
        return


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Quiet]:
    """The fetchers that were started."""
    monkeypatch.setattr(Quiet, "made", [], raising=False)
    monkeypatch.setattr(children, "Child", Quiet)
    return Quiet.made


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path / "store.sqlite3")
    archive.prepare()
    return archive


def fill(archive: Archive, *tickers: str, seed: int = 0, scale: float = 1.0) -> None:
    """A refresh of these tickers, of all inputs unless told."""
    helds = [
        make.held(make.raw(make.walk(400, seed + at) * scale, ticker=ticker))
        for at, ticker in enumerate(tickers or INPUTS)
    ]
    archive.write(lambda change: [change.hold(one) for one in helds])


def opened(archive: Archive, panel: Panel | None = None) -> Counted:
    """The app on the archive; with a panel that stands in for it while it has nothing."""
    source = Yahoo(archive)
    given = (source, None) if panel is None else (Given(panel), source)
    settings = Settings(watchlist=("IWM", "SPY"))
    return Counted(
        Standpoint(settings, Still(OPEN), given[0], Store(archive.path), None, Path("nowhere/facts.toml"), given[1])
    )


def scenes_of(app: Counted) -> list[tuple[Scene, Prices]]:
    """Every scene from now on, with the prices shown in it."""
    seen: list[tuple[Scene, Prices]] = []
    app.watch(app, "scene", lambda scene: seen.append((scene, app.prices)), init=False)
    return seen


async def ticked(app: Counted, pilot: Pilot[int]) -> None:
    app.tick()
    await settle(pilot)
