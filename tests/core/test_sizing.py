"""Sizing against hand-worked cases, by properties, and what it refuses."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from smallcap.core.errors import UsageError
from smallcap.core.sizing import Climate, Request, size

ANSWERS = Path(__file__).resolve().parents[1] / "answers" / "sizing.csv"
CASES = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
CALM = Climate(atr=2.0, realized_vol=0.2, leadership=1, confirmation=0, words="leading, mixed")
money = st.floats(1_000, 1e7)
prices = st.floats(1, 1_000)
states = st.integers(-1, 1)


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("case", CASES, ids=[str(n) for n in range(len(CASES))])
def test_agrees_with_the_hand_worked_case(case: dict[str, str]):
    request = Request(
        equity=float(case["equity"]),
        entry=float(case["entry"]),
        side=case["side"],
        risk_fraction=float(case["risk"]),
        stop=number(case["stop"]),
        stop_atr=float(case["k"]),
        max_weight=float(case["max_weight"]),
        target_vol=float(case["target_vol"]),
        cash=number(case["cash"]),
    )
    climate = Climate(
        float(case["atr"]), float(case["vol"]), int(case["leadership"]), int(case["confirmation"]), "as given"
    )
    made = size(request, climate)
    assert made.shares == int(case["shares"])
    assert made.bound_by == case["bound_by"]
    assert made.multiplier == float(case["multiplier"])
    assert made.stop == pytest.approx(float(case["stop_price"]), abs=1e-9)
    assert sum(step.bound for step in made.steps) == 1


@given(money, prices, st.floats(0.001, 0.1), st.floats(0.01, 0.9), states, states)
def test_never_more_at_risk_than_the_budget_times_the_multiplier(equity, entry, risk, distance, ratio, sectors):
    request = Request(equity, entry, risk_fraction=risk, stop=entry * (1 - distance))
    made = size(request, replace(CALM, leadership=ratio, confirmation=sectors))
    assert made.risk_dollars <= equity * risk * made.multiplier * (1 + 1e-9)
    assert made.notional <= equity * request.max_weight * (1 + 1e-9)
    assert isinstance(made.shares, int)


@given(money, st.floats(1.0, 3.0), prices, st.floats(0.01, 0.5))
def test_more_equity_never_means_fewer_shares(equity, more, entry, distance):
    small, large = (size(Request(e, entry, stop=entry * (1 - distance)), CALM) for e in (equity, equity * more))
    assert small.shares <= large.shares


@given(money, prices, st.floats(0.01, 0.4), st.floats(1.0, 2.0))
def test_a_wider_stop_never_means_more_shares(equity, entry, distance, wider):
    near, far = (size(Request(equity, entry, stop=entry * (1 - d)), CALM) for d in (distance, distance * wider))
    assert far.shares <= near.shares


@given(money, prices, st.floats(0.01, 0.5), states, states)
def test_a_short_is_the_mirror_of_a_long(equity, entry, distance, ratio, sectors):
    long = size(
        Request(equity, entry, stop=entry * (1 - distance)), replace(CALM, leadership=ratio, confirmation=sectors)
    )
    mirrored = replace(CALM, leadership=-ratio, confirmation=-sectors)
    short = size(Request(equity, entry, side="short", stop=entry * (1 + distance)), mirrored)
    assert long.multiplier == short.multiplier
    assume(abs(long.shares - equity * 0.01 / (entry * distance) * long.multiplier) > 1e-6)
    assert abs(long.shares - short.shares) <= 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"equity": 0.0}, "equity 0 is not above 0"),
        ({"equity": -5.0}, "equity -5 is not above 0"),
        ({"equity": math.nan}, "equity nan is not a finite number"),
        ({"entry": math.inf}, "entry inf is not a finite number"),
        ({"entry": 0.0}, "entry 0 is not above 0"),
        ({"stop": 100.0}, "stop 100 is not below entry 100, as a long needs"),
        ({"stop": 101.0}, "stop 101 is not below entry 100, as a long needs"),
        ({"stop": 99.0, "side": "short"}, "stop 99 is not above entry 100, as a short needs"),
        ({"target": 99.0}, "target 99 is not above entry 100, as a long needs"),
        ({"risk_fraction": 0.11}, "risk 0.11 is not from 0 to 0.1, which is 10%"),
        ({"risk_fraction": -0.01}, "risk -0.01 is not from 0 to 0.1, which is 10%"),
        ({"side": "up"}, "side 'up' is neither long nor short"),
        ({"cash": -1.0}, "cash -1 is below 0"),
        ({"stop_atr": 60.0}, "stop_atr 60 puts the stop at -20.00, which is not above 0"),
    ],
)
def test_refuses_with_one_sentence_that_names_field_and_value(change: dict[str, object], says: str):
    with pytest.raises(UsageError) as refused:
        size(replace(Request(100_000, 100.0), **change), CALM)
    assert str(refused.value) == says


@pytest.mark.parametrize("atr", [0.0, math.nan])
def test_without_an_atr_only_a_stop_price_will_do(atr: float):
    with pytest.raises(UsageError, match="the ATR is missing or 0"):
        size(Request(100_000, 100.0), replace(CALM, atr=atr))
    assert size(Request(100_000, 100.0, stop=95.0), replace(CALM, atr=atr)).shares == 200


def test_unknown_volatility_is_said_and_does_not_bind():
    made = size(Request(100_000, 100.0), replace(CALM, realized_vol=math.nan))
    assert made.warnings == ("realized volatility is not known, so the volatility cap was not applied",)
    assert "volatility cap" not in [step.name for step in made.steps]


def test_the_r_multiple_is_reward_over_risk():
    assert size(Request(100_000, 100.0, stop=95.0, target=115.0), CALM).r_multiple == pytest.approx(3.0)
