"""Every signal on real history and on random walks: its bounds, its beginning, and no look ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import history
from smallcap.core.bars import Floats, Origin, Panel
from smallcap.core.composite import KEYS

from tests.conftest import random_panel
from tests.core.composite.conftest import IWM_SPY, WARM, each_signal


@pytest.fixture(scope="module")
def real_past(real_panel: Panel) -> history.History:
    return history.compute(real_panel, IWM_SPY)


def bounded(votes: Floats) -> None:
    known = votes[~np.isnan(votes)]
    assert (np.abs(known) <= 1.0).all()


@each_signal
def test_a_vote_stays_between_minus_and_plus_one_on_real_history(real_past: history.History, key: str):
    votes = real_past.composite.votes[KEYS.index(key)]
    bounded(votes)
    # It has voted both ways in twenty years, or it would be no signal.
    assert np.nanmin(votes) < -0.2
    assert np.nanmax(votes) > 0.2


@each_signal
@pytest.mark.parametrize("seed", range(5))
def test_a_vote_stays_between_minus_and_plus_one_on_random_walks(key: str, seed: int):
    bounded(history.compute(random_panel(400, seed), IWM_SPY).composite.votes[KEYS.index(key)])


@each_signal
def test_a_signal_votes_from_the_first_session_on_that_its_inputs_are_known(key: str):
    steady = {name: replace(bars, volume=np.full(len(bars), 1e6)) for name, bars in random_panel(300, 3).bars.items()}
    past = history.compute(Panel(steady, Origin("steady", True, "")), IWM_SPY)
    votes = past.composite.votes[KEYS.index(key)]
    assert np.isnan(votes).tolist() == [row < WARM[key] for row in range(300)]


@each_signal
def test_on_real_history_a_signal_that_has_begun_never_falls_silent(real_past: history.History, key: str):
    votes = real_past.composite.votes[KEYS.index(key)]
    # Volume alone may begin earlier and then wait for a 63-session high to exist; SPY was there before IWM.
    assert not np.isnan(votes[max(WARM[key], 62) :]).any()


@each_signal
def test_no_cut_changes_a_bit_of_a_signals_past_on_random_walks(key: str):
    panel, row = random_panel(330, 4), KEYS.index(key)
    whole = history.compute(panel, IWM_SPY).composite
    for n in (1, 21, 54, 126, 199, 200, 257, 329):
        cut = history.compute(panel.until(panel["IWM"].sessions[n - 1]), IWM_SPY).composite
        np.testing.assert_array_equal(cut.votes[row], whole.votes[row][:n])
        np.testing.assert_array_equal(cut.score, whole.score[:n])


@pytest.mark.parametrize("day", ["2002-10-09", "2008-10-10", "2013-05-22", "2020-03-23", "2022-06-16"])
def test_no_cut_changes_a_bit_of_the_real_past(real_panel: Panel, real_past: history.History, day: str):
    cut = history.compute(real_panel.until(np.datetime64(day)), IWM_SPY)
    n = len(cut.sessions)
    np.testing.assert_array_equal(cut.composite.votes, [row[:n] for row in real_past.composite.votes])
    np.testing.assert_array_equal(cut.composite.score, real_past.composite.score[:n])


def test_the_ratio_and_the_sectors_vote_by_their_axes_scores(panel: Panel):
    past = history.compute(panel, IWM_SPY)
    assert past.confirmation is not None
    np.testing.assert_array_equal(past.composite.votes[KEYS.index("ratio")], past.leadership.score)
    np.testing.assert_array_equal(past.composite.votes[KEYS.index("confirmation")], past.confirmation.score)
