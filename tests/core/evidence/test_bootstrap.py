"""The circular block bootstrap: every draw listed by hand, and intervals and widening against hard-coded answers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.evidence import bootstrap
from smallcap.core.evidence.bootstrap import Blocks, Interval, interval, mean_of, widening

NAN = float("nan")
# A digit a session: a sum says which sessions were drawn, and how often up to nine times.
ONE_EACH = np.array([10.0**at for at in range(7)])
numbers = st.floats(-1e3, 1e3)


def listed(sessions: int, *lengths: int) -> set[float]:
    """The sums of ONE_EACH over blocks of these lengths begun anywhere, each session listed by hand."""
    sums = set()
    for starts in product(range(sessions), repeat=len(lengths)):
        rows = [(at + i) % sessions for at, n in zip(starts, lengths, strict=True) for i in range(n)]
        sums.add(float(sum(ONE_EACH[row] for row in rows)))
    return sums


def test_every_draw_is_blocks_in_a_row_and_every_pair_of_blocks_is_drawn():
    drawn = Blocks(6, 3, 2000, 1).sums(ONE_EACH[:6])
    assert {111, 1110, 11100, 111000, 110001, 100011} == {int(s) for s in listed(6, 3)}
    assert set(drawn.tolist()) == listed(6, 3, 3)


def test_a_last_block_is_cut_so_that_a_draw_has_as_many_sessions_as_there_are():
    drawn = Blocks(7, 3, 5000, 1).sums(ONE_EACH)
    assert set(drawn.tolist()) == listed(7, 3, 3, 1)
    assert set(Blocks(7, 3, 50, 1).sums(np.ones(7)).tolist()) == {7.0}


def test_a_block_longer_than_the_history_is_the_whole_of_it():
    assert Blocks(5, 60, 9, 1).sums(ONE_EACH[:5]).tolist() == [11111.0] * 9


def test_every_session_is_drawn_equally_often():
    blocks = Blocks(50, 20, 4000, 3)
    often = [blocks.sums(np.eye(50)[at]).mean() for at in range(50)]
    # 50 of 50 sessions a draw: once each on average; the standard error is about 0.01.
    assert often == pytest.approx([1.0] * 50, abs=0.05)


def test_the_same_seed_draws_the_same_whatever_was_asked_before():
    one, other = Blocks(100, 20, 30, 7), Blocks(100, 20, 30, 7)
    column = np.arange(100.0)
    other.sums(np.ones(100))
    assert one.sums(column).tolist() == other.sums(column).tolist()
    assert one.sums(column).tolist() != Blocks(100, 20, 30, 8).sums(column).tolist()


def test_seeds_beyond_32_bits_and_below_zero_are_taken():
    assert Blocks(9, 3, 5, 2**32 + 7).sums(np.arange(9.0)).tolist() == Blocks(9, 3, 5, 7).sums(np.arange(9.0)).tolist()
    assert len(Blocks(9, 3, 5, -1).sums(np.arange(9.0))) == 5


@given(st.lists(numbers, min_size=2, max_size=40), st.integers(1, 50), st.floats(-3, 3))
def test_sums_of_a_line_are_the_line_of_the_sums(values: list[float], block: int, slope: float):
    blocks, column = Blocks(len(values), block, 20, 1), np.array(values)
    expected = slope * blocks.sums(column) + 2.0 * len(values)
    assert blocks.sums(slope * column + 2.0) == pytest.approx(expected, abs=1e-6)


@given(st.lists(numbers, min_size=2, max_size=40), st.integers(1, 50))
def test_no_draw_is_beyond_its_largest_and_smallest_session(values: list[float], block: int):
    means = Blocks(len(values), block, 20, 1).sums(np.array(values)) / len(values)
    assert means.min() >= min(values) - 1e-6
    assert means.max() <= max(values) + 1e-6


def test_a_gap_may_stand_where_no_session_counts():
    blocks = Blocks(6, 3, 40, 1)
    counts = np.array([True, False, True, True, False, True])
    found = blocks.mean(np.array([1.0, NAN, 100.0, 1e3, NAN, 1e5]), counts)
    total = blocks.sums(np.where(counts, ONE_EACH[:6], 0.0))
    days = blocks.sums(counts.astype(float))
    assert found[days > 0].tolist() == (total[days > 0] / days[days > 0]).tolist()
    assert blocks.days(counts).tolist() == days.tolist()


def test_a_draw_without_any_such_session_has_no_mean():
    means = mean_of(np.array([6.0, 0.0, 5.0]), np.array([2.0, 0.0, 5.0]))
    assert means.tolist() == pytest.approx([3.0, NAN, 1.0], nan_ok=True)


def test_an_interval_leaves_one_in_forty_on_either_side():
    drawn = np.linspace(-1.0, 3.0, 4001)
    assert interval(1.0, drawn)[:2] == pytest.approx((-0.9, 2.9))


def test_widening_stretches_the_draws_about_their_mean_not_about_zero():
    drawn = np.linspace(-1.0, 3.0, 4001)
    assert interval(1.0, drawn, 2.0)[:2] == pytest.approx((1.0 - 3.8, 1.0 + 3.8))


def test_p_is_twice_the_share_beyond_zero_and_never_none():
    drawn = np.arange(-10.0, 90.0)
    assert interval(1.0, drawn).p == pytest.approx(2 * (11 + 1) / 101)
    assert interval(1.0, np.arange(1.0, 100.0)).p == pytest.approx(2 / 100)
    assert interval(1.0, np.arange(-99.0, 0.0)).p == pytest.approx(2 / 100)
    assert interval(0.0, np.zeros(50)).p == 1.0


def test_draws_that_could_not_be_told_are_left_out_and_half_of_them_are_too_many():
    drawn = np.linspace(-1.0, 3.0, 4001)
    some = np.concatenate((drawn, np.full(4001, NAN)))
    assert interval(1.0, some) == interval(1.0, drawn)
    for told in (interval(1.0, np.append(some, NAN)), interval(NAN, drawn)):
        assert np.isnan(told).all()
        assert told.spans_zero


@pytest.mark.parametrize(
    ("low", "high", "spans"),
    [(-1.0, 1.0, True), (0.0, 1.0, True), (-1.0, 0.0, True), (0.1, 1.0, False), (-1.0, -0.1, False), (NAN, NAN, True)],
)
def test_an_interval_spans_zero_unless_it_lies_beyond_it(low: float, high: float, spans: bool):
    assert Interval(low, high, 0.5).spans_zero is spans


@given(st.lists(numbers, min_size=4, max_size=50), numbers, st.floats(1.0, 3.0))
def test_an_interval_moves_with_its_draws_and_grows_with_the_widening(values: list[float], by: float, widen: float):
    drawn = np.array(values)
    plain, moved = interval(0.0, drawn), interval(by, drawn + by)
    assert moved[:2] == pytest.approx((plain.low + by, plain.high + by), abs=1e-6)
    wide = interval(0.0, drawn, widen)
    assert wide.high - wide.low == pytest.approx(widen * (plain.high - plain.low), abs=1e-6)


@pytest.mark.parametrize(("horizon", "block"), [(5, 60), (21, 60), (30, 60), (31, 62), (63, 126)])
def test_a_block_is_two_horizons_and_sixty_sessions_at_least(horizon: int, block: int):
    assert bootstrap.block_of(horizon) == block


def test_widening_worked_by_hand():
    # 6,000 sessions are 100 blocks of 60; 21 / 180 of the variance unseen; t of 99 degrees 1.984217 (scipy).
    assert widening(21, 6000, 500) == pytest.approx((100 / 99 / (1 - 21 / 180)) ** 0.5 * 1.984217 / 1.959964, rel=1e-4)
    # 6,048 are 48 of 126, a sixth unseen; 10 episodes: t of 9 degrees 2.262157.
    assert widening(63, 6048, 10) == pytest.approx((48 / 47 / (1 - 1 / 6)) ** 0.5 * 2.262157 / 1.959964, rel=1e-3)


@pytest.mark.parametrize(
    ("freedom", "t"),
    # scipy.stats.t.ppf(0.975, freedom)
    [(3, 3.182446), (4, 2.776445), (5, 2.570582), (10, 2.228139), (30, 2.042272), (100, 1.983972), (1000, 1.962339)],
)
def test_few_episodes_widen_as_students_t_does(freedom: int, t: float):
    # So many sessions that the blocks widen by nothing but what they don't see.
    factor = widening(21, 10**9, freedom + 1) * (1 - 21 / 180) ** 0.5
    assert factor == pytest.approx(t / 1.959964, rel=0.01 if freedom == 3 else 0.005)


@given(st.integers(1, 300), st.integers(1, 10_000), st.integers(0, 3000))
def test_widening_never_narrows_and_fewer_episodes_widen_more(horizon: int, sessions: int, episodes: int):
    factor = widening(horizon, sessions, episodes)
    assert 1.0 <= factor < 10.0
    assert widening(horizon, sessions, episodes + 1) <= factor
    assert widening(horizon, 2 * sessions, episodes) <= factor or sessions < bootstrap.block_of(horizon)


@pytest.mark.parametrize(
    ("held", "starts"), [("", []), ("0000", []), ("1111", [0]), ("0110", [1]), ("1011", [0, 2]), ("010101", [1, 3, 5])]
)
def test_runs_start_where_a_label_comes(held: str, starts: list[int]):
    assert bootstrap.starts_of_runs(np.array([c == "1" for c in held], dtype=bool)).tolist() == starts
