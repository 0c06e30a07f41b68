"""The archive as a source: a panel of what is stored and known, with its doubts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import series_of
from smallcap.core.errors import SourceError
from smallcap.core.live.adjust import adjusted
from smallcap.core.live.archive import Archive
from smallcap.core.settings import Settings
from smallcap.core.sources import Fetched, Logged, Minuted
from smallcap.core.sources.yahoo import Yahoo

from tests.core.live import make
from tests.core.sources.yahoo_source.conftest import FRIDAY, INPUTS, MONDAY, NIGHT, OPEN, stored


def test_it_keeps_the_protocols(archive):
    source = Yahoo(archive)
    assert isinstance(source, Fetched)
    assert isinstance(source, Minuted)
    assert isinstance(source, Logged)
    assert not source.simulated


@pytest.mark.parametrize("prepared", [True, False])
def test_an_empty_archive_says_what_to_do(tmp_path, prepared):
    archive = Archive(tmp_path / "store.sqlite3")
    if prepared:
        archive.prepare()
    with pytest.raises(SourceError, match=r"^nothing of Yahoo's is in the store yet: run `smallcap fetch`$"):
        Yahoo(archive).load(NIGHT)


def test_an_archive_that_cannot_be_read_says_why_and_what_to_do(tmp_path):
    (tmp_path / "store.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(SourceError, match=r"store\.sqlite3 can't be read.*run `smallcap fetch`"):
        Yahoo(Archive(tmp_path / "store.sqlite3")).load(NIGHT)


def test_the_panel_is_what_is_stored(archive):
    days = make.days_up_to(30)
    dgs2 = series_of("DGS2", days, np.linspace(4.0, 4.3, 30))
    archive.write(lambda change: change.series([dgs2], NIGHT))
    panel = Yahoo(archive).load(NIGHT)
    held = archive.histories()
    assert sorted(panel.bars) == ["IWM", "SPY"]
    for ticker, bars in panel.bars.items():
        truth = adjusted(held[ticker].raw)
        for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume"):
            assert getattr(bars, name).tolist() == getattr(truth, name).tolist()
        assert bars.adj_close[0] < bars.close[0]
        assert bars.adj_close[-1] == bars.close[-1]
    assert panel.macro["DGS2"].values.tolist() == dgs2.values.tolist()
    origin = panel.origin
    assert (origin.name, origin.simulated) == ("Yahoo and FRED", False)
    assert origin.fetched_at == (make.AT + timedelta(minutes=1)).isoformat()
    assert panel.refused == ()


def test_what_a_refresh_has_only_staged_is_not_shown(archive):
    newer = make.held(make.raw(make.walk(401), MONDAY))
    archive.write(lambda change: change.stage(newer))
    assert Yahoo(archive).load(OPEN).bars["IWM"].sessions[-1] == np.datetime64(FRIDAY)


def test_flags_and_refusals_are_the_panels_doubts(tmp_path):
    archive = stored(tmp_path, "IWM", flags=("IWM 2026-11-18: close is missing, left out",))
    archive.write(lambda change: change.note({"refused/SPY": {"why": "SPY: nonsense", "since": "2026-11-19T21:00:00"}}))
    assert Yahoo(archive).load(NIGHT).refused == (
        "SPY: nonsense; not renewed since 2026-11-19",
        "IWM 2026-11-18: close is missing, left out",
    )


def test_a_damaged_row_is_left_out_and_said(tmp_path):
    import sqlite3

    archive = stored(tmp_path, "IWM", "SPY")
    with sqlite3.connect(archive.path) as db:
        db.execute("update held set final_through = '2026-11-19' where ticker = 'SPY'")
    db.close()
    panel = Yahoo(archive).load(NIGHT)
    assert list(panel.bars) == ["IWM"]
    assert "damaged" in panel.refused[0]


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 21, 19, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 21, 20, tzinfo=UTC), FRIDAY),
        (NIGHT, FRIDAY),
        (OPEN, FRIDAY),
        (datetime(2026, 11, 27, 18, 20, tzinfo=UTC), date(2026, 11, 27)),  # after Thanksgiving, closed at 13:00
    ],
)
def test_a_session_counts_as_closed_once_its_close_is_due(archive, now, closed):
    assert Yahoo(archive).closed(now) == closed


def test_a_reading_of_the_past_is_of_what_was_known_then(tmp_path):
    asked = date(2026, 6, 30)
    then = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    whole = Yahoo(stored(tmp_path / "whole", *INPUTS, n=800))
    raws = [one.raw for one in whole.archive.histories().values()]
    short = Archive(tmp_path / "short" / "store.sqlite3")
    short.prepare()
    for raw in raws:
        cut = make.only(raw, raw.sessions <= np.datetime64(asked))
        short.write(lambda change, cut=cut: change.hold(make.held(cut)))
    readings = [
        reading.build(source.load(then, replay=True), asked, Settings(watchlist=("IWM",)), closed=source.closed(then))
        for source in (whole, Yahoo(short))
    ]
    assert [one.as_of for one in readings] == [asked, asked]
    assert readings[0].panel.bars["IWM"].sessions[-1] == np.datetime64(asked)
    assert readings[0].regime == readings[1].regime
    assert readings[0].composite.score == pytest.approx(readings[1].composite.score, rel=1e-12)
