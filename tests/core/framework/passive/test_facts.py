"""The facts behind a passive plan: old, new, missing or overridden."""

from __future__ import annotations

from datetime import date

import pytest
from smallcap.core import funds
from smallcap.core.errors import UsageError
from smallcap.core.framework.passive import PASSIVE
from smallcap.core.framework.wizard import Wizard
from smallcap.core.funds import Facts

from tests.core.framework.passive.conftest import DOW, FACTS, SOURCE, TODAY, plan_of, row, world_on


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


def test_a_fact_of_more_digits_than_are_shown_is_still_the_fact():
    odd = funds.Fact("ODD", "expense_ratio", 0.00123456789, "fraction", "page", date(2026, 11, 30), None, None)
    plan = plan_of(world_on("2026-12-01", Facts((odd,))), fund="ODD", fee_against="0.1%")
    assert plan.warnings == ()
    assert row(plan, "fee of ODD") == ("0.123457%", "page; recorded 2026-11-30")


def test_another_fund_brings_another_fee_into_the_question():
    wizard = Wizard(PASSIVE).answered(TODAY, "QQQ").answered(TODAY, "IWM")
    assert (wizard.question(TODAY).key, wizard.question(TODAY).default) == ("fee", "0.18%")
    assert wizard.answered(TODAY, "0.18%").question(TODAY).default == "0.19%"


def test_a_fee_typed_for_the_fund_before_is_warned_of_when_the_fund_changes():
    plan = plan_of(fund="QQQ", fee="0.19%")
    assert "fee 0.19% is not the 0.18% that the facts have for QQQ" in plan.warnings
    answers = {"fund": "QQQ", "against": "IWM", "fee": 0.0019}
    assert PASSIVE.consequence(TODAY, answers, "fee").endswith("; the facts have 0.18% for QQQ")
