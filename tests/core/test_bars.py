"""Panels cut at a session: nothing later is in them, macro included."""

from __future__ import annotations

import numpy as np
import pytest
from smallcap.core.bars import Panel, Series
from smallcap.core.errors import SourceError

from tests.conftest import random_bars


def test_a_cut_panel_holds_nothing_later(panel: Panel):
    day = panel["SPY"].sessions[300]
    cut = panel.until(day)
    assert all(bars.sessions[-1] == day for bars in cut.bars.values())
    assert all(len(bars.close) == len(bars.sessions) == 301 for bars in cut.bars.values())


def test_a_ticker_not_yet_listed_is_not_in_the_cut(panel: Panel):
    late = random_bars("NEW", 10, 3, first="2017-06-01")
    cut = Panel({**panel.bars, "NEW": late}, panel.origin).until(np.datetime64("2017-05-31"))
    assert "NEW" not in cut.bars


def test_a_macro_observation_is_there_from_the_next_session_on(panel: Panel):
    days = np.array(["2015-06-01", "2015-06-02"], "datetime64[D]")
    with_macro = Panel(panel.bars, panel.origin, {"DGS2": Series("DGS2", days, np.array([1.0, 2.0]))})
    assert with_macro.until(np.datetime64("2015-06-02")).macro["DGS2"].values.tolist() == [1.0]
    assert with_macro.until(np.datetime64("2015-06-03")).macro["DGS2"].values.tolist() == [1.0, 2.0]
    assert with_macro.until(np.datetime64("2015-06-01")).macro == {}


def test_a_ticker_that_is_not_there_is_named(panel: Panel):
    with pytest.raises(SourceError, match="ticker 'ZZZ' is not in random walk"):
        _ = panel["ZZZ"]
