"""The passive profile's questions, and answers good, bad and doubtful."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import funds
from smallcap.core.errors import UsageError
from smallcap.core.framework.passive import PASSIVE
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard, made, resolve
from smallcap.core.funds import Facts

from tests.core.framework.passive.conftest import FACTS, KEYS, TODAY, plan_of, reading_of, walked, world_on


def test_the_questions_and_their_order():
    asked = PASSIVE.questions(TODAY, {})
    assert [question.key for question in asked] == KEYS
    assert [question.default for question in asked] == [
        "IWM", "VTWO", "0.19%", "0.07%", "100,000", "0", "30", "8%", "2.5%", "0",
    ]  # fmt: skip
    assert all(question.ask.endswith("?") and question.why.endswith(".") for question in asked)
    assert "assumption, not a forecast" in asked[7].why


def test_a_return_that_does_not_beat_fee_or_inflation_is_warned_of():
    assert plan_of(back="0.19%").warnings == (
        "return 0.19% is not above IWM's fee of 0.19%: its value would not grow",
        "return is not above inflation: in today's money nothing grows",
    )
    assert plan_of(back="2.5%").warnings == ("return is not above inflation: in today's money nothing grows",)
    assert plan_of(back="2.6%").warnings == ()


def test_a_fee_without_its_percent_sign_is_asked_about():
    with pytest.raises(UsageError, match=r"fee 0\.03 would be 3% a year: give 0\.03% or 3%"):
        plan_of(fee="0.03")
    assert "fee 3% is high for an index fund: was 0.03% meant?" in plan_of(fee="3%").warnings
    assert plan_of(fee="0.0019").decision["fee"] == 0.0019
    assert not any("high" in said for said in plan_of(fee="0.9%").warnings)
    dear = funds.Fact("DEAR", "expense_ratio", 0.012, "fraction", "page", date(2026, 11, 30), None, None)
    assert not any("high" in said for said in plan_of(world_on("2026-12-01", Facts((dear,))), fund="DEAR",
                                                      fee_against="0.1%").warnings)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("fund", "I W M", "fund 'I W M' is not a ticker like IWM"),
        ("against", "", "against '' is not a ticker like IWM"),
        ("against", " iwm ", "against IWM is the same as fund IWM: name another fund, such as VTWO"),
        ("fee", "0.19", "fee 19% is not from 0% to 5%; 0.19 % is written 0.19%"),
        ("fee", "little", "fee 'little' is not a number like 0.01 or 1%"),
        ("fee", "", "fee is missing: give what IWM charges a year"),
        ("fee_against", "-1%", "fee_against -1% is not from 0% to 5%"),
        ("amount", "-5", "amount -5 is not from 0 to"),
        ("amount", "1,5", "amount '1,5' is not a number like"),
        ("amount", "", "amount '' is not a number like"),
        ("monthly", "nan", "monthly nan is not a finite number"),
        ("years", "2.5", "years 2.5 is not a whole number from 1 to 60"),
        ("years", "61", "years 61 is not a whole number from 1 to 60"),
        ("return", "8", "return 800% is not from -50% to 50%; 8 % is written 8%"),
        ("inflation", "51%", "inflation 51% is not from -50% to 50%"),
        (
            "switch_cost",
            "100,001",
            "switch_cost 100,001 is more than the amount that it is paid from: it is at most 10",
        ),
        ("switch_cost", "inf", "switch_cost inf is not a finite number"),
    ],
)
def test_a_bad_answer_names_its_field_and_keeps_its_question_open(key: str, text: str, said: str):
    wizard = Wizard(PASSIVE)
    while (question := wizard.question(TODAY)) and question.key != key:
        wizard = wizard.answered(TODAY, question.default)
    for refusing in (
        lambda: wizard.answered(TODAY, text),
        lambda: wizard.consequence(TODAY, text),
        lambda: made(PASSIVE, TODAY, {key: text}),
    ):
        with pytest.raises(UsageError) as refused:
            refusing()
        assert str(refused.value).startswith(said)


def test_nothing_to_invest_is_refused_at_the_monthly_sum():
    with pytest.raises(UsageError, match=r"^monthly 0 with an amount of 0 leaves nothing to invest"):
        plan_of(amount="0")
    assert plan_of(amount="0", monthly="100").decision["paid_in"] == 36_000


def test_a_plan_from_contradicting_answers_is_refused_too():
    answers = {**resolve(PASSIVE, TODAY, {}), "against": "IWM"}
    with pytest.raises(UsageError, match=r"^against IWM is the same"):
        PASSIVE.plan(TODAY, answers, {})


def test_a_fund_that_is_the_usual_comparison_is_compared_with_the_other():
    assert plan_of(fund="vtwo").title == "VTWO against IWM over 30 years"
    with pytest.raises(UsageError, match=r"such as IWM$"):
        plan_of(fund="VTWO", against="VTWO")


@pytest.mark.parametrize(("equity", "default"), [(2_500_000.5, "2,500,000.5"), (0.25, "0.25"), (1e12, None)])
def test_the_amount_is_the_settings_equity_unless_answered(equity: float, default: str | None):
    plan = made(PASSIVE, World(reading_of(equity), FACTS), {})
    assert plan.decision["paid_in"] == equity
    assert default is None or plan.answers["amount"] == default


def test_back_and_forth_keeps_every_answer():
    wizard = walked(TODAY, against="SCHA", amount="50,000", years="10", switch_cost="25")
    before = wizard.plan(TODAY)
    for _ in KEYS:
        wizard = wizard.back()
    assert wizard.question(TODAY).key == "fund"
    while question := wizard.question(TODAY):
        wizard = wizard.answered(TODAY, wizard.text(question))
    assert wizard.plan(TODAY).decision == before.decision
    assert wizard.plan(TODAY).answers == before.answers


percent = st.integers(0, 500).map(lambda n: f"{n / 100}%")


@given(
    fund=st.sampled_from(["IWM", "SCHA", "IJR"]), fee=percent, fee_against=percent, amount=st.integers(1, 10**12),
    monthly=st.integers(0, 10**12), years=st.integers(1, 60), back=st.integers(-50, 50),
    inflation=st.integers(-50, 50), part=st.floats(0, 1), day=st.dates(date(1994, 1, 1), date(2060, 1, 1)),
)  # fmt: skip
def test_any_valid_answers_walk_to_a_plan_of_finite_figures(
    fund, fee, fee_against, amount, monthly, years, back, inflation, part, day
):
    texts = {
        "fund": fund, "fee": fee, "fee_against": fee_against, "amount": f"{amount:,}", "monthly": f"{monthly}",
        "years": f"{years}", "return": f"{back}%", "inflation": f"{inflation}%", "switch_cost": f"{int(part * amount)}",
    }  # fmt: skip
    world = world_on(day.isoformat())
    wizard = Wizard(PASSIVE)
    while question := wizard.question(world):
        text = texts.get(question.key, question.default)
        assert wizard.consequence(world, text)
        wizard = wizard.answered(world, text)
    plan = wizard.plan(world)
    json.dumps(dict(plan.decision), allow_nan=False)
    assert all(row_.value and "--" not in row_.value for row_ in plan.rows)


@given(st.sampled_from(KEYS), st.text(max_size=12))
def test_whatever_is_typed_is_answered_or_refused_by_name(key: str, text: str):
    try:
        made(PASSIVE, TODAY, {key: text})
    except UsageError as refused:
        assert str(refused).startswith((key, "fee ", "fee_against ", "monthly ", "switch_cost "))  # noqa: PT017
