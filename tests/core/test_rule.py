"""The rule's numbers: any setting gives what a pencil gives, and the defaults are the rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import axes, history
from smallcap.core.axes import AXES, CONFIRMATION, DWELL, LEADERSHIP, MARKET, Axis
from smallcap.core.bars import Panel
from smallcap.core.history import parse_pair
from smallcap.core.rule import RULE, Rule

IWM_SPY = parse_pair("IWM/SPY")
OTHER = Rule(short=38, long=150, slope=15, place=47, enter=1.2, exit=0.5, dwell=5)


def test_the_defaults_are_the_rule():
    assert tuple(RULE) == (50, 200, 20, 63, 1.0, 0.0, 10)
    assert DWELL == 10
    assert [axis.by(RULE) for axis in AXES] == list(AXES)


@pytest.mark.parametrize(
    ("axis", "enter", "leave"), [(LEADERSHIP, 0.6, 0.3), (CONFIRMATION, 0.396, 0.203), (MARKET, 0.012, 0.006)]
)
def test_thresholds_by_another_rule(axis: Axis, enter: float, leave: float):
    varied = axis.by(OTHER)
    assert (varied.enter, varied.exit) == pytest.approx((enter, leave))
    assert (varied.key, varied.states) == (axis.key, axis.states)


def by_pencil(axis: Axis, score: np.ndarray, dwell: int) -> list[int]:
    """The states, close by close; an axis asks for its exit before the opposite's enter."""
    state = pending = closes = 0
    states = []
    for value in score.tolist():
        asked = state
        if value >= axis.enter:
            asked = 1
        elif value <= -axis.enter:
            asked = -1
        elif state * value <= axis.exit:
            asked = 0
        closes = 0 if asked == state else closes + 1 if asked == pending else 1
        pending = asked
        if closes == dwell:
            state, closes = asked, 0
        states.append(state)
    return states


@given(
    st.lists(st.sampled_from([0.9, 0.5, 0.3, 0.1, 0.0, -0.2, -0.45, -0.9]), max_size=40),
    st.integers(1, 6),
    st.sampled_from([Rule(dwell=5), Rule(dwell=15), Rule(enter=0.8, exit=0.5, dwell=1), OTHER]),
)
def test_states_by_any_dwell_and_any_threshold_are_those_of_a_pencil(values, repeats, rule):
    score, axis = np.repeat(np.array(values, dtype=float), repeats), LEADERSHIP.by(rule)
    assert axes.follow(axis, score, rule.dwell).state.tolist() == by_pencil(axis, score, rule.dwell)


def mean(x: np.ndarray, t: int, n: int) -> float:
    return float(np.mean(x[t - n + 1 : t + 1]))


def test_another_rule_is_read_all_the_way(panel: Panel):
    found = history.labelled(panel, IWM_SPY, OTHER)
    spy = panel["SPY"].adj_close
    ratio = panel["IWM"].adj_close / spy
    for t in range(300, 700, 7):
        low, high = ratio[t - 46 : t + 1].min(), ratio[t - 46 : t + 1].max()
        votes = [
            np.sign(ratio[t] - mean(ratio, t, 38)),
            np.sign(ratio[t] - mean(ratio, t, 150)),
            np.sign(mean(ratio, t, 38) - mean(ratio, t - 15, 38)),
            2 * (ratio[t] - low) / (high - low) - 1,
        ]
        assert [vote[t] for vote in found.votes] == pytest.approx(votes)
    assert found.market.score[t] == pytest.approx(spy[t] / mean(spy, t, 150) - 1)
    energy = panel["XLF"].adj_close / spy
    assert found.gaps[0][t] == pytest.approx(energy[t] / mean(energy, t, 38) - 1)
    assert found.confirmation is not None
    for track in (found.leadership, found.confirmation, found.market):
        assert track.state.tolist() == by_pencil(track.axis, track.score, 5)
    assert [track.axis.enter for track in (found.leadership, found.confirmation, found.market)] == pytest.approx(
        [0.6, 0.396, 0.012]
    )


def test_a_history_by_another_rule_has_that_rules_axes_and_labels(panel: Panel):
    found, past = history.labelled(panel, IWM_SPY, OTHER), history.compute(panel, IWM_SPY, rule=OTHER)
    np.testing.assert_array_equal(past.codes, found.codes)
    np.testing.assert_array_equal(past.inputs.leadership, found.leadership.score)
    plain = history.compute(panel, IWM_SPY)
    assert (plain.codes != past.codes).any()
    np.testing.assert_array_equal(plain.codes, history.labelled(panel, IWM_SPY).codes)
