"""The intake at a disk that fails: nothing that was taken is lost or written twice."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from smallcap.core.calendar import sessions
from smallcap.core.live.archive import LOG_KEPT, Change
from smallcap.core.live.log import Entry

from tests.core.live import make
from tests.core.live.intake.conftest import CLOSES, NIGHT, TRADED, filled, minutes, observed, quote


def broken(desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, words: str = "database or disk is full") -> None:
    def write(change):
        raise sqlite3.OperationalError(words)

    monkeypatch.setattr(desk.archive, "write", write)


def test_nothing_to_write_writes_nothing(desk, monkeypatch):
    broken(desk, monkeypatch)
    assert desk.intake.flush() is False


def test_a_write_that_fails_is_made_up_for_in_order_and_once(trading, monkeypatch):
    intake = trading.intake
    with monkeypatch.context() as patch:
        broken(trading, patch)
        intake.remember("a", 1)
        intake.note("note", "x", "one")
        with pytest.raises(sqlite3.OperationalError):
            intake.flush()
        intake.remember("a", 2)
        intake.remember("b", 3)
        intake.remember("b", None)
        intake.note("note", "x", "two")
        first, second = quote(CLOSES[-1] * 1.01), quote(CLOSES[-1] * 1.02, TRADED + timedelta(seconds=1))
        intake.trades([first])
        intake.trades([second])
        intake.minutes(minutes([CLOSES[-1]] * 3))
        intake.minutes(minutes([CLOSES[-1]] * 4))
        with pytest.raises(sqlite3.OperationalError):
            intake.flush()
    assert intake.flush() is True
    assert intake.flush() is False
    notes = trading.archive.notes()
    assert notes["a"] == 2
    assert "b" not in notes
    assert trading.archive.quotes() == {"IWM": second}
    assert len(trading.archive.minutes("IWM", 1)) == 4
    assert [e.words for e in trading.archive.log() if e.kind == "note"] == ["one", "two"]


def test_a_write_that_fails_half_way_leaves_nothing_half_done(trading, monkeypatch):
    grow = Change._grow

    def full(change: Change, what: str) -> None:
        if what == "quotes":
            raise sqlite3.OperationalError("database or disk is full")
        grow(change, what)

    trading.intake.remember("a", 1)
    trading.intake.trades([quote(CLOSES[-1] * 1.01)])
    with monkeypatch.context() as patch:
        patch.setattr(Change, "_grow", full)
        with pytest.raises(sqlite3.OperationalError):
            trading.intake.flush()
    assert "a" not in trading.archive.notes()
    trading.intake.flush()
    assert trading.archive.notes()["a"] == 1


@pytest.mark.parametrize("flushed", range(8))
def test_refreshes_are_written_as_they_happened_whichever_writes_fail(desk, monkeypatch, flushed):
    """Three refreshes, a flush after each step that works only where a bit is set: the end is always the same."""
    intake = filled(desk)
    closes = list(CLOSES)
    for n, day in enumerate(sessions(date(2026, 11, 23), date(2026, 11, 25)).astype(object)):
        desk.now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=25)
        closes.append(closes[-1] * 1.01)
        window = make.raw(closes[-20:], day)
        assert intake.daily("IWM", make.answer(window), whole=False) == ""
        if flushed & (1 << n):
            intake.flush()
        intake.promote()
    intake.daily("IWM", make.answer(make.raw(closes[-20:], day)), whole=False)
    intake.flush()
    assert desk.archive.histories()["IWM"].raw.close.tolist() == pytest.approx(closes)
    assert len(desk.archive.histories(staged=True)["IWM"].raw) == len(closes)
    again = desk.again()
    again.promote()
    again.flush()
    assert desk.archive.histories()["IWM"].raw.close.tolist() == pytest.approx(closes)
    assert desk.archive.histories(staged=True) == {}


def test_what_waits_for_a_full_disk_does_not_grow_for_ever(trading, monkeypatch):
    intake = trading.intake
    broken(trading, monkeypatch)
    sizes = []
    for n in range(2000):
        trading.now = TRADED + timedelta(seconds=15 * n)
        intake.trades([quote(CLOSES[-1] * (1 + n % 7 / 100), trading.now)])
        intake.minutes(minutes([CLOSES[-1]] * 3))
        intake.macro({"DGS2": observed([4.0, 4.1])}, NIGHT, whole=False)
        intake.remember("status", {"next": n})
        intake.note("note", "x", f"{n}")
        intake.enter(Entry(trading.now, "answered", "host", "words"))
        if n % 100 == 0:
            intake.daily("IWM", make.answer(make.raw(CLOSES)), whole=True)
            intake.promote()
        with pytest.raises(sqlite3.OperationalError):
            intake.flush()
        sizes.append((len(intake._writes), len(intake._log)))
    assert max(writes for writes, _ in sizes) <= 10
    assert max(entries for _, entries in sizes) == LOG_KEPT
    monkeypatch.undo()
    intake.flush()
    assert trading.archive.notes()["status"] == {"next": 1999}
    assert trading.archive.quotes()["IWM"].at == int(trading.now.timestamp())
    assert {"1999", "1998"} <= {entry.words for entry in trading.archive.log()}
