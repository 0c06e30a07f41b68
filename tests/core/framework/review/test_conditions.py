"""A plan then and now: its label, and what ends it, met today, met since, or not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.plan import Condition
from smallcap.core.framework.review import lines, review
from smallcap.core.regime import INSUFFICIENT, NARROW, REGIMES, RISK_ON

from tests.core.framework.review.conftest import CALM, DAYS, FIRST, LONG, MADE, PANEL, reading_at, saved, ten


def test_then_and_now():
    ends = (Condition("the label is not NEUTRAL", regime="NEUTRAL"),)
    plan = saved({}, *ends)
    narrow, on, unknown = (REGIMES.index(regime) for regime in (NARROW, RISK_ON, INSUFFICIENT))
    for labels, headline, today, first in (
        ({}, "still NEUTRAL", False, None),
        ({"_310": narrow}, "now NARROW", True, 310),
        ({"_305": narrow, "_307": on}, "NEUTRAL again", False, 305),
        ({"_300": on, "_299": on}, "still NEUTRAL", False, None),
        ({"_310": unknown}, "now INSUFFICIENT DATA", None, None),
        ({"_305": unknown}, "still NEUTRAL", False, None),
    ):
        found = review(plan, reading_at(310, **labels), None)
        assert found.headline == f"made in NEUTRAL on {FIRST}, {headline}"
        assert found.checks[0][1:] == (today, to_day(DAYS[first]) if first else None)


def test_a_label_of_another_pair_says_nothing_of_the_plans():
    found = review(saved({}, Condition("x", regime="RISK-ON"), pair="KRE/SPY"), reading_at(310), None)
    assert found.headline == f"made in NEUTRAL on {FIRST}, now NEUTRAL on IWM/SPY"
    assert found.checks[0][1:] == (None, None)


def closes(**at: float) -> Panel:
    """The panel with TEN in it, at 100 except for the rows named."""
    bars = ten(*[CALM] * 19)
    for name, close in at.items():
        bars.close[int(name[1:])] = close
    return replace(PANEL, bars={**PANEL.bars, "TEN": bars})


@pytest.mark.parametrize(
    ("at", "below", "level", "today", "first"),
    [
        ({}, True, 95.0, False, None),
        ({"_310": 94.0}, True, 95.0, True, 310),
        ({"_303": 94.0, "_305": 93.0}, True, 95.0, False, 303),
        ({"_300": 94.0, "_311": 94.0}, True, 95.0, False, None),
        ({"_303": 95.0}, True, 95.0, False, None),
        ({"_303": 106.0}, False, 105.0, False, 303),
        ({}, False, 99.0, True, 301),
    ],
)
def test_conditions_on_closes(at, below, level, today, first):
    ends = Condition("x", "TEN", below, level)
    found = review(saved({}, ends), reading_at(310, closes(**at)), None)
    assert found.checks[0][1:] == (today, to_day(DAYS[first]) if first else None)


def test_on_its_own_day_a_plan_knows_today_and_nothing_since():
    found = review(saved({}, Condition("x", "TEN", False, 99.0)), reading_at(MADE, closes()), None)
    assert found.checks[0][1:] == (True, None)


def test_a_condition_on_the_pair_is_one_on_the_ratio_of_the_closes():
    ratio = (PANEL["IWM"].close / PANEL["SPY"].close)[301:311]
    level = float(np.sort(ratio)[0] * 1.000001)
    found = review(saved({}, Condition("x", "IWM/SPY", True, level)), reading_at(310), None)
    assert found.checks[0].first == to_day(DAYS[301 + int(ratio.argmin())])


def test_a_session_without_the_ratio_is_not_known():
    here = reading_at(310)
    gap = np.where(np.arange(311) == 310, np.nan, 1.0)
    here = replace(here, history=replace(here.history, price_ratio=gap))
    found = review(saved({}, Condition("x", "IWM/SPY", True, 0.5)), here, None)
    assert found.checks[0][1:] == (None, None)


def test_a_condition_on_the_plans_ticker_moves_with_a_split():
    bars = ten(*[CALM] * 10, split=0.5)
    panel = replace(PANEL, bars={**PANEL.bars, "TEN": bars, "SPX": replace(bars, ticker="SPX")})
    ends = (Condition("x", "TEN", True, 95.0), Condition("y", "SPX", True, 95.0))
    found = review(saved(LONG, *ends), reading_at(310, panel), bars)
    assert [check.today for check in found.checks] == [False, True]


def test_what_cannot_be_told_and_what_has_two_parts():
    either = Condition("either", "TEN", True, 95.0, "NEUTRAL")
    on = REGIMES.index(RISK_ON)
    ends = (Condition("in words"), Condition("no bars", "NIL", True, 1.0), either)
    found = review(saved({}, *ends), reading_at(310, closes(_308=94.0), _306=on), None)
    assert [check[1:] for check in found.checks] == [(None, None), (None, None), (False, to_day(DAYS[306]))]
    assert [check.words() for check in found.checks] == [
        "can't be told from the data: in words",
        "can't be told from the data: no bars",
        f"met first on {to_day(DAYS[306])}, not today: either",
    ]
    now = review(saved({}, either), reading_at(310, closes(_310=94.0)), None).checks[0]
    assert now.words() == f"met first on {to_day(DAYS[310])}, and today: either"
    assert now._replace(first=None).words() == "met: either"
    assert now._replace(first=None, today=False).words() == "not met: either"
    assert now._replace(today=None).words() == f"met first on {to_day(DAYS[310])}, today not known: either"


def test_simulated_and_real_are_not_held_against_each_other():
    plan = saved(LONG, Condition("x", "TEN", False, 1.0), simulated=False)
    found = review(plan, reading_at(310, closes()), ten(*[CALM] * 10))
    assert (found.score, found.base, found.checks[0].today) == (None, None, None)
    assert found.notes == ("the plan was made on real data and random walk is simulated: they can't be compared",)


def test_a_reading_from_before_the_plan_says_nothing():
    found = review(saved(LONG, Condition("x", "TEN", False, 1.0)), reading_at(MADE - 1, closes()), ten(CALM))
    assert (found.score, found.base, found.checks[0][1:]) == (None, None, (None, None))
    assert found.notes == (f"the plan was made on {FIRST}, after this reading's close",)


def test_text_from_outside_is_spelled_out_in_the_lines():
    found = review(saved({}, Condition("\x1b[2J\n\u202e"), regime="\x07"), reading_at(310), None)
    assert all(line.isprintable() for line in lines(found))


def test_an_old_date_in_a_plan_is_a_date():
    assert review(saved({}, as_of="2016-02-01"), reading_at(310), None).as_of == date.fromisoformat(str(DAYS[310]))
