"""Reviews on bars made by hand: exits, R, conditions since, splits, and a base rate that knows no future."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import reading as readings
from smallcap.core.bars import Bars, Panel, Series, bars_of, to_day
from smallcap.core.framework.document import Saved
from smallcap.core.framework.plan import Condition, Figure, Plan, Standing, of_cycle
from smallcap.core.framework.review import Away, BaseRate, Review, Trade, base_rate, follow, lines, review
from smallcap.core.macro import read_cycle, read_macro
from smallcap.core.reading import Reading
from smallcap.core.regime import INSUFFICIENT, NARROW, NEUTRAL, REGIMES, RISK_ON
from smallcap.core.settings import Settings

from tests.conftest import random_bars, random_panel

PANEL = random_panel(320)
DAYS = PANEL["SPY"].sessions
MADE, FIRST = 300, to_day(DAYS[300])
NOW = datetime(2030, 1, 2, tzinfo=UTC)
LONG: dict[str, Figure] = {
    "ticker": "TEN",
    "side": "long",
    "entry": 100.0,
    "stop": 95.0,
    "target": 110.0,
    "close": 100.0,
}
SHORT: dict[str, Figure] = {**LONG, "side": "short", "stop": 105.0, "target": 90.0}
Quad = tuple[float, float, float, float]
BUILT = readings.build(PANEL, to_day(DAYS[-1]), Settings(), closed=to_day(DAYS[-1]))


def ten(*after: Quad, before: int = MADE + 1, split: float = 1.0) -> Bars:
    """Bars (open, high, low, close) that lie at 100 up to the plan's session, then as told."""
    rows = np.array([(100.0, 101.0, 99.0, 100.0)] * before + list(after)) * split
    first = MADE + 1 - before
    columns = [rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 3], np.ones(len(rows))]
    return bars_of("TEN", DAYS[first : first + len(rows)], columns)


def reading_at(row: int, panel: Panel = PANEL, **labels: int) -> Reading:
    """The reading on the close of a row; NEUTRAL on each session but those named, as `_12=place in REGIMES`."""
    day = to_day(DAYS[row])
    cut = panel.until(DAYS[row])
    codes = np.full(row + 1, REGIMES.index(NEUTRAL))
    for name, code in labels.items():
        codes[int(name[1:])] = code
    past = replace(
        BUILT.history, sessions=DAYS[: row + 1], price_ratio=BUILT.history.price_ratio[: row + 1], codes=codes
    )
    regime = BUILT.regime._replace(regime=REGIMES[codes[-1]])
    return replace(BUILT, as_of=day, panel=cut, history=past, regime=regime)


def saved(decision: dict[str, Figure], *ends: Condition, **standing: object) -> Saved:
    made = Standing(str(FIRST), "IWM/SPY", "NEUTRAL", "2016-01-04", 50.0, "random walk", True)
    plan = Plan("active", "x", {}, made._replace(**standing), decision, (), (), ends)
    return Saved("p1", NOW, plan)


def scored(decision: dict[str, Figure], *after: Quad, split: float = 1.0) -> Review:
    bars = ten(*after, split=split)
    return review(saved(decision), reading_at(MADE + len(after)), bars)


CALM, UP, DOWN = (100.0, 101.0, 99.0, 100.0), (101.0, 104.0, 100.0, 103.0), (99.0, 100.0, 96.0, 97.0)


@pytest.mark.parametrize(
    ("decision", "after", "state", "price", "held", "r", "both"),
    [
        (LONG, [], "open", 100.0, 0, 0.0, False),
        (LONG, [UP], "open", 103.0, 1, 0.6, False),
        (LONG, [CALM, DOWN], "open", 97.0, 2, -0.6, False),
        # Touched is enough; a close above does not undo it.
        (LONG, [CALM, (99.0, 101.0, 95.0, 101.0), UP], "stopped", 95.0, 2, -1.0, False),
        (LONG, [(100.0, 110.0, 99.0, 100.0), DOWN], "target reached", 110.0, 1, 2.0, False),
        # Opened beyond: the open is the exit.
        (LONG, [(92.5, 120.0, 90.0, 91.0)], "stopped", 92.5, 1, -1.5, False),
        (LONG, [(112.0, 115.0, 90.0, 114.0)], "target reached", 112.0, 1, 2.4, False),
        # Both in one bar: the stop counts.
        (LONG, [CALM, (100.0, 111.0, 94.0, 110.0)], "stopped", 95.0, 2, -1.0, True),
        ({**LONG, "target": None}, [(100.0, 200.0, 99.0, 150.0)], "open", 150.0, 1, 10.0, False),
        (SHORT, [], "open", 100.0, 0, 0.0, False),
        (SHORT, [UP], "open", 103.0, 1, -0.6, False),
        (SHORT, [DOWN], "open", 97.0, 1, 0.6, False),
        (SHORT, [(104.0, 105.0, 103.0, 104.0)], "stopped", 105.0, 1, -1.0, False),
        (SHORT, [(107.5, 108.0, 80.0, 108.0)], "stopped", 107.5, 1, -1.5, False),
        (SHORT, [UP, (95.0, 96.0, 90.0, 95.0)], "target reached", 90.0, 2, 2.0, False),
        (SHORT, [(88.0, 120.0, 87.0, 110.0)], "target reached", 88.0, 1, 2.4, False),
        (SHORT, [(100.0, 106.0, 89.0, 90.0)], "stopped", 105.0, 1, -1.0, True),
    ],
)
def test_a_trade_by_hand(decision, after, state, price, held, r, both):
    found = scored(decision, *after)
    score = found.score
    assert score
    assert (score.state, score.held, score.both) == (state, held, both)
    assert (score.price, score.r) == (pytest.approx(price), pytest.approx(r))
    assert score.session == to_day(DAYS[MADE + held])
    assert any("the stop counts" in line for line in lines(found)) == both
    assert (score.to_stop is None) == (state != "open")


def test_the_plans_own_bar_does_not_count():
    bars = ten(CALM)
    bars.low[MADE], bars.high[MADE] = 1.0, 1000.0
    score = review(saved(LONG), reading_at(MADE + 1), bars).score
    assert score
    assert score.state == "open"


def test_how_far_stop_and_target_are():
    for decision, close, fraction in ((LONG, 103.0, 7 / 103), (SHORT, 97.0, 7 / 97)):
        score = scored(decision, UP if close > 100 else DOWN).score
        assert score
        assert score.to_stop == Away(pytest.approx(8 / close), pytest.approx(1.6))
        assert score.to_target == Away(pytest.approx(fraction), pytest.approx(1.4))
    without = scored({**LONG, "target": None}, UP).score
    assert without
    assert without.to_stop
    assert without.to_target is None


def test_the_lines_by_hand():
    assert lines(scored(LONG, UP)) == (
        f"made in NEUTRAL on {FIRST}, still NEUTRAL",
        f"open on {to_day(DAYS[301])}: long TEN from 100.00, last close 103.00, +0.60R in 1 session",
        "stop 95.00 is 7.8% away, 1.60R",
        "target 110.00 is 6.8% away, 1.40R",
        "the same trade from each of 300 earlier closes (they overlap), for up to 1 session: "
        "mean +0.00R, above 0 in 0%",
    )
    assert lines(scored(SHORT, CALM, (107.5, 108.0, 80.0, 108.0)))[1:2] == (
        f"stopped on {to_day(DAYS[302])}: short TEN from 100.00, left at 107.50, -1.50R in 2 sessions",
    )


@pytest.mark.parametrize(("split", "words"), [(0.5, "0.5"), (1.006, "1.006"), (0.994, "0.994")])
def test_a_split_since_the_plan_changes_its_prices_and_is_said(split: float, words: str):
    plain, found = scored(LONG, UP, DOWN), scored(LONG, UP, DOWN, split=split)
    assert plain.score
    assert found.score
    assert found.score.r == pytest.approx(plain.score.r)
    assert found.score.trade == Trade("TEN", 1.0, *(pytest.approx(p * split) for p in (100.0, 95.0, 110.0)))
    assert found.score.to_stop == pytest.approx(plain.score.to_stop)
    assert plain.notes == ()
    close = f"TEN's close of {FIRST} was 100.00 and is {100 * split:.2f} in today's bars"
    assert found.notes == (f"{close}: the plan's prices are multiplied by {words}",)


@pytest.mark.parametrize("split", [1.004, 0.996])
def test_a_correction_of_less_than_half_a_percent_is_no_split(split: float):
    found = scored(LONG, UP, split=split)
    assert found.score
    assert found.score.trade.stop == 95.0
    assert found.notes == ()


def test_without_its_close_a_plan_is_taken_as_it_is():
    found = scored({**LONG, "close": None}, UP, split=2.0)
    assert found.score
    assert found.score.trade.entry == 100.0


@pytest.mark.parametrize(
    "decision",
    [{}, {"ticker": "TEN", "amount": 5.0}, {**LONG, "stop": None}, {**LONG, "side": "flat"}, {**LONG, "stop": True}],
)
def test_a_plan_without_a_stop_is_only_compared(decision: dict[str, Figure]):
    found = review(saved(decision), reading_at(310), None)
    assert (found.score, found.base, found.notes) == (None, None, ())
    assert lines(found) == (f"made in NEUTRAL on {FIRST}, still NEUTRAL",)


@pytest.mark.parametrize(
    "decision",
    [
        {**LONG, "stop": 100.0},
        {**LONG, "stop": 101.0},
        {**LONG, "target": 99.0},
        {**SHORT, "stop": 99.0},
        {**SHORT, "target": 100.0},
    ],
)
def test_prices_that_contradict_each_other_are_not_scored_and_that_is_said(decision: dict[str, Figure]):
    found = scored(decision, UP)
    assert (found.score, found.base) == (None, None)
    assert found.notes[0].startswith("not scored: stop ")


def test_without_bars_that_reach_back_it_is_not_scored_and_that_is_said():
    other = replace(ten(UP), ticker="ELEVEN")
    late = bars_of("TEN", DAYS[305:], [np.ones(len(DAYS) - 305)] * 6)
    for bars in (None, other, late):
        found = review(saved(LONG), reading_at(310), bars)
        assert (found.score, found.base) == (None, None)
        assert found.notes == (f"not scored: no bars of TEN reach back to {FIRST}",)


def test_bars_after_the_reading_are_not_looked_at():
    after = [UP, DOWN, (1.0, 1000.0, 0.5, 2.0), UP]
    found = review(saved(LONG), reading_at(MADE + 2), ten(*after))
    assert found.score
    assert (found.score.state, found.score.held, found.score.price) == ("open", 2, pytest.approx(97.0))


def test_then_and_now():
    ends = (Condition("the label is not NEUTRAL", regime="NEUTRAL"),)
    plan = saved({}, *ends)
    narrow, on, unknown = (REGIMES.index(regime) for regime in (NARROW, RISK_ON, INSUFFICIENT))
    for labels, headline, today, first in (
        ({}, "still NEUTRAL", False, None),
        ({"_310": narrow}, "now NARROW", True, 310),
        ({"_305": narrow, "_307": on}, "NEUTRAL again", False, 305),
        ({"_300": on, "_299": on}, "still NEUTRAL", False, None),
        ({"_310": unknown}, "now INSUFFICIENT DATA", None, None),
        ({"_305": unknown}, "still NEUTRAL", False, None),
    ):
        found = review(plan, reading_at(310, **labels), None)
        assert found.headline == f"made in NEUTRAL on {FIRST}, {headline}"
        assert found.checks[0][1:] == (today, to_day(DAYS[first]) if first else None)


def test_a_label_of_another_pair_says_nothing_of_the_plans():
    found = review(saved({}, Condition("x", regime="RISK-ON"), pair="KRE/SPY"), reading_at(310), None)
    assert found.headline == f"made in NEUTRAL on {FIRST}, now NEUTRAL on IWM/SPY"
    assert found.checks[0][1:] == (None, None)


def closes(**at: float) -> Panel:
    """The panel with TEN in it, at 100 except for the rows named."""
    bars = ten(*[CALM] * 19)
    for name, close in at.items():
        bars.close[int(name[1:])] = close
    return replace(PANEL, bars={**PANEL.bars, "TEN": bars})


@pytest.mark.parametrize(
    ("at", "below", "level", "today", "first"),
    [
        ({}, True, 95.0, False, None),
        ({"_310": 94.0}, True, 95.0, True, 310),
        ({"_303": 94.0, "_305": 93.0}, True, 95.0, False, 303),
        ({"_300": 94.0, "_311": 94.0}, True, 95.0, False, None),
        ({"_303": 95.0}, True, 95.0, False, None),
        ({"_303": 106.0}, False, 105.0, False, 303),
        ({}, False, 99.0, True, 301),
    ],
)
def test_conditions_on_closes(at, below, level, today, first):
    ends = Condition("x", "TEN", below, level)
    found = review(saved({}, ends), reading_at(310, closes(**at)), None)
    assert found.checks[0][1:] == (today, to_day(DAYS[first]) if first else None)


def test_on_its_own_day_a_plan_knows_today_and_nothing_since():
    found = review(saved({}, Condition("x", "TEN", False, 99.0)), reading_at(MADE, closes()), None)
    assert found.checks[0][1:] == (True, None)


def test_a_condition_on_the_pair_is_one_on_the_ratio_of_the_closes():
    ratio = (PANEL["IWM"].close / PANEL["SPY"].close)[301:311]
    level = float(np.sort(ratio)[0] * 1.000001)
    found = review(saved({}, Condition("x", "IWM/SPY", True, level)), reading_at(310), None)
    assert found.checks[0].first == to_day(DAYS[301 + int(ratio.argmin())])


def test_a_session_without_the_ratio_is_not_known():
    here = reading_at(310)
    gap = np.where(np.arange(311) == 310, np.nan, 1.0)
    here = replace(here, history=replace(here.history, price_ratio=gap))
    found = review(saved({}, Condition("x", "IWM/SPY", True, 0.5)), here, None)
    assert found.checks[0][1:] == (None, None)


def test_a_condition_on_the_plans_ticker_moves_with_a_split():
    bars = ten(*[CALM] * 10, split=0.5)
    panel = replace(PANEL, bars={**PANEL.bars, "TEN": bars, "SPX": replace(bars, ticker="SPX")})
    ends = (Condition("x", "TEN", True, 95.0), Condition("y", "SPX", True, 95.0))
    found = review(saved(LONG, *ends), reading_at(310, panel), bars)
    assert [check.today for check in found.checks] == [False, True]


def test_what_cannot_be_told_and_what_has_two_parts():
    either = Condition("either", "TEN", True, 95.0, "NEUTRAL")
    on = REGIMES.index(RISK_ON)
    ends = (Condition("in words"), Condition("no bars", "NIL", True, 1.0), either)
    found = review(saved({}, *ends), reading_at(310, closes(_308=94.0), _306=on), None)
    assert [check[1:] for check in found.checks] == [(None, None), (None, None), (False, to_day(DAYS[306]))]
    assert [check.words() for check in found.checks] == [
        "can't be told from the data: in words",
        "can't be told from the data: no bars",
        f"met first on {to_day(DAYS[306])}, not today: either",
    ]
    now = review(saved({}, either), reading_at(310, closes(_310=94.0)), None).checks[0]
    assert now.words() == f"met first on {to_day(DAYS[310])}, and today: either"
    assert now._replace(first=None).words() == "met: either"
    assert now._replace(first=None, today=False).words() == "not met: either"
    assert now._replace(today=None).words() == f"met first on {to_day(DAYS[310])}, today not known: either"


def test_simulated_and_real_are_not_held_against_each_other():
    plan = saved(LONG, Condition("x", "TEN", False, 1.0), simulated=False)
    found = review(plan, reading_at(310, closes()), ten(*[CALM] * 10))
    assert (found.score, found.base, found.checks[0].today) == (None, None, None)
    assert found.notes == ("the plan was made on real data and random walk is simulated: they can't be compared",)


def test_a_reading_from_before_the_plan_says_nothing():
    found = review(saved(LONG, Condition("x", "TEN", False, 1.0)), reading_at(MADE - 1, closes()), ten(CALM))
    assert (found.score, found.base, found.checks[0][1:]) == (None, None, (None, None))
    assert found.notes == (f"the plan was made on {FIRST}, after this reading's close",)


def test_text_from_outside_is_spelled_out_in_the_lines():
    found = review(saved({}, Condition("\x1b[2J\n\u202e"), regime="\x07"), reading_at(310), None)
    assert all(line.isprintable() for line in lines(found))


def test_a_base_rate_by_hand():
    # Closes 100, 100, ... with one rise to 102 that lasts: one entry before it gains 2 a share, which is 0.4R.
    bars = ten(CALM)
    bars.open[200:], bars.high[200:], bars.low[200:], bars.close[200:] = 102.0, 102.5, 101.5, 102.0
    trade = Trade("TEN", 1.0, 100.0, 95.0, 110.0)
    assert base_rate(trade, bars, MADE, 1) == BaseRate(pytest.approx(0.4 / 300), pytest.approx(1 / 300), 300, 1)
    assert base_rate(trade, bars, MADE, 3) == BaseRate(pytest.approx(1.2 / 298), pytest.approx(3 / 298), 298, 3)


def test_a_base_rate_takes_the_plans_distances_as_fractions():
    # From 100, a stop at 98 and a target at 104; from 50 each the same trade is 49 and 52.
    bars = ten(before=101)
    bars.close[:] = bars.open[:] = 50.0
    bars.low[:], bars.high[:] = 49.01, 51.99
    bars.high[60] = 52.0
    bars.low[80] = 49.0
    found = base_rate(Trade("TEN", 1.0, 100.0, 98.0, 104.0), bars, 100, 5)
    # Entries 55..59 reach +2R, 75..79 are stopped at -1R.
    assert found == BaseRate(pytest.approx((5 * 2 - 5) / 96), pytest.approx(5 / 96), 96, 5)


@pytest.mark.parametrize(("before", "there"), [(50, False), (51, True)])
def test_fewer_than_fifty_make_no_base_rate_and_that_is_said(before: int, there: bool):
    found = review(saved(LONG), reading_at(MADE + 1), ten(CALM, before=before))
    assert found.score
    assert bool(found.base) == there
    assert any("no base rate" in note for note in found.notes) != there


def test_on_its_own_day_a_plan_has_no_base_rate():
    found = scored(LONG)
    assert found.base is None
    assert found.notes[0].startswith("no base rate: it takes a session since")


def test_the_base_rate_is_followed_for_the_plans_whole_time_not_until_its_exit():
    found = scored(LONG, (92.5, 93.0, 90.0, 91.0), *[CALM] * 9)
    assert found.score
    assert found.base
    assert (found.score.held, found.base.sessions, found.base.n) == (1, 10, 291)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(60, 300), st.integers(1, 19), st.sampled_from([1.0, -1.0]))
def test_the_base_rate_knows_nothing_after_the_plan(seed: int, made: int, sessions: int, side: float):
    bars = random_bars("TEN", 320, seed)
    garbled = random_bars("TEN", 320, seed)
    for name in ("open", "high", "low", "close"):
        getattr(garbled, name)[made + 1 :] = np.random.RandomState(seed).uniform(1, 500, 319 - made)
    trade = Trade("TEN", side, 100.0, 100.0 - 4 * side, 100.0 + 6 * side)
    found = base_rate(trade, bars, made, sessions)
    assert found == base_rate(trade, garbled, made, sessions)
    assert found == base_rate(trade, bars.until(bars.sessions[made]), made, sessions)


def slowly(bars: Bars, row: int, trade: Trade, scale: float, sessions: int) -> tuple[float, int, int, bool]:
    """One trade bar by bar, for long and short apart, as one would tell it."""
    entry, stop, target = trade.entry * scale, trade.stop * scale, trade.target * scale
    long = trade.side > 0
    for held in range(1, sessions + 1):
        o, h, low = (float(column[row + held]) for column in (bars.open, bars.high, bars.low))
        stopped = low <= stop if long else h >= stop
        reached = h >= target if long else low <= target
        if o <= stop if long else o >= stop:
            return (o - entry) / (entry - stop), held, 1, False
        if o >= target if long else o <= target:
            return (o - entry) / (entry - stop), held, 2, False
        if stopped:
            return -1.0, held, 1, reached
        if reached:
            return (target - entry) / (entry - stop), held, 2, False
    return (float(bars.close[row + sessions]) - entry) / (entry - stop), sessions, 0, False


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(0, 30), st.sampled_from([1.0, -1.0]), st.floats(0.2, 5.0), st.floats(0.2, 5.0))
def test_many_trades_at_once_end_as_each_alone(seed: int, sessions: int, side: float, risk: float, gain: float):
    bars = random_bars("TEN", 120, seed)
    trade = Trade("TEN", side, 100.0, 100.0 - risk * side, 100.0 + gain * side)
    starts, scale = np.arange(90), bars.close[:90] / 100.0
    found = follow(bars, starts, trade, scale, sessions)
    each = [slowly(bars, row, trade, float(scale[row]), sessions) for row in range(90)]
    np.testing.assert_allclose(found.r, [r for r, *_ in each], atol=1e-9)
    assert [tuple(row) for row in zip(found.held, found.state, found.both, strict=True)] == [row[1:] for row in each]


def test_an_old_date_in_a_plan_is_a_date():
    assert review(saved({}, as_of="2016-02-01"), reading_at(310), None).as_of == date.fromisoformat(str(DAYS[310]))


# --- the rate cycle -----------------------------------------------------------------------------------------------


def rated(row: int, *moves: tuple[int, float], first: int = 0) -> Reading:
    """The reading on a row where the fed funds rate is 4 % from the row `first` on, and another from each move's."""
    rates = np.full(len(DAYS), 4.0)
    for at, rate in moves:
        rates[at:] = rate
    panel = replace(PANEL, macro={"DFF": Series("DFF", DAYS[first:], rates[first:])})
    found = reading_at(row, panel)
    return replace(found, macro=read_macro(panel.macro, found.as_of), rate_cycle=read_cycle(panel.macro, found.as_of))


def told(state: str | None, reading: Reading, **standing: object) -> tuple[str, ...]:
    return lines(review(saved({}, of_cycle(state), **standing), reading, None))[1:]


def test_a_change_of_the_rate_cycle_since_the_plan_is_told_with_its_day():
    """A rate of row 304 is published for row 305: half a point less than 126 sessions before is CUTTING."""
    assert told("HOLD", rated(304, (304, 3.5))) == (
        "the rate cycle was HOLD and still is",
        "not met: the rate cycle is no longer HOLD",
    )
    assert told("HOLD", rated(310, (304, 3.5))) == (
        "the rate cycle was HOLD and is CUTTING now",
        f"met first on {to_day(DAYS[305])}, and today: the rate cycle is no longer HOLD",
    )
    assert told("HOLD", rated(310, (304, 4.5), (308, 4.0))) == (
        "the rate cycle was HOLD and still is",
        f"met first on {to_day(DAYS[305])}, not today: the rate cycle is no longer HOLD",
    )


def test_the_end_of_hiking_is_told_when_half_a_year_has_passed():
    """4.5 % from row 190 on is HIKING on rows 191 to 316: on 317 the rate of 126 sessions before was 4.5 %, too."""
    hikes = told("HIKING", rated(319, (200, 4.5)))
    assert hikes == ("the rate cycle was HIKING and still is", "not met: the rate cycle is no longer HIKING")
    assert told("HIKING", rated(319, (190, 4.5))) == (
        "the rate cycle was HIKING and is HOLD now",
        f"met first on {to_day(DAYS[317])}, and today: the rate cycle is no longer HIKING",
    )


def test_only_where_the_data_lack_the_rate_its_cycle_cannot_be_told():
    said = "what it is now can't be told: random walk has no fed funds rate (DFF) of now and of half a year before"
    # Its first observation counts from row 201 on, so its first change over 126 sessions is one of row 327.
    for without in (reading_at(310), rated(310, first=200)):
        assert told("HOLD", without) == (
            f"the rate cycle was HOLD; {said}",
            "can't be told from the data: the rate cycle is no longer HOLD",
        )


def test_a_rate_cycle_that_was_not_known_becomes_known():
    assert told(None, reading_at(310))[1] == "not met: the rate cycle becomes known"
    # From row 178 on the rate is known, from 178 + 126 = 304 on its change.
    assert told(None, rated(310, first=177)) == (
        "the rate cycle was not known and is HOLD now",
        f"met first on {to_day(DAYS[304])}, and today: the rate cycle becomes known",
    )


def test_the_rate_cycle_is_one_whatever_the_pair():
    assert told("HOLD", rated(310, (304, 3.5)), pair="IWM/QQQ")[0] == "the rate cycle was HOLD and is CUTTING now"


def test_an_old_rate_is_said_beside_the_cycle_that_is_read_from_it():
    panel = replace(PANEL, macro={"DFF": Series("DFF", DAYS[:290], np.full(290, 4.0))})
    found = reading_at(310, panel)
    old = replace(found, macro=read_macro(panel.macro, found.as_of), rate_cycle=read_cycle(panel.macro, found.as_of))
    said = f"DFF is of {to_day(DAYS[289])}, 21 sessions old, and the rate cycle is read from it"
    assert told("HOLD", old)[-1] == said
    assert review(saved({}), old, None).notes == ()


def test_a_plan_that_does_not_hang_on_rates_says_nothing_of_them():
    found = review(saved({}, Condition("x", regime="NEUTRAL")), rated(310, (304, 3.5)), None)
    assert found.rates == ""


def test_a_plan_from_before_its_reading_or_of_another_kind_of_data_says_nothing_of_rates():
    assert review(saved({}, of_cycle("HOLD"), simulated=False), rated(310), None).rates == ""
    assert review(saved({}, of_cycle("HOLD")), rated(MADE - 1), None).rates == ""
