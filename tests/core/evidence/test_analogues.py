"""The nearest analogues, against loops that compare every session, and against markets that repeat themselves."""

from __future__ import annotations

import math
import pickle
import statistics
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of, to_day
from smallcap.core.evidence.analogues import APART, FEATURES, Analogues, Tally, analogues, nearest, standardised
from smallcap.core.history import History, Pair, compute
from smallcap.core.regime import REGIMES

from tests.conftest import random_panel
from tests.core.evidence.future import spoilt_after

PAIR = Pair("IWM", "SPY")
HORIZONS = (5, 21, 63)


@pytest.fixture(scope="module")
def market() -> Panel:
    """Almost seven years of a random market."""
    return random_panel(1700, seed=5)


@pytest.fixture(scope="module")
def past(market: Panel) -> History:
    """Its history."""
    return compute(market, PAIR)


def slow_rsi(levels: list[float]) -> list[float]:
    """Wilder's RSI of 14, one change after the other."""
    out, rise, fall = [math.nan] * len(levels), 0.0, 0.0
    for row in range(1, len(levels)):
        change = levels[row] - levels[row - 1]
        up, down = max(change, 0.0), max(-change, 0.0)
        rise, fall = (
            (rise + up / 14, fall + down / 14) if row <= 14 else ((13 * rise + up) / 14, (13 * fall + down) / 14)
        )
        if row >= 14:
            out[row] = 100 * rise / (rise + fall)
    return out


def levels_of(past: History, panel: Panel) -> tuple[list[float], list[float]]:
    """Both tickers' total-return levels on the history's sessions, all of which they have."""
    found = []
    for ticker in past.pair:
        by_day = dict(zip(panel[ticker].sessions.tolist(), panel[ticker].adj_close.tolist(), strict=True))
        found.append([by_day[session] for session in past.sessions.tolist()])
    return found[0], found[1]


def slow_features(past: History, panel: Panel) -> list[list[float]]:
    """The nine features, from the axes' scores and the composite as they stand, and the closes one by one."""
    a, b = levels_of(past, panel)
    ratio = [x / y for x, y in zip(a, b, strict=True)]
    whole = panel["SPY"].adj_close.tolist()
    assert past.confirmation is not None

    def against(values: list[float], n: int) -> list[float]:
        means = [statistics.fmean(values[row - n + 1 : row + 1]) for row in range(n - 1, len(values))]
        return [math.nan] * (n - 1) + [x / mean - 1 for x, mean in zip(values[n - 1 :], means, strict=True)]

    moves = [math.log(now / before) for before, now in pairwise(a)]
    vol = [math.nan] * 20 + [
        math.log(statistics.stdev(moves[row - 20 : row]) * math.sqrt(252)) for row in range(20, len(a))
    ]
    fallen = [math.nan] * 251 + [a[row] / max(a[row - 251 : row + 1]) - 1 for row in range(251, len(a))]
    return [
        past.leadership.score.tolist(),
        past.confirmation.score.tolist(),
        against(whole, 200)[len(whole) - len(a) :],
        past.composite.score.tolist(),
        against(ratio, 50),
        against(ratio, 200),
        slow_rsi(a),
        vol,
        fallen,
    ]


def slow_rows(past: History, panel: Panel) -> list[tuple[float, int]]:
    """The ten nearest as (distance, row), by a loop over every session and a sort."""
    scores = []
    for values in slow_features(past, panel):
        known = [x for x in values if not math.isnan(x)]
        mean, deviation = statistics.fmean(known), statistics.pstdev(known)
        scores.append([(x - mean) / deviation for x in values])
    last, found = len(past.sessions) - 1, []
    for row in range(last - 63):
        apart = [values[row] - values[last] for values in scores]
        if not any(map(math.isnan, apart)):
            found.append((math.sqrt(statistics.fmean(x * x for x in apart)), row))
    taken: list[tuple[float, int]] = []
    for distance, row in sorted(found):
        if len(taken) < 10 and all(abs(row - other) >= 64 for _, other in taken):
            taken.append((distance, row))
    return taken


def slow_return(level: list[float], row: int, horizon: int) -> float:
    return level[row + 1 + horizon] / level[row + 1] - 1


def check(past: History, panel: Panel):
    made, rows = analogues(past, panel), slow_rows(past, panel)
    a, b = levels_of(past, panel)
    levels = [a, b, [x / y for x, y in zip(a, b, strict=True)]]
    assert [each.session for each in made.rows] == [to_day(past.sessions[row]) for _, row in rows]
    assert [each.distance for each in made.rows] == pytest.approx([distance for distance, _ in rows], rel=1e-8)
    assert [each.regime for each in made.rows] == [REGIMES[past.codes[row]].label for _, row in rows]
    every = range(len(past.sessions) - 64)
    places = [(name, level, horizon) for name, level in zip(made.targets, levels, strict=True) for horizon in HORIZONS]
    for tally, (name, level, horizon) in zip(made.tallies, places, strict=True):
        cases = [slow_return(level, row, horizon) for _, row in rows]
        everything = [slow_return(level, row, horizon) for row in every]
        column = made.targets.index(name), HORIZONS.index(horizon)
        assert [each.returns[column[0]][column[1]] for each in made.rows] == pytest.approx(cases, rel=1e-9, abs=1e-12)
        assert (tally.target, tally.horizon, tally.cases, tally.sessions) == (name, horizon, len(rows), len(every))
        assert tally.up == sum(x > 0 for x in cases)
        assert tally.all_up == sum(x > 0 for x in everything)
        assert tally.median == pytest.approx(statistics.median(cases))
        assert tally.all_median == pytest.approx(statistics.median(everything))


@pytest.mark.parametrize("sessions", [500, 1234, 1700])
def test_they_are_those_that_a_loop_over_every_session_finds(market: Panel, sessions: int):
    cut = market.until(market["IWM"].sessions[sessions - 1])
    check(compute(cut, PAIR), cut)


@pytest.mark.parametrize("day", ["2010-06-30", "2022-12-30"])
def test_on_real_history_too(real_panel: Panel, day: str):
    cut = real_panel.until(np.datetime64(day))
    check(compute(cut, PAIR), cut)


def test_no_two_overlap_and_what_followed_each_was_over(past: History, market: Panel):
    made = analogues(past, market)
    rows = [int(np.searchsorted(past.sessions, np.datetime64(each.session))) for each in made.rows]
    assert len(rows) == 10
    assert min(abs(a - b) for a in rows for b in rows if a != b) >= APART == 64
    assert max(rows) + 64 <= len(past.sessions) - 1
    assert [each.distance for each in made.rows] == sorted(each.distance for each in made.rows)


@pytest.mark.parametrize(("other", "taken"), [(36, [100, 36]), (37, [100]), (163, [100]), (164, [100, 164])])
def test_sessions_are_taken_from_64_on_apart_on_either_side(other: int, taken: list[int]):
    apart = np.full(300, np.inf)
    apart[[100, other]] = 0.5, 0.7
    assert nearest(apart) == taken


def test_of_equal_distances_the_older_is_taken():
    apart = np.full(300, np.inf)
    apart[[120, 90, 130]] = 0.5
    assert nearest(apart) == [90]


def test_features_are_standardised_over_all_sessions_so_far(past: History):
    for values in standardised(past):
        known = values[~np.isnan(values)]
        assert (known.mean(), known.std()) == pytest.approx((0.0, 1.0))


@pytest.mark.parametrize("row", [450, 900, 1500])
def test_whatever_comes_after_a_date_leaves_its_analogues_unchanged(past: History, market: Panel, row: int):
    session, shown = past.sessions[row], []
    for panel in (market, spoilt_after(market, session)):
        cut = panel.until(session)
        shown += [analogues(compute(cut, PAIR), each) for each in (cut, panel)]
    assert len({repr(each) for each in shown}) == 1


def test_every_feature_uses_nothing_after_its_own_close(past: History, market: Panel):
    session = past.sessions[800]
    spoilt = compute(spoilt_after(market, session), PAIR)
    for feature in FEATURES:
        before, after = (feature.of(each)[:801] for each in (past, spoilt))
        assert before.tobytes() == after.tobytes(), feature.key


def test_a_market_that_repeats_itself_is_found_where_it_was():
    one = random_panel(1200, seed=8)

    def repeated(bars: Bars) -> Bars:
        # The last 400 sessions move as the 400 that began 600 before them did.
        columns = []
        for name in COLUMNS[:-1]:
            values = getattr(bars, name).copy()
            anchor = bars.close if name != "adj_close" else bars.adj_close
            values[800:] = values[200:600] * (anchor[799] / anchor[199])
            columns.append(values)
        volume = bars.volume.copy()
        volume[800:] = volume[200:600]
        return bars_of(bars.ticker, bars.sessions, [*columns, volume])

    twin = replace(one, bars={ticker: repeated(bars) for ticker, bars in one.bars.items()})
    made = analogues(compute(twin, PAIR), twin)
    assert made.rows[0].session == to_day(one["IWM"].sessions[599])
    assert made.rows[0].distance < 0.05 < made.rows[1].distance


def test_a_pair_without_sectors_is_compared_by_the_other_features(market: Panel):
    past = compute(market, Pair("IWM", "QQQ"))
    made = analogues(past, market)
    assert len(made.rows) == 10
    assert len(made.features) == len(FEATURES) - 1
    assert "sectors score" not in made.features
    scores = standardised(past)
    for each in made.rows:
        row = int(np.searchsorted(past.sessions, np.datetime64(each.session)))
        assert each.distance == pytest.approx(math.sqrt(np.nanmean((scores[:, row] - scores[:, -1]) ** 2)))


def test_a_short_history_has_as_many_as_there_are(market: Panel):
    cut = market.until(market["IWM"].sessions[251 + 64 + 100 - 1])
    made = analogues(compute(cut, PAIR), cut)
    assert 1 <= len(made.rows) <= 2
    assert made.tallies[0].cases == len(made.rows)


@pytest.mark.parametrize(
    ("sessions", "reason"),
    [
        (251 + 64, "no session with its features known has 64 sessions after it by 2016-04-04"),
        (60, "4 of 9 features are known on 2015-03-30; it takes 6"),
        (5, "0 of 9 features are known on 2015-01-08; it takes 6"),
    ],
)
def test_none_are_shown_with_the_reason(market: Panel, sessions: int, reason: str):
    cut = market.until(market["IWM"].sessions[sessions - 1])
    made = analogues(compute(cut, PAIR), cut)
    assert (made.rows, made.tallies) == ((), ())
    assert made.reason == reason
    assert made.words() == reason


def test_a_feature_that_never_changes_is_left_out():
    still = random_panel(700, seed=2)
    flat = bars_of("IWM", still["IWM"].sessions, [np.full(700, 50.0)] * 5 + [still["IWM"].volume])
    panel = replace(still, bars={**still.bars, "IWM": flat})
    past = compute(panel, PAIR)
    scores = dict(zip([feature.key for feature in FEATURES], standardised(past), strict=True))
    assert {key for key, values in scores.items() if np.isnan(values).all()} == {"rsi", "vol", "drawdown"}
    assert len(analogues(past, panel).features) == 6


def test_what_is_said_gives_the_share_of_all_sessions_beside_the_cases():
    tally = Tally("IWM", 21, 0.01, 0.008, 7, 10, 3346, 5622)
    assert tally.words() == (
        "10 cases prove nothing: IWM rose in 7 of 10 over 21 sessions; "
        "of all 5,622 sessions 60% were followed by a rise."
    )
    assert tally._replace(cases=1, up=1).words().startswith("1 case proves nothing: IWM rose in 1 of 1 over")


def test_the_sentence_is_of_the_first_target_over_21_sessions(past: History, market: Panel):
    made = analogues(past, market)
    assert made.words() == made.tallies[1].words()
    assert (made.tallies[1].target, made.tallies[1].horizon) == ("IWM", 21)


def test_they_can_be_sent_to_another_process(past: History, market: Panel):
    made = analogues(past, market)
    again = pickle.loads(pickle.dumps(made))
    assert isinstance(again, Analogues)
    assert again == made
