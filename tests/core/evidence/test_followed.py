"""What followed a session: eight sessions worked by hand, gaps, and horizons that are not over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import history
from smallcap.core.bars import Bars, Panel
from smallcap.core.evidence.followed import HORIZONS, Followed, Target, follow_all, followed, targets

NAN = float("nan")
IWM_SPY = history.parse_pair("IWM/SPY")
# From the close of t + 1, two sessions on; what lies between counts for the fall.
LEVEL = [50.0, 100.0, 80.0, 88.0, 110.0, 99.0, 99.0, 108.9]
RETURNS = [88 / 100 - 1, 110 / 80 - 1, 99 / 88 - 1, 99 / 110 - 1, 108.9 / 99 - 1, NAN, NAN, NAN]
FALL = [80 / 100 - 1, 0.0, 99 / 110 - 1, 99 / 110 - 1, 0.0, NAN, NAN, NAN]
# The sample deviation of two numbers is their distance over the root of two.
STEPS = [(0.8, 1.1), (1.1, 1.25), (1.25, 0.9), (0.9, 1.0), (1.0, 1.1)]
VOL = [abs(np.log(a / b)) / 2**0.5 * 252**0.5 for a, b in STEPS] + [NAN] * 3


def of(level: list[float], horizon: int) -> Followed:
    return followed(Target("X", np.array(level)), horizon)


def same(found: np.ndarray, expected: list[float]) -> bool:
    return found.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)


def test_eight_sessions_worked_by_hand():
    found = of(LEVEL, 2)
    assert (found.target, found.horizon) == ("X", 2)
    assert same(found.returns, RETURNS)
    assert same(found.fall, FALL)
    assert same(found.vol, VOL)


def test_the_close_of_the_session_itself_does_not_matter():
    # A label that is read on a close can't be acted on at that close.
    first = of([7.0, *LEVEL[1:]], 2)
    assert same(first.returns, RETURNS)
    assert same(first.fall, FALL)


@pytest.mark.parametrize("hole", range(1, 4))
def test_a_hole_anywhere_in_the_window_leaves_it_unknown(hole: int):
    level = list(LEVEL)
    level[hole] = NAN
    found = of(level, 2)
    known = [t for t in range(5) if hole not in range(t + 1, t + 4)]
    for values, expected in ((found.returns, RETURNS), (found.vol, VOL), (found.fall, FALL)):
        assert same(values, [expected[t] if t in known else NAN for t in range(8)])


@pytest.mark.parametrize("horizon", [6, 7, 8, 63])
def test_a_horizon_that_is_not_over_has_followed_nothing(horizon: int):
    found = of(LEVEL, horizon)
    known = 1 if horizon == 6 else 0
    for values in (found.returns, found.vol, found.fall):
        assert len(values) == 8
        assert np.isfinite(values).sum() == known
    if known:
        assert found.returns[0] == pytest.approx(108.9 / 100 - 1)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_history_is_no_error(n: int):
    assert np.isnan(of([100.0] * n, 5).returns).all()


levels = st.lists(st.floats(1.0, 1000.0), min_size=12, max_size=30)


@given(levels, st.integers(2, 6), st.integers(0, 20))
def test_a_row_uses_nothing_later_than_its_own_end(level: list[float], horizon: int, row: int):
    end = row + 1 + horizon
    found, cut = of(level, horizon), of([*level[: end + 1], *[1.0] * 5], horizon)
    if end < len(level):
        for one, other in zip(found[2:], cut[2:], strict=True):
            assert one[: row + 1].tolist() == other[: row + 1].tolist()


@given(levels, st.integers(2, 6))
def test_no_fall_is_above_zero_or_less_deep_than_the_return(level: list[float], horizon: int):
    found = of(level, horizon)
    known = ~np.isnan(found.returns)
    assert known.sum() == max(len(level) - horizon - 1, 0)
    assert (found.fall[known] <= 0).all()
    assert (found.fall[known] <= found.returns[known] + 1e-12).all()
    assert (found.vol[known] >= 0).all()


def test_the_targets_are_total_returns_of_the_pair_and_its_ratio(panel: Panel):
    past = history.compute(panel, IWM_SPY)
    iwm, spy, ratio = targets(past, panel)
    assert [t.name for t in (iwm, spy, ratio)] == ["IWM", "SPY", "IWM/SPY"]
    assert iwm.level.tolist() == panel["IWM"].adj_close.tolist()
    assert ratio.level == pytest.approx(iwm.level / spy.level)


def without(panel: Panel, ticker: str, row: int) -> Panel:
    """A panel in which a ticker lacks one session."""
    bars = panel[ticker]
    columns = {
        name: np.delete(getattr(bars, name), row) for name in Bars.__slots__ if name not in ("ticker", "adjusted")
    }
    return replace(panel, bars={**panel.bars, ticker: replace(bars, **columns)})


def test_a_session_counts_for_all_targets_or_for_none(panel: Panel):
    holed = without(panel, "SPY", 300)
    past = history.compute(holed, IWM_SPY)
    rows = follow_all(past, holed)
    assert [(r.target, r.horizon) for r in rows] == [(t, h) for h in HORIZONS for t in ("IWM", "SPY", "IWM/SPY")]
    for row in rows:
        expected = np.zeros(len(past.sessions), dtype=bool)
        expected[300 - 1 - row.horizon : 300] = True
        expected[-row.horizon - 1 :] = True
        for values in (row.returns, row.vol, row.fall):
            assert np.isnan(values).tolist() == expected.tolist()
