"""The window of the analyst's report: its sessions, labels, moves and changes of axes reckoned a second time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby, pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.calendar import same_day
from smallcap.core.errors import UsageError
from smallcap.core.framework.analyst import questions
from smallcap.core.framework.analyst_panels import NEWEST
from smallcap.core.framework.analyst_window import changes, episodes, sessions_of, summaries, window
from smallcap.core.framework.profile import World
from smallcap.core.history import Pair
from smallcap.core.regime import INSUFFICIENT, REGIMES
from smallcap.core.settings import Settings

from tests.conftest import random_bars, random_panel
from tests.core.framework.analyst.conftest import IWM_SPY, SEEDS, day_of, planned, read, rows, world


@settings(max_examples=60, deadline=None)
@given(st.integers(0, SEEDS), st.integers(0, 699), st.integers(0, 699))
def test_the_labels_cover_the_window_and_their_moves_multiply_to_its_own(seed: int, one: int, two: int):
    panel = random_panel(seed=seed)
    first, last = sorted((one, two))
    whole = read(panel)
    seen = window(whole, IWM_SPY, to_day(panel["SPY"].sessions[first]), to_day(panel["SPY"].sessions[last]))
    found = episodes(seen)
    codes = whole.history.codes[first : last + 1].tolist()
    told = [(REGIMES.index(e.regime), e.sessions) for e in found]
    assert told == [(code, len([*group])) for code, group in groupby(codes)]
    assert [e.last < f.first for e, f in pairwise(found)] == [True] * (len(found) - 1)
    for side, ticker in enumerate(IWM_SPY):
        close = panel[ticker].adj_close
        assert prod(1 + e.moves[side] for e in found) == pytest.approx(close[last] / close[first], rel=1e-12)
    together = summaries(found)
    assert sum(row.share for row in together) == pytest.approx(1.0)
    assert {row.regime: row.sessions for row in together} == {REGIMES[code]: codes.count(code) for code in set(codes)}
    assert sum(row.episodes for row in together) == len(found)


def test_an_episodes_moves_by_hand(panel: Panel, here: World):
    """From the close on which a label was first read to the close on which the next one was."""
    seen = window(here.reading, IWM_SPY, to_day(panel["SPY"].sessions[-252]), here.reading.as_of)
    one, two = episodes(seen)[1:3]
    rows_ = [int(np.searchsorted(panel["IWM"].sessions, np.datetime64(e.first))) for e in (one, two)]
    a, b = (panel[t].adj_close[rows_[1]] / panel[t].adj_close[rows_[0]] - 1.0 for t in IWM_SPY)
    assert one.moves == pytest.approx((a, b))
    assert one.moves.ratio == pytest.approx((1 + a) / (1 + b) - 1)
    assert one.moves.words(IWM_SPY) == f"IWM {100 * a:+.1f}%, SPY {100 * b:+.1f}%, ratio {100 * one.moves.ratio:+.1f}%"


def test_an_episode_that_the_window_cuts_says_when_it_began(panel: Panel, here: World):
    past = here.reading.history
    start, stop = max(past.runs(), key=lambda run: run[1] - run[0])
    plan = planned(here, since=str(past.sessions[start + 3]), to=str(past.sessions[stop - 2]))
    _, how = rows(plan)[f"label from {past.sessions[start + 3]}"]
    assert how.startswith(f"began {past.sessions[start]}; to {past.sessions[stop - 2]}; IWM ")
    whole = planned(here, since=str(past.sessions[start]), to=str(past.sessions[stop - 2]))
    assert "began" not in rows(whole)[f"label from {past.sessions[start]}"][1]


def test_the_axes_changes_are_those_of_the_history(panel: Panel, here: World):
    past, first = here.reading.history, 300
    seen = window(here.reading, IWM_SPY, to_day(panel["SPY"].sessions[first]), here.reading.as_of)
    expected = sorted(
        (to_day(past.sessions[row]), place, int(track.state[row - 1]), int(track.state[row]), int(track.held[row - 1]))
        for place, track in enumerate(past.tracks)
        for row in range(first, 700)
        if track.state[row] != track.state[row - 1]
    )
    keys = [track.axis.key for track in past.tracks]
    found = [(c.day, keys.index(c.axis.key), c.before, c.after, c.held) for c in changes(seen)]
    assert found == expected
    assert len(found) > NEWEST
    on_it = window(here.reading, IWM_SPY, found[3][0], here.reading.as_of)
    assert changes(on_it)[0].day == found[3][0]


@pytest.mark.parametrize("row", [0, 1, 3, 60, 130, 210])
def test_a_young_history_and_a_window_of_one_session_are_a_report_too(panel: Panel, row: int):
    where = world(panel, row)
    assert planned(where).decision["sessions"] == row + 1
    plan = planned(where, since=day_of(panel, row))
    assert (plan.decision["sessions"], plan.decision["return_a"], plan.decision["label_changes"]) == (1, 0.0, 0)
    label = where.reading.regime.regime
    assert plan.why[1] == f"IWM/SPY was {label.label} on 1 of 1 session; the label never changed."
    assert (label == INSUFFICIENT) == (row < 200)
    assert plan.invalidated_by[0].regime == label.label


def test_too_little_data_is_a_label_like_another(panel: Panel, here: World):
    plan = planned(here, since=day_of(panel, 0))
    assert plan.decision["sessions_insufficient_data"] == int((here.reading.history.codes == 0).sum()) > 100
    assert "INSUFFICIENT DATA in all" in rows(plan)
    assert sum(int(plan.decision[key]) for key in plan.decision if key.startswith("sessions_")) == 700


def test_a_ticker_that_ended_long_ago_is_reported_to_its_end(panel: Panel):
    gone = replace(panel, bars={**panel.bars, "OLD": random_bars("OLD", 400, 5)})
    where = world(gone)
    asked = {question.key: question.default for question in questions(where, {"pair": "OLD/IWM"})}
    assert asked["from"] == str(same_day(where.reading.as_of, -12))
    quiet = replace(panel, bars={**panel.bars, "OLD": random_bars("OLD", 400, 5), "ELD": random_bars("ELD", 400, 6)})
    plan = planned(world(quiet), pair="OLD/ELD")
    assert plan.standing.as_of == str(random_bars("OLD", 400, 5).sessions[-1])
    assert any("missing since" in words for words in plan.warnings)
    with pytest.raises(UsageError, match=f"from 2017-01-03 is not from 2015-01-02 to {plan.standing.as_of}"):
        planned(world(quiet), pair="OLD/ELD", since="2017-01-03")


def test_the_sessions_of_a_pair_are_those_of_its_history(panel: Panel):
    late = replace(panel, bars={**panel.bars, "NEW": random_bars("NEW", 90, 4, first="2017-01-03")})
    for pair in (IWM_SPY, Pair("NEW", "SPY"), Pair("SPY", "NEW")):
        made_ = reading.build(late, date(2017, 10, 11), Settings(pair=str(pair)), closed=date(2017, 10, 11))
        assert (sessions_of(late, pair) == made_.history.sessions).all()
