"""The merge of a full history, and that a window over the bars held gives what one would."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.live.adjust import adjusted
from smallcap.core.live.gate import gate
from smallcap.core.live.merge import merge, replaced
from smallcap.core.live.raw import Raw

from tests.core.live.make import LAST, answer, days_up_to, held, only, raw, walk, with_row, without
from tests.core.live.merge.conftest import BARS, HELD, LATER, halved, same


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
