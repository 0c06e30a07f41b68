"""Flips and turns: a close that is promised to bring something is held for ten more sessions, and does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Literal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from smallcap.core import reading
from smallcap.core.bars import COLUMNS, Panel, bars_of
from smallcap.core.flips import Flip
from smallcap.core.history import History, Pair, compute, inputs
from smallcap.core.reading import Reading
from smallcap.core.regime import REGIMES
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


def held(panel: Panel, pair: Pair, ticker: str, move: float) -> History:
    """The history with ten more sessions, on which `ticker` closes at `move` times its last, all else where it was."""
    appended = {}
    for name in inputs(pair):
        if bars := panel.bars.get(name):
            factor = {"close": move, "adj_close": move} if name == ticker else {}
            columns = [
                np.append(v, np.full(10, v[-1] * factor.get(c, 1.0))) for c in COLUMNS for v in (getattr(bars, c),)
            ]
            appended[name] = bars_of(name, np.append(bars.sessions, bars.sessions[-1] + np.arange(1, 11)), columns)
    return compute(Panel(appended, panel.origin), pair)


def moved(made: Reading, name: str) -> str:
    """The ticker that moves for a flip of this name."""
    return made.pair.b if name == made.pair.b else made.pair.a


def move_to(made: Reading, flip: Flip, side: Side) -> float:
    """The move to a close just inside, or just outside, what the flip says."""
    last = made.ratio.value if "/" in flip.ticker else float(made.panel[moved(made, flip.ticker)].close[-1])
    nudge = NUDGE if flip.below == (side == "outside") else -NUDGE
    return flip.close / last * (1.0 + nudge)


def first_other(words: list[str], now: str) -> tuple[str, int]:
    """The first of ten that is another than now, and its place from 1 on; what is now, and 0, where none is."""
    return next(((word, closes) for closes, word in enumerate(words, 1) if word != now), (now, 0))


def brings(made: Reading, name: str, move: float) -> tuple[str, int]:
    """The first other label if the ticker of this name closes there ten times, and after how many."""
    past = held(made.panel, made.pair, moved(made, name), move)
    return first_other([REGIMES[code].label for code in past.codes[-10:].tolist()], made.regime.regime.label)


def turns_to(made: Reading, key: str, name: str, move: float) -> tuple[str, int]:
    """The same of the states of one axis."""
    (track,) = (t for t in held(made.panel, made.pair, moved(made, name), move).tracks if t.axis.key == key)
    axis = made.axis(key)
    assert axis is not None
    return first_other([track.axis.word(int(state)) for state in track.state[-10:]], axis.state)


def check(made: Reading) -> None:
    """Feed every flip and every turn back in."""
    today = made.regime.regime.label
    assert label({axis.key: axis.state for axis in made.axes}) == today
    for flip in made.regime.flips:
        assert flip.to != today
        kept(made, flip, partial(brings, made, flip.ticker))
    for name in (str(made.pair), made.pair.a, made.pair.b):
        same = brings(made, name, 1.0)
        there = [flip for flip in made.regime.flips if flip.ticker == name and (flip.stays or math.isnan(flip.close))]
        assert [(flip.to, flip.closes) for flip in there] == ([] if same[0] == today else [same]), name
    check_turns(made)


def check_turns(made: Reading) -> None:
    for axis in made.axes:
        for turn in axis.turns:
            assert turn.to != axis.state
            kept(made, turn, partial(turns_to, made, axis.key, turn.ticker))


def kept(made: Reading, flip: Flip, comes: Callable[[float], tuple[str, int]]) -> None:
    """What a flip says comes of a close just inside either of its ends, and of one just outside doesn't."""
    said = (flip.to, flip.closes)
    if math.isnan(flip.close):
        assert {comes(move) for move in ANYWHERE} == {said}, flip
        return
    ends = [flip] if math.isnan(flip.until) else [flip, flip._replace(close=flip.until, below=not flip.below)]
    for end in ends:
        assert comes(move_to(made, end, "inside")) == said, (flip, end)
        assert comes(move_to(made, end, "outside")) != said, (flip, end)


@pytest.mark.parametrize("day", DAYS)
def test_what_is_promised_on_a_real_day_comes_of_such_closes(real_panel: Panel, day: str):
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
        ("2018-09-20", "RISK-OFF", 6),
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
@example(141, 304)  # the last ratio is the highest of its range
@given(st.integers(0, 200), st.integers(200, 700))
def test_what_is_promised_on_a_random_walk_comes_of_such_closes(seed: int, n: int):
    panel = random_panel(n, seed)
    check(read(panel, str(panel["SPY"].sessions[-1])))


@pytest.mark.parametrize("ticker", ["IWM", "SPY"])
@pytest.mark.parametrize("day", ["2018-09-20", "2020-03-23", "2011-08-10"])
def test_no_nearer_close_brings_another_label(real_panel: Panel, day: str, ticker: str):
    """Closes tried one after the other, from a third to three times the last: each that brings another label lies in
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
