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
from smallcap.core.bars import COLUMNS, Panel, bars_of
from smallcap.core.calendar import sessions
from smallcap.core.flips import Flip, nearness
from smallcap.core.history import History, Pair, compute, inputs
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import SECTORS, random_panel

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


def lever(made: Reading, name: str) -> tuple[str, tuple[str, ...]]:
    """The ticker that moves for a flip of this name, and the axes that are let to answer."""
    return (made.pair.b, tuple(AXES)) if name == made.pair.b else (made.pair.a, ("leadership",))


def answer(made: Reading, flip: Flip, side: Side) -> History:
    """The history after one more session that closes just inside, or just outside, what the flip says."""
    ticker, _ = lever(made, flip.ticker)
    last = made.ratio.value if "/" in flip.ticker else float(made.panel[ticker].close[-1])
    nudge = NUDGE if flip.below == (side == "outside") else -NUDGE
    return one_more(made.panel, made.pair, ticker, flip.close / last * (1.0 + nudge))


def beyond(made: Reading, flip: Flip, keys: tuple[str, ...], held: dict[str, str]) -> str | None:
    """The label that a close just beyond the flip's other end asks for; None where it has none."""
    if math.isnan(flip.until):
        return None
    end = flip._replace(close=flip.until, below=not flip.below)
    return label(held | asked(answer(made, end, "outside"), keys))


def anywhere(made: Reading, flip: Flip) -> list[History]:
    """The histories after one more session with the same close as before, and with others far from it."""
    ticker, _ = lever(made, flip.ticker)
    return [one_more(made.panel, made.pair, ticker, move) for move in (1.0, 0.4, 0.8, 0.97, 1.03, 1.2, 2.5)]


def asked(past: History, keys: tuple[str, ...]) -> dict[str, str]:
    """What the newest session asks the axes of these keys to be."""
    return {t.axis.key: t.axis.word(int(t.pending[-1])) for t in past.tracks if t.axis.key in keys}


def left(past: History, keys: tuple[str, ...]) -> int:
    """How many closes in a row the axes still need until all have what the newest session asks for."""
    tracks = (t for t in past.tracks if t.axis.key in keys)
    return max(10 - int(t.closes[-1]) if t.pending[-1] != t.state[-1] else 0 for t in tracks)


def check(made: Reading) -> None:
    """Feed every flip and every turn back in."""
    held = {axis.key: axis.state for axis in made.axes}
    today = made.regime.regime.label
    assert label(held) == today
    for flip in made.regime.flips:
        _, keys = lever(made, flip.ticker)
        if math.isnan(flip.close):
            assert {label(held | asked(past, keys)) == today for past in anywhere(made, flip)} == {False}, flip
            assert left(anywhere(made, flip)[0], keys) == flip.closes - 1, flip
            continue
        inside, outside = answer(made, flip, "inside"), answer(made, flip, "outside")
        assert label(held | asked(inside, keys)) == flip.to != today, flip
        assert label(held | asked(outside, keys)) != flip.to, flip
        assert beyond(made, flip, keys, held) != flip.to, flip
        assert left(inside, keys) == flip.closes - 1, flip
    for name in (str(made.pair), made.pair.a, made.pair.b):
        ticker, keys = lever(made, name)
        same = label(held | asked(one_more(made.panel, made.pair, ticker, 1.0), keys))
        there = [flip for flip in made.regime.flips if flip.ticker == name and (flip.stays or math.isnan(flip.close))]
        assert [flip.to for flip in there] == ([] if same == today else [same]), name
    for axis in made.axes:
        for turn in axis.turns:
            if math.isnan(turn.close):
                assert axis.state not in {asked(past, (axis.key,))[axis.key] for past in anywhere(made, turn)}, turn
                continue
            inside, outside = answer(made, turn, "inside"), answer(made, turn, "outside")
            assert asked(inside, (axis.key,)) == {axis.key: turn.to}, turn
            assert turn.to != axis.state
            assert asked(outside, (axis.key,)) != {axis.key: turn.to}, turn
            assert left(inside, (axis.key,)) == turn.closes - 1, turn


@pytest.mark.parametrize("day", DAYS)
def test_what_is_promised_on_a_real_day_is_what_the_next_close_asks_for(real_panel: Panel, day: str):
    made = read(real_panel, day)
    assert any(axis.turns for axis in made.axes)
    check(made)


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
    held = {axis.key: axis.state for axis in made.axes}
    today = made.regime.regime.label
    _, keys = lever(made, ticker)
    moves = np.geomspace(1 / 3, 3, 90)
    labels = [label(held | asked(one_more(made.panel, made.pair, ticker, move), keys)) for move in moves]
    found = [flip for flip in made.regime.flips if flip.ticker == ticker]
    for move, name in zip(moves, labels, strict=True):
        assert {flip.to for flip in found if holds(flip, move)} <= {name}, move
        if name != today:
            assert any(holds(flip, move) or nearer(flip, move) for flip in found), (move, name)


def test_a_stretch_that_the_last_close_lies_in_is_told_as_one_to_stay_in():
    """The words of each kind, and what is the nearest; the last close is 100."""
    inside = Flip("NEUTRAL", "SPY", below=False, close=99.0, change=-0.01, closes=9, until=104.0)
    under = Flip("RISK-OFF", "IWM/SPY", below=True, close=0.5834, change=0.0001, closes=6)
    lower = Flip("NEUTRAL", "SPY", below=True, close=98.0, change=-0.02, closes=10, until=95.0)
    assert inside.words() == "SPY stays 99.00 to 104.00 for 9 closes"
    assert under.words() == "IWM/SPY stays < 0.5834 (+0.0%) for 6 closes"
    assert lower.words() == "SPY 95.00 to 98.00 (-2.0%) for 10 closes"
    assert [nearness(flip) for flip in (inside, under, lower)] == [0.0, 0.0, 0.02]


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


def made_up(iwm: list[float]) -> Panel:
    """IWM at these closes while everything else stands at 100."""
    n = len(iwm)
    days = sessions(date(2015, 1, 2), date(2020, 12, 31))[:n]
    closes = {"IWM": np.array(iwm)} | {name: np.full(n, 100.0) for name in ("SPY", *SECTORS)}
    bars = {name: bars_of(name, days, [close] * len(COLUMNS)) for name, close in closes.items()}
    return Panel(bars, random_panel(1).origin)


def read_newest(panel: Panel) -> Reading:
    return read(panel, str(panel["SPY"].sessions[-1]))


def test_a_market_that_stood_still_flips_where_pencil_and_paper_say():
    # The market turns where 200 x / (199 * 100 + x) - 1 = +-0.01. Where it is up, the ratio lags; a benchmark that
    # moves has all six sectors on one side, so that they say nothing.
    down, up = 0.99 * 19900 / (200 - 0.99), 1.01 * 19900 / (200 - 1.01)
    made = read_newest(made_up([100.0] * 300))
    assert [(f.to, f.ticker, f.below, f.closes) for f in made.regime.flips] == [
        ("RISK-OFF", "SPY", True, 10),
        ("NARROW", "SPY", False, 10),
    ]
    assert [f.close for f in made.regime.flips] == pytest.approx([down, up], rel=1e-9)
    assert [f.change for f in made.regime.flips] == pytest.approx([down / 100 - 1, up / 100 - 1], rel=1e-6)
    assert [f.words() for f in made.regime.flips] == [
        "SPY < 99.00 (-1.0%) for 10 closes",
        "SPY > 101.01 (+1.0%) for 10 closes",
    ]
    market = made.axes[2]
    assert [(t.to, t.below) for t in market.turns] == [("DOWN", True), ("UP", False)]
    assert [t.close for t in market.turns] == pytest.approx([down, up], rel=1e-9)


def test_a_ratio_that_fell_turns_at_the_top_of_its_range():
    # 62 sessions ago IWM fell from 120 to 100; since then it has closed at 110 once and at 90 once. Above 100 it is
    # above SMA50 (+1), but below SMA200 (114.1) and SMA50 still falls from 102.8 (-1 each): only the top of the range
    # (+1) brings the four to 0, where LAGGING ends.
    made = read_newest(made_up([120.0] * 238 + [100.0] * 31 + [110.0, 90.0] + [100.0] * 29))
    leadership = made.axes[0]
    assert leadership.state == "LAGGING"
    assert [(t.to, t.ticker, t.below, t.closes) for t in leadership.turns] == [
        ("FLAT", "IWM/SPY", False, 10),
        ("FLAT", "IWM", False, 10),
        ("FLAT", "SPY", True, 10),
    ]
    assert [t.close for t in leadership.turns] == pytest.approx([1.1, 110.0, 100 / 1.1], rel=1e-9)
    # Above SMA200, where x = (137 x 120 + 6,200 + x) / 200, a third vote for it asks for LEADING.
    above = (137 * 120 + 6200) / 199
    assert [t.until for t in leadership.turns] == pytest.approx([above / 100, above, 10000 / above], rel=1e-9)
    assert leadership.turns[0].words() == "IWM/SPY 1.1000 to 1.1377 (+10.0%) for 10 closes"
