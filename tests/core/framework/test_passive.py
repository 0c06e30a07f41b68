"""The passive profile: asked and answered by texts, with the facts old, new, missing or overridden."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import funds, reading
from smallcap.core.bars import to_day
from smallcap.core.errors import UsageError
from smallcap.core.framework import fees
from smallcap.core.framework.passive import PASSIVE, comparison
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard, made, resolve
from smallcap.core.funds import Facts
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import random_panel

KEYS = [
    "fund", "against", "fee", "fee_against", "amount", "monthly", "years", "return", "inflation", "switch_cost",
]  # fmt: skip
FACTS = funds.read()
DOW = "Dow Jones U.S. Small-Cap Total Stock Market"
SOURCE = "issuer's fund page, read second hand and not checked there"


def reading_of(equity: float = 100_000.0) -> Reading:
    panel = random_panel()
    last = to_day(panel["SPY"].sessions[-1])
    return reading.build(panel, last, replace(Settings(), equity=equity), closed=last)


READING = reading_of()


def world_on(day: str, facts: Facts = FACTS) -> World:
    """The facts as on a day, whatever the market did on it."""
    return World(replace(READING, as_of=date.fromisoformat(day)), facts)


TODAY = world_on("2026-12-01")


def plan_of(world: World = TODAY, **texts: str) -> Plan:
    return made(PASSIVE, world, {{"back": "return"}.get(key, key): text for key, text in texts.items()})


def row(plan: Plan, name: str) -> tuple[str, str]:
    return next((value, how) for row_name, value, how in plan.rows if row_name == name)


def walked(world: World, **texts: str) -> Wizard:
    wizard = Wizard(PASSIVE)
    while question := wizard.question(world):
        wizard = wizard.answered(world, texts.get(question.key, question.default))
    return wizard


def test_the_questions_and_their_order():
    asked = PASSIVE.questions(TODAY, {})
    assert [question.key for question in asked] == KEYS
    assert [question.default for question in asked] == [
        "IWM", "VTWO", "0.19%", "0.07%", "100,000", "0", "30", "8%", "2.5%", "0",
    ]  # fmt: skip
    assert all(question.ask.endswith("?") and question.why.endswith(".") for question in asked)
    assert "assumption, not a forecast" in asked[7].why


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


# --- facts -----------------------------------------------------------------------------------------------------------


def test_a_fees_default_says_its_source_date_and_age():
    fee, fee_against = PASSIVE.questions(world_on("2027-06-21"), {})[2:4]
    assert fee.why == f"The facts have 0.19% ({SOURCE}; recorded 2026-11-21, 7 months old)."
    assert fee_against.default == "0.07%"


def test_facts_too_old_are_marked_stale_where_they_are_shown_and_warned_of():
    world = world_on("2027-12-21")
    assert "13 months old: stale" in PASSIVE.questions(world, {})[2].why
    plan = plan_of(world)
    assert "13 months old: stale" in row(plan, "fee of IWM")[1]
    (warned,) = plan.warnings
    assert warned.startswith("stale, recorded more than 12 months before 2027-12-21: IWM's expense ratio (2026-11-21)")
    assert "VTWO's index (2026-11-21)" in warned


def test_facts_recorded_after_the_readings_day_are_warned_of():
    (warned,) = plan_of(world_on("2020-03-23")).warnings
    assert warned == (
        "recorded only after 2020-03-23: IWM's expense ratio (2026-11-21), VTWO's expense ratio (2026-11-21), "
        "IWM's index (2026-11-21), VTWO's index (2026-11-21)"
    )


@pytest.mark.parametrize(("day", "default"), [("2024-12-31", "0.1%"), ("2025-01-02", "0.07%")])
def test_a_fee_is_the_one_in_force_on_the_readings_day(day: str, default: str):
    assert PASSIVE.questions(world_on(day), {})[3].default == default
    assert row(plan_of(world_on(day)), "fee of VTWO")[0] == default


def test_an_answered_fee_takes_the_place_of_the_facts_and_says_so():
    plan = plan_of(world_on("2027-12-21"), fee="0.25%")
    assert plan.decision["fee"] == 0.0025
    assert row(plan, "fee of IWM") == ("0.25%", "as answered; the facts have 0.19%")
    assert "fee 0.25% is not the 0.19% that the facts have for IWM" in plan.warnings
    assert "IWM's expense ratio" not in plan.warnings[0]
    assert plan.invalidated_by[0].words == "IWM's fee is no longer 0.25% a year"


def test_a_fund_that_the_facts_do_not_know_needs_a_fee():
    question = PASSIVE.questions(TODAY, {"fund": "IJR"})[2]
    assert question.default == ""
    assert question.why == "The facts have no fee for IJR on 2026-12-01; its issuer's page has it."
    with pytest.raises(UsageError, match=r"^fee is missing: give what IJR charges a year.*such as 0\.19%$"):
        plan_of(fund="IJR")
    with pytest.raises(UsageError, match=r"^fee_against is missing: give what IJR charges"):
        plan_of(against="IJR", fee_against=" ")
    plan = plan_of(against="IJR", fee_against="0.06%")
    assert row(plan, "fee of IJR") == ("0.06%", "as answered; nothing is known about it")
    assert (plan.decision["cheaper"], plan.decision["index_against"]) == ("IJR", None)
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("fund", "against", "value", "note"),
    [
        ("IWM", "SCHA", "not the same", f"SCHA follows the {DOW} index, not the Russell 2000 as IWM does."),
        ("SCHA", "IWM", "not the same", f"IWM follows the Russell 2000 index, not the {DOW} as SCHA does."),
        ("VTWO", "IWM", "the same", "Both funds follow the Russell 2000 index."),
        ("IWM", "IJR", "not known", "Nothing is known about the index of IJR."),
        ("SLYG", "IJR", "not known", "Nothing is known about the index of SLYG and IJR."),
    ],
)
def test_whether_the_funds_follow_the_same_index_is_said_plainly(fund: str, against: str, value: str, note: str):
    plan = plan_of(fund=fund, against=against, fee="0.2%", fee_against="0.1%")
    assert row(plan, "indexes") == (value, note)
    answers = {"fund": fund, "against": against}
    assert PASSIVE.consequence(TODAY, answers, "against") == note.removesuffix(".")


def test_without_any_facts_the_plan_rests_on_the_answers_alone():
    plan = plan_of(world_on("2030-01-02", Facts()), fee="0.2%", fee_against="0.1%")
    assert plan.warnings == ()
    assert [c.words for c in plan.invalidated_by] == [
        "IWM's fee is no longer 0.2% a year", "VTWO's fee is no longer 0.1% a year",
    ]  # fmt: skip


def test_it_is_invalid_once_a_fee_changes_or_its_facts_are_old_and_no_price_matters():
    conditions = plan_of().invalidated_by
    assert [c.words for c in conditions] == [
        "IWM's fee is no longer 0.19% a year",
        "VTWO's fee is no longer 0.07% a year",
        "the facts, the oldest recorded 2026-11-21, are over 12 months old",
    ]
    assert all((c.ticker, c.close, c.regime) == ("", None, "") for c in conditions)


def test_the_oldest_of_the_facts_decides_when_they_are_old():
    older = [fact._replace(recorded=date(2026, 9, 9)) for fact in FACTS.about("IWM", TODAY.reading.as_of)]
    plan = plan_of(world_on("2026-12-01", Facts((*older, *FACTS.about("VTWO", TODAY.reading.as_of)))))
    assert plan.invalidated_by[-1].words == "the facts, the oldest recorded 2026-09-09, are over 12 months old"


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


def test_a_fact_of_more_digits_than_are_shown_is_still_the_fact():
    odd = funds.Fact("ODD", "expense_ratio", 0.00123456789, "fraction", "page", date(2026, 11, 30), None, None)
    plan = plan_of(world_on("2026-12-01", Facts((odd,))), fund="ODD", fee_against="0.1%")
    assert plan.warnings == ()
    assert row(plan, "fee of ODD") == ("0.123457%", "page; recorded 2026-11-30")


# --- answers ---------------------------------------------------------------------------------------------------------


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


def test_another_fund_brings_another_fee_into_the_question():
    wizard = Wizard(PASSIVE).answered(TODAY, "QQQ").answered(TODAY, "IWM")
    assert (wizard.question(TODAY).key, wizard.question(TODAY).default) == ("fee", "0.18%")
    assert wizard.answered(TODAY, "0.18%").question(TODAY).default == "0.19%"


def test_a_fee_typed_for_the_fund_before_is_warned_of_when_the_fund_changes():
    plan = plan_of(fund="QQQ", fee="0.19%")
    assert "fee 0.19% is not the 0.18% that the facts have for QQQ" in plan.warnings
    answers = {"fund": "QQQ", "against": "IWM", "fee": 0.0019}
    assert PASSIVE.consequence(TODAY, answers, "fee").endswith("; the facts have 0.18% for QQQ")


def test_the_charts_comparison_is_the_plans():
    texts = {"monthly": "250", "against": "SCHA", "switch_cost": "99", "inflation": "3%"}
    drawn, plan = comparison(resolve(PASSIVE, TODAY, texts)), made(PASSIVE, TODAY, texts)
    assert (len(drawn.path), drawn.path[-1]) == (31, plan.decision["end_value"])
    assert (drawn.path_against[-1], drawn.paid_in) == (plan.decision["end_value_against"], plan.decision["paid_in"])
    assert drawn.difference_today == plan.decision["difference_today"]
    assert drawn.break_even_months == plan.decision["break_even_months"]


# --- consequences ----------------------------------------------------------------------------------------------------


def test_every_answer_has_its_consequence():
    texts = {"monthly": "200", "switch_cost": "1000", "against": "SCHA"}
    answers, said = resolve(PASSIVE, TODAY, texts), {}
    for n, key in enumerate(KEYS):
        said[key] = PASSIVE.consequence(TODAY, {k: answers[k] for k in KEYS[: n + 1]}, key)
    assert said == {
        "fund": "IWM follows the Russell 2000 index; its fee is 0.19% a year",
        "against": f"SCHA follows the {DOW} index, not the Russell 2000 as IWM does",
        "fee": "on $100,000 that is $190 a year at first",
        "fee_against": "on $100,000 that is $40 a year at first",
        "amount": "in the first year about $190 of it go to IWM's fee, $40 to SCHA's",
        "monthly": "$2,400 a year are added",
        "years": "360 months; $172,000 paid in by then",
        "return": "IWM would end with $1,226,345, SCHA with $1,274,748: an assumption, not a forecast",
        "inflation": "the difference of $48,403 is $23,076 in today's money",
        "switch_cost": "break-even after 6 years 10 months: "
        "switching to SCHA costs $1,000 today and ends with $38,452 more",
    }


def test_a_consequence_says_when_it_knows_nothing_and_when_the_facts_differ():
    assert PASSIVE.consequence(TODAY, {"fund": "IJR"}, "fund") == (
        "nothing is known about the index of IJR; its fee is not known and has to be given"
    )
    answers = {"fund": "IWM", "against": "VTWO", "fee": 0.002}
    assert PASSIVE.consequence(TODAY, answers, "fee").endswith("$200 a year at first; the facts have 0.19% for IWM")
    assert PASSIVE.consequence(TODAY, {**resolve(PASSIVE, TODAY, {})}, "monthly") == "nothing is added"


def test_a_consequence_before_its_time_is_empty():
    answers = resolve(PASSIVE, TODAY, {})
    for key in KEYS:
        assert PASSIVE.consequence(TODAY, {}, key) == ""
        assert PASSIVE.consequence(TODAY, {k: v for k, v in answers.items() if k != key}, key) == ""
    for before in KEYS[:-1]:
        assert PASSIVE.consequence(TODAY, {k: v for k, v in answers.items() if k != before}, "switch_cost") == ""


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
