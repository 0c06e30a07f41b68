"""Flips of markets made up for pencil and paper, and their words."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core.bars import COLUMNS, Panel, bars_of
from smallcap.core.calendar import sessions
from smallcap.core.flips import Flip, nearness
from smallcap.core.reading import Reading

from tests.conftest import SECTORS, random_panel
from tests.core.test_flips import read


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
    # After ten closes at x the market stands at 200 x / (190 * 100 + 10 x) - 1; after fewer it is further out, so the
    # tenth decides where that is +-0.01. Where it is up, the ratio lags; a benchmark that moves has all six sectors on
    # one side, so that they say nothing.
    down, up = 0.99 * 19000 / (200 - 9.9), 1.01 * 19000 / (200 - 10.1)
    made = read_newest(made_up([100.0] * 300))
    assert [(f.to, f.ticker, f.below, f.closes) for f in made.regime.flips] == [
        ("RISK-OFF", "SPY", True, 10),
        ("NARROW", "SPY", False, 10),
    ]
    assert [f.close for f in made.regime.flips] == pytest.approx([down, up], rel=1e-9)
    assert [f.change for f in made.regime.flips] == pytest.approx([down / 100 - 1, up / 100 - 1], rel=1e-6)
    assert [f.words() for f in made.regime.flips] == [
        "SPY < 98.95 (-1.1%) for 10 closes",
        "SPY > 101.05 (+1.1%) for 10 closes",
    ]
    market = made.axes[2]
    assert [(t.to, t.below) for t in market.turns] == [("DOWN", True), ("UP", False)]
    assert [t.close for t in market.turns] == pytest.approx([down, up], rel=1e-9)


def test_a_ratio_that_fell_leads_once_it_is_above_its_mean_of_200():
    # 62 sessions ago IWM fell from 120 to 100; since then it has closed at 110 once and at 90 once. From 110 on it is
    # above SMA50 and at the top of its range (+1 each), but SMA50 still falls (-1). Below SMA200 the four come to 0 at
    # first and to a half once SMA50 rises: neither FLAT nor LEADING is asked for ten times in a row. Above SMA200,
    # where x = (137 x 120 + 6,200 + x) / 200, it is LEADING from the first close on.
    made = read_newest(made_up([120.0] * 238 + [100.0] * 31 + [110.0, 90.0] + [100.0] * 29))
    leadership = made.axes[0]
    above = (137 * 120 + 6200) / 199
    assert leadership.state == "LAGGING"
    assert [(t.to, t.ticker, t.below, t.closes) for t in leadership.turns] == [
        ("LEADING", "IWM/SPY", False, 10),
        ("LEADING", "IWM", False, 10),
        ("LEADING", "SPY", True, 10),
    ]
    assert [t.close for t in leadership.turns] == pytest.approx([above / 100, above, 10000 / above], rel=1e-9)
    assert leadership.turns[0].words() == "IWM/SPY > 1.1377 (+13.8%) for 10 closes"


def test_a_stretch_that_the_last_close_lies_in_is_told_as_one_to_stay_in():
    """The words of each kind, and what is the nearest; the last close is 100."""
    inside = Flip("NEUTRAL", "SPY", below=False, close=99.0, change=-0.01, closes=9, until=104.0)
    under = Flip("RISK-OFF", "IWM/SPY", below=True, close=0.5834, change=0.0001, closes=6)
    lower = Flip("NEUTRAL", "SPY", below=True, close=98.0, change=-0.02, closes=10, until=95.0)
    assert inside.words() == "SPY stays 99.00 to 104.00 for 9 closes"
    assert under.words() == "IWM/SPY stays < 0.5834 (+0.0%) for 6 closes"
    assert lower.words() == "SPY 95.00 to 98.00 (-2.0%) for 10 closes"
    assert [nearness(flip) for flip in (inside, under, lower)] == [0.0, 0.0, 0.02]
