"""The intake of observations and minutes: what cannot be is refused, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.live.intake.conftest import CLOSES, NIGHT, minutes, observed, words

# --- macro --------------------------------------------------------------------------------------------------------


def test_fresh_observations_join_those_held(desk):
    desk.intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    assert desk.intake.macro({"DGS2": observed([4.1, 4.2])}, NIGHT, whole=False) == ("DGS2",)
    desk.intake.flush()
    kept = desk.archive.series()["DGS2"].values
    assert len(kept) == 30
    assert kept[-2:].tolist() == [4.1, 4.2]


def test_a_whole_series_takes_the_place_of_the_one_held(desk):
    desk.intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    desk.intake.macro({"DGS2": observed([3.0] * 5)}, NIGHT, whole=True)
    assert desk.intake.series["DGS2"].values.tolist() == [3.0] * 5


@pytest.mark.parametrize("values", [[4.0, 402.0], [402.0, 4.1], [402.0], [402.0, 403.0], [4.0, -402.0]])
def test_a_lost_decimal_point_refuses_its_series_and_no_other(desk, values):
    desk.intake.macro({"DGS2": observed([4.0] * 30)}, NIGHT, whole=True)
    fresh = {"DGS2": observed(values), "DGS10": observed([4.3, 4.4], name="DGS10")}
    assert desk.intake.macro(fresh, NIGHT, whole=False) == ("DGS10",)
    assert desk.intake.series["DGS2"].values.tolist() == [4.0] * 30
    assert words(desk, "refused")[0].startswith("DGS2 2026-11-")


@pytest.mark.parametrize("values", [[0.05, 0.02, 0.2], [0.2, -0.1, 0.25], [220e3, 2.6e6], [5.0, 40.0, 8.0]])
def test_what_has_happened_is_possible(desk, values):
    assert desk.intake.macro({"ICSA": observed(values, name="ICSA")}, NIGHT, whole=True) == ("ICSA",)


def test_a_whole_series_may_begin_far_from_where_it_is_now(desk):
    grown = np.geomspace(1.0, 100.0, 60)
    desk.intake.macro({"X": observed(grown, name="X")}, NIGHT, whole=True)
    assert desk.intake.macro({"X": observed(grown, name="X")}, NIGHT, whole=True) == ("X",)


def test_nothing_found_is_nothing_kept(desk):
    assert desk.intake.macro({}, NIGHT, whole=True) == ()
    assert desk.intake.flush() is False


# --- minutes ------------------------------------------------------------------------------------------------------


def test_minutes_are_kept_unless_they_end_too_far_from_the_close_held(trading):
    assert trading.intake.minutes(minutes([CLOSES[-1]] * 3)) == ""
    assert "too far from the last close" in trading.intake.minutes(minutes([CLOSES[-1] * 100] * 5))
    assert trading.intake.minutes(minutes([CLOSES[-1]] * 4, interval=5)) == ""
    assert trading.intake.minutes(minutes([7.0], "NEW")) == ""
    trading.intake.flush()
    assert [len(trading.archive.minutes(*key)) for key in (("IWM", 1), ("IWM", 5), ("NEW", 1))] == [3, 4, 1]
    assert "too far" in words(trading, "refused")[0]
