"""What the app tells the fetcher and hears of it: what is wanted, refused, in doubt, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import Panel
from smallcap.core.live.archive import Archive
from smallcap.core.live.log import Entry
from smallcap.core.live.protocol import Progress, Ready, Refresh, Ticks, Want
from smallcap.core.live.raw import Quote
from smallcap.core.sources.yahoo import NAME, Yahoo
from textual.pilot import Pilot

from tests.core.live import make
from tests.tui.feeding.conftest import INPUTS, OPEN, Quiet, fill, opened, scenes_of, ticked
from tests.tui.stage import Counted, Still, play, press


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
