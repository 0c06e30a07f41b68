"""How the votes are weighed: the composite by hand and by properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.core import history
from smallcap.core.bars import Floats, Panel
from smallcap.core.composite import KEYS, weigh

from tests.core.composite.conftest import IWM_SPY, NAN, WARM, bars_from, number, read_last, rows_of, still_panel


@pytest.mark.parametrize("case", rows_of("composite.csv"), ids=lambda case: f"{case['composite']} {case['weights']}")
def test_votes_are_weighed_as_in_the_worked_table(case: dict[str, str]):
    votes = np.array([[number(case[key])] for key in KEYS])
    weights = {key: float(weight) for key, weight in (part.split("=") for part in case["weights"].split())}
    np.testing.assert_allclose(weigh(votes, weights), [number(case["composite"])], rtol=0, atol=1e-8)


votes_of_days = arrays(
    np.float64, st.tuples(st.just(len(KEYS)), st.integers(0, 6)), elements=st.one_of(st.floats(-1, 1), st.just(NAN))
)
some_weights = st.dictionaries(st.sampled_from(KEYS), st.floats(0.0, 100.0))


@settings(deadline=None)
@given(votes_of_days, some_weights)
def test_a_composite_is_from_0_to_100_and_only_of_five_votes_or_more(votes: Floats, weights: dict[str, float]):
    score = weigh(votes, weights)
    assert score.shape == votes.shape[1:]
    for day, made in zip(votes.T, score, strict=True):
        known = [key for key, vote in zip(KEYS, day, strict=True) if not np.isnan(vote)]
        silent = len(known) < 5 or not any(weights.get(key, 1.0) for key in known)
        assert np.isnan(made) == silent
        assert silent or 0.0 <= made <= 100.0


@settings(deadline=None)
@given(votes_of_days, some_weights)
def test_votes_turned_around_mirror_the_composite_at_50(votes: Floats, weights: dict[str, float]):
    np.testing.assert_allclose(weigh(-votes, weights), 100.0 - weigh(votes, weights), rtol=0, atol=1e-9)


@settings(deadline=None)
@given(votes_of_days, st.floats(0.01, 100))
def test_the_same_weight_on_every_signal_is_no_weight(votes: Floats, weight: float):
    np.testing.assert_allclose(weigh(votes, dict.fromkeys(KEYS, weight)), weigh(votes, {}), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("pair", "first"),
    [("IWM/SPY", WARM["confirmation"]), ("IWM/MDY", WARM["fibonacci"]), ("QQQ/MDY", WARM["trend"])],
)
def test_the_composite_begins_with_the_fifth_signal(pair: str, first: int):
    # Of a pair without sectors the fifth is Fibonacci, of QQQ, which has no breadth either, the trend.
    panel = still_panel(220, MDY=bars_from([50.0] * 220, ticker="MDY"))
    score = history.compute(panel, history.parse_pair(pair)).composite.score
    assert np.isnan(score).tolist() == [row < first for row in range(220)]


def leap_panel() -> Panel:
    """Nothing moves until IWM's last close, 10 % up: everything votes +1 but volume and sectors, which vote 0."""
    return still_panel(260, 100.0, IWM=bars_from([100.0] * 259 + [110.0]))


@pytest.mark.parametrize(
    ("weights", "score"),
    [
        ((), 50 + 50 * 6 / 8),
        ((("confirmation", 3.0),), 50 + 50 * 6 / 10),
        ((("volume", 0.0), ("confirmation", 0.0)), 100.0),
        ((("trend", 0.0), ("rsi", 0.5), ("volume", 4.0)), 50 + 50 * 4.5 / 9.5),
    ],
)
def test_the_settings_weights_change_the_score_as_worked_by_hand(weights: tuple[tuple[str, float], ...], score: float):
    read = read_last(leap_panel(), composite_weights=weights)
    by_hand = {"volume": 0.0, "confirmation": 0.0}
    assert {vote.key: vote.vote for vote in read.votes} == pytest.approx({key: by_hand.get(key, 1.0) for key in KEYS})
    assert read.score == pytest.approx(score, abs=1e-9)
    assert {vote.key: vote.weight for vote in read.votes} == {key: dict(weights).get(key, 1.0) for key in KEYS}
    past = history.compute(leap_panel(), IWM_SPY, dict(weights))
    assert past.composite.score[-1] == read.score
