"""What ends a core-satellite plan: another regime, another rate cycle, and closes at the edges of its band."""

from __future__ import annotations

import pytest
from smallcap.core.framework.plan import Condition
from smallcap.core.framework.profile import World

from tests.core.framework.core_satellite.conftest import planned


def test_what_makes_it_invalid(here: World):
    """After the trades 50 IWM stand beside 89,997.90: 8 % is 0.08 / 0.92 of that in 50 shares, 12 % is 0.12 / 0.88."""
    regime, cycle, under, over = planned(here).invalidated_by
    assert (regime.regime, regime.words) == ("RISK-OFF", "the regime is no longer RISK-OFF")
    assert cycle == Condition("the rate cycle is no longer CUTTING", rate_cycle="CUTTING")
    assert (under.ticker, under.below, over.ticker, over.below) == ("IWM", True, "IWM", False)
    rest = 100_000 - 2.10 - 10_000
    assert under.close == pytest.approx(0.08 / 0.92 * rest / 50)
    assert over.close == pytest.approx(0.12 / 0.88 * rest / 50)
    assert under.words == "IWM closes below 156.52 (-21.7%), all else equal: its weight falls under 8.0%"


@pytest.mark.parametrize(("edge", "at"), [(0.08, 2), (0.12, 3)])
def test_at_that_close_the_weight_is_on_the_edge_of_the_band(here: World, edge: float, at: int):
    close = planned(here).invalidated_by[at].close
    assert close is not None
    after = 50 * close + 205 * 400 + 10 * 300 + 4_997.90
    assert 50 * close / after == pytest.approx(edge)


def test_an_edge_that_no_close_reaches_is_no_condition(here: World):
    assert len(planned(here, low="1%", high="2%", band="10%", held="IWM=5 SPY=200").invalidated_by) == 3
    assert len(planned(here, held="SPY=200", band="20%").invalidated_by) == 2
    assert len(planned(here, value="1000", held="IWM=5", low="99%", high="100%").invalidated_by) == 2
