"""Alerts for what ends a plan."""

from __future__ import annotations

import pytest
from smallcap.core.alerts import check, of_plan
from smallcap.core.bars import to_day
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.framework.plan import Condition, Plan, Standing
from smallcap.core.triggers import Trigger

from tests.core.alerts.conftest import BEFORE, DAYS, NONE, NOW, fired, on


def plan(*ends: Condition, simulated: bool = True, close: float = 101.0) -> Plan:
    made = Standing(str(DAYS[BEFORE]), "IWM/SPY", "NEUTRAL", str(DAYS[BEFORE]), None, "the demo", simulated)
    return Plan("active", "Buy TEN", {}, made, {"ticker": "TEN", "close": close}, (), (), ends)


def test_an_alert_for_each_thing_that_ends_a_plan_and_that_a_reading_can_tell():
    ends = (
        Condition("TEN closes below the stop, 95.00", "TEN", True, 95.0),
        Condition("the label is no longer NEUTRAL", regime="NEUTRAL"),
        Condition("the fee is no longer 0.03% a year"),
        Condition("either", "IWM/SPY", False, 0.5, "NEUTRAL"),
    )
    found = of_plan(plan(*ends), "p3", on(1, [101.0, 101.0]), NOW)
    assert [(alert.trigger, alert.words) for alert in found] == [
        (Trigger("close", "TEN", "<", 95.0), "TEN closes below the stop, 95.00 (p3)"),
        (Trigger("regime", "IWM/SPY", "is not", label="NEUTRAL"), "the label is no longer NEUTRAL (p3)"),
        (Trigger("ratio", "IWM/SPY", ">", 0.5), "either (p3)"),
        (Trigger("regime", "IWM/SPY", "is not", label="NEUTRAL"), "either (p3)"),
    ]
    assert of_plan(plan(ends[0]), "", on(1, [101.0, 101.0]), NOW)[0].words == ends[0].words


def test_a_stop_that_has_been_passed_is_told_at_once():
    path = [101.0, 94.0]
    stop = Condition("TEN closes below the stop, 95.00", "TEN", True, 95.0)
    found = check(of_plan(plan(stop), "p3", on(1, path), NOW), on(1, path), NONE, NOW)
    assert fired(found) == [
        f"TEN closes below the stop, 95.00 (p3): close of {to_day(DAYS[BEFORE + 1])} is 94.00",
    ]


def test_a_plan_from_before_a_split_has_its_stop_moved():
    stop = Condition("stop", "TEN", True, 95.0)
    reading = on(1, [101.0, 101.0], split=0.5)
    assert check(of_plan(plan(stop), "", reading, NOW), reading, NONE, NOW) == ()


def test_a_plan_on_simulated_data_has_no_alerts_on_real_ones():
    with pytest.raises(UsageError, match="the plan was made on real data and random walk is simulated"):
        of_plan(plan(Condition("x", "TEN", True, 1.0), simulated=False), "p1", on(0, [101.0]), NOW)


def test_hostile_words_of_a_plan_are_plain_and_short():
    hostile = Condition("\x1b[2J\n\u202e" * 1000, "TEN", True, 1.0)
    (alert,) = of_plan(plan(hostile), "p1", on(0, [101.0]), NOW)
    assert alert.words.isprintable()
    assert len(alert.words) < 300
    for wrong in (Condition("x", "\x1b", True, 1.0), Condition("x", "TEN", True, -1.0), Condition("x", regime="?")):
        with pytest.raises(SmallcapError):
            of_plan(plan(wrong), "p1", on(0, [101.0]), NOW)
