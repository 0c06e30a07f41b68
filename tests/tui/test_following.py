"""Following what a fetcher fills: read when it is whole, its child kept and told what is wanted, its troubles said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from smallcap.core.errors import SmallcapError
from smallcap.core.live import child as children
from smallcap.core.live.archive import Archive
from smallcap.core.live.protocol import Message, Ready, Start, Ticks, Want
from smallcap.core.live.raw import Quote
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import Yahoo
from smallcap.core.store import Store
from smallcap.tui.following import Follower
from smallcap.tui.standpoint import Standpoint

from tests.core.live import make

INPUTS = ("IWM", "SPY", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV")
THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
OPEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday 11:00 in New York; the store ends on Friday


class Quiet:
    """A fetcher that does nothing by itself, until it is cancelled."""

    made: list[Quiet]
    failed = False
    ended = ""

    def __init__(self, start: Callable[[], Start], take: Callable[[Message], None]) -> None:
        self.start, self.say = start, take
        self.sent: list[Message] = []
        self.cancelled = False
        self.made.append(self)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled = True


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Quiet]:
    """The fetchers that were started."""
    monkeypatch.setattr(Quiet, "made", [], raising=False)
    monkeypatch.setattr(children, "Child", Quiet)
    return Quiet.made


@dataclass
class Hand:
    """A clock that is moved by hand."""

    instant: datetime = OPEN
    replay: bool = False

    def now(self) -> datetime:
        return self.instant


class Desk:
    """A follower of an archive."""

    def __init__(self, home: Path) -> None:
        self.archive = Archive(home / "store.sqlite3")
        self.archive.prepare()
        self.clock = Hand()
        self.settings = Settings(watchlist=("IWM", "SPY"))
        self.follower = Follower(self.standpoint())

    def standpoint(self) -> Standpoint:
        source, store = Yahoo(self.archive), Store(self.archive.path)
        return Standpoint(self.settings, self.clock, source, store, None, Path("nowhere/facts.toml"))  # type: ignore[arg-type]

    def fill(self, *tickers: str, last: date = FRIDAY) -> None:
        """A refresh of these tickers, of all inputs unless told."""
        names = tickers or INPUTS
        helds = [make.held(make.raw(make.walk(400, INPUTS.index(each)), last, ticker=each)) for each in names]
        self.archive.write(lambda change: [change.hold(one) for one in helds])

    def look(self, seconds: float) -> object:
        """A look so many seconds later; the reading."""
        self.clock.instant += timedelta(seconds=seconds)
        self.follower.look()
        return self.follower.reading


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_empty_store_is_waited_for_and_then_read_whenever_it_changes(desk: Desk):
    desk.follower.start(patient=True)
    assert desk.follower.troubles() == {"the source": "nothing of Yahoo's is in the store yet; it is being fetched"}
    assert desk.look(1) is None
    desk.fill("IWM")
    assert desk.look(1) is None
    assert "ticker 'SPY' is not in" in desk.follower.troubles()["the source"]
    desk.fill(last=THURSDAY)
    first = desk.look(1)
    assert first is desk.follower.reading is not None
    assert desk.follower.troubles() == {}
    assert desk.look(600) is first
    desk.fill()
    assert desk.look(1) is not first
    assert desk.follower.reading.as_of == FRIDAY


def test_without_patience_an_empty_store_is_an_error(desk: Desk):
    with pytest.raises(SmallcapError, match="run `smallcap fetch`"):
        desk.follower.start(patient=False)


def test_the_fetcher_is_told_what_alerts_are_on_and_told_again_only_when_that_changes(desk: Desk, made: list[Quiet]):
    async def use() -> None:
        desk.follower.feed(("XBI",), idle=True)
        desk.follower.feed(("XBI",), idle=True)
        desk.follower.feed(("XBI",), idle=False)
        await asyncio.sleep(0)

    asyncio.run(use())
    (child,) = made
    first, second = child.sent
    assert isinstance(first, Want)
    assert isinstance(second, Want)
    assert {"XBI", "IWM", "SPY"} < set(first.tickers)
    assert (first.idle, second.idle) == (True, False)
    assert child.cancelled
    assert child.start().archive == str(desk.archive.path)


def test_another_source_ends_the_fetcher(desk: Desk, made: list[Quiet]):
    async def use() -> None:
        desk.follower.feed((), idle=True)
        await asyncio.sleep(0)
        desk.settings = desk.settings.but(source="yahoo")
        desk.follower.turn(desk.standpoint())
        await asyncio.sleep(0)
        assert made[0].cancelled
        await asyncio.sleep(0)
        desk.follower.feed((), idle=True)
        await asyncio.sleep(0)
        assert len(made) == 2

    asyncio.run(use())


def test_the_same_source_is_kept_by_a_reload_that_changes_something_else(desk: Desk, made: list[Quiet]):
    desk.fill()
    desk.follower.start(patient=True)
    before, source = desk.follower.reading, desk.follower.standpoint.source

    async def use() -> None:
        desk.follower.feed((), idle=True)
        await asyncio.sleep(0)
        desk.settings = desk.settings.but(price_ratio=True)
        desk.follower.turn(desk.standpoint())
        desk.follower.feed((), idle=True)
        await asyncio.sleep(0)
        assert not made[0].cancelled

    asyncio.run(use())
    assert desk.look(1) is not before
    assert desk.follower.standpoint.source is source
    assert len(made) == 1


def test_trades_become_last_prices_and_a_move_of_the_archive_is_said(desk: Desk, made: list[Quiet], tmp_path: Path):
    desk.fill()
    desk.follower.start(patient=True)

    async def use() -> None:
        desk.follower.feed((), idle=True)
        await asyncio.sleep(0)
        child = made[0]
        close = float(desk.follower.reading.panel["IWM"].close[-1])  # type: ignore[union-attr]
        child.say(Ticks((Quote("IWM", close * 1.01, int(desk.clock.now().timestamp()), close, 1e6),)))
        last = desk.follower.last()
        assert last.by_ticker == {"IWM": pytest.approx(close * 1.01)}
        assert last.at == "11:00"
        child.say(Ready(str(tmp_path / "elsewhere.sqlite3"), "the disk is full"))
        assert desk.follower.troubles()["the store"].startswith("the disk is full: what is fetched is kept in memory")
        child.say(Ready(str(desk.archive.path)))
        assert "the store" not in desk.follower.troubles()
        child.failed, child.ended = True, "hung"  # type: ignore[misc]
        assert desk.follower.troubles()["the fetcher"] == "hung; it is started again"

    asyncio.run(use())


def test_a_provider_in_trouble_is_named(desk: Desk):
    desk.fill()
    desk.follower.start(patient=True)
    now = desk.clock.now().timestamp()
    status = {"yahoo": {"kind": "offline", "since": now - 60, "until": now + 600}}
    desk.archive.write(lambda change: (change.note({"status": status}), change.quotes([])))
    desk.look(1)
    assert desk.follower.troubles() == {"Yahoo": "offline, not asked until 11:10 ET"}
