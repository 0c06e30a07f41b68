"""The gate on missing sessions, dividends and splits: what is not in the prices is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core.live.gate import gate

from tests.core.live.gate.conftest import BARS, FRIDAY, HELD, WINDOW, passed, refused
from tests.core.live.make import answer, held, only, raw, times, walk, without


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
