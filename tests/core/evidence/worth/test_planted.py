"""What the sizing was worth on made-up walks: a planted edge is found, and none where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from smallcap.core.evidence.table import CALMER, LESS, MORE, TOO_FEW
from smallcap.core.evidence.worth import BETTER, EXPOSURES, SAME_RETURN, Position, compare

from tests.core.evidence.worth.conftest import DRAWS

MULTIPLIER = EXPOSURES[0]


def walked(seed: int, drift: float, vol: float, *, cycle: int = 50) -> tuple[Position, np.ndarray]:
    """Twelve years that alternate every `cycle` sessions between good and calm, bad and rough; and which is which."""
    random, n = np.random.RandomState(seed), 3000
    good = np.arange(n) // cycle % 2 == 0
    daily = np.where(good, drift, -drift) + random.normal(0, 0.01, n) * np.where(good, 1.0, vol)
    days = np.datetime64("2001-01-01") + np.arange(n)
    level = 100 * np.cumprod(1 + np.concatenate(([0.0], daily[:-1])))
    return Position(days, level, np.where(good, 1.0, 0.5)), good


def test_a_planted_edge_is_found_and_its_mirror_too():
    held, good = walked(1, drift=0.002, vol=1.0)
    found = compare(held, "X", MULTIPLIER)
    mirrored = compare(held._replace(weights=np.where(good, 0.5, 1.0)), "X", MULTIPLIER)
    assert found is not None
    assert mirrored is not None
    assert (found.returns.verdict, found.sharpe.verdict) == (MORE, BETTER)
    assert mirrored.returns.verdict == LESS
    # Half the weight, half the sessions: a quarter of the drift either way.
    assert found.returns.ci95.low < 252 * 0.002 / 4 < found.returns.ci95.high


def test_planted_calm_is_found_where_the_return_shows_nothing():
    held, _ = walked(2, drift=0.0, vol=3.0)
    found = compare(held, "X", MULTIPLIER)
    assert found is not None
    assert found.volatility.verdict == CALMER
    assert found.returns.verdict == SAME_RETURN
    assert found.shown() == "no difference in return shown, calmer"


def test_where_there_is_no_edge_the_intervals_cover_none():
    covered = 0
    for seed in range(100):
        held, _ = walked(seed, drift=0.0, vol=1.0, cycle=37)
        found = compare(held, "X", MULTIPLIER, draws=400)
        assert found is not None
        covered += found.returns.ci95.spans_zero
    assert 90 <= covered <= 99


def test_two_spells_are_too_few_to_tell_from():
    held, _ = walked(3, drift=0.01, vol=1.0, cycle=1500)
    found = compare(held, "X", MULTIPLIER)
    assert found is not None
    assert {found.returns.verdict, found.volatility.verdict, found.sharpe.verdict} == {TOO_FEW}
    assert found.shown() == TOO_FEW


def test_a_still_market_has_no_sharpe_ratio():
    held, _ = walked(4, drift=0.0, vol=1.0)
    found = compare(held._replace(weights=np.zeros(len(held.days))), "X", MULTIPLIER, draws=DRAWS)
    assert found is not None
    assert math.isnan(found.sized.sharpe)
    assert math.isnan(found.sharpe.difference)


def test_a_first_fall_counts_from_the_value_at_the_start():
    held, _ = walked(5, drift=0.0, vol=1.0)
    falling = 100.0 * 0.999 ** np.arange(len(held.days))
    found = compare(held._replace(level=falling, weights=np.ones(len(falling))), "X", MULTIPLIER, draws=DRAWS)
    assert found is not None
    assert found.sized.max_drawdown == pytest.approx(0.999 ** (len(falling) - 1) - 1)


def test_the_spells_counted_are_those_of_the_rarer_side():
    held, _ = walked(6, drift=0.0, vol=1.0, cycle=1000)
    for weights in (held.weights, 1.5 - held.weights):
        found = compare(held._replace(weights=weights), "X", MULTIPLIER, draws=DRAWS)
        assert found is not None
        assert found.spells == 1
