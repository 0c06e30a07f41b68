"""The gate: real history passes untouched, every known fault of an answer is named, and no row is invented."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.calendar import sessions
from smallcap.core.live.gate import Gated, gate
from smallcap.core.live.jumps import limit
from smallcap.core.live.raw import FIELDS, PRICES, Held, Raw

from .make import EVENTS, LAST, answer, held, only, raw, real, times, walk, with_row, without

BARS = raw(walk(300))
WINDOW = only(BARS, slice(-22, None))
HELD = held(only(BARS, slice(None, -2)))
# Places of the newest rows of WINDOW, which ends on Friday 2026-11-20.
THURSDAY, FRIDAY = 20, 21


def passed(bars: Raw, known: Held | None = None, **said: object) -> Gated:
    """What the gate makes of an answer with these bars, which it must not refuse."""
    gated = gate(answer(bars, **said), bars.ticker, LAST, known)
    assert gated.refused == ""
    assert gated.raw is not None
    return gated


def refused(bars: Raw, known: Held | None = None, **said: object) -> str:
    """Why the gate refuses an answer with these bars, which it must."""
    gated = gate(answer(bars, **said), "IWM", LAST, known)
    assert gated.raw is None
    assert gated.flags == ()
    assert gated.refused.startswith("IWM: ")
    return gated.refused


def same(a: Raw, b: Raw) -> None:
    for name in ("sessions", *FIELDS, *EVENTS):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_a_clean_answer_passes_unchanged():
    bars = raw(walk(300), dividends={"2026-09-15": 0.5}, splits={})
    gated = passed(bars)
    assert gated.flags == ()
    same(gated.raw, bars)


def test_the_whole_real_history_passes_without_a_flag(real_market_dir: Path):
    files = sorted((real_market_dir / "daily").glob("*.csv"))
    assert len(files) >= 28
    for path in files:
        bars, _ = real(real_market_dir, path)
        gated = gate(spoken(bars), bars.ticker, bars.sessions[-1].item())
        assert (gated.refused, gated.flags) == ("", ()), path.stem
        same(gated.raw, bars)


def test_the_wildest_real_days_pass_on_the_day_itself(real_market_dir: Path):
    """The largest moves of every ticker as they came in: the newest row of a month's answer, over bars held."""
    for path in sorted((real_market_dir / "daily").glob("*.csv")):
        bars, _ = real(real_market_dir, path)
        known = bars.sessions[1:] > np.datetime64("1993-12-31")
        moves = np.where(known, np.abs(np.diff(np.log(bars.close))), 0)
        for row in (np.argsort(moves)[-6:] + 1).tolist():
            month = replace(only(bars, slice(max(row - 21, 0), row + 1)), dividends=np.array([]))
            month = replace(month, dividend_days=month.dividend_days[:0])
            before = held(only(bars, slice(max(row - 600, 0), row)))
            gated = gate(spoken(month), bars.ticker, bars.sessions[row].item(), before)
            assert (gated.refused, gated.flags) == ("", ()), f"{path.stem} {bars.sessions[row]}"
            assert gated.raw.sessions[-1] == bars.sessions[row]


def spoken(bars: Raw):
    return answer(bars, timezone="America/Chicago" if bars.ticker.startswith("^") else "America/New_York")


@pytest.mark.parametrize("symbol", ["iwm", "IWM ", "SPY", ""])
def test_an_answer_about_another_ticker_is_refused(symbol: str):
    assert repr(symbol) in refused(WINDOW, symbol=symbol)


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", ""])
def test_an_answer_from_another_time_zone_is_refused(zone: str):
    assert f"time zone is {zone!r} instead of America/New_York" in refused(WINDOW, timezone=zone)


def test_an_index_may_keep_chicagos_time_and_no_others():
    vix = raw(walk(40, start=20, sd=0.05), ticker="^VIX")
    assert passed(vix, timezone="America/Chicago").flags == ()
    assert "Europe/London" in gate(answer(vix, timezone="Europe/London"), "^VIX", LAST).refused


def test_the_row_of_the_session_in_progress_goes_without_a_word():
    gated = gate(answer(WINDOW), "IWM", date(2026, 11, 19))
    assert gated.flags == ()
    assert gated.refused == ""
    same(gated.raw, only(WINDOW, slice(None, FRIDAY)))


def test_rows_in_any_order_come_out_sorted():
    order = np.random.RandomState(3).permutation(len(BARS))
    gated = passed(only(BARS, order), price=float(BARS.close[-1]))
    assert gated.flags == ()
    same(gated.raw, BARS)


def test_events_in_any_order_come_out_sorted():
    paid = {"2026-11-18": 0.3, "2026-11-05": 0.2}
    gated = passed(raw(walk(60), dividends=paid, splits={"2026-11-23": 2.0, "2030-11-22": 1.05}))
    assert gated.raw.dividends.tolist() == [0.2, 0.3]
    assert gated.raw.dividend_days.astype(str).tolist() == ["2026-11-05", "2026-11-18"]


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize("row", [3, FRIDAY])
def test_a_row_with_a_hole_is_left_out_and_named(name: str, row: int):
    gated = passed(with_row(WINDOW, row, **{name: math.nan}), price=math.nan)
    assert gated.flags == (f"IWM {WINDOW.sessions[row]}: {name} is missing, left out",)
    same(gated.raw, without(WINDOW, row))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"close": math.inf}, "close inf is no price above 0"),
        ({"high": math.inf}, "high inf is no price above 0"),
        ({"open": -math.inf}, "open -inf is no price above 0"),
        ({"low": 0.0}, "low 0 is no price above 0"),
        ({"high": -3.0}, "high -3 is no price above 0"),
        ({"volume": -5.0}, "volume -5 is no number of shares"),
        ({"volume": math.nan}, "volume is missing"),
        ({"volume": math.inf}, "volume inf is no number of shares"),
        ({"open": 100.0, "close": 101.0, "low": 100.02, "high": 102.0}, "low 100.02 is above open 100.00"),
        ({"open": 101.0, "close": 100.0, "low": 100.02, "high": 102.0}, "low 100.02 is above close 100.00"),
        ({"open": 101.0, "close": 100.0, "low": 99.0, "high": 100.98}, "high 100.98 is below open 101.00"),
        ({"open": 100.0, "close": 101.0, "low": 99.0, "high": 100.98}, "high 100.98 is below close 101.00"),
        ({"open": 1e308, "high": 1.7e308, "low": 1.75e308, "close": 1e308}, "is above open"),
    ],
)
def test_an_unsound_row_is_left_out_and_says_what_is_wrong(values: dict[str, float], words: str):
    gated = passed(with_row(WINDOW, 5, **values))
    assert len(gated.flags) == 1
    assert gated.flags[0].startswith(f"IWM {WINDOW.sessions[5]}: ")
    assert words in gated.flags[0]
    same(gated.raw, without(WINDOW, 5))


def test_what_float32_rounds_away_is_no_fault():
    close = float(WINDOW.close[5])
    assert passed(with_row(WINDOW, 5, open=close, low=close * 1.00009, high=close * 0.99991)).flags == ()


def test_a_row_that_is_held_already_is_left_out_without_a_word():
    gated = passed(with_row(WINDOW, 5, close=math.nan), HELD)
    assert gated.flags == ()
    assert len(gated.raw) == 21
    newest = passed(with_row(WINDOW, FRIDAY, close=math.nan), HELD)
    assert newest.flags == ("IWM 2026-11-20: close is missing, left out",)


def test_a_row_that_is_held_but_not_for_final_is_named():
    barely = held(HELD.raw, final=date(2026, 11, 17))
    assert passed(with_row(WINDOW, 19, close=math.nan), barely).flags == ("IWM 2026-11-18: close is missing, left out",)


def test_many_flags_of_a_kind_become_a_few_and_a_count():
    bars = replace(BARS, close=np.where(np.arange(300) % 10 == 0, math.nan, BARS.close))
    flags = passed(bars).flags
    assert len(flags) == 11
    assert flags[0].startswith(f"IWM {BARS.sessions[0]}: ")
    assert flags[0].endswith("; and 19 more like it")
    assert str(BARS.sessions[290]) in flags[-1]


def test_a_day_that_is_no_session_is_left_out_and_named():
    sunday = raw([*WINDOW.close, WINDOW.close[-1]])
    bars = replace(sunday, sessions=np.append(WINDOW.sessions[:-1], np.array(["2026-11-15", "2026-11-20"], "M8[D]")))
    gated = passed(bars)
    assert gated.flags == ("IWM 2026-11-15: not a session of the exchange, left out",)
    assert gated.raw.sessions.tolist() == WINDOW.sessions.tolist()


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("rows", [5, 22, 65, 300])
def test_dates_that_are_off_by_a_day_are_refused(days: int, rows: int):
    bars = only(BARS, slice(-rows, None))
    assert "no sessions of the exchange: the dates are shifted" in refused(replace(bars, sessions=bars.sessions + days))


def test_dates_that_are_no_dates_are_left_out():
    days = WINDOW.sessions.copy()
    days[4] = np.datetime64("NaT")
    gated = passed(replace(WINDOW, sessions=days))
    assert gated.flags[0] == "IWM NaT: not a session of the exchange, left out"
    assert len(gated.raw) == 21


def test_before_the_calendar_begins_weekdays_pass_and_weekends_do_not():
    days = np.concatenate((np.array(["1990-01-02", "1990-01-06"], "M8[D]"), WINDOW.sessions[2:]))
    gated = passed(replace(WINDOW, sessions=days))
    assert gated.raw.sessions[0] == np.datetime64("1990-01-02")
    assert gated.flags[0] == "IWM 1990-01-06: not a session of the exchange, left out"


def test_a_session_told_twice_counts_once():
    gated = passed(only(WINDOW, [*range(22), FRIDAY]))
    assert gated.flags == ()
    same(gated.raw, WINDOW)


def test_two_different_bars_for_a_session_are_both_left_out():
    twice = with_row(only(WINDOW, [*range(22), 7]), 22, close=float(WINDOW.close[7]) * 1.005)
    gated = passed(twice, price=float(WINDOW.close[-1]))
    assert gated.flags == (f"IWM {WINDOW.sessions[7]}: two different bars for one session, left out",)
    same(gated.raw, without(WINDOW, 7))


def test_an_answer_without_a_sound_row_is_refused():
    assert "no usable bar" in refused(replace(WINDOW, close=np.full(22, math.nan)), price=math.nan)
    assert "no usable bar" in gate(replace(answer(WINDOW), raw=only(WINDOW, slice(0, 0))), "IWM", LAST).refused
    assert "no usable bar" in gate(answer(WINDOW), "IWM", date(2025, 1, 2)).refused


def test_a_month_without_a_trade_is_refused_unless_it_is_an_index():
    still = replace(BARS, volume=np.where(np.arange(300) < 278, 1e6, 0))
    assert "the volume is 0 on all of the last 22 sessions up to 2026-11-20" in refused(still)
    once = with_row(still, 290, volume=1.0)
    assert passed(once).flags == ()
    assert passed(replace(still, ticker="^VIX")).flags == ()


def test_a_fund_in_its_first_days_may_go_without_a_trade():
    assert passed(replace(only(WINDOW, slice(0, 5)), volume=np.zeros(5))).flags == ()


def test_an_index_without_volumes_has_none():
    gated = passed(replace(WINDOW, ticker="^VIX", volume=np.full(22, math.nan)))
    assert gated.raw.volume.tolist() == [0.0] * 22


def test_a_missing_session_is_named():
    gated = passed(without(WINDOW, 5))
    assert gated.flags == (f"IWM {WINDOW.sessions[5]}: the provider has no bar for this session",)


def test_missing_sessions_in_a_row_are_named_together():
    gated = passed(without(WINDOW, 5, 6, 7, 12))
    assert gated.flags == (
        f"IWM {WINDOW.sessions[5]} to {WINDOW.sessions[7]}: the provider has no bars for these 3 sessions",
        f"IWM {WINDOW.sessions[12]}: the provider has no bar for this session",
    )


def test_missing_sessions_with_a_bar_in_between_are_named_apart():
    assert len(passed(without(WINDOW, 5, 7)).flags) == 2


def test_the_newest_session_is_due_and_not_missing():
    assert passed(without(WINDOW, FRIDAY)).flags == ()


def test_a_session_that_is_held_is_not_missing():
    assert passed(without(WINDOW, 5), HELD).flags == ()
    lacking = held(without(HELD.raw, len(HELD.raw) - 15))
    assert len(passed(without(WINDOW, 5), lacking).flags) == 1


def test_holes_older_than_any_look_back_do_not_nag():
    assert passed(without(BARS, 39)).flags == ()
    assert len(passed(without(BARS, 41)).flags) == 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [(-0.5, "-0.5"), (0.0, "0"), (math.nan, "nan"), (math.inf, "inf"), (5_000.0, "5,000")],
)
def test_a_dividend_nobody_can_pay_is_left_out_and_named(amount: float, words: str):
    gated = passed(raw(walk(60), dividends={"2026-11-05": 0.2, "2026-11-18": amount}))
    assert gated.raw.dividends.tolist() == [0.2]
    assert len(gated.flags) == 1
    assert gated.flags[0].startswith(f"IWM 2026-11-18: dividend {words} is not between 0 and ")


def test_a_dividend_must_be_less_than_the_close_before():
    closes = np.full(30, 100.0)
    closes[-1] = 80.0
    at_close = raw(closes, dividends={"2026-11-20": 100.0})
    assert passed(at_close).raw.dividends.tolist() == []
    assert passed(replace(at_close, dividends=np.array([99.0]))).raw.dividends.tolist() == [99.0]


def test_a_dividend_of_the_session_in_progress_waits():
    odd = gate(answer(raw(walk(30), dividends={"2026-11-20": -0.3})), "IWM", date(2026, 11, 19))
    assert odd.flags == ()
    gated = gate(answer(raw(walk(30), dividends={"2026-11-20": 0.3})), "IWM", date(2026, 11, 19))
    assert gated.flags == ()
    assert gated.raw.dividends.tolist() == []


@pytest.mark.parametrize("ratio", [0.0, -2.0, 1.0, math.nan, math.inf])
def test_a_split_that_is_none_is_left_out_and_named(ratio: float):
    gated = passed(raw(walk(60), splits={"2026-11-18": ratio}))
    assert gated.raw.splits.tolist() == []
    assert len(gated.flags) == 1
    assert "is no ratio of new to old shares" in gated.flags[0]


def test_a_split_in_the_prices_passes():
    gated = passed(raw(walk(60), splits={"2026-11-18": 2.0}))
    assert gated.flags == ()
    assert gated.raw.splits.tolist() == [2.0]


@pytest.mark.parametrize("ratio", [2.0, 1.5, 1.25, 10.0, 0.1])
@pytest.mark.parametrize("at", [100, 290, 299])
def test_a_split_that_is_not_in_the_prices_is_refused(ratio: float, at: int):
    bars = replace(times(BARS, slice(None, at), ratio), split_days=BARS.sessions[[at]], splits=np.array([ratio]))
    assert f"of {BARS.sessions[at]} is not applied yet" in refused(bars)
    assert f"of {BARS.sessions[at]} is not applied yet" in refused(only(bars, slice(at - 22 if at > 22 else 0, None)))


def test_the_refusal_names_the_split():
    bars = replace(
        times(WINDOW, slice(None, FRIDAY), 2.0), split_days=WINDOW.sessions[[FRIDAY]], splits=np.array([2.0])
    )
    assert refused(bars) == "IWM: the split 2:1 of 2026-11-20 is not applied yet to the prices before it"


def test_a_split_applied_twice_is_refused():
    bars = replace(
        times(WINDOW, slice(None, FRIDAY), 0.5), split_days=WINDOW.sessions[[FRIDAY]], splits=np.array([2.0])
    )
    assert "the split 2:1 of 2026-11-20 is applied twice" in refused(bars)


def test_a_split_of_the_session_in_progress_is_judged_by_the_last_price():
    last = float(BARS.close[-1])
    bars = replace(WINDOW, split_days=np.array(["2026-11-23"], "M8[D]"), splits=np.array([2.0]))
    assert "the split 2:1 of 2026-11-23 is not applied yet" in refused(bars, price=last / 2)
    assert passed(bars, price=last * 1.01).raw.splits.tolist() == [2.0]
    assert passed(bars, price=math.nan).raw.splits.tolist() == [2.0]


def test_a_last_price_from_before_the_split_of_the_session_in_progress_is_no_fault():
    bars = replace(
        times(WINDOW, slice(None), 0.5), split_days=np.array(["2026-11-23"], "M8[D]"), splits=np.array([2.0])
    )
    assert passed(bars, HELD, price=float(BARS.close[-1])).flags == ()


def test_prices_rescaled_before_their_split_was_noted_are_on_the_scale_held():
    bars = replace(WINDOW, split_days=np.array(["2026-11-23"], "M8[D]"), splits=np.array([2.0]))
    assert passed(bars, HELD).flags == ()


def test_a_split_on_the_first_row_has_no_row_to_be_judged_by():
    bars = raw(np.linspace(100, 200, 300))
    bars = replace(bars, split_days=bars.sessions[:1], splits=np.array([2.0]))
    assert passed(bars).flags == ()


@pytest.mark.parametrize("factor", [0.5, 0.01, 100.0, 1.4])
@pytest.mark.parametrize("known", [None, HELD])
def test_a_jump_on_the_newest_session_is_left_out_and_named(factor: float, known: Held | None):
    gated = passed(times(WINDOW, slice(FRIDAY, None), factor), known, price=float(WINDOW.close[FRIDAY]))
    assert len(gated.flags) == 1
    assert gated.flags[0].startswith(f"IWM 2026-11-20: close {WINDOW.close[FRIDAY] * factor:,.2f} is ")
    assert gated.flags[0].endswith("the session before and no split says why, left out until 5 sessions confirm it")
    same(gated.raw, without(WINDOW, FRIDAY))


def test_the_words_of_a_jump_say_how_far_and_where_to():
    closes = np.full(30, 100.0)
    closes[-1] = 50.0
    assert "close 50.00 is 50% below the session before" in passed(raw(closes)).flags[0]
    closes[-1] = 200.0
    assert "close 200.00 is 100% above the session before" in passed(raw(closes)).flags[0]


def test_a_move_below_the_limit_is_a_move():
    closes = np.full(30, 100.0)
    closes[-1] = 100 * math.exp(-0.249)
    assert passed(raw(closes)).flags == ()
    closes[-1] = 100 * math.exp(-0.251)
    assert len(passed(raw(closes)).flags) == 1


@pytest.mark.parametrize("age", [1, 2, 3, 4])
def test_all_rows_after_a_fresh_jump_are_left_out(age: int):
    gated = passed(times(WINDOW, slice(-age, None), 0.5), HELD)
    assert len(gated.flags) == 1
    same(gated.raw, only(WINDOW, slice(None, -age)))


@pytest.mark.parametrize("age", [5, 21])
def test_a_jump_that_five_sessions_confirm_is_accepted_and_flagged(age: int):
    gated = passed(times(WINDOW, slice(-age, None), 0.5))
    assert len(gated.flags) == 1
    assert gated.flags[0].endswith("accepted after 5 sessions")
    assert len(gated.raw) == 22


def test_an_old_jump_is_history():
    assert passed(times(BARS, slice(-23, None), 0.5)).flags == ()


def test_a_jump_that_the_bars_held_have_too_is_known():
    bars = times(BARS, slice(-2, None), 0.5)
    assert passed(only(bars, slice(-22, None)), held(bars)).flags == ()
    barely = held(bars, final=date(2026, 11, 18))
    assert len(passed(only(bars, slice(-22, None)), barely).flags) == 1


@pytest.mark.parametrize("length", [1, 3, 5])
@pytest.mark.parametrize("at", [8, 100, 293])
def test_a_spike_is_left_out_wherever_it_is(length: int, at: int):
    gated = passed(times(BARS, slice(at, at + length), 100.0))
    assert len(gated.flags) == 1
    assert gated.flags[0].startswith(f"IWM {BARS.sessions[at]}: close ")
    assert gated.flags[0].endswith(f"and is back on {BARS.sessions[at + length]}, left out")
    same(gated.raw, only(BARS, np.r_[0:at, at + length : 300]))


def test_a_level_held_for_six_sessions_is_no_spike():
    gated = passed(times(BARS, slice(100, 106), 100.0))
    assert gated.flags == ()
    assert len(gated.raw) == 300


def test_two_jumps_the_same_way_are_no_spike():
    gated = passed(times(times(BARS, slice(100, None), 2.0), slice(103, None), 2.0))
    assert gated.flags == ()
    assert len(gated.raw) == 300


def test_jumps_after_a_fresh_jump_go_with_it():
    gated = passed(times(times(WINDOW, slice(-3, None), 0.5), slice(-1, None), 0.5))
    assert len(gated.flags) == 1
    same(gated.raw, only(WINDOW, slice(None, -3)))


def test_what_is_typical_is_asked_of_the_bars_held():
    wild = raw(walk(300, sd=0.06))
    month = times(only(wild, slice(-22, None)), slice(FRIDAY, None), 1.3)
    assert passed(month, held(only(wild, slice(None, -2)))).flags == ()


def test_two_spikes_are_two_spikes():
    gated = passed(times(times(BARS, slice(50, 51), 0.01), slice(55, 57), 100.0))
    assert len(gated.flags) == 2
    same(gated.raw, only(BARS, np.r_[0:50, 51:55, 57:300]))


@pytest.mark.parametrize("length", [1, 3])
def test_a_spike_at_the_start_of_an_answer_is_seen_from_the_bars_held(length: int):
    known = held(without(HELD.raw, *range(278, 278 + length)))
    gated = passed(times(WINDOW, slice(0, length), 100.0), known)
    same(gated.raw, only(WINDOW, slice(length, None)))
    assert len(gated.flags) == 1


def test_an_answer_of_nothing_but_a_jump_is_refused():
    crashed = times(BARS, slice(-2, None), 0.5)
    words = refused(only(crashed, slice(-2, None)), held(without(crashed, 298)))
    assert words.startswith("IWM: no bar of the answer passes (IWM 2026-11-19: close ")


def test_the_limit_is_a_quarter_or_twelve_typical_moves():
    assert limit("IWM", walk(300, sd=0.01)) == 0.25
    wild = walk(300, sd=0.06)
    typical = 1.4826 * np.median(np.abs(np.diff(np.log(wild[-251:]))))
    assert limit("IWM", wild) == pytest.approx(12 * typical)
    assert limit("IWM", wild[:60]) == 0.25
    assert limit("^VIX", wild) == pytest.approx(math.log(4))


def test_a_history_a_hundred_times_the_one_held_is_refused():
    words = refused(times(WINDOW, slice(None), 100.0), HELD)
    assert "the closes are 100x those held (2026-11-18: " in words
    assert "no split says why" in words


def test_half_the_prices_held_pass_with_the_split_that_halves_them():
    split = {"split_days": WINDOW.sessions[[THURSDAY]], "splits": np.array([2.0])}
    halved = times(WINDOW, slice(None), 0.5)
    assert "0.5x those held" in refused(halved, HELD)
    assert passed(replace(halved, **split), HELD).flags == ()


@pytest.mark.parametrize("factor", [100.0, 0.01, 1.4, 0.7])
@pytest.mark.parametrize("known", [None, HELD])
def test_a_last_price_far_from_every_recent_close_is_refused(factor: float, known: Held | None):
    price = float(BARS.close[-1]) * factor
    words = refused(WINDOW, known, price=price)
    assert f"the last price {price:,.2f} is " in words


@pytest.mark.parametrize("price", [math.nan, 0.0, -1.0, math.inf])
def test_a_last_price_that_is_none_is_not_compared(price: float):
    assert passed(WINDOW, HELD, price=price).flags == ()


def test_a_last_price_is_not_compared_with_closes_a_week_old():
    old = gate(answer(only(BARS, slice(None, -6)), price=1e6), "IWM", LAST)
    assert old.refused == ""
    assert "the last price" in gate(answer(only(BARS, slice(None, -5)), price=1e6), "IWM", LAST).refused


def test_a_last_price_may_have_gone_further_after_more_sessions():
    closes = np.full(60, 100.0)
    price = 100 * math.exp(-0.4)
    assert gate(answer(raw(closes), price=price), "IWM", LAST).refused
    assert not gate(answer(only(raw(closes), slice(None, -2)), price=price), "IWM", LAST).refused


def test_a_crash_that_the_answers_own_bars_show_does_not_make_its_price_wrong():
    gated = passed(times(WINDOW, slice(FRIDAY, None), 0.6), HELD)
    assert len(gated.flags) == 1


def test_other_numbers_come_out_as_float64():
    bars = replace(WINDOW, **{name: getattr(WINDOW, name).astype("float32") for name in FIELDS})
    gated = passed(bars, price=float(WINDOW.close[-1]))
    assert {getattr(gated.raw, name).dtype for name in (*FIELDS, "dividends", "splits")} == {np.dtype("float64")}


def test_the_arrays_of_the_answer_are_not_changed():
    bars = with_row(only(BARS, np.random.RandomState(1).permutation(300)), 5, close=math.nan)
    before = {name: getattr(bars, name).copy() for name in ("sessions", *FIELDS)}
    passed(bars, price=math.nan)
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(bars, name), column)


anything = st.one_of(st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308]), st.floats(90, 110))
days = st.integers(-30, 3).map(lambda back: np.datetime64("2026-11-20") + back)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(days, *[anything] * 5), max_size=12),
    paid=st.lists(st.tuples(days, anything), max_size=3),
    split=st.lists(st.tuples(days, anything), max_size=3),
    price=anything,
    known=st.sampled_from([None, HELD]),
)
def test_whatever_comes_in_only_sound_bars_come_out(rows, paid, split, price, known):
    columns = [np.array([row[at] for row in rows], float) for at in range(1, 6)]
    events = [
        (np.array([e[0] for e in some], "M8[D]"), np.array([e[1] for e in some], float)) for some in (paid, split)
    ]
    bars = Raw("IWM", np.array([row[0] for row in rows], "M8[D]"), *columns, *events[0], *events[1])
    gated = gate(answer(replace(bars, close=bars.close), price=price) if rows else answer(WINDOW), "IWM", LAST, known)
    if gated.raw is None:
        assert gated.refused
        return
    out = gated.raw
    assert gated.refused == ""
    assert len(out)
    assert (np.diff(out.sessions).astype(int) > 0).all()
    assert np.isin(out.sessions, sessions(date(1993, 1, 1), LAST)).all()
    table = np.array([getattr(out, name) for name in FIELDS])
    assert np.isfinite(table).all()
    assert (table[:4] > 0).all()
    assert (table[4] >= 0).all()
    assert ((out.dividends > 0) & np.isfinite(out.dividends)).all()
    assert ((out.splits > 0) & np.isfinite(out.splits)).all()
    assert (out.dividend_days <= np.datetime64(LAST)).all()
