"""The intake: what is sound is kept, what is not is named, and nothing that was taken is lost or written twice."""

from __future__ import annotations

import math
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from smallcap.core.bars import series_of
from smallcap.core.calendar import sessions
from smallcap.core.live.archive import LOG_KEPT, Archive, Change
from smallcap.core.live.due import Kept, Known, Wants, due
from smallcap.core.live.intake import Intake
from smallcap.core.live.log import Entry
from smallcap.core.live.raw import Minutes, Quote

from tests.core.live import make

FRIDAY, MONDAY = make.LAST, date(2026, 11, 23)
NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # Friday 20:00 in New York
TRADED = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday 11:00
EVENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CLOSES = make.walk(120)


@pytest.fixture
def desk(tmp_path: Path) -> SimpleNamespace:
    """An intake into a file of its own, at an hour that a test moves; `again` is the one after a restart."""
    archive = Archive(tmp_path / "store.sqlite3")
    archive.prepare()
    found = SimpleNamespace(archive=archive, now=NIGHT, folder=tmp_path)
    found.again = lambda: Intake(archive, lambda: found.now)
    found.intake = found.again()
    return found


def filled(desk: SimpleNamespace, closes=CLOSES, last: date = FRIDAY, **raw: object) -> Intake:
    """The intake with a history that is held and written."""
    bars = make.raw(closes, last, **raw)
    assert desk.intake.daily(bars.ticker, make.answer(bars), whole=True) == ""
    desk.intake.promote()
    desk.intake.flush()
    return desk.intake


def quote(
    price: float, at: datetime = TRADED, before: float = CLOSES[-1], ticker: str = "IWM", delay: int = 0
) -> Quote:
    return Quote(ticker, price, int(at.timestamp()), before, 1e6, delay)


def minutes(close, ticker: str = "IWM", interval: int = 1) -> Minutes:
    close = np.array(close, float)
    times = np.datetime64("2026-11-23T14:30", "s") + np.arange(len(close)) * 60
    return Minutes(ticker, interval, times, close, close, close, close, close * 0)


def words(desk: SimpleNamespace, kind: str) -> list[str]:
    desk.intake.flush()
    return [entry.words for entry in desk.archive.log() if entry.kind == kind]


# --- daily bars ---------------------------------------------------------------------------------------------------


def test_a_first_answer_is_staged_and_held_when_the_refresh_ends(desk):
    intake = desk.intake
    assert intake.daily("IWM", make.answer(make.raw(CLOSES)), whole=True) == ""
    intake.flush()
    assert desk.archive.histories() == {}
    assert list(desk.archive.histories(staged=True)) == ["IWM"]
    assert intake.promote() == ("IWM",)
    intake.flush()
    held = desk.archive.histories()["IWM"]
    assert held.raw.close.tolist() == CLOSES.tolist()
    assert held.final_through == FRIDAY
    assert desk.archive.histories(staged=True) == {}
    assert intake.promote() == ()
    assert words(desk, "stored") == ["120 sessions"]


def test_a_first_answer_that_ends_early_is_final_only_as_far_as_it_goes(desk):
    desk.intake.daily("IWM", make.answer(make.raw(CLOSES, date(2026, 11, 18))), whole=True)
    assert desk.intake.staged["IWM"].final_through == date(2026, 11, 18)


def test_a_close_of_an_hour_ago_is_not_final(desk):
    desk.now = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    desk.intake.daily("IWM", make.answer(make.raw(CLOSES)), whole=True)
    assert desk.intake.staged["IWM"].final_through == date(2026, 11, 19)


def test_a_window_is_appended_to_what_is_held(desk):
    intake = filled(desk)
    desk.now = EVENING
    window = make.raw([*CLOSES[-20:], CLOSES[-1] * 1.01], MONDAY)
    assert intake.daily("IWM", make.answer(window), whole=False) == ""
    assert intake.newest("IWM").raw.close.tolist() == pytest.approx([*CLOSES, CLOSES[-1] * 1.01])
    assert len(intake.held["IWM"].raw) == 120
    assert "2026-11-23 added" in words(desk, "stored")[-1]


def test_nothing_new_is_said_to_be_nothing_new(desk):
    intake = filled(desk)
    assert intake.daily("IWM", make.answer(make.raw(CLOSES[-20:])), whole=False) == ""
    assert "nothing changed" in words(desk, "stored")[-1]
    assert intake.full == set()


def test_a_second_answer_in_a_refresh_joins_the_first(desk):
    intake = filled(desk)
    desk.now = EVENING
    window = make.raw([*CLOSES[-20:], CLOSES[-1] * 1.01], MONDAY)
    intake.daily("IWM", make.answer(window), whole=False)
    wrong = make.raw([*CLOSES[-20:], CLOSES[-1] * 1.01], MONDAY, ticker="SPY")
    assert "another ticker" in intake.daily("IWM", make.answer(wrong), whole=False)
    assert len(intake.newest("IWM").raw) == 121


def test_a_split_rescales_what_is_held_and_asks_for_everything(desk):
    intake = filled(desk)
    desk.now = EVENING
    window = make.raw([*CLOSES[-20:] / 2, CLOSES[-1] / 2], MONDAY, splits={str(MONDAY): 2.0})
    assert intake.daily("IWM", make.answer(window), whole=False) == ""
    assert intake.newest("IWM").raw.close[:-1].tolist() == pytest.approx((CLOSES / 2).tolist())
    assert intake.full == {"IWM"}
    whole = make.raw([*CLOSES / 2, CLOSES[-1] / 2], MONDAY, splits={str(MONDAY): 2.0})
    assert intake.daily("IWM", make.answer(whole), whole=True) == ""
    assert intake.full == set()


def test_a_restated_dividend_replaces_the_one_held(desk):
    day = str(make.days_up_to(10)[0])
    intake = filled(desk, dividends={day: 0.5})
    assert intake.daily("IWM", make.answer(make.raw(CLOSES[-20:], dividends={day: 0.6})), whole=False) == ""
    assert intake.newest("IWM").raw.dividends.tolist() == [0.6]
    assert intake.full == set()


def test_closes_that_do_not_fit_are_refused_until_the_whole_history_comes(desk):
    intake = filled(desk)
    restated = CLOSES * 1.01
    why = intake.daily("IWM", make.answer(make.raw(restated[-20:])), whole=False)
    assert "the full history is needed" in why
    assert intake.full == {"IWM"}
    assert intake.newest("IWM").raw.close.tolist() == CLOSES.tolist()
    assert intake.notes["refused/IWM"] == {"why": why, "since": NIGHT.isoformat()}
    assert intake.daily("IWM", make.answer(make.raw(restated)), whole=True) == ""
    assert intake.full == set()
    assert "refused/IWM" not in intake.notes


def test_a_refusal_remembers_since_when_and_the_newest_reason_and_heals(desk):
    intake = filled(desk)
    bars = make.raw(CLOSES[-20:])
    intake.daily("IWM", make.answer(bars, symbol="SPY"), whole=False)
    desk.now = NIGHT + timedelta(hours=1)
    why = intake.daily("IWM", make.answer(bars, timezone="Asia/Tokyo"), whole=False)
    assert "Asia/Tokyo" in why
    intake.flush()
    assert desk.archive.notes()["refused/IWM"] == {"why": why, "since": NIGHT.isoformat()}
    assert len(words(desk, "refused")) == 2
    assert desk.again().notes["refused/IWM"]["since"] == NIGHT.isoformat()
    assert intake.daily("IWM", make.answer(bars), whole=False) == ""
    intake.flush()
    assert "refused/IWM" not in desk.archive.notes()


def test_a_refusal_keeps_what_is_held(desk):
    intake = filled(desk)
    intake.daily("IWM", make.answer(make.raw(CLOSES), symbol="SPY"), whole=True)
    assert intake.staged == {}
    assert intake.held["IWM"].raw.close.tolist() == CLOSES.tolist()


def test_a_ticker_that_was_unknown_is_known_once_it_has_bars(desk):
    desk.intake.remember("unknown/IWM", {"why": "Yahoo does not know IWM", "at": 1.0})
    filled(desk)
    assert "unknown/IWM" not in desk.archive.notes()


@pytest.mark.parametrize("whole", [True, False])
def test_an_answer_that_ends_before_what_is_held_changes_nothing_and_is_not_called_stored(desk, whole):
    intake = filled(desk)
    intake.full = {"IWM"}
    intake.remember("refused/IWM", {"why": "before", "since": "x"})
    before = len(words(desk, "stored"))
    stale = make.raw(CLOSES[:-3], date(2026, 11, 17))
    assert intake.daily("IWM", make.answer(stale), whole=whole) == ""
    assert intake.staged == {}
    assert "they stay as they are" in words(desk, "note")[-1]
    assert len(words(desk, "stored")) == before
    assert intake.full == {"IWM"}
    assert "refused/IWM" in intake.notes


def test_flags_are_kept_with_the_bars_and_logged(desk):
    bars = make.without(make.raw(CLOSES), -4)
    desk.intake.daily("IWM", make.answer(bars), whole=True)
    assert len(desk.intake.staged["IWM"].flags) == 1
    assert words(desk, "flag") == list(desk.intake.staged["IWM"].flags)


# --- trades -------------------------------------------------------------------------------------------------------


@pytest.fixture
def trading(desk: SimpleNamespace) -> SimpleNamespace:
    """A history up to Friday, on Monday at eleven."""
    filled(desk)
    desk.now = TRADED + timedelta(seconds=5)
    return desk


def test_a_sound_trade_is_told_kept_and_found_after_a_restart(trading):
    first = quote(CLOSES[-1] * 1.01)
    assert trading.intake.trades([first]) == (first,)
    trading.intake.flush()
    assert trading.archive.quotes() == {"IWM": first}
    assert trading.again().trades([first]) == ()


def test_an_older_trade_and_one_that_is_known_are_not_told(trading):
    first = quote(CLOSES[-1] * 1.01)
    trading.intake.trades([first])
    assert trading.intake.trades([first, first._replace(at=first.at - 1, price=1.0)]) == ()
    assert trading.intake.trades([first._replace(volume=2e6)]) == ()
    assert trading.intake.quotes["IWM"] == first
    later = first._replace(price=CLOSES[-1], at=first.at)
    assert trading.intake.trades([later]) == (later,)
    assert trading.intake.notes.keys().isdisjoint({"quote/IWM"})


def test_of_one_batch_the_newest_counts(trading):
    first = quote(CLOSES[-1])
    rows = [first, first._replace(at=first.at + 2, price=CLOSES[-1] * 1.02), first._replace(at=first.at + 1)]
    trading.intake.trades(rows)
    assert trading.intake.quotes["IWM"].at == first.at + 2


def test_what_is_not_known_of_a_trade_is_no_doubt_and_can_be_written(trading):
    """The stream often leaves the close before out, and SQLite has no NaN."""
    first = quote(CLOSES[-1] * 1.01, before=math.nan)._replace(volume=math.nan)
    assert trading.intake.trades([first]) == (first,)
    trading.intake.flush()
    assert trading.archive.quotes()["IWM"].price == first.price
    assert trading.again().trades([first]) == ()


@pytest.mark.parametrize("at", [121, 86400, 10**9, 10**12, 2**53, 2**63 // 1000, 10**30])
def test_a_trade_of_the_future_is_refused_however_far_it_lies(trading, at):
    late = quote(CLOSES[-1])._replace(at=int(trading.now.timestamp()) + at)
    assert trading.intake.trades([late]) == ()
    assert "which is in the future" in trading.intake.notes["quote/IWM"]
    trading.intake.flush()


def test_a_clock_that_is_a_little_slow_is_borne(trading):
    early = quote(CLOSES[-1], trading.now + timedelta(seconds=119))
    assert trading.intake.trades([early]) == (early,)


@pytest.mark.parametrize("at", [1, 86400, 10**9, int(datetime(2026, 11, 21, tzinfo=UTC).timestamp())])
def test_a_trade_of_long_ago_ends_nothing(trading, at):
    old = quote(CLOSES[-1])._replace(at=at)
    trading.intake.trades([old])
    trading.intake.flush()


@pytest.mark.parametrize("times", [100.0, 0.01, 1.26, 1 / 1.26])
def test_a_price_too_far_from_the_close_held_is_refused(trading, times):
    assert trading.intake.trades([quote(CLOSES[-1] * times)]) == ()
    assert "is too far from the last close" in trading.intake.notes["quote/IWM"]
    assert trading.intake.quotes == {}
    assert trading.intake.full == set()


@pytest.mark.parametrize("times", [1.24, 1 / 1.24])
def test_a_crash_is_not_too_far(trading, times):
    assert len(trading.intake.trades([quote(CLOSES[-1] * times)])) == 1


def test_the_vix_may_double_in_a_day(desk):
    filled(desk, make.walk(120, start=15.0), ticker="^VIX")
    desk.now = TRADED
    last = float(desk.intake.held["^VIX"].raw.close[-1])
    assert len(desk.intake.trades([quote(last * 2.2, before=last, ticker="^VIX")])) == 1
    assert desk.intake.trades([quote(last * 2.7, TRADED + timedelta(seconds=9), last, "^VIX")]) == ()


def test_a_ticker_of_which_nothing_is_held_is_not_judged(trading):
    assert len(trading.intake.trades([quote(5.0, ticker="NEW")])) == 1


def test_on_the_day_of_a_split_the_trades_are_refused_and_the_history_asked_for(trading):
    split = quote(CLOSES[-1] / 2, before=CLOSES[-1] / 2)
    assert trading.intake.trades([split]) == ()
    assert "the history is asked for again" in trading.intake.notes["quote/IWM"]
    assert trading.intake.full == {"IWM"}


def test_a_split_too_small_to_be_too_far_is_seen_by_the_close_before(trading):
    assert trading.intake.trades([quote(CLOSES[-1] / 1.1, before=CLOSES[-1] / 1.1)]) == ()
    assert trading.intake.full == {"IWM"}


@pytest.mark.parametrize("before", [CLOSES[-1] * 1.004, CLOSES[-1] / 1.004, math.nan])
def test_a_close_before_that_agrees_or_is_not_known_is_no_doubt(trading, before):
    assert len(trading.intake.trades([quote(CLOSES[-1] * 1.02, before=before)])) == 1
    assert trading.intake.full == set()


def test_an_ex_day_is_no_doubt(trading):
    """Yahoo's close before is the close, whatever was paid; the price falls by the dividend."""
    paid = 0.02 * CLOSES[-1]
    assert len(trading.intake.trades([quote(CLOSES[-1] - paid, before=CLOSES[-1])])) == 1
    assert trading.intake.full == set()


def test_the_close_before_says_nothing_when_another_session_lies_between(trading):
    trading.now = TRADED + timedelta(days=1)
    assert len(trading.intake.trades([quote(CLOSES[-1], trading.now, CLOSES[-1] * 1.05)])) == 1
    assert trading.intake.full == set()


def test_a_doubt_heals_with_the_next_sound_trade(trading):
    good = quote(CLOSES[-1] * 1.01)
    trading.intake.trades([quote(CLOSES[-1] * 100)])
    trading.intake.flush()
    assert "quote/IWM" in trading.archive.notes()
    trading.intake.trades([good])
    trading.intake.flush()
    assert "quote/IWM" not in trading.archive.notes()


def test_a_doubt_heals_when_the_trade_known_before_comes_again(trading):
    good = quote(CLOSES[-1] * 1.01)
    trading.intake.trades([good])
    trading.intake.trades([good._replace(price=CLOSES[-1] * 100)])
    assert "quote/IWM" in trading.intake.notes
    assert trading.intake.trades([good]) == ()
    assert "quote/IWM" not in trading.intake.notes


def test_a_doubt_is_said_once_however_many_trades_confirm_it(trading):
    for n in range(500):
        trading.intake.trades([quote(CLOSES[-1] * (100 + n), TRADED + timedelta(seconds=n / 100))])
    assert len(words(trading, "refused")) == 1
    said = trading.intake.notes["quote/IWM"]
    assert f"{CLOSES[-1] * 100:,.2f}" in said


def test_a_doubt_about_a_trade_does_not_outlive_the_process(trading):
    trading.intake.trades([quote(CLOSES[-1] * 100)])
    trading.intake.flush()
    again = trading.again()
    assert "quote/IWM" not in again.notes
    again.flush()
    assert "quote/IWM" not in trading.archive.notes()


def test_once_the_split_is_fetched_its_trades_are_judged_by_what_is_shown_and_not_asked_about_again(trading):
    intake = trading.intake
    split = quote(CLOSES[-1] / 2, before=CLOSES[-1] / 2)
    intake.trades([split])
    whole = make.raw(CLOSES / 2, FRIDAY, splits={str(MONDAY): 2.0})
    assert intake.daily("IWM", make.answer(whole, price=CLOSES[-1] / 2), whole=True) == ""
    assert intake.full == set()
    assert intake.trades([split]) == ()
    assert intake.full == set()
    intake.promote()
    assert intake.trades([split]) == (split,)
    assert "quote/IWM" not in intake.notes


@pytest.mark.parametrize("answered", [True, False])
def test_a_split_that_yahoos_history_never_shows_is_asked_about_once_in_a_while_only(trading, answered):
    """A day of quotes every 15 s, with a provider that answers the old history or fails."""
    intake, began = trading.intake, trading.now
    last = {"daily IWM": NIGHT}
    asked = []
    for n in range(0, 4 * 3600, 15):
        trading.now = began + timedelta(seconds=n)
        intake.trades([quote(CLOSES[-1] / 2, trading.now, CLOSES[-1] / 2)])
        kept = {"IWM": Kept(FRIDAY, FRIDAY, "IWM" in intake.full)}
        jobs = [job for job in due(trading.now, Wants(("IWM",)), Known(kept, last)) if job.kind == "daily"]
        for job in jobs:
            assert job.period == "max"
            asked.append(n)
            last[job.key] = trading.now
            if answered:
                assert intake.daily("IWM", make.answer(make.raw(CLOSES)), whole=True) == ""
    assert asked == [0]


# --- macro --------------------------------------------------------------------------------------------------------


def observed(values, last: date = FRIDAY, name: str = "DGS2"):
    days = np.array([np.datetime64(last) - n for n in range(len(values))][::-1], "datetime64[D]")
    return series_of(name, days, np.array(values, float))


def test_fresh_observations_join_those_held(desk):
    desk.intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    assert desk.intake.macro({"DGS2": observed([4.1, 4.2])}, NIGHT, whole=False) == ("DGS2",)
    desk.intake.flush()
    kept = desk.archive.series()["DGS2"].values
    assert len(kept) == 30
    assert kept[-2:].tolist() == [4.1, 4.2]


def test_a_whole_series_takes_the_place_of_the_one_held(desk):
    desk.intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    desk.intake.macro({"DGS2": observed([3.0] * 5)}, NIGHT, whole=True)
    assert desk.intake.series["DGS2"].values.tolist() == [3.0] * 5


@pytest.mark.parametrize("values", [[4.0, 402.0], [402.0, 4.1], [402.0], [402.0, 403.0], [4.0, -402.0]])
def test_a_lost_decimal_point_refuses_its_series_and_no_other(desk, values):
    desk.intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    fresh = {"DGS2": observed(values), "DGS10": observed([4.3, 4.4], name="DGS10")}
    assert desk.intake.macro(fresh, NIGHT, whole=False) == ("DGS10",)
    assert desk.intake.series["DGS2"].values.tolist() == [4.0] * 30
    assert words(desk, "refused")[0].startswith("DGS2 2026-11-")


@pytest.mark.parametrize("values", [[0.05, 0.02, 0.2], [0.2, -0.1, 0.25], [220e3, 2.6e6], [5.0, 40.0, 8.0]])
def test_what_has_happened_is_possible(desk, values):
    assert desk.intake.macro({"ICSA": observed(values, name="ICSA")}, NIGHT, whole=True) == ("ICSA",)


def test_a_whole_series_may_begin_far_from_where_it_is_now(desk):
    grown = np.geomspace(1.0, 100.0, 60)
    desk.intake.macro({"X": observed(grown, name="X")}, NIGHT, whole=True)
    assert desk.intake.macro({"X": observed(grown, name="X")}, NIGHT, whole=True) == ("X",)


def test_nothing_found_is_nothing_kept(desk):
    assert desk.intake.macro({}, NIGHT, whole=True) == ()
    assert desk.intake.flush() is False


# --- minutes ------------------------------------------------------------------------------------------------------


def test_minutes_are_kept_unless_they_end_too_far_from_the_close_held(trading):
    assert trading.intake.minutes(minutes([CLOSES[-1]] * 3)) == ""
    assert "too far from the last close" in trading.intake.minutes(minutes([CLOSES[-1] * 100] * 5))
    assert trading.intake.minutes(minutes([CLOSES[-1]] * 4, interval=5)) == ""
    assert trading.intake.minutes(minutes([7.0], "NEW")) == ""
    trading.intake.flush()
    assert [len(trading.archive.minutes(*key)) for key in (("IWM", 1), ("IWM", 5), ("NEW", 1))] == [3, 4, 1]
    assert "too far" in words(trading, "refused")[0]


# --- writing ------------------------------------------------------------------------------------------------------


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


# --- moving -------------------------------------------------------------------------------------------------------


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
