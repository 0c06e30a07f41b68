"""Matching against set arithmetic: gaps, runs in a row, sessions that one ticker lacks, and tickers that share none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.bars import Bars, Days, Floats
from smallcap.core.matching import Matched, common, either, match, match_last, spread, spread_all

NAN = float("nan")


def days(numbers: set[int] | range | list[int]) -> Days:
    return np.array(sorted(numbers), dtype="int64").astype("datetime64[D]")


def numbers(sessions: Days) -> list[int]:
    return sessions.astype("int64").tolist()


def bars(sessions: Days, seed: float) -> Bars:
    """Bars whose closes tell the ticker and the session apart."""
    close = sessions.astype("int64") + seed
    return Bars("A", sessions, close, close, close, close, close * 10, close)


sets = st.sets(st.integers(0, 40), min_size=1)
# Runs, now and then with a hole: how real tickers differ.
runs = st.builds(
    lambda first, n, holes: (set(range(first, first + n)) - holes) or {first},
    st.integers(0, 40),
    st.integers(1, 30),
    st.sets(st.integers(0, 70), max_size=2),
)
some_days = st.one_of(sets, runs)


@given(some_days, some_days)
def test_common_sessions_are_those_in_both_and_each_rows_are_where_they_are(one: set[int], other: set[int]):
    a, b = days(one), days(other)
    shared, i, j = common(a, b)
    assert numbers(shared) == sorted(one & other)
    np.testing.assert_array_equal(a[i], shared)
    np.testing.assert_array_equal(b[j], shared)


@given(some_days, some_days)
def test_a_match_holds_both_tickers_values_of_each_common_session(one: set[int], other: set[int]):
    made = match(bars(days(one), 0.25), bars(days(other), 0.5))
    shared = sorted(one & other)
    assert numbers(made.sessions) == shared
    assert made.a_close.tolist() == [n + 0.25 for n in shared]
    assert made.b_close.tolist() == [n + 0.5 for n in shared]
    assert made.a_adj.tolist() == [10 * (n + 0.25) for n in shared]
    assert made.b_adj.tolist() == [10 * (n + 0.5) for n in shared]


@given(some_days, some_days, st.integers(1, 30))
def test_the_newest_rows_of_a_match_are_the_end_of_the_whole_match(one: set[int], other: set[int], n: int):
    a, b = bars(days(one), 0.25), bars(days(other), 0.5)
    whole, newest = match(a, b), match_last(a, b, n)
    for field in Matched._fields:
        np.testing.assert_array_equal(getattr(newest, field), getattr(whole, field)[-n:])


def test_the_newest_common_rows_are_found_behind_many_that_one_ticker_lacks():
    made = match_last(bars(days(range(40)), 0.0), bars(days({3, 4, 5, 60, 61, 62, 63}), 0.0), 2)
    assert numbers(made.sessions) == [4, 5]


@given(some_days, some_days)
def test_sessions_of_either_are_the_union(one: set[int], other: set[int]):
    assert numbers(either(days(one), days(other), len(one & other))) == sorted(one | other)


@given(st.one_of(st.just(set()), some_days), st.one_of(st.just(set()), some_days))
def test_values_are_spread_on_the_sessions_that_have_them_and_nan_elsewhere(known: set[int], wanted: set[int]):
    values = np.array([float(n) for n in sorted(known)])
    made = spread(values, days(known), days(wanted))
    np.testing.assert_array_equal(made, [n if n in known else NAN for n in sorted(wanted)])


@given(some_days, some_days)
def test_rows_of_many_series_are_spread_alike(known: set[int], wanted: set[int]):
    values = np.array(sorted(known), dtype=float)
    made = spread_all((values, -values), days(known), days(wanted))
    np.testing.assert_array_equal(made[0], spread(values, days(known), days(wanted)))
    np.testing.assert_array_equal(made[1], -made[0])


@given(some_days, some_days, st.integers(0, 70))
def test_a_cut_future_changes_no_common_session(one: set[int], other: set[int], last: int):
    a, b = ({n for n in found if n <= last} for found in (one, other))
    whole = numbers(common(days(one), days(other))[0])
    if a and b:
        assert numbers(common(days(a), days(b))[0]) == [n for n in whole if n <= last]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (range(5), range(5)),
        (range(5), range(3, 9)),
        (range(10), range(3, 6)),
        (range(4, 5), range(10)),
        (range(3), range(5, 9)),
        (range(5, 9), range(3)),
    ],
    ids=["equal", "overlapping", "inside", "one session", "before", "after"],
)
def test_runs_in_a_row_are_found_as_slices_so_that_nothing_is_copied(one: range, other: range):
    a, b = days(one), days(other)
    shared, i, j = common(a, b)
    assert numbers(shared) == sorted({*one} & {*other})
    assert isinstance(i, slice)
    assert isinstance(j, slice)
    whole = bars(a, 0.0)
    made = match(whole, bars(b, 0.0))
    assert not len(shared) or np.shares_memory(made.a_close, whole.close)


def test_a_hole_on_both_sides_is_still_a_run():
    a, b = days({1, 2, 4, 5}), days({2, 4, 5, 7})
    shared, i, j = common(a, b)
    assert numbers(shared) == [2, 4, 5]
    assert (i, j) == (slice(1, 4), slice(0, 3))


def test_tickers_that_share_no_session_match_in_nothing():
    for one, other in (({1, 2}, {5, 6}), ({5, 6}, {1, 2}), ({1, 9}, {5}), ({1, 3, 5}, {2, 4, 6})):
        made = match(bars(days(one), 0.0), bars(days(other), 0.0))
        for part in (made.sessions, made.a_close, made.b_close, made.a_adj, made.b_adj):
            assert len(part) == 0


def test_nothing_is_spread_as_nan_or_as_nothing():
    empty: Floats = np.array([])
    assert np.isnan(spread(empty, days([]), days([1, 2]))).tolist() == [True, True]
    assert spread(np.array([1.0]), days([1]), days([])).shape == (0,)
    assert spread_all((), days([1]), days([1, 2])) == ()
