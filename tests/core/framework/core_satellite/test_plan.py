"""The core-satellite plan: its target, trades, record and reasons in figures and in words."""

from __future__ import annotations

import math
from datetime import date

import pytest
from smallcap.core import reading
from smallcap.core.bars import Panel
from smallcap.core.framework.core_satellite import CORE_SATELLITE
from smallcap.core.framework.document import document
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import made
from smallcap.core.settings import Settings

from tests.core.framework.core_satellite.conftest import FACTS, planned, rows, world


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


def test_nothing_held_opens_both_funds(here: World):
    plan = planned(here, held="")
    assert (plan.decision["small_shares"], plan.decision["core_shares"]) == (50, 224)
    assert plan.warnings == ()
    assert plan.opening == ("You named no holdings: this buys everything from cash.",)


def test_no_trade_is_a_plan(here: World):
    plan = planned(here, held="IWM=50 SPY=200")
    assert plan.title == "10.0% IWM beside SPY: no trade"
    assert "Inside the band of 2 points: nothing to do." in plan.why
    assert (plan.decision["small_shares"], plan.decision["cost_dollars"]) == (0, 0.0)


def test_the_cost_of_a_trade_is_counted(here: World):
    plan = planned(here, cost="5")
    assert rows(plan)["cost"] == ("$12.10", "2 trades x $5.00 and 0.05% of each")


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
