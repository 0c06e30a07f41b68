"""The active profile: its questions, what is refused where, the checklist, and a plan that sizing agrees with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.errors import UsageError
from smallcap.core.framework.active import ACTIVE
from smallcap.core.framework.checklist import AGAINST, CHECKS, FOR, NEUTRAL, checklist
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard, made
from smallcap.core.reading import Reading, climate
from smallcap.core.settings import Settings
from smallcap.core.sizing import Request
from smallcap.core.studies import Studies

FACTS = funds.read()
KEYS = ["ticker", "side", "entry", "stop", "target", "equity", "cash", "risk", "commission", "spread"]


def read(panel: Panel, row: int = -1) -> Reading:
    day = to_day(panel["SPY"].sessions[row])
    return reading.build(panel, day, Settings(), closed=day)


@pytest.fixture
def world(panel: Panel) -> World:
    return World(read(panel), FACTS)


def test_the_defaults_alone_are_the_suggestion_of_the_dashboard(world: World):
    plan = made(ACTIVE, world, {})
    suggested = world.reading.suggestion("IWM")
    assert list(plan.answers) == KEYS
    assert plan.decision["shares"] == suggested.shares
    assert plan.decision["stop"] == pytest.approx(suggested.stop, abs=0.02)
    assert plan.decision["r_multiple"] == pytest.approx(2.0, abs=0.01)
    assert plan.standing.regime == world.reading.regime.regime.label
    assert plan.standing.as_of == world.reading.as_of.isoformat()
    assert plan.title == f"long {suggested.shares} IWM at {world.reading.panel['IWM'].close[-1]:.2f}"


def test_the_default_entry_is_the_close_with_or_without_a_last_price(world: World):
    """So that the screen, which has last prices, and the command, which has none, come to the same plan."""
    close, day = float(world.reading.panel["IWM"].close[-1]), world.reading.as_of
    live = World(world.reading, FACTS, {"IWM": 101.5})
    plans = [made(ACTIVE, where, {}) for where in (world, live)]
    assert plans[0].decision == plans[1].decision
    assert plans[0].rows == plans[1].rows
    assert plans[1].answers["entry"] == f"{close:.2f}"
    assert plans[1].opening == (f"The entry, {close:.2f}, is IWM's close of {day:%a %Y-%m-%d}.",)
    answers = {"ticker": "IWM", "side": "long"}
    why = [{q.key: q.why for q in ACTIVE.questions(where, answers)}["entry"] for where in (world, live)]
    assert why[0].startswith(f"It closed at {close:.2f} on {day:%a %Y-%m-%d}, its ATR(14) is ")
    assert why[1] == f"{why[0][:-1]}; its last price is 101.50."


def test_another_entry_is_said_to_be_ones_own_with_its_way_from_the_close(world: World):
    close, day = float(world.reading.panel["IWM"].close[-1]), world.reading.as_of
    plan, way = made(ACTIVE, world, {"entry": f"{1.1 * close:.2f}"}), 100 * (round(1.1 * close, 2) / close - 1)
    assert plan.opening == (
        f"The entry, {1.1 * close:.2f}, is the price you gave: {way:+.2f}% from IWM's close of {day:%a %Y-%m-%d}, "
        f"{close:.2f}.",
    )
    bars = world.reading.panel["IWM"]
    ends = {**world.reading.panel.bars, "IWM": bars.until(bars.sessions[-4])}
    late = replace(world.reading, panel=replace(world.reading.panel, bars=ends))
    assert f"IWM's close of {to_day(bars.sessions[-4]):%a %Y-%m-%d}." in made(ACTIVE, World(late, FACTS), {}).opening[0]


def test_a_short_is_the_mirror(world: World):
    plan = made(ACTIVE, world, {"side": "short"})
    close = float(world.reading.panel["IWM"].close[-1])
    atr = climate(world.reading, "IWM").atr
    assert plan.decision["entry"] == close != round(close, 2)
    assert plan.decision["stop"] == pytest.approx(close + 2 * atr, rel=1e-12)
    assert plan.decision["target"] == pytest.approx(close - 4 * atr, abs=0.01)
    wanted = Request(100_000.0, close, "short", stop=close + 2 * atr)
    assert plan.decision["shares"] == world.reading.size(wanted, "IWM").shares


@pytest.mark.parametrize(
    ("side", "stop", "price"), [("long", "2atr", -2), ("long", " 1.5 ATR", -1.5), ("short", "3atr", 3)]
)
def test_a_stop_in_atrs(world: World, side: str, stop: str, price: float):
    atr = climate(world.reading, "IWM").atr
    plan = made(ACTIVE, world, {"side": side, "entry": "90", "stop": stop, "target": ""})
    assert plan.decision["stop"] == pytest.approx(90 + price * atr)
    assert plan.decision["target"] is None
    assert plan.decision["r_multiple"] is None


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"ticker": "NOPE"}, "ticker NOPE has no bars in random walk"),
        ({"side": "both"}, "side 'both' is not an answer"),
        ({"entry": "0"}, "entry 0 is not above 0"),
        ({"entry": "90", "stop": "90"}, "stop 90.00 is not below the entry, 90.00"),
        ({"entry": "90", "stop": "91"}, "stop 91.00 is not below the entry"),
        ({"side": "short", "entry": "90", "stop": "89"}, "stop 89.00 is not above the entry"),
        ({"entry": "90", "stop": "-1"}, "stop -1.00 is not below the entry, 90.00, and above 0"),
        ({"entry": "90", "stop": "900atr"}, "is not below the entry, 90.00, and above 0"),
        ({"entry": "90", "stop": "2 atrs"}, "stop '2 atrs' is not a number"),
        ({"entry": "90", "stop": "80", "target": "90"}, "target 90.00 is not above the entry"),
        ({"side": "short", "entry": "90", "stop": "99", "target": "95"}, "target 95.00 is not below the entry"),
        ({"equity": "-5"}, "equity -5 is not above 0"),
        ({"cash": "-5"}, "cash -5 is not from 0"),
        ({"risk": "11%"}, "risk 11% is not from 0% to 10%"),
        ({"commission": "-1"}, "commission -1 is not from 0"),
        ({"spread": "6%"}, "spread 6% is not from 0% to 5%"),
    ],
)
def test_each_field_refuses_what_is_wrong_in_it(world: World, texts: dict[str, str], words: str):
    with pytest.raises(UsageError) as error:
        made(ACTIVE, world, texts)
    assert words in str(error.value)


def test_every_answer_has_a_reason_and_a_consequence(world: World):
    wizard = Wizard(ACTIVE)
    while question := wizard.question(world):
        assert question.why.endswith(".")
        assert question.ask.endswith("?")
        said = wizard.consequence(world, wizard.text(question))
        assert said, question.key
        wizard = wizard.answered(world, wizard.text(question))
    assert wizard.at == len(KEYS)


def test_no_more_is_bought_than_there_is_cash_for(world: World):
    plan = made(ACTIVE, world, {"entry": "90", "stop": "85", "cash": "1000"})
    assert (plan.decision["shares"], plan.decision["bound_by"]) == (11, "cash")


def test_the_costs_are_both_orders_and_the_spread(world: World):
    plan = made(ACTIVE, world, {"entry": "90", "stop": "85", "commission": "1.50", "spread": "0.1%"})
    shares = plan.decision["shares"]
    assert isinstance(shares, int)
    assert plan.decision["cost_dollars"] == pytest.approx(3 + 0.001 * shares * 90)
    assert plan.decision["cost_r"] == pytest.approx((3 + 0.09 * shares) / (shares * 5))
    none = made(ACTIVE, world, {"equity": "10", "commission": "1"})
    assert (none.decision["shares"], none.decision["cost_dollars"], none.decision["cost_r"]) == (0, 0.0, None)
    assert none.warnings == ("not even one share fits the risk budget and the caps",)


def test_what_ends_it_is_the_stop_and_another_label(real_panel: Panel):
    asked = date(2021, 3, 12)
    made_then = reading.build(real_panel, asked, Settings(), closed=asked)
    plan = made(ACTIVE, World(made_then, FACTS), {})
    stop, label = plan.invalidated_by
    assert (stop.ticker, stop.below, stop.close) == ("IWM", True, plan.decision["stop"])
    assert label.words == "the label is no longer RISK-ON"
    assert label.regime == "RISK-ON"
    would = [row.value for row in plan.rows if row.name == "would change it"]
    assert would[0] == "IWM/SPY 0.4959 to 0.5201 (-12.3%) for 10 closes: FLAT, x 1.00, 86 shares"
    short = made(ACTIVE, World(made_then, FACTS), {"side": "short"}).invalidated_by[0]
    assert (short.ticker, short.below) == ("IWM", False)
    assert "closes above the stop" in short.words


# --- the checklist ------------------------------------------------------------------------------------------------


def test_the_checklist_of_a_day_everybody_remembers(real_panel: Panel):
    asked = date(2021, 3, 12)
    made_then = reading.build(real_panel, asked, Settings(), closed=asked)
    rows = {check.name: check for check in checklist(made_then, "IWM", "long")}
    assert len(rows) == len(CHECKS)
    assert rows["regime"].value == "RISK-ON since 2020-10-28"
    assert rows["regime"].verdict == rows["ratio IWM/SPY"].verdict == rows["sectors"].verdict == FOR
    assert rows["RSI(14)"].value == f"{Studies(made_then.panel['IWM']).rsi14[-1]:.1f}"
    assert rows["RSI(14)"].verdict == rows["Fibonacci"].verdict == rows["calendar"].verdict == NEUTRAL
    short = {check.name: check for check in checklist(made_then, "IWM", "short")}
    assert short["regime"].verdict == short["ratio IWM/SPY"].verdict == short["sectors"].verdict == AGAINST


def test_a_pair_without_sectors_and_a_short_history_are_not_known(panel: Panel):
    day = to_day(panel["SPY"].sessions[30])
    young = reading.build(panel, day, replace(Settings(), pair="IWM/QQQ"), closed=day)
    rows = {check.name: check for check in checklist(young, "IWM", "long")}
    assert rows["sectors"].verdict == "not known"
    assert rows["Fibonacci"].verdict == "not known"
    assert rows["composite of IWM"].verdict == "not known"


def test_nothing_of_the_future_is_in_a_plan(panel: Panel):
    cut = panel.until(panel["SPY"].sessions[500])
    plans = [made(ACTIVE, World(read(one, row), FACTS), {}) for one, row in ((panel, 500), (cut, -1))]
    assert plans[0].decision == plans[1].decision
    assert plans[0].rows == plans[1].rows
    assert plans[0].invalidated_by == plans[1].invalidated_by
