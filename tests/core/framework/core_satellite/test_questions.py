"""The core-satellite profile's questions: their defaults, what each answer means, and what is refused."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.core.errors import UsageError
from smallcap.core.framework.core_satellite import CORE_SATELLITE, consequence, questions
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard, resolve

from tests.core.framework.core_satellite.conftest import HELD, planned, world


def test_the_questions_and_their_defaults(here: World):
    asked = [(question.key, question.default) for question in questions(here, {})]
    assert asked == [
        ("value", "100,000"), ("held", ""), ("small", "IWM"), ("core", "SPY"),
        ("low", "5%"), ("high", "15%"), ("band", "2%"), ("cost", "0"),
    ]  # fmt: skip


def test_the_defaults_follow_pair_and_settings(panel: Panel):
    asked = {question.key: question.default for question in questions(world(panel, pair="IWM/QQQ", equity=5e4), {})}
    assert (asked["value"], asked["small"], asked["core"]) == ("50,000", "IWM", "QQQ")


def test_the_wizard_says_what_each_answer_means(here: World):
    """The panel's last label is RISK-OFF with rates cut: 10 % + 2.5 - 2.5."""
    assert here.reading.regime.regime.label == "RISK-OFF"
    at, said = Wizard(CORE_SATELLITE), {}
    while question := at.question(here):
        text = HELD.get(question.key, question.default)
        said[question.key] = at.consequence(here, text)
        at = at.answered(here, text)
    assert said == {
        "value": "one point of weight is $1,000",
        "held": "worth $95,200, the other $4,800 cash; 61 IWM at 200.00 are 12.2% of the portfolio",
        "small": "61 IWM at 200.00 are 12.2% of the portfolio",
        "core": "200 SPY at 400.00 are 80.0% of the portfolio",
        "low": "never less than $5,000 in small caps",
        "high": "never more than $15,000 in small caps; today's target is 10.0%, which is $10,000",
        "band": "nothing is traded from 8.0% to 12.0%; 12.2% now is outside",
        "cost": "sell 11 IWM, buy 5 SPY: $2.10 in all",
    }
    assert consequence(here, {}, "elsewhere") == ""


def test_what_is_inside_the_band_is_said_to_be(here: World):
    answers = {**resolve(CORE_SATELLITE, here, HELD), "band": 0.03}
    assert consequence(here, answers, "band") == "nothing is traded from 7.0% to 13.0%; 12.2% now is inside"
    assert consequence(here, answers, "cost") == "inside the band of 3 points: nothing to do"


def test_that_nothing_is_held_is_said_where_it_is_asked_and_where_it_is_answered(here: World):
    asked = {question.key: question for question in questions(here, {})}
    assert asked["held"].why.startswith("Left empty, the plan buys everything from cash.")
    for text in ("", " ", "IWM=0 SPY=0"):
        at = Wizard(CORE_SATELLITE).answered(here, "100,000")
        assert at.consequence(here, text) == (
            "you hold no shares: all $100,000 is cash, and the plan buys everything from it"
        )
        assert planned(here, held=text).opening == ("You named no holdings: this buys everything from cash.",)
    assert planned(here).opening == planned(here, held="QQQ=1").opening == ()
    nothing = planned(here, held="", low="0%", high="1%", band="2%")
    assert nothing.title.endswith(": no trade")
    assert nothing.opening == ("You named no holdings: all of it counts as cash.",)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"low": "15%", "high": "5%"}, "low 15% is not below high 5%; change one of them"),
        ({"low": "10%", "high": "10%"}, "low 10% is not below high 10%"),
        ({"high": "110%"}, "high 110% is not from 0% to 100%"),
        ({"band": "60%"}, "band 60% is not from 0% to 50%"),
        ({"value": "0"}, "value 0 is not above 0"),
        ({"value": "95,000"}, "value 95,000.00 is below the worth of what is held, 95,200.00"),
        ({"held": "IWM=x"}, "held 'IWM=x' is not a ticker and whole shares"),
        ({"held": "IWN=5"}, r"held: ticker 'IWN' is not in random walk up to 2017-10-11; did you mean IWM\?"),
        ({"small": "IWN"}, r"small: ticker 'IWN' is not in random walk"),
        ({"core": "SPX"}, r"core: ticker 'SPX' is not in random walk"),
        ({"small": "SPY"}, "small and core are both SPY"),
        ({"cost": "-1"}, "cost -1 is not from 0"),
    ],
)
def test_what_is_refused(here: World, texts: dict[str, str], words: str):
    with pytest.raises(UsageError, match=words):
        planned(here, **texts)


def test_an_answer_that_contradicts_an_earlier_one_is_refused_at_once(here: World):
    at = Wizard(CORE_SATELLITE).answered(here, "1,000")
    with pytest.raises(UsageError, match=r"value 1,000\.00 is below the worth"):
        at.answered(here, "IWM=100")
    with pytest.raises(UsageError, match=r"value 1,000\.00 is below the worth"):
        at.consequence(here, "IWM=100")


def test_the_pair_may_be_held_the_other_way_round(here: World):
    at = Wizard(CORE_SATELLITE, texts=HELD, at=2).answered(here, "SPY")
    with pytest.raises(UsageError, match="small and core are both SPY"):
        at.answered(here, "SPY")
    assert at.consequence(here, "IWM") == "61 IWM at 200.00 are 12.2% of the portfolio"


def test_a_low_limit_above_the_usual_high_one_waits_for_its_answer(here: World):
    at = Wizard(CORE_SATELLITE, texts={**HELD, "low": "20%"}, at=4)
    assert at.consequence(here, "20%") == "never less than $20,000 in small caps"
    at = at.answered(here, "20%")
    with pytest.raises(UsageError, match="low 20% is not below high 15%"):
        at.answered(here, "15%")
    assert at.consequence(here, "30%").endswith("today's target is 20.0%, which is $20,000")
