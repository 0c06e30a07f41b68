"""Multiplicity: Benjamini and Hochberg's q worked by hand, its order, its gaps, and how often it cries wolf."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.evidence.multiplicity import LEVEL, adjusted

NAN = float("nan")
# Table 1 of Benjamini and Hochberg (1995): 15 p-values, of which the first four are rejected at 5 %.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip

chances = st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), max_size=30).map(np.array)


def test_the_published_example_rejects_four_of_fifteen():
    assert int((adjusted(np.array(PUBLISHED)) <= LEVEL).sum()) == 4


def test_four_values_by_hand():
    # 0.01 * 4/1, 0.02 * 4/2, 0.03 * 4/3, 0.5 * 4/4; a q is never above that of a larger p.
    np.testing.assert_allclose(adjusted(np.array([0.5, 0.01, 0.03, 0.02])), [0.5, 0.04, 0.04, 0.04])


def test_one_look_needs_no_correction_and_none_gives_none():
    assert adjusted(np.array([0.03])).tolist() == [0.03]
    assert adjusted(np.array([])).tolist() == []


def test_what_was_not_tested_is_not_counted():
    np.testing.assert_allclose(adjusted(np.array([NAN, 0.01, NAN, 0.04])), [NAN, 0.02, NAN, 0.04])


@given(chances)
def test_a_q_is_no_less_than_its_p_and_keeps_its_order(p):
    q = adjusted(p)
    np.testing.assert_array_equal(np.isnan(q), np.isnan(p))
    known = ~np.isnan(p)
    assert (q[known] >= p[known] * (1 - 1e-12)).all()
    assert (q[known] <= 1.0).all()
    assert (np.diff(q[known][np.argsort(p[known], kind="stable")]) >= 0).all()


@given(chances, st.randoms(use_true_random=False))
def test_the_order_of_the_looks_changes_nothing(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    np.testing.assert_array_equal(adjusted(p[order]), adjusted(p)[order])


def test_among_looks_at_nothing_at_most_one_table_in_twenty_has_a_find():
    rng = np.random.RandomState(7)
    wolves = np.mean([(adjusted(rng.uniform(size=100)) <= LEVEL).any() for _ in range(2000)])
    assert wolves == pytest.approx(LEVEL, abs=0.015)
