"""What feeds the app: the archive's news taken over at once and whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import Panel, series_of
from smallcap.core.live.archive import Archive
from smallcap.core.live.protocol import Ready
from smallcap.core.live.raw import Quote
from smallcap.core.sources.yahoo import NAME
from smallcap.tui.messages import ReadingFailed
from textual.pilot import Pilot

from tests.core.live import make
from tests.tui.feeding.conftest import OPEN, Quiet, fill, opened, scenes_of, ticked
from tests.tui.stage import Counted, play


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
