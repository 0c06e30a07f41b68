"""A plan's trade on bars made by hand: how it ended, its R, how far its exits are, and splits since."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core.bars import bars_of, to_day
from smallcap.core.framework.plan import Figure
from smallcap.core.framework.review import Away, Trade, lines, review

from tests.core.framework.review.conftest import CALM, DAYS, DOWN, FIRST, LONG, MADE, UP, reading_at, saved, scored, ten

SHORT: dict[str, Figure] = {**LONG, "side": "short", "stop": 105.0, "target": 90.0}


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
