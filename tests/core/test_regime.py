"""The table of regimes, cell by cell, and when there is no label."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from smallcap.core import regime
from smallcap.core.regime import NARROW, NEUTRAL, REGIMES, RISK_OFF, RISK_ON, Regime

NAN = float("nan")


def label(leadership: int, confirmation: int, market: int) -> str:
    rows = (np.array([state]) for state in (leadership, confirmation, market))
    return REGIMES[int(regime.labels(*rows)[0])].label


BY_HAND = {
    # market UP: a row for LEADING, FLAT, LAGGING; a column for CONFIRMED, MIXED, DENIED
    1: (("RISK-ON", "RISK-ON", "NEUTRAL"), ("NEUTRAL",) * 3, ("NARROW", "NARROW", "RISK-OFF")),
    0: (("NEUTRAL",) * 3, ("NEUTRAL",) * 3, ("NEUTRAL", "NEUTRAL", "RISK-OFF")),
    -1: (("RISK-OFF",) * 3,) * 3,
}


@pytest.mark.parametrize("states", list(product((1, 0, -1), repeat=3)))
def test_every_cell_of_the_table(states: tuple[int, int, int]):
    leadership, confirmation, market = states
    assert label(*states) == BY_HAND[market][1 - leadership][1 - confirmation]


def test_under_sixty_percent_coverage_there_is_no_label():
    codes = regime.withhold(np.array([1, 1, 1]), np.array([0.59, 0.6, 1.0]), np.zeros(3))
    assert [REGIMES[c].label for c in codes] == ["INSUFFICIENT DATA", "RISK-ON", "RISK-ON"]


def test_an_axis_that_was_never_scored_gives_no_label():
    codes = regime.withhold(np.ones(3, dtype=int), np.ones(3), np.array([NAN, NAN, 0.1]))
    assert codes.tolist() == [0, 0, 1]


def test_a_score_missing_for_more_than_the_dwell_takes_the_label_away():
    score = np.array([0.1] + [NAN] * 12 + [0.1])
    codes = regime.withhold(np.ones(14, dtype=int), np.ones(14), score)
    assert codes.tolist() == [1] * 11 + [0] * 2 + [1]


def test_runs_begin_where_the_label_changes():
    assert regime.runs(np.array([1, 1, 2, 2, 2, 1])) == [(0, 2), (2, 5), (5, 6)]
    assert regime.runs(np.array([], dtype=int)) == []


def test_every_regime_has_its_own_word_shape_letter_and_ink():
    for name in ("label", "shape", "letter", "ink", "meaning"):
        assert len({getattr(r, name) for r in REGIMES}) == len(REGIMES)


@pytest.mark.parametrize(
    ("regime", "small_caps", "another"),
    [
        (RISK_ON, "the market rises and small caps lead", "XLK rises and QQQ leads"),
        (NARROW, "the index rises, small caps do not", "XLK rises, QQQ lags"),
        (NEUTRAL, "no clear lead", "no clear lead"),
        (
            RISK_OFF,
            "the market falls, or small caps lag and cyclicals with them",
            "XLK falls, or QQQ lags and the sectors deny it",
        ),
    ],
)
def test_what_it_says_is_said_of_the_pair(regime: Regime, small_caps: str, another: str):
    assert regime.means("IWM", "SPY") == small_caps
    assert regime.means("QQQ", "XLK") == another
