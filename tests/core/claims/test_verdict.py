"""The rule: every verdict from numbers that leave no doubt about it."""

from __future__ import annotations

import math

import pytest
from smallcap.core.claims.card import Estimate
from smallcap.core.claims.verdict import Direction, Range, judge, p_value, shortfall
from smallcap.core.evidence.bootstrap import UNKNOWN, Interval

NAN = float("nan")
UP, DOWN, BAND = Direction(1), Direction(-1), Range(0.015, 0.025)


def found(low: float, high: float, p: float = 0.01, **given: float) -> Estimate:
    return Estimate(**({"result": (low + high) / 2, "ci95": Interval(low, high, p), "n": 900, "years": 20.0} | given))


@pytest.mark.parametrize(
    ("rule", "low", "high", "q", "verdict"),
    [
        (UP, 0.01, 0.02, 0.05, "SUPPORTED"),
        (UP, -0.02, -0.01, 0.05, "REVERSED"),
        (DOWN, -0.02, -0.01, 0.05, "SUPPORTED"),
        (DOWN, 0.01, 0.02, 0.05, "REVERSED"),
        (UP, -0.01, 0.02, 0.05, "NOT SUPPORTED"),
        (DOWN, -0.01, 0.02, 0.05, "NOT SUPPORTED"),
        (UP, 0.0, 0.02, 0.05, "NOT SUPPORTED"),
        (UP, 0.01, 0.02, 0.10, "SUPPORTED"),
        (UP, 0.01, 0.02, 0.11, "NOT SUPPORTED"),
        (DOWN, 0.01, 0.02, 0.11, "NOT SUPPORTED"),
        (UP, 0.01, 0.02, NAN, "NOT SUPPORTED"),
        (BAND, 0.016, 0.024, NAN, "SUPPORTED"),
        (BAND, 0.015, 0.025, NAN, "SUPPORTED"),
        (BAND, 0.014, 0.024, NAN, "NOT SUPPORTED"),
        (BAND, 0.016, 0.026, NAN, "NOT SUPPORTED"),
        (BAND, 0.030, 0.040, NAN, "NOT SUPPORTED"),
    ],
)
def test_the_interval_and_what_survives_decide(rule, low, high, q, verdict):
    assert judge(rule, found(low, high), q) == verdict


def test_a_result_outside_its_range_is_not_supported_whatever_its_interval():
    assert judge(BAND, found(0.016, 0.024, result=0.03), NAN) == "NOT SUPPORTED"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"years": 4.9}, "4.9 years of sessions, 5 are needed"),
        ({"separate": 4}, "4 separate episodes, 5 are needed on either side"),
        ({"ci95": UNKNOWN}, "the interval can't be told from these sessions"),
        ({"result": NAN}, "the interval can't be told from these sessions"),
    ],
)
@pytest.mark.parametrize("rule", [UP, BAND])
def test_too_little_tells_nothing_and_says_what_is_missing(rule, given, why):
    short = found(0.016, 0.024, **given)
    assert (judge(rule, short, 0.01), shortfall(short)) == ("CAN'T TELL", why)


def test_just_enough_is_enough():
    assert judge(UP, found(0.01, 0.02, years=5.0, separate=5), 0.01) == "SUPPORTED"


def test_arithmetic_needs_no_years_and_no_interval():
    sum_of_money = Estimate(43_424.0, None, 0, NAN)
    assert judge(Range(40_000.0, 60_000.0), sum_of_money, NAN) == "SUPPORTED"
    assert judge(Range(50_000.0, 60_000.0), sum_of_money, NAN) == "NOT SUPPORTED"


def test_only_a_direction_that_can_be_told_is_a_test():
    assert p_value(UP, found(0.01, 0.02)) == 0.01
    untested = [(BAND, found(0.01, 0.02)), (UP, found(0.01, 0.02, separate=4)), (BAND, Estimate(1.0, None, 0, NAN))]
    assert all(math.isnan(p_value(rule, estimate)) for rule, estimate in untested)
