"""The coverage benchmark's own arithmetic, and that its markets have the one mean that it says they have."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import coverage
from benchmarks.coverage import Tally


def tally(market: int, ours: bool, *, plain: bool = False, kind: str = "regime", horizon: int = 5) -> Tally:
    return Tally(market, kind, "IWM", horizon, ours, plain)


def test_the_error_of_a_share_counts_markets_not_intervals():
    # Two markets, one wholly covered and one not: 10 and 10 of 20, off by 5 each.
    found = [tally(0, True)] * 10 + [tally(1, False)] * 10
    assert coverage.covered(found, lambda t: t.ours) == pytest.approx((0.5, (2 * 5**2) ** 0.5 / 20, 20))
    assert coverage.covered(found, lambda t: t.plain)[:2] == (0.0, 0.0)


def test_the_page_says_whether_the_target_is_met():
    well = [tally(at, at % 20 > 0, plain=at % 10 > 0, kind="signal RSI", horizon=21) for at in range(100)]
    page = coverage.document(well, 100)
    assert "cover 0 in **95.0 +- 2.2 %**" in page
    assert "plain percentile intervals in 90.0 +- 3.0 %. The target is 93 to 97 %: met." in page
    assert "| signals | 100 |  | 95.0 +- 2.2 % |  | 95.0 +- 2.2 % | 90.0 +- 3.0 % |" in page
    assert "**not met**" in coverage.document([tally(at, at % 10 > 0) for at in range(100)], 100)


def test_a_market_is_the_same_every_time_and_its_ratio_is_made_apart_from_its_market():
    one, again = coverage.market(3), coverage.market(3)
    assert all((one[name].close == again[name].close).all() for name in one.bars)
    assert len(one.bars) == 9
    spy, iwm = (np.diff(one[name].close) / one[name].close[:-1] for name in ("SPY", "IWM"))
    # Uncorrelated to within three standard errors of 6,000 heavy-tailed pairs.
    assert abs(np.corrcoef(spy, (1 + iwm) / (1 + spy) - 1)[0, 1]) < 0.06
    assert 0.12 < spy.std() * 252**0.5 < 0.25
    assert np.corrcoef(np.abs(spy[1:]), np.abs(spy[:-1]))[0, 1] > 0.1
