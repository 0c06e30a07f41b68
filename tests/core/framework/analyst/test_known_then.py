"""Nothing of the future is in the analyst's report: what it says of a session was known on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import reading
from smallcap.core.bars import Panel, bars_of
from smallcap.core.framework.analyst import ANALYST
from smallcap.core.framework.analyst_divergences import DIVERGENCES
from smallcap.core.framework.document import document
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import made, resolve
from smallcap.core.settings import Settings

from tests.conftest import random_panel
from tests.core.framework.analyst.conftest import FACTS, SEEDS, columns, day_of, planned, read, world


def shaken(panel: Panel, row: int, seed: int) -> Panel:
    """The panel with another future: every price and volume after a row is something else."""
    rng = np.random.RandomState(seed)
    bars = {}
    for ticker, each in panel.bars.items():
        factor = np.where(np.arange(len(each)) > row, np.exp(rng.normal(0, 0.2, len(each))), 1.0)
        bars[ticker] = bars_of(ticker, each.sessions, [column * factor for column in columns(each)])
    return replace(panel, bars=bars)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, SEEDS), st.integers(1, 698), st.integers(0, 300), st.sampled_from(["IWM/SPY", "QQQ/SPY", "XLF/IWM"])
)
def test_a_report_to_a_session_is_the_one_that_was_made_on_it(seed: int, row: int, back: int, pair: str):
    """Neither cutting the future off nor making it another one changes a letter of the report or a point of a chart."""
    panel = random_panel(seed=seed)
    last = panel["SPY"].sessions[row]
    texts = {"pair": pair, "from": day_of(panel, max(0, row - back)), "to": str(last), "panels": "all"}
    then = world(panel.until(last))
    others = [world(panel), world(shaken(panel, row, seed)), world(panel, row)]
    told, drawn = made(ANALYST, then, texts), ANALYST.curves(then, resolve(ANALYST, then, texts))
    for other in others:
        assert document(made(ANALYST, other, texts)) == document(told)
        for a, b in zip(ANALYST.curves(other, resolve(ANALYST, other, texts)), drawn, strict=True):
            assert (a.days == b.days).all()
            assert [name for name, _ in a.lines] == [name for name, _ in b.lines]
            for (_, x), (_, y) in zip(a.lines, b.lines, strict=True):
                np.testing.assert_array_equal(x, y)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, SEEDS), st.integers(0, 698))
def test_what_is_said_of_a_session_was_known_on_it(seed: int, row: int):
    panel = random_panel(seed=seed)
    whole, cut = read(panel), read(panel, row)
    for divergence in DIVERGENCES:
        np.testing.assert_array_equal(divergence.met(whole)[: row + 1], divergence.met(cut), err_msg=divergence.key)


@pytest.mark.parametrize("day", ["2001-03-13", "2008-10-10", "2020-03-23", "2022-12-30"])
def test_real_history_is_reported_as_it_was_known(real_panel: Panel, day: str):
    asked = date.fromisoformat(day)
    texts = {"pair": "IWM/SPY", "from": str(asked - timedelta(250)), "to": day, "panels": "all"}
    then, now = (
        World(reading.build(real_panel, upto, Settings(), closed=upto), FACTS) for upto in (asked, date(2022, 12, 30))
    )
    plan = made(ANALYST, then, texts)
    assert document(plan) == document(made(ANALYST, now, texts))
    assert plan.standing.regime == then.reading.regime.regime.label
    counted = [int(plan.decision[key]) for key in plan.decision if key.startswith("sessions_")]
    assert sum(counted) == plan.decision["sessions"] > 150


def test_evidence_is_of_the_window_s_end_and_of_nothing_later(panel: Panel, here: World):
    later = planned(here, since=day_of(panel, 500), to=day_of(panel, 690), panels="evidence claims")
    cut = planned(here, since=day_of(panel, 500), to=day_of(panel, 650), panels="evidence claims")
    gone = World(read(panel, 650), here.facts)
    again = planned(gone, since=day_of(panel, 500), to=day_of(panel, 650), panels="evidence claims")
    assert cut.rows == again.rows
    assert cut.rows != later.rows
