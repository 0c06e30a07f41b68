"""The charts of the analyst's report: the ratio and both total returns, gaps and all."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from smallcap.core.bars import Panel, bars_of
from smallcap.core.framework.analyst import ANALYST
from smallcap.core.framework.wizard import made, resolve

from tests.core.framework.analyst.conftest import columns, day_of, world


def test_the_charts_are_the_ratio_and_both_total_returns(panel: Panel):
    for price in (False, True):
        where = world(panel, price_ratio=price)
        ratio, returns = ANALYST.curves(where, resolve(ANALYST, where, {"from": day_of(panel, 400)}))
        assert [name for name, _ in ratio.lines] == ["IWM/SPY", "50-session mean"]
        assert ratio.lines[0][1][-1] == pytest.approx(panel["IWM"].close[-1] / panel["SPY"].close[-1])
        np.testing.assert_allclose(ratio.lines[0][1], where.reading.shown_ratio[400:])
        assert ratio.lines[1][1][-1] == pytest.approx(where.reading.ratio.sma50)
        assert ratio.words.startswith("on price" if price else "on total return")
        assert len(ratio.days) == 300
        assert [name for name, _ in returns.lines] == ["IWM", "SPY"]
        assert returns.unit == "%"
        close = panel["IWM"].adj_close
        np.testing.assert_allclose(returns.lines[0][1], close[400:] / close[400] - 1)


def test_a_day_without_a_bar_is_a_gap_in_the_chart_and_no_hole_in_the_returns(panel: Panel):
    spy = panel["SPY"]
    holed = bars_of("SPY", np.delete(spy.sessions, [600, 650]), [np.delete(c, [600, 650]) for c in columns(spy)])
    where = world(replace(panel, bars={**panel.bars, "SPY": holed}))
    texts = {"from": day_of(panel, 600), "to": day_of(panel, 650)}
    plan, (ratio, returns) = made(ANALYST, where, texts), ANALYST.curves(where, resolve(ANALYST, where, texts))
    assert isnan(ratio.lines[0][1][0])
    assert isnan(returns.lines[1][1][-1])
    assert returns.lines[1][1][1] == 0.0
    assert plan.decision["return_b"] == pytest.approx(spy.adj_close[649] / spy.adj_close[599] - 1.0)
    assert plan.decision["sessions"] == 51
