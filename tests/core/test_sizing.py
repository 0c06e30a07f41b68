"""Sizing against hand-worked cases, what it says, and what it refuses."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from smallcap.core.document import as_json, sizing_document
from smallcap.core.errors import UsageError
from smallcap.core.report import sizing_rows
from smallcap.core.sizing import Climate, Request, places, size

ANSWERS = Path(__file__).resolve().parents[1] / "answers" / "sizing.csv"
CASES = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
CALM = Climate(atr=2.0, realized_vol=0.2, leadership=1, confirmation=0, words="leading, mixed")
STATES = (1, 0, -1)
CAPS = ("position cap", "volatility cap", "cash")


def number(text: str) -> float | None:
    return float(text) if text else None


@pytest.mark.parametrize("case", CASES, ids=[f"{n}: {case['note']}" for n, case in enumerate(CASES, 1)])
def test_agrees_with_the_hand_worked_case(case: dict[str, str]):
    request = Request(
        equity=float(case["equity"]),
        entry=float(case["entry"]),
        side=case["side"],
        risk_fraction=float(case["risk"]),
        stop=number(case["stop"]),
        stop_atr=float(case["k"]),
        target=number(case["target"]),
        max_weight=float(case["max_weight"]),
        target_vol=float(case["target_vol"]),
        cash=number(case["cash"]),
    )
    vol = float(case["vol"] or "nan")
    climate = Climate(float(case["atr"]), vol, int(case["leadership"]), int(case["confirmation"]), "as given")
    made = size(request, climate)
    assert made.shares == int(case["shares"])
    assert made.bound_by == case["bound_by"]
    assert made.multiplier == float(case["multiplier"])
    assert made.stop == pytest.approx(float(case["stop_price"]), abs=1e-9)
    assert made.risk_dollars == pytest.approx(float(case["risk_dollars"]), rel=1e-12, abs=1e-9)
    assert made.notional == pytest.approx(float(case["notional"]), rel=1e-12)
    assert made.weight == pytest.approx(float(case["weight"]), abs=1e-8)
    assert made.r_multiple == (pytest.approx(float(case["r_multiple"]), abs=1e-8) if case["target"] else None)
    assert [step.name for step in made.steps if step.bound] == [
        "multiplier" if case["bound_by"] == "risk budget" else case["bound_by"]
    ]


def test_the_hand_worked_cases_leave_no_cell_no_cap_and_no_side_out():
    for side in ("long", "short"):
        mine = [case for case in CASES if case["side"] == side]
        assert {(int(c["leadership"]), int(c["confirmation"])) for c in mine} == {
            (a, b) for a in STATES for b in STATES
        }
        assert {c["bound_by"] for c in mine} == {"risk budget", *CAPS}
    assert len(CASES) >= 40


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
        ({"risk_fraction": 0.1000001}, "risk 0.1000001 is not from 0 to 0.1, which is 10%"),
        ({"stop": 0.0}, "stop 0 is not above 0"),
        ({"target": -1.0, "side": "short"}, "target -1 is not above 0"),
        ({"stop": 100.0, "side": "short"}, "stop 100 is not above entry 100, as a short needs"),
        ({"target": 100.0}, "target 100 is not above entry 100, as a long needs"),
        ({"target": 100.0, "side": "short"}, "target 100 is not below entry 100, as a short needs"),
        ({"entry": 12345.67, "stop": 12345.68}, "stop 12345.68 is not below entry 12345.67, as a long needs"),
        ({"stop_atr": 0.0}, "stop_atr 0 is not above 0"),
        ({"max_weight": 0.0}, "max_weight 0 is not above 0"),
        ({"target_vol": -0.2}, "target_vol -0.2 is not above 0"),
        ({"stop_atr": 50.0}, "stop_atr 50 puts the stop at 0.00, which is not above 0"),
        ({"stop_atr": 1e-17}, "stop_atr 1e-17 x ATR 2 is too little to part stop from entry"),
        ({"equity": 1e300}, "equity 1e+300 at entry 100 is beyond what whole shares can be counted for"),
        (
            {"entry": 1e-300, "stop": 1e-301},
            "equity 100000 at entry 1e-300 is beyond what whole shares can be counted for",
        ),
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


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"atr": -1.0}, "atr -1 is not a finite number above 0; give a stop price"),
        ({"atr": math.inf}, "atr inf is not a finite number above 0; give a stop price"),
        ({"realized_vol": math.inf}, "realized_vol inf is not a finite number from 0 up"),
        ({"realized_vol": -0.2}, "realized_vol -0.2 is not a finite number from 0 up"),
        ({"leadership": 2}, "leadership 2 is not -1, 0 or 1"),
        ({"confirmation": -2}, "confirmation -2 is not -1, 0 or 1"),
    ],
)
def test_refuses_a_climate_that_no_market_has(change: dict[str, float], says: str):
    with pytest.raises(UsageError) as refused:
        size(Request(100_000, 100.0), replace(CALM, **change))
    assert str(refused.value) == says


def test_up_to_ten_percent_of_equity_may_be_risked():
    assert size(Request(100_000, 100.0, risk_fraction=0.1, stop=50.0), CALM).shares == 200
    assert size(Request(100_000, 100.0, risk_fraction=0.0, stop=50.0), CALM).shares == 0


def test_every_cap_is_a_step_whether_it_binds_or_not():
    made = size(Request(100_000, 100.0, stop=50.0, cash=60_000.0), CALM)
    assert made.bound_by == "risk budget"
    shown = [(step.name, step.value, step.shown()) for step in made.steps if step.name in CAPS]
    assert shown == [("position cap", 250.0, "250.0"), ("volatility cap", 1000.0, "1,000.0"), ("cash", 600.0, "600.0")]


def test_the_waterfall_reads_from_budget_to_whole_shares():
    made = size(Request(100_000, 100.0, side="short", stop_atr=3.0), replace(CALM, realized_vol=0.5))
    assert [(step.name, step.formula, step.shown()) for step in made.steps] == [
        ("risk budget", "100,000 x 1%", "$1,000"),
        ("stop", "100.00 + 3 x ATR 2.00", "106.00"),
        ("shares at that stop", "1,000.00 / 6.0000", "166.7"),
        ("multiplier", "x 0.50 leading, mixed", "83.3"),
        ("position cap", "25% of equity", "250.0"),
        ("volatility cap", "vol 20% / 50.0%", "400.0"),
        ("cash", "100,000", "1,000.0"),
        ("whole shares", "rounded down", "83"),
    ]


def test_less_than_one_share_is_said():
    made = size(Request(100.0, 100.0, stop=50.0), CALM)
    assert made.shares == 0
    assert made.warnings == ("not even one share fits the risk budget and the caps",)
    assert size(Request(100_000, 100.0, stop=50.0), CALM).warnings == ()


def test_unknown_volatility_is_said_and_does_not_bind():
    made = size(Request(100_000, 100.0), replace(CALM, realized_vol=math.nan))
    assert made.warnings == ("realized volatility is not known, so the volatility cap was not applied",)
    step = next(step for step in made.steps if step.name == "volatility cap")
    assert (step.shown(), step.formula, step.bound, step.worked) == ("not known", "vol 20% / --", False, ("20% / --",))
    assert made.bound_by == size(Request(100_000, 100.0), replace(CALM, realized_vol=1e-6)).bound_by
    assert sizing_document(made)["steps"][5]["value"] is None
    as_json(sizing_document(made))
    row = next(row for row in sizing_rows(made) if "volatility" in row)
    assert row.split() == ["volatility", "cap", "20%", "/", "--", "not", "known"]


def test_every_step_has_its_formula_with_all_its_numbers_in_forms_from_long_to_short():
    made = size(Request(100_000, 100.0, side="short", stop_atr=3.0), replace(CALM, realized_vol=0.5))
    assert [step.worked for step in made.steps] == [
        ("100,000 x 1%",),
        ("100.00 + 3 x ATR 2.00", "100.00 + 3 x 2.00", "entry + 3 x 2.00"),
        ("1,000.00 / 6.0000", "1,000 / 6.00"),
        ("166.7 x 0.50 leading, mixed", "166.7 x 0.50", "x 0.50"),
        ("25% x 100,000 / 100.00", "25,000 / 100.00", "25% of equity", "25%"),
        ("20% / 50.0% x 100,000 / 100.00", "40,000 / 100.00", "20% / 50.0%"),
        ("100,000 / 100.00", "100,000"),
        ("rounded down",),
    ]
    multiplier_step = made.steps[3]
    assert [multiplier_step.fitting(room) for room in (99, 26, 6, 5)] == [
        "166.7 x 0.50 leading, mixed", "166.7 x 0.50", "x 0.50", "",
    ]  # fmt: skip
    assert size(Request(100_000, 100.0, stop=95.0), CALM).steps[1].worked == ("as given, 2.5 ATR away", "as given")
    unknown = size(Request(100_000, 100.0, stop=95.0), replace(CALM, atr=math.nan))
    assert unknown.steps[1].worked == ("as given", "as given")


@pytest.mark.parametrize(
    ("change", "takes"),
    [
        ({"equity": 1_000.0, "entry": 600.0, "stop": 595.0}, "$2,400 of equity"),
        ({"equity": 990.0, "entry": 60.0, "stop": 50.0, "max_weight": 1.0}, "$1,000 of equity"),
        ({"equity": 990.0, "entry": 60.0, "stop": 50.0, "max_weight": 1.0, "target_vol": 0.01}, "$1,200 of equity"),
        ({"cash": 99.99}, "$100 in cash"),
        ({"equity": 450.0, "cash": 1.0}, "$100 in cash"),
        ({"equity": 100.0, "cash": 1.0}, "$400 of equity and $100 in cash"),
        ({"risk_fraction": 0.0}, "a risk above 0%"),
        ({}, ""),
    ],
)
def test_of_no_shares_it_says_what_one_takes_and_that_makes_it_one(change: dict[str, float], takes: str):
    request = replace(Request(100_000, 100.0), **change)
    made = size(request, CALM)
    assert made.one_takes == takes
    assert bool(takes) == (made.shares == 0) == any("not even one" in words for words in made.warnings)
    found = re.findall(r"\$([\d,]+) (?:of|in) (equity|cash)", takes)
    if enough := {key: float(text.replace(",", "")) for text, key in found}:
        assert size(replace(request, **enough), CALM).shares == 1
        assert size(replace(request, **{key: value - 1 for key, value in enough.items()}), CALM).shares == 0
        assert any(f"one takes {takes}" in row for row in sizing_rows(made))


def test_less_than_a_share_is_shown_with_the_digits_that_count():
    made = size(Request(100.0, 600.0, stop=595.0), CALM)
    assert [step.shown() for step in made.steps[2:7]] == ["0.20", "0.20", "0.042", "0.17", "0.17"]
    assert made.steps[3].worked[1] == "0.20 x 1.00"


def test_a_short_says_that_borrowing_is_not_counted():
    borrow = "what it costs to borrow the shares sold short is not counted"
    assert size(Request(100_000, 100.0, side="short"), CALM).warnings == (borrow,)


@pytest.mark.parametrize(
    ("price", "decimals"), [(700_000.0, 2), (1.0, 2), (0.5, 4), (0.05, 5), (0.0001, 7), (math.nan, 2), (0.0, 2)]
)
def test_small_prices_have_the_decimals_that_tell_them_apart(price: float, decimals: int):
    assert places(price) == decimals


def test_the_r_multiple_is_reward_over_risk():
    assert size(Request(100_000, 100.0, stop=95.0, target=115.0), CALM).r_multiple == pytest.approx(3.0)
