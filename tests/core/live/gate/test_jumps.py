"""The gate on prices that jump: a crash passes, a spike or another scale doesn't."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core.live.gate import gate
from smallcap.core.live.jumps import limit
from smallcap.core.live.raw import Held

from tests.core.live.gate.conftest import BARS, FRIDAY, HELD, THURSDAY, WINDOW, passed, refused, same
from tests.core.live.make import LAST, answer, held, only, raw, times, walk, without


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
