"""What each answer to the passive profile means, said where it is given."""

from __future__ import annotations

from smallcap.core.framework.passive import PASSIVE
from smallcap.core.framework.wizard import resolve

from tests.core.framework.passive.conftest import DOW, KEYS, TODAY


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
