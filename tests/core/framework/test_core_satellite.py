"""The core-satellite profile: its questions, what the answers mean, and the plan they end in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core import funds, reading
from smallcap.core.axes import DEFENSIVE
from smallcap.core.bars import Panel, Series, to_day
from smallcap.core.errors import UsageError
from smallcap.core.framework.core_satellite import CORE_SATELLITE, consequence, questions
from smallcap.core.framework.document import document
from smallcap.core.framework.plan import Condition, Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard, made, resolve
from smallcap.core.settings import Settings

from tests.conftest import random_panel

FACTS = funds.read()
PRICES = {"IWM": 200.0, "SPY": 400.0, "QQQ": 300.0}
HELD = {"value": "100,000", "held": "IWM=61 SPY=200 QQQ=10"}


def falling(panel: Panel) -> Series:
    """A rate of 4 % that fell by half a point some 60 sessions before the panel's end."""
    days = panel["SPY"].sessions
    return Series("DFF", days, np.where(np.arange(len(days)) < len(days) - 60, 4.0, 3.5))


def at_round_prices(panel: Panel) -> Panel:
    """The panel with the last closes of PRICES; what labels are read from, total return, is as it was."""
    ended = {name: replace(panel[name], close=np.append(panel[name].close[:-1], at)) for name, at in PRICES.items()}
    return replace(panel, bars={**panel.bars, **ended})


def world(panel: Panel, prices: Mapping[str, float] | None = None, **chosen: object) -> World:
    day = to_day(panel["SPY"].sessions[-1])
    made = reading.build(panel, day, replace(Settings(), **chosen), closed=day)
    return World(made, FACTS, prices or {})


@pytest.fixture(scope="module")
def panel() -> Panel:
    """A random panel whose sessions have had every label, and whose last one is RISK-OFF."""
    return at_round_prices(random_panel(seed=6))


@pytest.fixture(scope="module")
def here(panel: Panel) -> World:
    """A world at round prices, in which the Federal Reserve is cutting."""
    return world(replace(panel, macro={"DFF": falling(panel)}))


def planned(where: World, **texts: str) -> Plan:
    return made(CORE_SATELLITE, where, {**HELD, **texts})


def rows(plan: Plan) -> dict[str, tuple[str, str]]:
    return {row.name: (row.value, row.how) for row in plan.rows}


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


def test_the_plan_in_figures(here: World):
    plan = planned(here)
    assert plan.profile == CORE_SATELLITE.key == "core"
    assert plan.title == "10.0% IWM beside SPY: sell 11 IWM, buy 5 SPY"
    record = plan.decision["against_constant"]
    assert isinstance(record, float)
    assert plan.decision == {
        "small": "IWM",
        "core": "SPY",
        "target": 0.10,
        "band": 0.02,
        "weight": 0.122,
        "weight_after": pytest.approx(10_000 / 99_997.899),
        "small_shares": -11,
        "core_shares": 5,
        "small_price": 200.0,
        "core_price": 400.0,
        "turnover": pytest.approx(0.042),
        "cost_dollars": pytest.approx(2.10),
        "cash": pytest.approx(4_997.90),
        "rate_cycle": "CUTTING",
        "against_constant": record,
    }
    assert plan.answers["held"] == "IWM=61 SPY=200 QQQ=10"
    assert plan.answers["low"] == "5%"
    assert plan.standing.regime == "RISK-OFF"
    assert plan.warnings == ()


def test_the_plan_in_rows(here: World):
    shown = rows(planned(here))
    assert list(shown) == [
        "base weight", "rate cycle CUTTING", "regime RISK-OFF", "limits 5% to 15%", "target",
        "another regime", "another rate cycle", "weight now", "band", "sell 11 IWM", "buy 5 SPY", "weight after",
        "turnover", "cost", "cash left", next(n for n in shown if n.startswith("target followed")), "constant 10%",
        "difference",
    ]  # fmt: skip
    assert shown["base weight"][0] == "10.0%"
    assert shown["rate cycle CUTTING"] == ("12.5%", "+2.5 points")
    assert shown["regime RISK-OFF"] == ("10.0%", "-2.5 points")
    assert shown["target"] == ("10.0%", "$10,000")
    assert shown["another regime"][0] == "RISK-ON 15.0%, NARROW 12.5%, NEUTRAL 12.5%"
    assert shown["another rate cycle"][0] == "HOLD 7.5%, HIKING 5.0%"
    assert shown["weight now"] == ("12.2%", "61 IWM x 200.00 of $100,000")
    assert shown["band"] == ("from 8.0% to 12.0%", "the weight is outside")
    assert shown["sell 11 IWM"] == ("$2,200", "11 x 200.00, costs $1.10")
    assert shown["buy 5 SPY"] == ("$2,000", "5 x 400.00, costs $1.00")
    assert shown["weight after"] == ("10.0%", "from 12.2% to 10.0% in small caps")
    assert shown["turnover"][0] == "4.2%"
    assert shown["cost"] == ("$2.10", "2 trades x $0.00 and 0.05% of each")
    assert shown["cash left"] == ("$4,998", "5.0% of the portfolio")
    assert shown["difference"][1] == "IWM/SPY on total return, by the same band, 5 bp of what is traded"


def test_the_record_is_of_the_limits_and_the_band_that_are_wanted(here: World):
    wide, tight = planned(here), planned(here, low="9%", high="11%")
    assert wide.decision["against_constant"] != tight.decision["against_constant"]
    assert wide.decision["against_constant"] != planned(here, band="0").decision["against_constant"]


def test_the_reasons(here: World):
    plan = planned(here)
    since, sessions = here.reading.regime.since, here.reading.regime.sessions
    assert (plan.why[0], plan.why[1], plan.why[3]) == (
        "The rate cycle is CUTTING: the fed funds rate went from 4.00% to 3.50%, -0.50pp, in 126 sessions.",
        f"The regime of IWM/SPY is RISK-OFF since {since}, {sessions} sessions: "
        "the market falls, or small caps lag and cyclicals with them.",
        "Sell 11 IWM, buy 5 SPY: from 12.2% to 10.0% in small caps.",
    )
    assert plan.why[2].startswith("Evidence on the label: regime RISK-OFF: ")
    assert "; 95% interval " in plan.why[4]
    assert len(plan.why) == 5


def test_what_makes_it_invalid(here: World):
    """After the trades 50 IWM stand beside 89,997.90: 8 % is 0.08 / 0.92 of that in 50 shares, 12 % is 0.12 / 0.88."""
    regime, cycle, under, over = planned(here).invalidated_by
    assert (regime.regime, regime.words) == ("RISK-OFF", "the regime is no longer RISK-OFF")
    assert cycle == Condition("the rate cycle is no longer CUTTING", rate_cycle="CUTTING")
    assert (under.ticker, under.below, over.ticker, over.below) == ("IWM", True, "IWM", False)
    rest = 100_000 - 2.10 - 10_000
    assert under.close == pytest.approx(0.08 / 0.92 * rest / 50)
    assert over.close == pytest.approx(0.12 / 0.88 * rest / 50)
    assert under.words == "IWM closes below 156.52 (-21.7%), all else equal: its weight falls under 8.0%"


@pytest.mark.parametrize(("edge", "at"), [(0.08, 2), (0.12, 3)])
def test_at_that_close_the_weight_is_on_the_edge_of_the_band(here: World, edge: float, at: int):
    close = planned(here).invalidated_by[at].close
    assert close is not None
    after = 50 * close + 205 * 400 + 10 * 300 + 4_997.90
    assert 50 * close / after == pytest.approx(edge)


def test_an_edge_that_no_close_reaches_is_no_condition(here: World):
    assert len(planned(here, low="1%", high="2%", band="10%", held="IWM=5 SPY=200").invalidated_by) == 3
    assert len(planned(here, held="SPY=200", band="20%").invalidated_by) == 2
    assert len(planned(here, value="1000", held="IWM=5", low="99%", high="100%").invalidated_by) == 2


def test_a_weight_that_cannot_be_brought_inside_says_so(here: World):
    plan = planned(here, value="100,000", held="IWM=1 QQQ=331")
    assert plan.decision["small_shares"] == 2
    assert plan.warnings[-1].startswith("the weight stays outside the band: from 0.2% to 0.6% in small caps, as near")
    assert [c.below for c in plan.invalidated_by if c.close is not None] == [False]


def test_nothing_held_opens_both_funds(here: World):
    plan = planned(here, held="")
    assert (plan.decision["small_shares"], plan.decision["core_shares"]) == (50, 224)
    assert plan.warnings == ()
    assert plan.opening == ("You named no holdings: this buys everything from cash.",)


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


def test_cash_that_may_be_the_core_fund_is_asked_about(here: World):
    said = "no SPY is held, so $76,000 counts as cash; if some of it is SPY, name it in held"
    assert said in planned(here, held="IWM=120").warnings


def test_no_trade_is_a_plan(here: World):
    plan = planned(here, held="IWM=50 SPY=200")
    assert plan.title == "10.0% IWM beside SPY: no trade"
    assert "Inside the band of 2 points: nothing to do." in plan.why
    assert (plan.decision["small_shares"], plan.decision["cost_dollars"]) == (0, 0.0)


def test_the_cost_of_a_trade_is_counted(here: World):
    plan = planned(here, cost="5")
    assert rows(plan)["cost"] == ("$12.10", "2 trades x $5.00 and 0.05% of each")


def test_another_fund_than_the_pairs_is_warned_of(here: World):
    said = "small is QQQ, but regime and record are of IWM/SPY"
    assert said in planned(here, small="QQQ").warnings
    answers = {**resolve(CORE_SATELLITE, here, HELD), "small": "QQQ"}
    assert consequence(here, answers, "small") == (
        "10 QQQ at 300.00 are 3.0% of the portfolio; the regime is still that of IWM/SPY"
    )
    assert "core is QQQ, but regime and record are of IWM/SPY" in planned(here, core="QQQ").warnings


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


def test_an_unknown_rate_cycle_counts_as_hold_and_is_said(panel: Panel):
    plan = planned(world(panel))
    assert (plan.decision["target"], plan.decision["rate_cycle"]) == (0.075, None)
    assert "the rate cycle is not known and counts as HOLD" in plan.warnings
    assert plan.invalidated_by[1].words == "the rate cycle becomes known"
    assert rows(plan)["rate cycle not known"] == ("10.0%", "+0.0 points")
    assert plan.why[0].startswith("The regime of IWM/SPY")


def test_an_old_rate_is_warned_of(panel: Panel):
    cut = falling(panel)
    old = Series("DFF", cut.dates[:-40], cut.values[:-40])
    plan = planned(world(replace(panel, macro={"DFF": old})))
    assert f"DFF is of {old.dates[-1]}, 40 sessions old, and the rate cycle is read from it" in plan.warnings
    assert plan.decision["rate_cycle"] == "CUTTING"


def test_without_a_label_the_rate_cycle_alone_moves_the_target(panel: Panel):
    kept = {ticker: bars for ticker, bars in panel.bars.items() if ticker not in (*DEFENSIVE, "XLY")}
    plan = planned(world(Panel(kept, panel.origin, {"DFF": falling(panel)})))
    assert plan.decision["target"] == 0.125
    assert "the regime is INSUFFICIENT DATA: the target is the base and the rate cycle alone" in plan.warnings
    assert rows(plan)["record"] == ("--", "less than a year of targets: nothing to compare")
    assert plan.decision["against_constant"] is None
    assert rows(plan)["another regime"][0] == "RISK-ON 15.0%, RISK-OFF 10.0%"


def test_an_old_price_is_warned_of(panel: Panel):
    late = replace(panel, bars={**panel.bars, "QQQ": panel["QQQ"].until(panel["QQQ"].sessions[-4])})
    day, last = panel["QQQ"].sessions[-4], panel["QQQ"].sessions[-1]
    said = f"QQQ's newest close is of {day}, not of {last}"
    assert said in planned(world(late), value="1,000,000").warnings
    assert said not in planned(world(panel), value="1,000,000").warnings


def test_prices_are_closes_whatever_the_last_prices_are(panel: Panel):
    closes, newer = planned(world(panel)), planned(world(panel, {"IWM": 210.0, "SPY": 390.0, "QQQ": 301.0}))
    assert (closes.decision["small_price"], closes.decision["core_price"]) == (200.0, 400.0)
    assert document(newer) == document(closes)


def test_every_plan_can_be_written_down(here: World):
    for texts in ({}, {"held": ""}, {"low": "99%", "high": "100%"}, {"cost": "1e5"}):
        for figure in planned(here, **texts).decision.values():
            assert not isinstance(figure, float) or math.isfinite(figure)


def test_on_real_history_the_plan_of_the_panic(real_panel: Panel):
    day = date(2020, 3, 23)
    where = World(reading.build(real_panel, day, Settings(), closed=day), FACTS)
    plan = made(CORE_SATELLITE, where, {"value": "100000", "held": "IWM=150 SPY=300"})
    assert (plan.decision["target"], plan.decision["rate_cycle"]) == (0.10, "CUTTING")
    assert (plan.decision["small_shares"], plan.decision["core_shares"]) == (-50, 22)
    assert plan.why[0].startswith("The rate cycle is CUTTING: the fed funds rate went from 1.90% to 0.15%, -1.75pp")
    assert plan.why[2] == (
        "Evidence on the label: regime RISK-OFF: rougher months, 26% against 17% vol; no edge shown."
    )
    assert "from 2010-03-23 to 2020-03-23; 95% interval " in plan.why[4]
