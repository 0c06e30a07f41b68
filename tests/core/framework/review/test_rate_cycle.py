"""The rate cycle a plan hangs on: as it was, as it is, and the day on which it changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from smallcap.core.bars import Series, to_day
from smallcap.core.framework.plan import Condition, of_cycle
from smallcap.core.framework.review import lines, review
from smallcap.core.macro import read_cycle, read_macro
from smallcap.core.reading import Reading

from tests.core.framework.review.conftest import DAYS, MADE, PANEL, reading_at, saved


def rated(row: int, *moves: tuple[int, float], first: int = 0) -> Reading:
    """The reading on a row where the fed funds rate is 4 % from the row `first` on, and another from each move's."""
    rates = np.full(len(DAYS), 4.0)
    for at, rate in moves:
        rates[at:] = rate
    panel = replace(PANEL, macro={"DFF": Series("DFF", DAYS[first:], rates[first:])})
    found = reading_at(row, panel)
    return replace(found, macro=read_macro(panel.macro, found.as_of), rate_cycle=read_cycle(panel.macro, found.as_of))


def told(state: str | None, reading: Reading, **standing: object) -> tuple[str, ...]:
    return lines(review(saved({}, of_cycle(state), **standing), reading, None))[1:]


def test_a_change_of_the_rate_cycle_since_the_plan_is_told_with_its_day():
    """A rate of row 304 is published for row 305: half a point less than 126 sessions before is CUTTING."""
    assert told("HOLD", rated(304, (304, 3.5))) == (
        "the rate cycle was HOLD and still is",
        "not met: the rate cycle is no longer HOLD",
    )
    assert told("HOLD", rated(310, (304, 3.5))) == (
        "the rate cycle was HOLD and is CUTTING now",
        f"met first on {to_day(DAYS[305])}, and today: the rate cycle is no longer HOLD",
    )
    assert told("HOLD", rated(310, (304, 4.5), (308, 4.0))) == (
        "the rate cycle was HOLD and still is",
        f"met first on {to_day(DAYS[305])}, not today: the rate cycle is no longer HOLD",
    )


def test_the_end_of_hiking_is_told_when_half_a_year_has_passed():
    """4.5 % from row 190 on is HIKING on rows 191 to 316: on 317 the rate of 126 sessions before was 4.5 %, too."""
    hikes = told("HIKING", rated(319, (200, 4.5)))
    assert hikes == ("the rate cycle was HIKING and still is", "not met: the rate cycle is no longer HIKING")
    assert told("HIKING", rated(319, (190, 4.5))) == (
        "the rate cycle was HIKING and is HOLD now",
        f"met first on {to_day(DAYS[317])}, and today: the rate cycle is no longer HIKING",
    )


def test_only_where_the_data_lack_the_rate_its_cycle_cannot_be_told():
    said = "what it is now can't be told: random walk has no fed funds rate (DFF) of now and of half a year before"
    # Its first observation counts from row 201 on, so its first change over 126 sessions is one of row 327.
    for without in (reading_at(310), rated(310, first=200)):
        assert told("HOLD", without) == (
            f"the rate cycle was HOLD; {said}",
            "can't be told from the data: the rate cycle is no longer HOLD",
        )


def test_a_rate_cycle_that_was_not_known_becomes_known():
    assert told(None, reading_at(310))[1] == "not met: the rate cycle becomes known"
    # From row 178 on the rate is known, from 178 + 126 = 304 on its change.
    assert told(None, rated(310, first=177)) == (
        "the rate cycle was not known and is HOLD now",
        f"met first on {to_day(DAYS[304])}, and today: the rate cycle becomes known",
    )


def test_the_rate_cycle_is_one_whatever_the_pair():
    assert told("HOLD", rated(310, (304, 3.5)), pair="IWM/QQQ")[0] == "the rate cycle was HOLD and is CUTTING now"


def test_an_old_rate_is_said_beside_the_cycle_that_is_read_from_it():
    panel = replace(PANEL, macro={"DFF": Series("DFF", DAYS[:290], np.full(290, 4.0))})
    found = reading_at(310, panel)
    old = replace(found, macro=read_macro(panel.macro, found.as_of), rate_cycle=read_cycle(panel.macro, found.as_of))
    said = f"DFF is of {to_day(DAYS[289])}, 21 sessions old, and the rate cycle is read from it"
    assert told("HOLD", old)[-1] == said
    assert review(saved({}), old, None).notes == ()


def test_a_plan_that_does_not_hang_on_rates_says_nothing_of_them():
    found = review(saved({}, Condition("x", regime="NEUTRAL")), rated(310, (304, 3.5)), None)
    assert found.rates == ""


def test_a_plan_from_before_its_reading_or_of_another_kind_of_data_says_nothing_of_rates():
    assert review(saved({}, of_cycle("HOLD"), simulated=False), rated(310), None).rates == ""
    assert review(saved({}, of_cycle("HOLD")), rated(MADE - 1), None).rates == ""
