"""Each signal's vote and reason by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import composite, history
from smallcap.core.bars import Bars, Floats, Panel, to_day
from smallcap.core.composite import KEYS, Composite, CompositeReading
from smallcap.core.signal import Inputs
from smallcap.core.studies import Studies

from tests.conftest import random_bars
from tests.core.composite.conftest import (
    IWM_SPY,
    WARM,
    bars_from,
    each_signal,
    left_out,
    number,
    read_last,
    rows_of,
    still_panel,
)


def inputs_of(bars: Bars, **changes: Floats | None) -> Inputs:
    nothing = np.zeros(len(bars))
    return Inputs(Studies(bars), nothing, nothing, nothing, {})._replace(**changes)


def made_of(bars: Bars, **changes: Floats | None) -> tuple[Composite, CompositeReading]:
    inputs = inputs_of(bars, **changes)
    made = composite.compute(inputs, {})
    return made, composite.read(made, inputs, to_day(bars.sessions[-1]), {})


def vote_and_why(bars: Bars, key: str, **changes: Floats | None) -> tuple[float, str]:
    """The last session's vote of one signal and its reason."""
    vote = next(vote for vote in made_of(bars, **changes)[1].votes if vote.key == key)
    return vote.vote, vote.why


@pytest.mark.parametrize(
    ("closes", "vote"),
    [
        ([100.0] * 219 + [101.0], 1.0),
        ([100.0] * 219 + [99.0], -1.0),
        ([200.0] * 120 + [100.0] * 99 + [101.0], 0.0),
        ([50.0] * 120 + [100.0] * 100, 0.5),
        ([200.0] * 120 + [100.0] * 100, -0.5),
        ([100.0] * 220, 0.0),
    ],
    ids=["above both", "below both", "above one", "on one, above one", "on one, below one", "on both"],
)
def test_trend_is_half_a_vote_for_each_mean(closes: list[float], vote: float):
    assert vote_and_why(bars_from(closes), "trend")[0] == vote


def test_trend_says_how_far_the_close_is_from_both_means():
    # Of 50: (100 x 49 + 110) / 50 = 100.2, of 200: 100.05.
    why = vote_and_why(bars_from([100.0] * 219 + [110.0]), "trend")[1]
    assert why == "IWM +9.8% from SMA50, +9.9% from SMA200"


@pytest.mark.parametrize(
    ("rises", "vote", "says"),
    [
        (14, 1.0, "RSI(14) of IWM 100.0, above 50"),
        (10, 6 / 14, "RSI(14) of IWM 71.4, above 50"),
        (7, 0.0, "RSI(14) of IWM 50.0, at 50"),
        (4, -6 / 14, "RSI(14) of IWM 28.6, below 50"),
        (0, -1.0, "RSI(14) of IWM 0.0, below 50"),
    ],
)
def test_rsi_votes_by_its_distance_from_50(rises: int, vote: float, says: str):
    closes = 100.0 + np.cumsum([0.0] + [1.0] * rises + [-1.0] * (14 - rises))
    made, why = vote_and_why(bars_from(closes), "rsi")
    assert made == pytest.approx(vote, abs=1e-12)
    assert why == says


def test_macd_votes_as_in_the_worked_table():
    table = rows_of("macd_votes.csv")
    bars = bars_from([float(row["close"]) for row in table])
    made, _ = made_of(bars)
    row = KEYS.index("macd")
    np.testing.assert_array_equal(made.votes[row], [number(line["vote"]) for line in table])


@pytest.mark.parametrize(
    ("rows", "vote", "says"),
    [
        (1, 1.0, "MACD histogram of IWM +0.64, rising"),
        (10, 0.0, "MACD histogram of IWM +0.48, falling"),
        (20, -1.0, "MACD histogram of IWM -0.32, falling"),
        (30, 0.0, "MACD histogram of IWM -0.32, rising"),
    ],
)
def test_macd_says_its_histogram_and_where_that_is_going(rows: int, vote: float, says: str):
    closes = [float(row["close"]) for row in rows_of("macd_votes.csv")][: 40 + rows]
    made, why = vote_and_why(bars_from(closes), "macd")
    assert (made, why) == (vote, says)


def swing(start: float, end: float, last: float) -> Bars:
    """A swing from `start` to `end` in 130 closes, and then the last one."""
    return bars_from([*[start] * 10, *np.linspace(start, end, 115).tolist(), end, last])


@pytest.mark.parametrize(
    ("bars", "vote", "says"),
    [
        (swing(100, 200, 140), -0.2, "60.0% of the rise 100.00 to 200.00 given back (50-61.8%)"),
        (swing(100, 200, 200), 1.0, "0.0% of the rise 100.00 to 200.00 given back (0-23.6%)"),
        (swing(100, 200, 195), 0.9, "5.0% of the rise 100.00 to 200.00 given back (0-23.6%)"),
        (swing(100, 200, 110), -0.8, "90.0% of the rise 100.00 to 200.00 given back (78.6-100%)"),
        (swing(200, 100, 130), -0.4, "30.0% of the fall 200.00 to 100.00 won back (23.6-38.2%)"),
        (swing(200, 100, 100), -1.0, "0.0% of the fall 200.00 to 100.00 won back (0-23.6%)"),
        (swing(200, 100, 170), 0.4, "70.0% of the fall 200.00 to 100.00 won back (61.8-78.6%)"),
    ],
)
def test_fibonacci_votes_by_place_and_says_what_was_given_or_won_back(bars: Bars, vote: float, says: str):
    made, why = vote_and_why(bars, "fibonacci")
    assert made == pytest.approx(vote, abs=1e-12)
    assert why == says


def test_the_place_is_what_the_swing_has_not_given_back():
    row = KEYS.index("fibonacci")
    for seed in range(5):
        bars = random_bars("IWM", 300, seed)
        made, _ = made_of(bars)
        swing, place = Studies(bars).swing, made.votes[row][125:]
        given_back, rising = swing.retracement[125:], swing.rising[125:] == 1
        np.testing.assert_allclose(place, np.where(rising, 1 - 2 * given_back, 2 * given_back - 1), atol=1e-12)


FLAT = [100.0] * 79


@pytest.mark.parametrize(
    ("closes", "times", "vote", "says"),
    [
        ([*FLAT, 101.0], 2.4, 1.0, "2.40x its mean volume, breakout"),
        ([*FLAT, 99.0], 2.0, -1.0, "2.00x its mean volume, falling day"),
        ([*FLAT[1:], 90.0, 95.0], 3.0, 0.0, "3.00x its mean volume, rising day"),
        ([*FLAT, 99.0], 1.9, 0.0, "1.90x its mean volume, no event"),
        ([*FLAT, 101.0], 0.0, 0.0, "0.00x its mean volume, no event"),
    ],
    ids=["breakout", "falling", "rising", "too little", "none"],
)
def test_volume_votes_only_on_an_event_and_says_its_kind(closes: list[float], times: float, vote: float, says: str):
    made, why = vote_and_why(bars_from(closes, [1e6] * 79 + [times * 1e6]), "volume")
    assert (made, why) == (vote, f"IWM {says}")


def test_an_old_high_is_no_breakout_once_63_sessions_have_passed():
    for sessions, vote in ((61, 0.0), (62, 1.0)):
        closes = [105.0, *[100.0] * sessions, 101.0]
        volumes = [1e6] * (sessions + 1) + [5e6]
        assert vote_and_why(bars_from(closes, volumes), "volume")[0] == vote


def test_an_unchanged_close_below_its_high_is_neither_a_breakout_nor_a_falling_day():
    closes = [*FLAT[2:], 105.0, 100.0, 100.0]
    assert vote_and_why(bars_from(closes, [1e6] * 79 + [3e6]), "volume")[0] == 0.0


def test_a_rise_on_event_volume_before_63_sessions_has_no_vote_yet_and_a_fall_has_one():
    vote, why = vote_and_why(bars_from([100.0] * 29 + [101.0], [1e6] * 29 + [4e6]), "volume")
    assert np.isnan(vote)
    assert why == "left out: too few sessions in a row"
    assert vote_and_why(bars_from([100.0] * 29 + [99.0], [1e6] * 29 + [4e6]), "volume")[0] == -1.0


def test_a_swing_of_no_height_and_a_still_macd_are_said_so():
    assert vote_and_why(bars_from([7.3] * 300), "fibonacci")[1] == "no swing: 126 closes at 7.30"
    assert vote_and_why(bars_from([7.3] * 300), "macd")[1] == "MACD histogram of IWM +0.00, flat"


@pytest.mark.parametrize(
    ("gone", "key", "says"),
    [
        ("QQQ", "breadth", "left out: QQQ has no bar on this session"),
        ("XLF", "confirmation", "left out: no bar on this session of XLF"),
        ("SPY", "ratio", "left out: SPY has no bar on this session"),
    ],
)
def test_a_ticker_without_todays_bar_is_named(panel: Panel, gone: str, key: str, says: str):
    behind = Panel({**panel.bars, gone: panel[gone].until(panel["IWM"].sessions[-2])}, panel.origin)
    assert left_out(read_last(behind))[key] == says


def test_a_ticker_without_volume_is_said_so(panel: Panel):
    silent = replace(panel["IWM"], volume=np.zeros(len(panel["IWM"])))
    read = read_last(Panel({**panel.bars, "IWM": silent}, panel.origin))
    assert left_out(read) == {"volume": "left out: IWM has no volume"}


@pytest.mark.parametrize(
    ("versus", "vote", "says"),
    [
        (0.02, 0.4, "IWM +2.0% against QQQ over 20 sessions"),
        (-0.03, -0.6, "IWM -3.0% against QQQ over 20 sessions"),
        (0.05, 1.0, "IWM +5.0% against QQQ over 20 sessions"),
        (-0.05, -1.0, "IWM -5.0% against QQQ over 20 sessions"),
        (0.07, 1.0, "IWM +7.0% against QQQ over 20 sessions"),
        (-0.31, -1.0, "IWM -31.0% against QQQ over 20 sessions"),
        (0.0, 0.0, "IWM +0.0% against QQQ over 20 sessions"),
    ],
)
def test_breadth_is_full_at_five_percent(versus: float, vote: float, says: str):
    made, why = vote_and_why(bars_from([100.0] * 30), "breadth", versus=np.full(30, versus))
    assert made == pytest.approx(vote, rel=1e-12)
    assert why == says


def test_breadth_is_the_total_return_of_20_sessions_against_qqq():
    # QQQ fell by 4 % twenty sessions ago and paid it out as a dividend two sessions ago, which is no loss.
    fell = bars_from([100.0] * 39 + [96.0] * 20, ticker="QQQ")
    paid = replace(fell, close=np.where(np.arange(59) > 56, 90.0, fell.close))
    votes = history.compute(still_panel(59, QQQ=paid), IWM_SPY).composite.votes[KEYS.index("breadth")]
    assert votes[38] == 0.0
    np.testing.assert_allclose(votes[39:], (1 / 0.96 - 1) / 0.05, rtol=1e-9)


def test_the_ratio_and_the_sectors_say_their_scores():
    bars, scores = bars_from([100.0] * 30), {"leadership": np.full(30, -0.75), "confirmation": np.full(30, 1 / 3)}
    assert vote_and_why(bars, "ratio", **scores) == (-0.75, "leadership -0.75")
    assert vote_and_why(bars, "confirmation", **scores) == (pytest.approx(1 / 3), "confirmation score +0.33")


@each_signal
@pytest.mark.parametrize("level", [7.3, 0.1, 123.45, 1e-3, 99_999.99])
def test_where_nothing_moves_no_signal_votes(key: str, level: float):
    made = history.compute(still_panel(300, level), IWM_SPY).composite
    assert set(made.votes[KEYS.index(key)][WARM[key] :]) == {0.0}
    assert set(made.score[WARM["confirmation"] :]) == {50.0}
