"""The passive plan: its figures, rows and reasons, and which fund keeps more."""

from __future__ import annotations

import json

import pytest
from smallcap.core.framework import fees
from smallcap.core.framework.passive import PASSIVE, comparison
from smallcap.core.framework.wizard import made, resolve

from tests.core.framework.passive.conftest import KEYS, READING, SOURCE, TODAY, plan_of, row, walked


def test_the_defaults_alone_lead_to_a_plan():
    plan = walked(TODAY).plan(TODAY)
    assert plan.decision == plan_of().decision
    assert plan.title == "IWM against VTWO over 30 years"
    assert dict(plan.answers) == dict(zip(KEYS, [q.default for q in PASSIVE.questions(TODAY, {})], strict=True))
    assert plan.warnings == ()


def test_the_decision_is_flat_figures_in_dollars_fractions_and_months():
    plan = plan_of(switch_cost="500", monthly="100")
    assert json.loads(json.dumps(dict(plan.decision))) == plan.decision
    wanted = fees.compare(fees.Request(100_000, 30, 0.08, 0.0019, 0.0007, 100, 0.025, 500))
    assert plan.decision == {
        "fund": "IWM",
        "against": "VTWO",
        "cheaper": "VTWO",
        "fee": 0.0019,
        "fee_against": 0.0007,
        "index": "Russell 2000",
        "index_against": "Russell 2000",
        "end_value": wanted.end_value,
        "end_value_against": pytest.approx(wanted.end_value_against),
        "paid_in": 136_000,
        "difference": pytest.approx(wanted.difference),
        "difference_today": pytest.approx(wanted.difference / 1.025**30),
        "difference_share": pytest.approx(wanted.share),
        "difference_after_cost": pytest.approx(wanted.after_cost),
        "break_even_months": wanted.break_even_months,
    }


def test_the_rows_say_what_the_figures_are_and_where_the_fees_are_from():
    plan = plan_of(switch_cost="500")
    assert [each.name for each in plan.rows] == [
        "difference", "difference in today's money", "break-even", "IWM ends with", "VTWO ends with", "paid in",
        "fee of IWM", "fee of VTWO", "indexes",
    ]  # fmt: skip
    assert row(plan, "IWM ends with") == ("$954,490", "8% - 0.19% = 7.81% a year; $455,046 in today's money")
    assert row(plan, "VTWO ends with") == ("$986,882", "8% - 0.07% = 7.93% a year; $470,489 in today's money")
    assert row(plan, "paid in") == ("$100,000", "$100,000 + 360 x $0")
    assert row(plan, "difference") == ("$32,392", "3.3% of what VTWO ends with")
    assert row(plan, "difference in today's money") == ("$15,443", "/ (1 + 2.5%)^30")
    assert row(plan, "break-even") == (
        "after 4 years 7 months",
        "switching to VTWO costs $500 today and ends with $27,458 more",
    )
    assert row(plan, "fee of IWM") == ("0.19%", f"{SOURCE}; recorded 2026-11-21")
    assert row(plan, "fee of VTWO")[1].endswith("recorded 2026-11-21; from 2025; the day is not known")
    assert row(plan, "indexes") == ("the same", "Both funds follow the Russell 2000 index.")


def test_the_reasons_name_the_winner_the_folklore_and_the_regime():
    keeps, folklore, assumed, regime = plan_of(years="20").why
    assert keeps.startswith("VTWO keeps $")
    assert keeps.endswith(" more than IWM after 20 years, as it charges 0.07% a year and not 0.19%.")
    for said in ("40 to 60 thousand", "only fits a fee of 0.19% against 0.03%, $43,424", "against 0.1% it is $24,196"):
        assert said in folklore
    assert "8% is an assumption, not a forecast" in assumed
    assert regime == f"The reading's regime, {READING.regime.regime.label}, plays no part in this profile."


def test_the_cheaper_fund_wins_on_either_side():
    here, there = plan_of(), plan_of(fund="VTWO", against="IWM")
    assert (here.decision["cheaper"], there.decision["cheaper"]) == ("VTWO", "VTWO")
    assert there.why[0].startswith("VTWO keeps $32,392 more than IWM")
    assert here.decision["end_value"] == there.decision["end_value_against"] < there.decision["end_value"]


def test_who_holds_the_cheaper_fund_has_nothing_to_switch():
    plan = plan_of(fund="VTWO", against="IWM", switch_cost="900")
    assert row(plan, "break-even") == ("nothing to switch", "VTWO is the cheaper one; IWM would end with $32,392 less")
    assert plan.decision["break_even_months"] is None
    assert "switching" not in plan.why[0]


def test_what_switching_costs_stands_beside_what_the_cheaper_fund_keeps():
    assert (
        plan_of(switch_cost="40000")
        .why[0]
        .endswith("; switching to VTWO costs $40,000 today and ends with $362,361 less.")
    )


def test_equal_fees_have_no_winner():
    plan = plan_of(fee="0.07%", switch_cost="10")
    assert plan.decision["cheaper"] is None
    assert plan.decision["break_even_months"] is None
    assert row(plan, "break-even") == ("never", "the fees are the same")
    assert row(plan, "difference") == ("$0", "the fees are the same")
    assert plan.why[0] == "IWM and VTWO charge the same, 0.07% a year: neither keeps more than the other."


def test_a_cost_that_is_never_earned_back_says_what_it_loses():
    plan = plan_of(switch_cost="15,000")
    assert plan.decision["break_even_months"] is None
    assert row(plan, "break-even") == (
        "not within 30 years",
        "switching to VTWO costs $15,000 today and ends with $115,640 less",
    )


@pytest.mark.parametrize(
    ("cost", "words"), [("9", "after 1 year"), ("4", "after 6 months"), ("0.01", "after 1 month"), ("0", "at once")]
)
def test_a_break_even_leaves_out_what_is_nothing(cost: str, words: str):
    plan = plan_of(amount="1000", back="10%", fee="2%", fee_against="1%", years="2", switch_cost=cost)
    value, how = row(plan, "break-even")
    assert value == words
    assert ("costs nothing" in how) == (cost == "0")


def test_the_charts_comparison_is_the_plans():
    texts = {"monthly": "250", "against": "SCHA", "switch_cost": "99", "inflation": "3%"}
    drawn, plan = comparison(resolve(PASSIVE, TODAY, texts)), made(PASSIVE, TODAY, texts)
    assert (len(drawn.path), drawn.path[-1]) == (31, plan.decision["end_value"])
    assert (drawn.path_against[-1], drawn.paid_in) == (plan.decision["end_value_against"], plan.decision["paid_in"])
    assert drawn.difference_today == plan.decision["difference_today"]
    assert drawn.break_even_months == plan.decision["break_even_months"]
