"""The merge of a fresh window: sessions appended, filled in or kept, and what asks for everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core.live.merge import replaced
from smallcap.core.live.raw import FIELDS

from tests.core.live.make import AT, EVENTS, LAST, held, only, with_row, without
from tests.core.live.merge.conftest import BARS, HELD, LATER, PAID, WINDOW, halved, joined, same

FRIDAY = 21  # the newest row of WINDOW


def test_the_same_bars_change_nothing_but_the_time():
    made = joined(held(BARS), PAID)
    assert (made.outcome, made.why, made.refetch) == ("unchanged", "IWM: nothing changed", False)
    assert made.held.fetched_at == LATER
    same(made.held.raw, BARS)


def test_new_sessions_are_appended():
    made = joined(HELD, PAID)
    assert made.outcome == "appended"
    assert made.why == "IWM: 2026-11-19, 2026-11-20 added"
    assert made.held.final_through == LAST
    assert not made.refetch
    same(made.held.raw, BARS)


def test_a_session_that_is_not_final_by_the_clock_stays_open():
    made = joined(HELD, PAID, final=date(2026, 11, 19))
    assert made.held.final_through == date(2026, 11, 19)


def test_final_is_never_later_than_the_newest_bar_and_never_goes_back():
    assert joined(HELD, without(PAID, FRIDAY)).held.final_through == date(2026, 11, 19)
    assert joined(HELD, PAID, final=date(2026, 11, 2)).held.final_through == date(2026, 11, 18)


def test_a_row_that_was_not_final_becomes_the_fresh_one():
    early = held(with_row(BARS, 99, close=1.0, volume=5.0), final=date(2026, 11, 19))
    made = joined(early, PAID)
    assert made.outcome == "appended"
    assert made.why == "IWM: 2026-11-20 restated"
    same(made.held.raw, BARS)


def test_a_row_that_was_not_final_takes_the_smallest_change():
    early = held(with_row(BARS, 99, volume=float(BARS.volume[99]) * 1.001), final=date(2026, 11, 19))
    made = joined(early, PAID)
    assert made.outcome == "appended"
    same(made.held.raw, BARS)


def test_a_session_that_was_missing_is_filled_in():
    made = joined(held(without(BARS, 90)), PAID)
    assert made.outcome == "backfilled"
    assert made.why == f"IWM: {BARS.sessions[90]} filled in"
    same(made.held.raw, BARS)


def test_a_session_that_the_answer_lacks_stays():
    made = joined(held(BARS), without(PAID, 5))
    assert made.outcome == "unchanged"
    same(made.held.raw, BARS)


def test_both_at_once_are_both_said():
    made = joined(held(without(HELD.raw, 90)), PAID)
    assert made.outcome == "backfilled"
    assert made.why == f"IWM: 2026-11-19, 2026-11-20 added; {BARS.sessions[90]} filled in"


def test_many_sessions_are_named_by_the_first_three_and_a_count():
    made = joined(held(only(BARS, slice(None, -6))), PAID)
    assert made.why == "IWM: 2026-11-13, 2026-11-16, 2026-11-17 and 3 more added"


def test_an_answer_that_ends_early_changes_nothing():
    known = held(BARS, flags=("IWM 2026-11-02: a doubt",))
    made = joined(known, only(PAID, slice(None, -1)))
    assert made.held is known
    assert made.outcome == "unchanged"
    assert "the answer ends on 2026-11-19, and the bars held end on 2026-11-20" in made.why
    assert joined(known, only(PAID, slice(0, 0))).held is known


@pytest.mark.parametrize("row", [0, 10, 19])
def test_a_close_that_differs_asks_for_everything(row: int):
    made = joined(HELD, with_row(PAID, row, close=float(WINDOW.close[row]) * 1.0002))
    assert (made.held, made.outcome, made.refetch) == (None, "needs_full", True)
    assert f"IWM {WINDOW.sessions[row]}: close {WINDOW.close[row] * 1.0002:,.4f} differs from " in made.why
    assert f"{WINDOW.close[row]:,.4f} held" in made.why


def test_a_close_within_float32_stays_as_it_is_held():
    made = joined(HELD, with_row(PAID, 5, close=float(WINDOW.close[5]) * 1.00009))
    assert made.outcome == "appended"
    same(made.held.raw, BARS)


def test_an_answer_that_shares_nothing_asks_for_everything():
    made = joined(held(only(BARS, slice(0, 40))), PAID)
    assert made.outcome == "needs_full"
    assert made.refetch
    assert "shares no final session" in made.why


def test_an_open_that_differs_is_restated():
    made = joined(HELD, with_row(PAID, 5, open=float(WINDOW.open[5]) * 1.005))
    assert made.outcome == "backfilled"
    assert f"{WINDOW.sessions[5]} restated" in made.why
    assert made.held.raw.open[83] == WINDOW.open[5] * 1.005


@pytest.mark.parametrize(("factor", "moved"), [(1.019, False), (1.03, True)])
def test_a_final_volume_moves_only_by_more_than_two_percent(factor: float, moved: bool):
    made = joined(held(BARS), with_row(PAID, 5, volume=float(WINDOW.volume[5]) * factor))
    assert made.outcome == ("backfilled" if moved else "unchanged")
    assert made.held.raw.volume[83] == pytest.approx(WINDOW.volume[5] * (factor if moved else 1))


def test_flags_about_older_sessions_stay_and_the_answers_own_take_the_others_place():
    flags = ("IWM 2026-07-06: old", "IWM 2026-11-10: seen again", "IWM: no date in it")
    made = joined(replace(HELD, flags=flags), PAID, "IWM 2026-11-20: new", "IWM: no date in it")
    assert made.held.flags == ("IWM 2026-07-06: old", "IWM: no date in it", "IWM 2026-11-20: new")


def test_what_is_held_is_never_changed():
    known = held(with_row(BARS, 99, close=1.0), final=date(2026, 11, 19))
    before = {name: getattr(known.raw, name).copy() for name in ("sessions", *FIELDS, *EVENTS)}
    fresh = halved(PAID, "2026-11-19")
    joined(known, PAID)
    joined(known, fresh)
    replaced(known, halved(BARS, "2026-11-19"), LATER, LAST)
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(known.raw, name), column)


def test_the_moment_of_the_last_fetch_is_kept_with_the_bars():
    assert HELD.fetched_at == AT
    assert joined(HELD, PAID).held.fetched_at == LATER
