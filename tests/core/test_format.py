"""One way to write each number."""

from __future__ import annotations

from datetime import date

import pytest
from smallcap.core import format as fmt

NAN = float("nan")


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (fmt.price(1234.5), "1,234.50"),
        (fmt.price(NAN), "--"),
        (fmt.ratio(0.59278), "0.5928"),
        (fmt.ratio(0.0123456), "0.012346"),
        (fmt.ratio(NAN), "--"),
        (fmt.signed(0.0), "+0.00"),
        (fmt.signed(-0.001), "+0.00"),
        (fmt.signed(-1.5), "-1.50"),
        (fmt.percent(0.0059, 2), "+0.59%"),
        (fmt.percent(NAN), "--"),
        (fmt.share(0.2499), "25%"),
        (fmt.trimmed(0.005), "0.5%"),
        (fmt.trimmed(0.01), "1%"),
        (fmt.dollars(1236.5), "$1,236"),
        (fmt.day(date(2021, 3, 12)), "Fri 2021-03-12"),
        (fmt.count(1, "session"), "1 session"),
        (fmt.count(1234, "session"), "1,234 sessions"),
    ],
)
def test_written_as(made: str, written: str):
    assert made == written


def test_a_change_of_a_rate_is_in_points_and_nothing_is_made_of_an_unknown_one():
    assert (fmt.points(0.0025), fmt.points(-0.0126), fmt.points(float("nan"))) == ("+0.25pp", "-1.26pp", "--")
