"""The intake moved to another archive and home again: everything goes with it."""

from __future__ import annotations

from types import SimpleNamespace

from smallcap.core.live.archive import Archive

from tests.core.live import make
from tests.core.live.intake.conftest import CLOSES, EVENING, MONDAY, NIGHT, minutes, observed, quote


def elsewhere(desk: SimpleNamespace, name: str = "other.sqlite3") -> Archive:
    archive = Archive(desk.folder / name)
    archive.prepare()
    return archive


def test_everything_moves_with_the_intake(trading):
    intake = trading.intake
    intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    first = quote(CLOSES[-1] * 1.01)
    intake.trades([first])
    intake.remember("gap/IWM", "2026-11-24")
    intake.flush()
    intake.daily("SPY", make.answer(make.raw(CLOSES, ticker="SPY")), whole=True)
    intake.minutes(minutes([CLOSES[-1]] * 3))
    intake.note("note", "x", "not written yet")
    other = elsewhere(trading)
    intake.move(other)
    intake.flush()
    assert list(other.histories()) == ["IWM"]
    assert list(other.histories(staged=True)) == ["SPY"]
    assert len(other.series()["DGS2"].values) == 30
    assert other.quotes() == {"IWM": first}
    assert other.notes()["gap/IWM"] == "2026-11-24"
    assert len(other.minutes("IWM", 1)) == 3
    told = [entry.words for entry in other.log()]
    assert told[0] == "120 sessions"
    assert told[-1] == "not written yet"


def test_what_was_done_elsewhere_comes_home_and_what_is_gone_stays_gone(trading):
    intake, home = trading.intake, trading.archive
    intake.remember("refused/IWM", {"why": "x", "since": "y"})
    intake.note("note", "x", "at home")
    intake.flush()
    before = home.versions()
    intake.move(elsewhere(trading))
    intake.flush()
    trading.now = EVENING
    intake.daily("IWM", make.answer(make.raw([*CLOSES[-20:], CLOSES[-1] * 1.01], MONDAY)), whole=False)
    intake.promote()
    intake.note("note", "x", "elsewhere")
    intake.flush()
    intake.move(home)
    intake.flush()
    assert len(home.histories()["IWM"].raw) == 121
    assert home.histories(staged=True) == {}
    assert "refused/IWM" not in home.notes()
    told = [entry.words for entry in home.log() if entry.kind == "note"]
    assert told == ["at home", "elsewhere"]
    after = home.versions()
    assert after.market > before.market
    assert after.log > before.log


def test_a_move_before_anything_was_fetched_is_no_error(desk):
    other = elsewhere(desk)
    desk.intake.move(other)
    assert desk.intake.flush() is True
    assert other.histories() == {}
