"""What the cards draw: shares in bins that add up to one, means of months, years and groups."""

from __future__ import annotations

import numpy as np
import pytest
from smallcap.core.claims.charts import by_group, by_month, by_year, histogram
from smallcap.core.claims.claims import claims
from smallcap.core.claims.rates import _fifths

from tests.core.claims.markets import last, market

NAN = float("nan")


def test_every_value_is_in_one_bin():
    values = np.array([-0.021, -0.019, -0.001, 0.0, 0.004, 0.012, 0.013, NAN])
    chart = histogram("x", [("these", values), ("those", values[:2]), ("none", values[:0])])
    assert chart.labels == ("-2.5%", "-2.0%", "-1.5%", "-1.0%", "-0.5%", "0.0%", "0.5%", "1.0%")
    these, those, none = (column.values for column in chart.columns)
    assert these == pytest.approx([1 / 7, 1 / 7, 0, 0, 1 / 7, 2 / 7, 0, 2 / 7])
    assert those == pytest.approx([0.5, 0.5, 0, 0, 0, 0, 0, 0])
    assert np.isnan(none).all()


def test_the_outer_bins_hold_what_is_beyond_them():
    values = np.concatenate((np.linspace(-0.1, 0.1, 999), [5.0, -5.0]))
    (column,) = histogram("x", [("all", values)]).columns
    assert sum(column.values) == pytest.approx(1.0)
    assert len(column.values) <= 16


def test_nothing_known_draws_nothing():
    assert histogram("x", [("all", np.array([NAN]))]).labels == ()


def test_a_month_is_the_mean_of_its_sessions():
    days = np.array(["2022-01-03", "2022-01-04", "2022-02-01", "2023-02-01", "2022-12-30"], "datetime64[D]")
    (column,) = by_month("x", days, np.array([0.01, 0.03, 0.02, 0.04, NAN])).columns
    assert column.values[:2] == pytest.approx((0.02, 0.03))
    assert np.isnan(column.values[2:]).all()


def test_a_year_is_the_mean_of_its_sessions_and_an_unknown_one_is_left_out():
    days = np.array(["2020-01-03", "2021-01-04", "2021-02-01", "2022-02-01"], "datetime64[D]")
    a, b = np.array([NAN, 0.01, 0.03, 0.05]), np.array([NAN, NAN, NAN, 0.07])
    chart = by_year("x", days, [("a", a), ("b", b)])
    assert chart.labels == ("2021", "2022")
    assert chart.columns[0].values == pytest.approx((0.02, 0.05))
    assert chart.columns[1].values == pytest.approx((NAN, 0.07), nan_ok=True)


def test_a_group_is_the_mean_of_its_sessions():
    held = np.array([True, False, True])
    (column,) = by_group("x", [("in", held), ("out", ~held)], np.array([0.01, 0.02, 0.05])).columns
    assert column.values == pytest.approx((0.03, 0.02))


def test_fifths_share_the_sessions_evenly():
    moved = np.random.RandomState(0).normal(size=1000)
    moved[:50] = NAN
    fifths = _fifths(moved, np.ones(1000))
    assert [int(held.sum()) for _, held in fifths] == [190] * 5
    tops = [moved[held].max() for _, held in fifths]
    assert tops == sorted(tops)
    assert _fifths(moved[:50], moved[:50]) == []


def test_every_season_is_drawn():
    panel = market(3)
    card = claims(panel, last(panel), draws=10, only=["june_reconstitution"])[0]
    assert card.chart.labels == tuple(str(year) for year in range(2007, 2017))
