"""The axes: hysteresis and dwell worked through close by close, and the scores on made-up series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import axes
from smallcap.core.axes import CONFIRMATION, LEADERSHIP, MARKET

NAN = float("nan")
scores = st.lists(st.one_of(st.floats(-1, 1), st.just(NAN)), max_size=80).map(np.array)


def asked_by(axis: axes.Axis, state: int, score: float) -> int:
    """What the program has a score ask for."""
    return int(axes.asked_of(axis, np.array([score]))[state + 1][0])


def asks(axis: axes.Axis, state: int, score: float) -> int:
    """The same by the definition."""
    if abs(score) >= axis.enter:
        return 1 if score > 0 else -1
    return 0 if state * score <= axis.exit else state


def states(axis: axes.Axis, values: list[float]) -> list[int]:
    return axes.follow(axis, np.array(values, dtype=float)).state.tolist()


@pytest.mark.parametrize(
    ("state", "score", "asked"),
    [
        (0, 0.5, 1), (0, 0.49, 0), (0, -0.5, -1), (0, -0.49, 0),
        (1, 0.01, 1), (1, 0.0, 0), (1, -0.49, 0), (1, -0.5, -1),
        (-1, -0.01, -1), (-1, 0.0, 0), (-1, 0.49, 0), (-1, 0.5, 1),
    ],
)  # fmt: skip
def test_hysteresis_of_leadership(state: int, score: float, asked: int):
    assert asked_by(LEADERSHIP, state, score) == asks(LEADERSHIP, state, score) == asked


@pytest.mark.parametrize(("axis", "enter", "leave"), [(CONFIRMATION, 0.33, 0.01), (MARKET, 0.01, 0.0)])
def test_thresholds_of_the_other_axes(axis: axes.Axis, enter: float, leave: float):
    assert asked_by(axis, 0, enter) == 1
    assert asked_by(axis, 0, enter - 1e-9) == 0
    assert asked_by(axis, 1, leave) == 0
    assert asked_by(axis, 1, leave + 1e-9) == 1


def test_the_tenth_close_in_a_row_takes_the_state():
    track = axes.follow(LEADERSHIP, np.array([0.9] * 12))
    assert track.state.tolist() == [0] * 9 + [1] * 3
    assert track.closes.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0]
    assert track.pending.tolist() == [1] * 12
    assert track.held.tolist() == [*range(1, 10), 1, 2, 3]


def test_one_other_close_starts_the_count_again():
    assert states(LEADERSHIP, [0.9] * 9 + [0.2] + [0.9] * 9) == [0] * 19


def test_another_state_asked_for_starts_the_count_again():
    values = [0.9] * 10 + [-0.2] * 9 + [-0.9] * 10
    assert states(LEADERSHIP, values) == [0] * 9 + [1] * 19 + [-1]


def test_a_missing_score_keeps_the_state_and_restarts_the_count():
    assert states(LEADERSHIP, [0.9] * 10 + [-0.9] * 9 + [NAN] + [-0.9] * 9) == [0] * 9 + [1] * 20
    assert axes.follow(LEADERSHIP, np.array([0.9] * 5 + [NAN])).closes[-1] == 0


def test_before_the_first_score_nothing_is_held():
    track = axes.follow(MARKET, np.array([NAN, NAN, 0.5]))
    assert track.state.tolist() == [0, 0, 0]
    assert track.held.tolist() == [0, 0, 1]


def close_by_close(axis: axes.Axis, values: list[float]) -> list[tuple[int, int, int]]:
    """State, pending and closes as a person would keep them with a pencil."""
    state = pending = closes = 0
    rows = []
    for score in values:
        asked = state if np.isnan(score) else asks(axis, state, score)
        closes = 0 if asked == state else closes + 1 if asked == pending else 1
        pending = asked
        if closes == 10:
            state, closes = asked, 0
        rows.append((state, pending, closes))
    return rows


@given(st.lists(st.sampled_from([0.9, 0.5, 0.2, 0.0, -0.2, -0.5, -0.9, NAN]), max_size=40), st.integers(1, 12))
def test_all_at_once_is_close_by_close(values, repeats):
    scores = [score for score in values for _ in range(repeats)]
    track = axes.follow(LEADERSHIP, np.array(scores, dtype=float))
    kept = list(zip(track.state.tolist(), track.pending.tolist(), track.closes.tolist(), strict=True))
    assert kept == close_by_close(LEADERSHIP, scores)


@given(scores)
def test_a_mirrored_score_makes_a_mirrored_state(values):
    track, mirror = axes.follow(LEADERSHIP, values), axes.follow(LEADERSHIP, -values)
    np.testing.assert_array_equal(track.state, -mirror.state)
    np.testing.assert_array_equal(track.closes, mirror.closes)


@given(scores, st.integers(0, 80))
def test_a_cut_future_changes_nothing(values, n):
    whole, cut = axes.follow(LEADERSHIP, values), axes.follow(LEADERSHIP, values[:n])
    for name in ("state", "pending", "closes", "held"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name)[:n])


def test_leadership_of_a_rising_and_a_falling_ratio():
    rising = np.linspace(1.0, 2.0, 300)
    up, down = (axes.leadership_score(axes.leadership_votes(ratio)) for ratio in (rising, rising[::-1].copy()))
    assert (up[-1], down[-1]) == (1.0, -1.0)
    assert np.isnan(up[:199]).all()
    assert not np.isnan(up[199:]).any()


def test_confirmation_is_half_the_difference_over_five_sessions():
    cyclical = np.array([[1.0] * 6, [1.0] * 6, [-1.0] * 6])
    defensive = np.array([[-1.0] * 6, [-1.0] * 6, [1.0] * 6])
    score = axes.confirmation_score(cyclical, defensive)
    assert np.isnan(score[:4]).all()
    np.testing.assert_allclose(score[4:], 1 / 3)


def test_a_missing_sector_leaves_no_score():
    votes = np.ones((3, 8))
    votes[0, 2] = NAN
    assert np.isnan(axes.confirmation_score(votes, -np.ones((3, 8)))[:7]).all()
    assert axes.confirmation_score(votes, -np.ones((3, 8)))[7] == 1.0


def test_market_score_is_the_distance_from_the_200_day_mean():
    close = np.array([100.0] * 199 + [110.0])
    assert axes.market_score(close)[-1] == pytest.approx(110 / (100 + 10 / 200) - 1)
