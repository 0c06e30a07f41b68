"""The composite: each signal's vote and reason by hand, its bounds on real history, and how votes are weighed."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.core import composite, history, reading
from smallcap.core.bars import Bars, Floats, Origin, Panel, to_day
from smallcap.core.composite import KEYS, SIGNALS, Composite, CompositeReading, weigh
from smallcap.core.history import Pair
from smallcap.core.settings import Settings
from smallcap.core.signal import Inputs
from smallcap.core.studies import Studies

from tests.conftest import random_bars, random_panel

NAN = float("nan")
ANSWERS = Path(__file__).resolve().parents[1] / "answers"
IWM_SPY = Pair("IWM", "SPY")
each_signal = pytest.mark.parametrize("key", KEYS)

# The sessions of the pair's first ticker before which a signal can't vote; a signal that is added has to be named here.
WARM = {
    "trend": 199,
    "rsi": 14,
    "macd": 34,
    "fibonacci": 125,
    "volume": 20,
    "ratio": 199,
    "confirmation": 53,
    "breadth": 20,
}


def rows_of(name: str) -> list[dict[str, str]]:
    lines = [line for line in (ANSWERS / name).read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def number(text: str) -> float:
    return float(text) if text else NAN


def bars_from(close: list[float] | Floats, volume: list[float] | Floats | None = None, ticker: str = "IWM") -> Bars:
    """Bars with these closes and no height, no dividend, and a volume of a million unless told otherwise."""
    c = np.array(close, dtype=float)
    sessions = random_bars(ticker, len(c), 0).sessions
    return Bars(ticker, sessions, c, c, c, c, c, np.full(len(c), 1e6) if volume is None else np.array(volume))


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


def still_panel(n: int, level: float = 7.3, **others: Bars) -> Panel:
    """A market in which nothing ever moves, but for the tickers given."""
    names = random_panel(1).bars
    bars = {name: bars_from([level] * n, ticker=name) for name in names} | others
    return Panel(bars, Origin("still", True, "2020-01-01T00:00:00+00:00"))


def read_last(panel: Panel, **given: object) -> CompositeReading:
    """The composite that the one pipeline reads on the panel's last session."""
    last = max(to_day(bars.sessions[-1]) for bars in panel.bars.values())
    return reading.build(panel, last, Settings(watchlist=("IWM",)).but(**given), closed=last).composite


# --- on real history and on random walks ---


@pytest.fixture(scope="module")
def real_past(real_panel: Panel) -> history.History:
    return history.compute(real_panel, IWM_SPY)


def bounded(votes: Floats) -> None:
    known = votes[~np.isnan(votes)]
    assert (np.abs(known) <= 1.0).all()


@each_signal
def test_a_vote_stays_between_minus_and_plus_one_on_real_history(real_past: history.History, key: str):
    votes = real_past.composite.votes[KEYS.index(key)]
    bounded(votes)
    # It has voted both ways in twenty years, or it would be no signal.
    assert np.nanmin(votes) < -0.2
    assert np.nanmax(votes) > 0.2


@each_signal
@pytest.mark.parametrize("seed", range(5))
def test_a_vote_stays_between_minus_and_plus_one_on_random_walks(key: str, seed: int):
    bounded(history.compute(random_panel(400, seed), IWM_SPY).composite.votes[KEYS.index(key)])


@each_signal
def test_a_signal_votes_from_the_first_session_on_that_its_inputs_are_known(key: str):
    steady = {name: replace(bars, volume=np.full(len(bars), 1e6)) for name, bars in random_panel(300, 3).bars.items()}
    past = history.compute(Panel(steady, Origin("steady", True, "")), IWM_SPY)
    votes = past.composite.votes[KEYS.index(key)]
    assert np.isnan(votes).tolist() == [row < WARM[key] for row in range(300)]


@each_signal
def test_on_real_history_a_signal_that_has_begun_never_falls_silent(real_past: history.History, key: str):
    votes = real_past.composite.votes[KEYS.index(key)]
    # Volume alone may begin earlier and then wait for a 63-session high to exist; SPY was there before IWM.
    assert not np.isnan(votes[max(WARM[key], 62) :]).any()


@each_signal
def test_no_cut_changes_a_bit_of_a_signals_past_on_random_walks(key: str):
    panel, row = random_panel(330, 4), KEYS.index(key)
    whole = history.compute(panel, IWM_SPY).composite
    for n in (1, 21, 54, 126, 199, 200, 257, 329):
        cut = history.compute(panel.until(panel["IWM"].sessions[n - 1]), IWM_SPY).composite
        np.testing.assert_array_equal(cut.votes[row], whole.votes[row][:n])
        np.testing.assert_array_equal(cut.score, whole.score[:n])


@pytest.mark.parametrize("day", ["2002-10-09", "2008-10-10", "2013-05-22", "2020-03-23", "2022-06-16"])
def test_no_cut_changes_a_bit_of_the_real_past(real_panel: Panel, real_past: history.History, day: str):
    cut = history.compute(real_panel.until(np.datetime64(day)), IWM_SPY)
    n = len(cut.sessions)
    np.testing.assert_array_equal(cut.composite.votes, [row[:n] for row in real_past.composite.votes])
    np.testing.assert_array_equal(cut.composite.score, real_past.composite.score[:n])


def test_the_ratio_and_the_sectors_vote_by_their_axes_scores(panel: Panel):
    past = history.compute(panel, IWM_SPY)
    assert past.confirmation is not None
    np.testing.assert_array_equal(past.composite.votes[KEYS.index("ratio")], past.leadership.score)
    np.testing.assert_array_equal(past.composite.votes[KEYS.index("confirmation")], past.confirmation.score)


# --- each signal by hand ---


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


# --- how votes are weighed ---


@pytest.mark.parametrize("case", rows_of("composite.csv"), ids=lambda case: f"{case['composite']} {case['weights']}")
def test_votes_are_weighed_as_in_the_worked_table(case: dict[str, str]):
    votes = np.array([[number(case[key])] for key in KEYS])
    weights = {key: float(weight) for key, weight in (part.split("=") for part in case["weights"].split())}
    np.testing.assert_allclose(weigh(votes, weights), [number(case["composite"])], rtol=0, atol=1e-8)


votes_of_days = arrays(
    np.float64, st.tuples(st.just(len(KEYS)), st.integers(0, 6)), elements=st.one_of(st.floats(-1, 1), st.just(NAN))
)
some_weights = st.dictionaries(st.sampled_from(KEYS), st.floats(0.0, 100.0))


@settings(deadline=None)
@given(votes_of_days, some_weights)
def test_a_composite_is_from_0_to_100_and_only_of_five_votes_or_more(votes: Floats, weights: dict[str, float]):
    score = weigh(votes, weights)
    assert score.shape == votes.shape[1:]
    for day, made in zip(votes.T, score, strict=True):
        known = [key for key, vote in zip(KEYS, day, strict=True) if not np.isnan(vote)]
        silent = len(known) < 5 or not any(weights.get(key, 1.0) for key in known)
        assert np.isnan(made) == silent
        assert silent or 0.0 <= made <= 100.0


@settings(deadline=None)
@given(votes_of_days, some_weights)
def test_votes_turned_around_mirror_the_composite_at_50(votes: Floats, weights: dict[str, float]):
    np.testing.assert_allclose(weigh(-votes, weights), 100.0 - weigh(votes, weights), rtol=0, atol=1e-9)


@settings(deadline=None)
@given(votes_of_days, st.floats(0.01, 100))
def test_the_same_weight_on_every_signal_is_no_weight(votes: Floats, weight: float):
    np.testing.assert_allclose(weigh(votes, dict.fromkeys(KEYS, weight)), weigh(votes, {}), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("pair", "first"),
    [("IWM/SPY", WARM["confirmation"]), ("IWM/MDY", WARM["fibonacci"]), ("QQQ/MDY", WARM["trend"])],
)
def test_the_composite_begins_with_the_fifth_signal(pair: str, first: int):
    # Of a pair without sectors the fifth is Fibonacci, of QQQ, which has no breadth either, the trend.
    panel = still_panel(220, MDY=bars_from([50.0] * 220, ticker="MDY"))
    score = history.compute(panel, history.parse_pair(pair)).composite.score
    assert np.isnan(score).tolist() == [row < first for row in range(220)]


def leap_panel() -> Panel:
    """Nothing moves until IWM's last close, 10 % up: everything votes +1 but volume and sectors, which vote 0."""
    return still_panel(260, 100.0, IWM=bars_from([100.0] * 259 + [110.0]))


@pytest.mark.parametrize(
    ("weights", "score"),
    [
        ((), 50 + 50 * 6 / 8),
        ((("confirmation", 3.0),), 50 + 50 * 6 / 10),
        ((("volume", 0.0), ("confirmation", 0.0)), 100.0),
        ((("trend", 0.0), ("rsi", 0.5), ("volume", 4.0)), 50 + 50 * 4.5 / 9.5),
    ],
)
def test_the_settings_weights_change_the_score_as_worked_by_hand(weights: tuple[tuple[str, float], ...], score: float):
    read = read_last(leap_panel(), composite_weights=weights)
    by_hand = {"volume": 0.0, "confirmation": 0.0}
    assert {vote.key: vote.vote for vote in read.votes} == pytest.approx({key: by_hand.get(key, 1.0) for key in KEYS})
    assert read.score == pytest.approx(score, abs=1e-9)
    assert {vote.key: vote.weight for vote in read.votes} == {key: dict(weights).get(key, 1.0) for key in KEYS}
    past = history.compute(leap_panel(), IWM_SPY, dict(weights))
    assert past.composite.score[-1] == read.score


# --- what the pipeline reads, and what it leaves out ---


def left_out(read: CompositeReading) -> dict[str, str]:
    assert all(np.isnan(vote.value) for vote in read.votes if np.isnan(vote.vote))
    return {vote.key: vote.why for vote in read.votes if np.isnan(vote.vote)}


def test_the_reading_has_all_eight_votes_and_their_score(panel: Panel):
    read = read_last(panel)
    past = history.compute(panel, IWM_SPY)
    assert isinstance(read, CompositeReading)
    assert tuple(vote.key for vote in read.votes) == KEYS
    assert [vote.vote for vote in read.votes] == [float(row[-1]) for row in past.composite.votes]
    full, close = Studies(panel["IWM"]), panel["IWM"].close[-1]
    values = {vote.key: vote.value for vote in read.votes}
    assert values["trend"] == close / full.sma200[-1] - 1
    assert (values["rsi"], values["macd"]) == (full.rsi14[-1], full.macd.histogram[-1])
    assert (values["fibonacci"], values["volume"]) == (full.swing.retracement[-1], full.relative_volume[-1])
    assert past.confirmation is not None
    assert (values["ratio"], values["confirmation"]) == (past.leadership.score[-1], past.confirmation.score[-1])
    assert read.score == past.composite.score[-1]
    assert read.score == pytest.approx(50 + 50 * sum(vote.vote for vote in read.votes) / 8, abs=1e-9)
    assert read.present == 8


@each_signal
@pytest.mark.parametrize("n", [1, 15, 30, 60, 130, 250, 399])
def test_a_reason_is_said_and_never_nan(key: str, n: int):
    panel = random_panel(400, 5)
    read = read_last(panel.until(panel["IWM"].sessions[n]))
    why = next(vote.why for vote in read.votes if vote.key == key)
    assert why
    assert "nan" not in why.lower()
    assert "--" not in why
    assert why.startswith("left out: ") == (n < WARM[key])


def test_a_pair_without_sectors_leaves_them_out_and_says_so(panel: Panel):
    read = read_last(panel, pair="IWM/QQQ")
    assert left_out(read) == {"confirmation": "left out: IWM/QQQ has no sectors"}
    assert read.score == pytest.approx(50 + 50 * np.nansum([vote.vote for vote in read.votes]) / 7, abs=1e-9)


def test_qqq_is_not_held_against_itself(panel: Panel):
    assert left_out(read_last(panel, pair="QQQ/SPY")) == {"breadth": "left out: QQQ can't be held against itself"}


def test_a_source_without_qqq_leaves_breadth_out_and_names_the_source(panel: Panel):
    fewer = Panel({name: bars for name, bars in panel.bars.items() if name != "QQQ"}, panel.origin)
    read = read_last(fewer)
    assert left_out(read) == {"breadth": "left out: QQQ is not in random walk"}
    assert read.present == 7
    assert not np.isnan(read.score)


def test_warming_up_is_said_so():
    panel = random_panel(40, 6)
    assert left_out(read_last(panel)) == dict.fromkeys(
        ("trend", "fibonacci", "ratio", "confirmation"), "left out: too few sessions in a row"
    )


def test_a_first_ticker_that_lacks_the_session_has_no_votes_and_no_composite_on_it(panel: Panel):
    behind = Panel({**panel.bars, "IWM": panel["IWM"].until(panel["SPY"].sessions[-2])}, panel.origin)
    read = read_last(behind)
    assert left_out(read) == dict.fromkeys(KEYS, "left out: IWM has no bar on this session")
    assert np.isnan(read.score)
    assert read.present == 0


def test_a_session_that_the_first_ticker_lacks_is_a_hole_and_not_a_carried_composite(panel: Panel):
    without = np.delete(np.arange(len(panel["IWM"])), 500)
    iwm = panel["IWM"]
    columns = (
        getattr(iwm, name)[without] for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    )
    past = history.compute(Panel({**panel.bars, "IWM": Bars("IWM", *columns)}, panel.origin), IWM_SPY)
    assert past.sessions[500] == panel["SPY"].sessions[500]
    assert np.isnan(past.composite.score[500])
    assert np.isnan([row[500] for row in past.composite.votes]).all()
    assert not np.isnan(past.composite.score[[499, 501]]).any()


def test_nothing_after_the_asked_day_is_read(panel: Panel):
    day = to_day(panel["IWM"].sessions[450])
    asked = reading.build(panel, day, Settings(), closed=date(2029, 1, 2)).composite
    cut = panel.until(np.datetime64(day))
    assert asked == reading.build(cut, day, Settings(), closed=date(2029, 1, 2)).composite
    assert asked == read_last(cut)


def test_every_signal_has_a_name_and_says_its_formula():
    assert len(set(KEYS)) == len(KEYS) == 8
    assert all(signal.name and signal.formula for signal in SIGNALS)
