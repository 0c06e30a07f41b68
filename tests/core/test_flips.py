"""Flips and turns: a close that is promised to ask for something is fed back in as the next session's, and does."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import reading
from smallcap.core.axes import Track
from smallcap.core.bars import COLUMNS, Panel, bars_of
from smallcap.core.flips import Flip
from smallcap.core.history import History, Pair, compute, inputs
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import random_panel

DAYS = (
    "2004-03-10",
    "2004-05-21",  # the sectors one close short of another state
    "2007-05-16",  # the sectors alone decide
    "2009-06-01",
    "2011-08-10",
    "2013-05-22",
    "2016-12-09",
    "2018-09-20",  # with states pending
    "2020-03-23",
    "2021-03-12",
)
AXES = {
    "leadership": ("LAGGING", "FLAT", "LEADING"),
    "confirmation": ("DENIED", "MIXED", "CONFIRMED"),
    "market": ("DOWN", "SIDEWAYS", "UP"),
}
STILL = {"leadership": "FLAT", "confirmation": "MIXED", "market": "SIDEWAYS"}
NUDGE = 1e-6
ANYWHERE = (1.0, 0.4, 0.8, 0.97, 1.03, 1.2, 2.5)
Side = Literal["inside", "outside"]


def read(panel: Panel, day: str, pair: str = "IWM/SPY") -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), pair=pair), closed=asked)


def label(states: dict[str, str]) -> str:
    """The regime by the definitions, written out once more."""
    leadership, confirmation, market = (states.get(key, STILL[key]) for key in AXES)
    if market == "DOWN" or (leadership, confirmation) == ("LAGGING", "DENIED"):
        return "RISK-OFF"
    if market == "UP" and leadership == "LEADING" and confirmation != "DENIED":
        return "RISK-ON"
    return "NARROW" if (market, leadership) == ("UP", "LAGGING") else "NEUTRAL"


def one_more(panel: Panel, pair: Pair, ticker: str, move: float) -> History:
    """The history with one more session, on which `ticker` closes at `move` times its last, all else where it was."""
    moved = {}
    for name in inputs(pair):
        if bars := panel.bars.get(name):
            factor = {"close": move, "adj_close": move} if name == ticker else {}
            columns = [np.append(v, v[-1] * factor.get(c, 1.0)) for c in COLUMNS for v in (getattr(bars, c),)]
            moved[name] = bars_of(name, np.append(bars.sessions, bars.sessions[-1] + 1), columns)
    return compute(Panel(moved, panel.origin), pair)


def moved(made: Reading, name: str) -> str:
    """The ticker that moves for a flip of this name."""
    return made.pair.b if name == made.pair.b else made.pair.a


def move_to(made: Reading, flip: Flip, side: Side) -> float:
    """The move to a close just inside, or just outside, what the flip says."""
    last = made.ratio.value if "/" in flip.ticker else float(made.panel[moved(made, flip.ticker)].close[-1])
    nudge = NUDGE if flip.below == (side == "outside") else -NUDGE
    return flip.close / last * (1.0 + nudge)


def answer(made: Reading, flip: Flip, side: Side) -> History:
    """The history after one more session that closes just inside, or just outside, what the flip says."""
    return one_more(made.panel, made.pair, moved(made, flip.ticker), move_to(made, flip, side))


def anywhere(made: Reading, flip: Flip) -> list[History]:
    """The histories after one more session with the same close as before, and with others far from it."""
    return [one_more(made.panel, made.pair, moved(made, flip.ticker), move) for move in ANYWHERE]


def asked(past: History, keys: tuple[str, ...]) -> dict[str, str]:
    """What the newest session asks the axes of these keys to be."""
    return {t.axis.key: t.axis.word(int(t.pending[-1])) for t in past.tracks if t.axis.key in keys}


def left(track: Track) -> int:
    """How many closes in a row the axis still needs until it has what the newest session asks for."""
    return 10 - int(track.closes[-1]) if track.pending[-1] != track.state[-1] else 0


def brings(made: Reading, name: str, move: float) -> tuple[str, int]:
    """The first other label that more sessions like this one bring, each axis in its own time, and after how many."""
    past = one_more(made.panel, made.pair, moved(made, name), move)
    held, today = {axis.key: axis.state for axis in made.axes}, made.regime.regime.label
    wants = {t.axis.key: (t.axis.word(int(t.pending[-1])), 1 + left(t)) for t in past.tracks}
    for closes in range(1, 11):
        now = {key: want if needed <= closes else held[key] for key, (want, needed) in wants.items()}
        if label(now) != today:
            return label(now), closes
    return today, 0


def check(made: Reading) -> None:
    """Feed every flip and every turn back in."""
    today = made.regime.regime.label
    assert label({axis.key: axis.state for axis in made.axes}) == today
    for flip in made.regime.flips:
        said = (flip.to, flip.closes)
        assert flip.to != today
        if math.isnan(flip.close):
            assert {brings(made, flip.ticker, move) for move in ANYWHERE} == {said}, flip
            continue
        assert brings(made, flip.ticker, move_to(made, flip, "inside")) == said, flip
        assert brings(made, flip.ticker, move_to(made, flip, "outside")) != said, flip
        if not math.isnan(flip.until):
            end = flip._replace(close=flip.until, below=not flip.below)
            assert brings(made, flip.ticker, move_to(made, end, "outside")) != said, flip
    for name in (str(made.pair), made.pair.a, made.pair.b):
        same = brings(made, name, 1.0)
        there = [flip for flip in made.regime.flips if flip.ticker == name and (flip.stays or math.isnan(flip.close))]
        assert [(flip.to, flip.closes) for flip in there] == ([] if same[0] == today else [same]), name
    check_turns(made)


def check_turns(made: Reading) -> None:
    for axis in made.axes:
        for turn in axis.turns:
            assert turn.to != axis.state
            if math.isnan(turn.close):
                assert axis.state not in {asked(past, (axis.key,))[axis.key] for past in anywhere(made, turn)}, turn
                continue
            inside, outside = answer(made, turn, "inside"), answer(made, turn, "outside")
            assert asked(inside, (axis.key,)) == {axis.key: turn.to}, turn
            assert asked(outside, (axis.key,)) != {axis.key: turn.to}, turn
            assert [left(t) for t in inside.tracks if t.axis.key == axis.key] == [turn.closes - 1], turn


@pytest.mark.parametrize("day", DAYS)
def test_what_is_promised_on_a_real_day_is_what_the_next_close_asks_for(real_panel: Panel, day: str):
    made = read(real_panel, day)
    assert any(axis.turns for axis in made.axes)
    check(made)


@pytest.mark.parametrize(
    ("day", "to", "closes"),
    [
        ("2006-03-27", "RISK-ON", 1),
        ("2007-08-16", "RISK-OFF", 1),
        ("2010-07-06", "RISK-OFF", 2),
        ("2017-03-08", "NEUTRAL", 1),
        ("2020-06-08", "NARROW", 1),
    ],
)
def test_a_label_that_came_was_announced_for_closes_like_the_last(real_panel: Panel, day: str, to: str, closes: int):
    """The axes were not all as far: the label came with the first that was complete."""
    made = read(real_panel, day)
    at_hand = [flip for flip in made.regime.flips if flip.stays or math.isnan(flip.close)]
    assert {flip.ticker: (flip.to, flip.closes) for flip in at_hand} == dict.fromkeys(
        ("IWM/SPY", "IWM", "SPY"), (to, closes)
    )
    days = real_panel["SPY"].sessions
    later = days[int(np.searchsorted(days, np.datetime64(day))) + closes]
    assert read(real_panel, str(later)).regime.regime.label == to
    check(made)


@pytest.mark.parametrize("pair", ["XLF/SPY", "XLU/SPY"])
@pytest.mark.parametrize("day", ["2007-03-19", "2018-09-20"])
def test_a_first_ticker_that_is_a_sector_moves_the_sectors_too(real_panel: Panel, pair: str, day: str):
    made = read(real_panel, day, pair)
    check(made)
    confirmation = made.axis("confirmation")
    assert confirmation is not None
    assert pair[:3] in {turn.ticker for turn in confirmation.turns}


def test_a_move_of_one_ticker_leaves_the_others_asking_for_what_they_do(real_panel: Panel):
    """On 2011-08-10 SPY where it was asks for DOWN, whatever IWM does, and the label is RISK-OFF already."""
    made = read(real_panel, "2011-08-10")
    assert made.regime.regime.label == "RISK-OFF"
    assert made.regime.flips == ()


@pytest.mark.parametrize("pair", ["KRE/SPY", "IWM/QQQ", "QQQ/SPY", "VTWO/IWM"])
def test_another_pair_keeps_its_promises_too(real_panel: Panel, pair: str):
    made = read(real_panel, "2018-09-20", pair)
    assert {flip.ticker for axis in made.axes for flip in axis.turns} == {pair, *pair.split("/")}
    check(made)


def test_the_real_days_have_every_kind_of_promise_between_them(real_panel: Panel):
    days = [read(real_panel, day) for day in DAYS]
    found = [flip for made in days for flip in made.regime.flips]
    assert {(flip.ticker, flip.below) for flip in found} == {
        (name, below) for name in ("IWM/SPY", "IWM", "SPY") for below in (True, False)
    }
    assert {flip.to for flip in found} == {"RISK-ON", "NARROW", "NEUTRAL", "RISK-OFF"}
    assert min(flip.closes for flip in found) < 10 == max(flip.closes for flip in found)
    turned = {(axis.key, turn.ticker) for made in days for axis in made.axes for turn in axis.turns}
    assert turned == {("leadership", "IWM/SPY"), ("leadership", "IWM"), *((key, "SPY") for key in AXES)}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 200), st.integers(200, 700))
def test_what_is_promised_on_a_random_walk_is_what_the_next_close_asks_for(seed: int, n: int):
    panel = random_panel(n, seed)
    check(read(panel, str(panel["SPY"].sessions[-1])))


@pytest.mark.parametrize("ticker", ["IWM", "SPY"])
@pytest.mark.parametrize("day", ["2018-09-20", "2020-03-23", "2011-08-10"])
def test_no_nearer_close_asks_for_another_label(real_panel: Panel, day: str, ticker: str):
    """Closes tried one after the other, from a third to three times the last: each that asks for another label lies in
    a flip, or beyond one."""
    made = read(real_panel, day)
    today = made.regime.regime.label
    found = [flip for flip in made.regime.flips if flip.ticker == ticker]
    for move in np.geomspace(1 / 3, 3, 90).tolist():
        said = brings(made, ticker, move)
        assert {(flip.to, flip.closes) for flip in found if holds(flip, move)} <= {said}, move
        if said[0] != today:
            assert any(holds(flip, move) or nearer(flip, move) for flip in found), (move, said)


def holds(flip: Flip, move: float) -> bool:
    """Whether a move lies where the flip says."""
    last = flip.close / (1.0 + flip.change)
    low, high = sorted((flip.close, flip.until)) if not math.isnan(flip.until) else (0.0, flip.close)
    inside = low <= move * last <= high
    return inside if flip.below or not math.isnan(flip.until) else not inside


def nearer(flip: Flip, move: float) -> bool:
    """Whether the flip is met before the move is, on its way."""
    return (flip.change < 0) == (move < 1) and abs(flip.change) <= abs(move - 1.0)


def test_a_close_that_asks_for_it_only_in_between_says_so(real_panel: Panel):
    """SPY closed at 312.05; lower, the ratio leads, and lower still the market isn't up any more."""
    made = read(real_panel, "2020-06-23")
    ways = [(flip.to, flip.words()) for flip in made.regime.flips if flip.ticker == "SPY"]
    assert ways == [
        ("RISK-ON", "SPY 298.50 to 301.59 (-3.4%) for 10 closes"),
        ("NARROW", "SPY > 341.04 (+9.3%) for 10 closes"),
    ]
