"""The merge: a fresh window over the bars held gives what a full history would, and says what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.live.adjust import adjusted
from smallcap.core.live.gate import gate
from smallcap.core.live.merge import Merged, merge, replaced
from smallcap.core.live.raw import FIELDS, Held, Raw

from .make import AT, EVENTS, LAST, answer, days_up_to, held, only, raw, times, walk, with_row, without

LATER = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
BARS = raw(walk(100), dividends={"2026-09-15": 0.4, "2026-11-10": 0.5})
WINDOW = only(BARS, slice(-22, None))
PAID = replace(WINDOW, dividend_days=BARS.dividend_days[1:], dividends=BARS.dividends[1:])
HELD = held(only(BARS, slice(None, -2)))
FRIDAY = 21  # the newest row of WINDOW


def same(a: Raw, b: Raw, rtol: float = 0.0) -> None:
    assert a.ticker == b.ticker
    for name in ("sessions", "dividend_days", "split_days"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
    for name in (*FIELDS, "dividends", "splits"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=rtol, err_msg=name)


def joined(known: Held, fresh: Raw, *flags: str, final: date = LAST) -> Merged:
    return merge(known, fresh, LATER, final, flags)


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


def test_a_dividend_that_was_not_known_is_added():
    known = held(replace(BARS, dividend_days=BARS.dividend_days[:1], dividends=BARS.dividends[:1]))
    made = joined(known, PAID)
    assert made.outcome == "backfilled"
    assert made.why == "IWM: 2026-11-10 dividends added or restated"
    same(made.held.raw, BARS)


def test_a_dividend_of_another_amount_is_restated():
    made = joined(held(BARS), replace(PAID, dividends=np.array([0.6])))
    assert made.outcome == "backfilled"
    assert "restated" in made.why
    assert made.held.raw.dividends.tolist() == [0.4, 0.6]


def test_a_dividend_that_vanished_from_the_span_goes_and_an_older_one_stays():
    made = joined(held(BARS), replace(PAID, dividend_days=PAID.dividend_days[:0], dividends=PAID.dividends[:0]))
    assert made.outcome == "backfilled"
    assert "2026-11-10 dividends added or restated" in made.why
    assert made.held.raw.dividends.tolist() == [0.4]


def test_a_dividend_of_a_new_session_is_part_of_appending():
    paid = replace(PAID, dividend_days=np.append(PAID.dividend_days, WINDOW.sessions[-1:]))
    made = joined(HELD, replace(paid, dividends=np.array([0.5, 0.7])))
    assert made.outcome == "appended"
    assert made.held.raw.dividends.tolist() == [0.4, 0.5, 0.7]


def halved(fresh: Raw, day: str) -> Raw:
    """The window after a 2:1 split."""
    prices = times(fresh, slice(None), 0.5)
    split = {"split_days": np.array([day], "M8[D]"), "splits": np.array([2.0])}
    return replace(prices, volume=fresh.volume * 2, dividends=fresh.dividends / 2, **split)


def test_a_split_rescales_what_is_held_and_asks_for_the_history():
    made = joined(HELD, halved(PAID, "2026-11-19"))
    assert (made.outcome, made.refetch) == ("rescaled", True)
    assert made.why == (
        "IWM: prices held are rescaled x0.5000 for the split 2:1 of 2026-11-19; 2026-11-19, 2026-11-20 added"
    )
    same(made.held.raw, halved(BARS, "2026-11-19"), rtol=1e-12)


def test_a_split_of_the_session_in_progress_rescales_and_is_written_down_with_its_bar():
    first = joined(held(BARS), halved(PAID, "2026-11-23"))
    assert first.outcome == "rescaled"
    assert first.held.raw.splits.tolist() == []
    np.testing.assert_allclose(first.held.raw.close, BARS.close / 2, rtol=1e-14)
    again = joined(first.held, halved(PAID, "2026-11-23"))
    assert again.outcome == "unchanged"
    longer = raw(np.append(BARS.close / 2, BARS.close[-1] / 2), date(2026, 11, 23), splits={"2026-11-23": 2.0})
    after = merge(first.held, only(longer, slice(-22, None)), LATER, date(2026, 11, 23))
    assert after.outcome == "backfilled"
    assert after.held.raw.splits.tolist() == [2.0]


def test_a_split_noted_before_it_took_effect_still_explains_the_new_prices():
    early = replace(BARS, split_days=np.array(["2026-11-23"], "M8[D]"), splits=np.array([2.0]))
    assert joined(held(early), halved(PAID, "2026-11-23")).outcome == "rescaled"


def test_a_split_that_is_known_rescales_nothing():
    known = held(halved(BARS, "2026-11-17"))
    made = joined(known, halved(PAID, "2026-11-17"))
    assert made.outcome == "unchanged"
    assert made.held.raw.splits.tolist() == [2.0]


def test_a_split_that_does_not_explain_the_closes_asks_for_everything():
    wrong = replace(halved(PAID, "2026-11-19"), splits=np.array([3.0]))
    assert joined(HELD, wrong).outcome == "needs_full"
    assert joined(HELD, replace(times(PAID, slice(None), 0.5))).outcome == "needs_full"
    part = times(halved(PAID, "2026-11-19"), slice(None, 5), 2.0)
    assert joined(HELD, part).outcome == "needs_full"


def test_a_split_before_the_window_explains_nothing_in_it():
    assert joined(HELD, halved(PAID, "2026-10-01")).outcome == "needs_full"


def test_flags_about_older_sessions_stay_and_the_answers_own_take_the_others_place():
    flags = ("IWM 2026-07-06: old", "IWM 2026-11-10: seen again", "IWM: no date in it")
    made = joined(replace(HELD, flags=flags), PAID, "IWM 2026-11-20: new", "IWM: no date in it")
    assert made.held.flags == ("IWM 2026-07-06: old", "IWM: no date in it", "IWM 2026-11-20: new")


def test_a_full_history_takes_the_place_of_what_is_held():
    known = held(with_row(HELD.raw, 3, close=float(BARS.close[3]) * 1.5), flags=("IWM 2026-07-06: old",))
    made = replaced(known, BARS, LATER, LAST, ("IWM 2026-08-03: new",))
    same(made.held.raw, BARS)
    assert made.outcome == "backfilled"
    assert made.held.flags == ("IWM 2026-08-03: new",)
    assert made.held.fetched_at == LATER
    assert made.held.final_through == LAST
    assert not made.refetch
    assert f"2026-11-19, 2026-11-20 added; {BARS.sessions[3]} restated" in made.why


def test_a_full_history_that_says_the_same_changes_nothing():
    made = replaced(held(BARS), BARS, LATER, LAST)
    assert made.outcome == "unchanged"
    assert made.why.endswith("nothing changed")
    appended = replaced(HELD, BARS, LATER, LAST)
    assert appended.outcome == "appended"


def test_what_float32_rounds_away_is_no_change_of_a_full_history():
    fresh = with_row(BARS, 5, close=float(BARS.close[5]) * 1.00009, volume=float(BARS.volume[5]) * 1.01)
    assert replaced(held(BARS), fresh, LATER, LAST).outcome == "unchanged"


def test_a_full_history_that_ends_early_changes_nothing():
    known = held(BARS)
    made = replaced(known, only(BARS, slice(None, -1)), LATER, LAST)
    assert made.held is known
    assert made.outcome == "unchanged"


def test_sessions_that_a_full_history_lacks_stay_where_their_neighbours_agree():
    lacking = without(BARS, *range(30), 50, 51, 80)
    made = replaced(held(BARS), lacking, LATER, LAST)
    same(made.held.raw, BARS)
    assert made.outcome == "unchanged"
    assert "kept though it lacks them: " in made.why
    assert "and 30 more" in made.why


def test_sessions_that_a_full_history_lacks_go_where_a_neighbour_disagrees():
    wrong = with_row(with_row(BARS, 30, close=float(BARS.close[30]) * 2), 79, close=float(BARS.close[79]) * 1.01)
    made = replaced(held(wrong), without(BARS, *range(30), 50, 78, 80), LATER, LAST)
    same(made.held.raw, without(BARS, *range(30), 78, 80))
    assert "dropped" in made.why
    assert str(BARS.sessions[50]) in made.why


def test_older_sessions_stay_on_the_scale_of_a_split():
    made = replaced(held(HELD.raw), halved(without(BARS, *range(30)), "2026-11-19"), LATER, LAST)
    assert made.outcome == "rescaled"
    same(made.held.raw, halved(BARS, "2026-11-19"), rtol=1e-12)


def test_a_full_history_that_shares_nothing_keeps_nothing():
    made = replaced(held(only(BARS, slice(0, 40))), only(BARS, slice(40, None)), LATER, LAST)
    assert len(made.held.raw) == 60


def test_what_is_held_is_never_changed():
    known = held(with_row(BARS, 99, close=1.0), final=date(2026, 11, 19))
    before = {name: getattr(known.raw, name).copy() for name in ("sessions", *FIELDS, *EVENTS)}
    fresh = halved(PAID, "2026-11-19")
    joined(known, PAID)
    joined(known, fresh)
    replaced(known, halved(BARS, "2026-11-19"), LATER, LAST)
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(known.raw, name), column)


@dataclass(frozen=True)
class Market:
    """What was really traded: closes in dollars of their day, dividends and splits by row."""

    close: np.ndarray
    dividends: dict[int, float]
    splits: dict[int, float]

    def seen(self, n: int, window: int | None = None) -> Raw:
        """What a provider shows after `n` sessions: prices and dividends on the scale of the last split."""
        days = days_up_to(len(self.close))
        first = 0 if window is None else n - window
        scale = np.array([np.prod([r for at, r in self.splits.items() if row < at < n]) for row in range(len(days))])
        closes = self.close / scale
        paid = {str(days[at]): d / scale[at] for at, d in sorted(self.dividends.items()) if first <= at < n}
        split = {str(days[at]): r for at, r in sorted(self.splits.items()) if first <= at < n}
        whole = raw(closes, dividends=paid, splits=split)
        return only(replace(whole, volume=whole.volume * scale), slice(first, n))


@st.composite
def markets(draw: st.DrawFn) -> tuple[Market, int, int]:
    """A market of 80 sessions and two moments of it, up to 15 sessions apart."""
    first = draw(st.integers(45, 64))
    second = first + draw(st.integers(0, 15))
    split = draw(st.dictionaries(st.integers(5, 79), st.sampled_from([2.0, 3.0, 1.5, 4.0, 0.1]), max_size=3))
    paid = draw(st.dictionaries(st.integers(5, 79), st.floats(0.05, 3.0), max_size=6))
    close = walk(80, draw(st.integers(0, 50)))
    for at, ratio in split.items():
        close[at:] /= ratio
        paid.pop(at, None)
    paid = {at: d * float(close[at - 1]) / 200 for at, d in paid.items()}
    return Market(close, paid, split), first, second


@settings(max_examples=150, deadline=None)
@given(markets(), st.booleans())
def test_a_window_over_what_is_held_gives_the_full_history(drawn: tuple[Market, int, int], open_end: bool):
    market, first, second = drawn
    before, after = market.seen(first), market.seen(second)
    if open_end:
        last = before.sessions[-2].item()
        before = with_row(before, -1, close=float(before.close[-1]) * 1.001, volume=3.0)
    known = held(before, final=last if open_end else None)
    window = gate(answer(market.seen(second, 22)), "IWM", after.sessions[-1].item(), known)
    assert (window.refused, window.flags) == ("", ())
    made = merge(known, window.raw, LATER, after.sessions[-1].item())
    same(made.held.raw, after, rtol=1e-12)
    between = any(first <= at < second for at in market.splits)
    assert (made.outcome == "rescaled") == (between and market.seen(second).close[0] != before.close[0])
    np.testing.assert_allclose(adjusted(made.held.raw).adj_close, adjusted(after).adj_close, rtol=1e-10)


@settings(max_examples=60, deadline=None)
@given(markets())
def test_a_split_changes_no_return(drawn: tuple[Market, int, int]):
    market, first, second = drawn
    before = market.seen(first)
    made = merge(held(before), market.seen(second, 22), LATER, LAST)
    old, new = adjusted(before).adj_close, adjusted(made.held.raw).adj_close[:first]
    np.testing.assert_allclose(new[1:] / new[:-1], old[1:] / old[:-1], rtol=1e-10)


@settings(max_examples=60, deadline=None)
@given(markets(), st.sets(st.integers(0, 79), max_size=4))
def test_a_full_history_with_holes_gives_the_full_history(drawn: tuple[Market, int, int], holes: set[int]):
    market, first, second = drawn
    before, after = market.seen(first), market.seen(second)
    lost = [row for row in holes if row < first - 1]
    made = replaced(held(before), without(after, *lost), LATER, LAST)
    same(made.held.raw, after, rtol=1e-12)


def test_the_moment_of_the_last_fetch_is_kept_with_the_bars():
    assert HELD.fetched_at == AT
    assert joined(HELD, PAID).held.fetched_at == LATER
