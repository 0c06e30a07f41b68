"""The quiz: a question never depends on its answer, what came is counted right, and the tally is held to a base."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import history, quiz
from smallcap.core.bars import Bars, Panel, to_day
from smallcap.core.errors import SourceError
from smallcap.core.history import History, Pair
from smallcap.core.regime import INSUFFICIENT, REGIMES

from tests.conftest import random_panel

PAIR = Pair("IWM", "SPY")


@pytest.fixture(scope="module")
def past(panel: Panel) -> History:
    return history.compute(panel, PAIR)


def changed(bars: Bars, after: int, daily: float) -> Bars:
    """The same bars up to a row, and from there on a steady change a day."""
    adj = bars.adj_close.copy()
    adj[after:] = adj[after - 1] * (1.0 + daily) ** np.arange(1, len(adj) - after + 1)
    return replace(bars, close=adj, adj_close=adj)


@settings(max_examples=30)
@given(st.integers(0, 2**40))
def test_there_is_enough_before_and_after_whatever_the_seed(seed: int):
    panel = random_panel(420)
    past = history.compute(panel, PAIR)
    row = int(np.searchsorted(past.sessions, np.datetime64(quiz.choose(past, seed), "D")))
    assert quiz.BEFORE <= row < len(past.sessions) - quiz.HORIZON - 1
    assert INSUFFICIENT not in (REGIMES[past.codes[row]], REGIMES[past.codes[row + 1 + quiz.HORIZON]])


def test_the_first_and_the_last_session_that_can_be_asked_about_are_asked(past: History):
    rows = {int(np.searchsorted(past.sessions, np.datetime64(quiz.choose(past, seed), "D"))) for seed in range(6000)}
    assert min(rows) == quiz.BEFORE
    assert max(rows) == len(past.sessions) - quiz.HORIZON - 2
    assert len(rows) == len(past.sessions) - quiz.HORIZON - 1 - quiz.BEFORE


@pytest.mark.parametrize("daily", [0.01, -0.01])
def test_which_session_is_asked_says_nothing_of_what_came_after(panel: Panel, past: History, daily: float):
    other = Panel({**panel.bars, "IWM": changed(panel["IWM"], quiz.BEFORE, daily)}, panel.origin)
    later = history.compute(other, PAIR)
    assert not np.array_equal(later.codes, past.codes)
    assert [quiz.choose(later, seed) for seed in range(200)] == [quiz.choose(past, seed) for seed in range(200)]


def test_the_same_seed_asks_the_same(past: History):
    assert quiz.choose(past, 7) == quiz.choose(past, 7)
    assert len({quiz.choose(past, seed) for seed in range(50)}) > 40


@pytest.mark.parametrize("n", [1, 252, 274])
def test_too_short_a_history_is_said(n: int):
    past = history.compute(random_panel(n), PAIR)
    with pytest.raises(SourceError, match=f"a quiz on IWM/SPY needs 252 sessions before .* there are {n} session"):
        quiz.choose(past, 0)
    assert quiz.choose(history.compute(random_panel(275), PAIR), 0)


def test_a_session_without_a_price_at_either_end_is_never_asked(panel: Panel):
    hole = 400
    keep = np.arange(len(panel["IWM"])) != hole
    iwm = panel["IWM"]
    columns = (getattr(iwm, name)[keep] for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume"))
    past = history.compute(Panel({**panel.bars, "IWM": Bars("IWM", *columns)}, panel.origin), PAIR)
    asked = {quiz.choose(past, seed) for seed in range(6000)}
    missing = {to_day(panel["SPY"].sessions[row]) for row in (hole - 1, hole - 1 - quiz.HORIZON)}
    assert asked.isdisjoint(missing)
    assert to_day(panel["SPY"].sessions[hole - 2]) in asked


@pytest.mark.parametrize("part", [slice(400, None), slice(None, 400)])
def test_a_session_without_a_label_then_or_later_is_never_asked(panel: Panel, part: slice):
    names = ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    sectors = {ticker: Bars(ticker, *(getattr(panel[ticker], name)[part] for name in names)) for ticker in PAIR.sectors}
    past = history.compute(Panel({**panel.bars, **sectors}, panel.origin), PAIR)
    labelled = np.flatnonzero(past.codes != REGIMES.index(INSUFFICIENT))
    asked = [np.searchsorted(past.sessions, np.datetime64(quiz.choose(past, seed), "D")) for seed in range(3000)]
    assert min(asked) >= labelled[0]
    assert max(asked) + 1 + quiz.HORIZON <= labelled[-1]


def test_what_came_is_from_the_next_close_over_the_horizon(panel: Panel, past: History):
    for seed in range(40):
        asked = quiz.choose(past, seed)
        t = int(np.flatnonzero(panel["SPY"].sessions == np.datetime64(asked, "D"))[0])
        came = quiz.outcome(past, panel, asked)
        iwm, spy = (panel[ticker].adj_close[t + 22] / panel[ticker].adj_close[t + 1] - 1 for ticker in PAIR)
        assert (came.a, came.b) == pytest.approx((iwm, spy))
        assert came.ratio == pytest.approx((1 + iwm) / (1 + spy) - 1)
        assert came.direction == ("rise" if iwm > spy else "fall")
        assert (came.asked, came.start, came.end) == tuple(to_day(panel["SPY"].sessions[t + n]) for n in (0, 1, 22))
        then = history.compute(panel.until(panel["SPY"].sessions[t + 22]), PAIR)
        assert came.regime is REGIMES[then.codes[-1]]


def test_a_ratio_that_ends_where_it_began_has_not_risen(panel: Panel, past: History):
    came = quiz.outcome(past, panel, quiz.choose(past, 1))
    assert came._replace(ratio=0.0).direction == "fall"
    assert came._replace(ratio=1e-9).direction == "rise"


def test_the_tally_is_held_against_always_saying_the_commoner_outcome():
    came = ["rise", "fall", "rise", "rise", "fall"]
    found = quiz.tally(["rise", "rise", "fall", "rise", "fall"], came)
    assert found == quiz.Tally(5, 3, "rise", 3)
    assert found.words() == '3 of 5 right; always saying "rise" would have had 3'
    assert quiz.tally(["fall"], ["fall"]) == quiz.Tally(1, 1, "fall", 1)
    assert quiz.tally(["rise", "rise"], ["fall", "rise"]).commoner == "fall"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_always_saying_the_commoner_outcome_scores_its_base(answers: list[tuple[str, str]]):
    said, came = [one for one, _ in answers], [one for _, one in answers]
    found = quiz.tally(said, came)
    assert quiz.tally([found.commoner] * len(came), came).right == found.base
    assert all(quiz.tally([one] * len(came), came).right <= found.base for one in "abc")
