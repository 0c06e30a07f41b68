"""What feeds the app: the archive's news taken over at once and whole, and what the fetcher says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import Panel, series_of
from smallcap.core.live import child as children
from smallcap.core.live.archive import Archive
from smallcap.core.live.log import Entry
from smallcap.core.live.protocol import Message, Progress, Ready, Refresh, Start, Ticks, Want
from smallcap.core.live.raw import Quote
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import NAME, Yahoo
from smallcap.core.store import Store
from smallcap.tui.messages import ReadingFailed
from smallcap.tui.scene import Prices, Scene
from smallcap.tui.standpoint import Standpoint
from textual.pilot import Pilot

from tests.core.live import make
from tests.tui.stage import Counted, Given, Still, play, press, settle

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


def test_the_stand_in_gives_way_to_the_source_in_one_step(archive: Archive, panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert app.shown.fresh is not None
        assert app.shown.fresh.daily.word == "SIMULATED"
        seen = scenes_of(app)
        fill(archive)
        await ticked(app, pilot)
        assert {scene.reading.origin.simulated for scene, _ in seen} >= {False}
        for scene, _ in seen:
            assert scene.fresh is not None
            assert (scene.fresh.daily.word == "SIMULATED") == scene.reading.origin.simulated
        assert app.shown.reading.origin.name == NAME
        assert app.standpoint.pending is None
        assert app.notice == f"this is {NAME} now"

    play(opened(archive, panel), use)


def test_the_stand_in_stays_while_the_pair_is_not_whole(archive: Archive, panel: Panel):
    fill(archive, "IWM")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await ticked(app, pilot)
        assert app.shown.reading.origin.simulated
        archive.write(lambda change: change.hold(make.held(make.raw(make.walk(400, 9), ticker="XLF"))))
        await ticked(app, pilot)
        assert app.shown.reading.origin.simulated
        fill(archive)
        await ticked(app, pilot)
        assert not app.shown.reading.origin.simulated

    play(opened(archive, panel), use)


def test_series_that_come_before_any_bars_are_no_trouble(archive: Archive, panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        notice = app.notice
        series = series_of("DGS2", make.days_up_to(3), np.array([1.0, 2.0, 3.0]))
        archive.write(lambda change: change.series([series], OPEN))
        assert archive.versions().market
        await ticked(app, pilot)
        assert app.shown.trouble == ""
        assert app.notice == notice
        assert app.wanted is app.standpoint
        app.on_reading_failed(ReadingFailed("unexpected: x", fresh=True, foreseen=False))
        assert app.shown.trouble
        assert app.notice == "unexpected: x"

    play(opened(archive, panel), use)


def test_what_came_between_the_load_and_the_first_look_is_read(archive: Archive):
    fill(archive)
    app = opened(archive)
    before = app.shown.reading
    fill(archive, seed=50)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await ticked(app, pilot)
        assert app.shown.reading.panel["IWM"].close[-1] == pytest.approx(make.walk(400, 50)[-1])
        assert app.shown.reading is not before

    play(app, use)


def test_nothing_new_is_not_read_again(archive: Archive):
    fill(archive)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        shown = app.shown.reading
        for _ in range(3):
            await ticked(app, pilot)
        assert app.shown.reading is shown
        archive.write(lambda change: change.quotes([Quote("IWM", 180.0, int(OPEN.timestamp()), np.nan, 1e6)]))
        await ticked(app, pilot)
        assert app.shown.reading is shown
        assert app.prices.of("IWM") == 180.0

    play(opened(archive), use)


@dataclass
class Passing:
    """A clock that goes on when it is told to; a standpoint with another clock would be another standpoint."""

    instant: datetime
    replay: bool = False

    def now(self) -> datetime:
        return self.instant


def test_how_fresh_it_is_is_asked_at_once_with_anything_new_and_each_5_s_without(
    archive: Archive, made: list[Quiet], monkeypatch: pytest.MonkeyPatch
):
    fill(archive)
    asked: list[str] = []
    answered = Yahoo.freshness
    monkeypatch.setattr(Yahoo, "freshness", lambda *args, **how: asked.append(args[3]) or answered(*args, **how))
    clock = Passing(OPEN)
    app = opened(archive)
    app.standpoint = app.wanted = app.standpoint.but(clock=clock)

    async def asking(pilot: Pilot[int], *keys: str, seconds: float = 0.0) -> int:
        asked.clear()
        clock.instant += timedelta(seconds=seconds)
        await press(pilot, *keys)
        await ticked(app, pilot)
        return len(asked)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await ticked(app, pilot)
        assert [await asking(pilot, seconds=1) for _ in range(4)] == [0, 0, 0, 0]
        assert [await asking(pilot, seconds=1) for _ in range(10)] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        archive.write(lambda change: change.quotes([Quote("IWM", 180.0, int(OPEN.timestamp()), np.nan, 1e6)]))
        assert await asking(pilot) == 1
        assert await asking(pilot) == 0
        assert await asking(pilot, "j") >= 1
        assert asked[-1] == "SPY"
        assert await asking(pilot) == 0
        fill(archive, seed=50)
        assert await asking(pilot) >= 1
        await ticked(app, pilot)
        assert await asking(pilot) == 0

    play(app, use)


def test_a_split_shows_no_price_beside_closes_of_another_scale(archive: Archive, made: list[Quiet]):
    fill(archive)
    close = float(make.walk(400, 0)[-1])

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        seen = scenes_of(app)
        half = Quote("IWM", close / 2 * 1.01, int(OPEN.timestamp()), close / 2, 1e6)
        made[0].say(Ticks((half,)))
        await ticked(app, pilot)
        assert app.prices.of("IWM") is None
        assert f"{close:.2f}" in app.text()
        fill(archive, scale=0.5)
        await ticked(app, pilot)
        await ticked(app, pilot)
        assert app.prices.of("IWM") == pytest.approx(close / 2 * 1.01)
        for scene, prices in seen:
            shown = prices.of("IWM")
            assert shown is None or abs(shown / scene.reading.panel["IWM"].close[-1] - 1) < 0.02

    play(opened(archive), use)


def test_the_fetcher_is_told_what_is_looked_at_and_only_when_it_changes(archive: Archive, made: list[Quiet]):
    fill(archive)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert made[0].start().archive == str(archive.path)
        await ticked(app, pilot)
        await ticked(app, pilot)
        wants = [message for message in made[0].sent if isinstance(message, Want)]
        assert [(want.visible, want.minutes, want.beside, want.idle) for want in wants] == [
            ("IWM", 0, ("IWM", "SPY"), False)
        ]
        await press(pilot, "j", "1")
        await ticked(app, pilot)
        assert made[0].sent[-1] == wants[0]._replace(visible="SPY", minutes=1)
        app.standpoint = app.standpoint.but(clock=Still(OPEN + timedelta(hours=1)))
        await ticked(app, pilot)
        assert made[0].sent[-1] == wants[0]._replace(visible="SPY", minutes=1, idle=True)
        await press(pilot, "r")
        assert any(isinstance(message, Refresh) for message in made[0].sent)

    play(opened(archive), use)


def test_a_ticker_that_is_not_held_is_asked_for_and_shown_or_refused(archive: Archive, made: list[Quiet]):
    fill(archive)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.wait_for("nope")
        assert app.notice == "asking Yahoo for NOPE ..."
        want = made[0].sent[-1]
        assert isinstance(want, Want)
        assert "NOPE" in want.tickers
        unknown = {"unknown/NOPE": {"why": "Yahoo does not know NOPE"}}
        archive.write(lambda change: (change.note(unknown), change.log([Entry(OPEN, "failed", "NOPE", "unknown")])))
        await ticked(app, pilot)
        assert app.notice == "Yahoo does not know NOPE"
        app.wait_for("XLK")
        fill(archive, *INPUTS, "XLK")
        await ticked(app, pilot)
        await ticked(app, pilot)
        assert app.shown.ticker == "XLK"

    play(opened(archive), use)


@pytest.mark.parametrize(
    ("ready", "notice"),
    [
        (("{home}", ""), ""),
        (("{home}", "it was no database"), "it was no database"),
        (
            ("{home}/elsewhere", "{home} can't be written (full)"),
            "{home} can't be written (full): what is fetched is kept in memory until it can be",
        ),
    ],
)
def test_where_the_fetcher_writes_is_said_when_it_is_not_the_store(
    archive: Archive, made: list[Quiet], ready: tuple[str, str], notice: str
):
    fill(archive)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        made[0].say(Ready(*(text.format(home=archive.path) for text in ready)))
        assert app.notice == notice.format(home=archive.path)
        told = app.told(OPEN)
        assert told is not None
        assert (told[1][0] == app.notice) == ("elsewhere" in ready[0])
        assert app.standpoint.source.archive.path == Path(ready[0].format(home=archive.path))  # type: ignore[attr-defined]

    play(opened(archive), use)


def test_another_archive_is_read_though_it_counts_the_same_versions(
    archive: Archive, made: list[Quiet], tmp_path: Path
):
    fill(archive)
    other = Archive(tmp_path / "memory" / "store.sqlite3")
    other.prepare()
    fill(other, seed=70)
    assert other.versions() == archive.versions()

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await ticked(app, pilot)
        made[0].say(Ready(str(other.path), "full"))
        await ticked(app, pilot)
        assert app.shown.reading.panel["IWM"].close[-1] == pytest.approx(make.walk(400, 70)[-1])

    play(opened(archive), use)


def test_progress_is_told_only_while_the_stand_in_is_shown(archive: Archive, panel: Panel, made: list[Quiet]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        made[0].say(Progress(2, 25, "SPY", ""))
        assert app.notice == "fetching SPY: 2 of 25"
        fill(archive)
        await ticked(app, pilot)
        made[0].say(Progress(3, 25, "IWM", ""))
        assert app.notice == f"this is {NAME} now"

    play(opened(archive, panel), use)


def test_the_log_is_the_pending_sources_and_names_a_fetcher_that_failed(
    archive: Archive, panel: Panel, made: list[Quiet]
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        told = app.told(OPEN)
        assert told is not None
        assert told[1] == ("nothing is being fetched",)
        made[0].failed, made[0].ended = True, "hung"
        told = app.told(OPEN)
        assert told is not None
        assert told[1][0] == "the fetcher hung; it is started again"
        await press(pilot, "L")
        assert "the fetcher hung; it is started again" in app.text()

    play(opened(archive, panel), use)
