"""What a core-satellite plan warns of: what is old, not known, not the pair's, or can't be brought inside."""

from __future__ import annotations

from dataclasses import replace

from smallcap.core.axes import DEFENSIVE
from smallcap.core.bars import Panel, Series
from smallcap.core.framework.core_satellite import CORE_SATELLITE, consequence
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import resolve

from tests.core.framework.core_satellite.conftest import HELD, falling, planned, rows, world


def test_a_weight_that_cannot_be_brought_inside_says_so(here: World):
    plan = planned(here, value="100,000", held="IWM=1 QQQ=331")
    assert plan.decision["small_shares"] == 2
    assert plan.warnings[-1].startswith("the weight stays outside the band: from 0.2% to 0.6% in small caps, as near")
    assert [c.below for c in plan.invalidated_by if c.close is not None] == [False]


def test_cash_that_may_be_the_core_fund_is_asked_about(here: World):
    said = "no SPY is held, so $76,000 counts as cash; if some of it is SPY, name it in held"
    assert said in planned(here, held="IWM=120").warnings


def test_another_fund_than_the_pairs_is_warned_of(here: World):
    said = "small is QQQ, but regime and record are of IWM/SPY"
    assert said in planned(here, small="QQQ").warnings
    answers = {**resolve(CORE_SATELLITE, here, HELD), "small": "QQQ"}
    assert consequence(here, answers, "small") == (
        "10 QQQ at 300.00 are 3.0% of the portfolio; the regime is still that of IWM/SPY"
    )
    assert "core is QQQ, but regime and record are of IWM/SPY" in planned(here, core="QQQ").warnings


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
