"""The intake of last trades: each told once, and one that is doubted kept back until the doubt heals."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from smallcap.core.live.due import Kept, Known, Wants, due

from tests.core.live import make
from tests.core.live.intake.conftest import CLOSES, FRIDAY, MONDAY, NIGHT, TRADED, filled, quote, words


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
