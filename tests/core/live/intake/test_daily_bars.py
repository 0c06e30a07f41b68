"""The intake of daily bars: what is sound is kept, what is not is named and remembered until it heals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.core.live import make
from tests.core.live.intake.conftest import CLOSES, EVENING, FRIDAY, MONDAY, NIGHT, filled, words


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
