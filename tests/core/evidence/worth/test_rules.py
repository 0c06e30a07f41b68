"""What the sizing was worth: when a weight is held, what limits it, and never a look ahead."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of, to_day
from smallcap.core.evidence.bootstrap import UNKNOWN
from smallcap.core.evidence.table import CALMER, TOO_FEW
from smallcap.core.evidence.worth import (
    EXPOSURES,
    SAME_RETURN,
    Compared,
    Gap,
    Held,
    multiplier_alone,
    position,
    whole_sizing,
    worth,
)
from smallcap.core.history import History, Pair, compute
from smallcap.core.indicators import realized_vol

from tests.core.evidence.worth.conftest import DRAWS, PAIR, SETTINGS


def shuffled_after(panel: Panel, session: np.datetime64) -> Panel:
    """The panel with every bar after a session turned around and made ten times dearer."""

    def spoilt(bars: Bars) -> Bars:
        n = int(np.searchsorted(bars.sessions, session, "right"))
        columns = [np.concatenate((c[:n], 10.0 * c[n:][::-1])) for c in (getattr(bars, name) for name in COLUMNS)]
        return bars_of(bars.ticker, bars.sessions, columns)

    return replace(panel, bars={ticker: spoilt(bars) for ticker, bars in panel.bars.items()})


def test_a_weight_is_held_from_the_close_after_the_one_it_was_decided_on():
    days = np.arange("2020-01-01", "2020-01-07", dtype="datetime64[D]")
    level = np.array([1.0, 2.0, np.nan, 3.0, 4.0, 5.0])
    wanted = np.array([np.nan, 0.1, 0.7, np.nan, 0.3, 0.4])
    held = position(days, level, wanted)
    assert held.days.tolist() == days[[3, 4, 5]].tolist()
    assert held.level.tolist() == [3.0, 4.0, 5.0]
    assert held.weights.tolist() == [0.1, 0.1, 0.3]


def test_exposures_use_nothing_after_their_own_close(past: History, market: Panel):
    for row in (300, 777, 1200):
        spoilt = compute(shuffled_after(market, past.sessions[row]), PAIR)
        for one in EXPOSURES:
            before, after = (one.weights(each, SETTINGS)[: row + 1] for each in (past, spoilt))
            assert before.tobytes() == after.tobytes()


def test_whatever_comes_after_a_date_leaves_what_is_shown_for_it_unchanged(past: History, market: Panel):
    session = past.sessions[900]
    shown = []
    for panel in (market, shuffled_after(market, session)):
        cut = panel.until(session)
        shown.append(worth(compute(cut, PAIR), cut, SETTINGS, draws=DRAWS))
        # A panel that goes on after the history is looked at no further.
        shown.append(worth(compute(cut, PAIR), panel, SETTINGS, draws=DRAWS))
    assert shown[0] is not None
    assert len({repr(each) for each in shown}) == 1


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(past: History, market: Panel):
    first, again, other = (worth(past, market, SETTINGS, seed=seed, draws=DRAWS) for seed in (5, 5, 6))
    assert first == again
    assert pickle.loads(pickle.dumps(first)) == first
    assert first is not None
    assert other is not None
    assert first.rows[0].sized == other.rows[0].sized
    assert first.rows[0].returns.ci95 != other.rows[0].returns.ci95


def test_less_than_a_year_tells_nothing(market: Panel):
    history = compute(market, PAIR)
    begins = int(np.argmax(history.leadership.held > 0))
    for sessions, told in ((begins + 254, True), (begins + 253, False)):
        cut = market.until(history.sessions[sessions - 1])
        assert (worth(compute(cut, PAIR), cut, SETTINGS, draws=DRAWS) is not None) is told
    cut = market.until(history.sessions[100])
    assert worth(compute(cut, PAIR), cut, SETTINGS, draws=DRAWS) is None


def test_an_exposure_that_never_changes_is_its_own_average_to_the_last_digit(past: History, market: Panel):
    made = worth(past, market, replace(SETTINGS, max_weight=0.013), draws=DRAWS)
    assert made is not None
    row = made.rows[1]
    assert row.sized == row.constant
    assert (row.returns.difference, *row.returns.ci95[:2]) == (0.0, 0.0, 0.0)
    assert row.shown() == TOO_FEW


def test_a_stop_that_can_never_be_set_leaves_the_multiplier_alone(past: History, market: Panel):
    made = worth(past, market, replace(SETTINGS, stop_atr=1e6), draws=DRAWS)
    assert made is not None
    assert [row.key for row in made.rows] == ["multiplier"]


def test_each_decade_is_held_against_its_own_average(past: History, market: Panel):
    made = worth(past, market, SETTINGS, draws=DRAWS)
    assert made is not None
    assert [(row.key, row.first.year // 10, row.last.year // 10) for row in made.periods] == [
        ("multiplier", 201, 201),
        ("sizing", 201, 201),
        ("multiplier", 202, 202),
        ("sizing", 202, 202),
    ]
    weights, inside = multiplier_alone(past, SETTINGS), past.sessions >= np.datetime64("2020-01-01")
    held = weights[np.flatnonzero(inside) - 1][:-1]
    assert made.periods[2].constant.exposure == pytest.approx(held.mean())
    assert made.rows[0].constant.exposure != pytest.approx(held.mean())


def test_a_pair_without_sectors_is_sized_as_mixed(market: Panel):
    past = compute(market, Pair("IWM", "QQQ"))
    weights = multiplier_alone(past, SETTINGS)
    assert set(weights[~np.isnan(weights)].tolist()) <= {1.0, 0.75, 0.5}
    assert worth(past, market, SETTINGS, draws=DRAWS) is not None


def test_it_is_said_in_one_sentence(past: History, market: Panel):
    held, gap = Held(0.061, 0.1402, 0.4, -0.3, 2.0, 0.7), Gap(0.0, UNKNOWN, SAME_RETURN)
    row = Compared(
        "sizing",
        "the whole sizing",
        "IWM",
        to_day(np.datetime64("2000-05-26")),
        to_day(np.datetime64("2022-12-30")),
        held,
        held._replace(annual_return=0.059, volatility=0.16),
        gap,
        gap._replace(verdict=CALMER),
        gap,
        20,
    )
    assert row.words() == (
        "Sized this way IWM returned +6.1% a year at 14.0% volatility (2000-2022), the same average exposure held "
        "constant +5.9% at 16.0%: no difference in return shown, calmer."
    )
    made = worth(past, market, SETTINGS, draws=DRAWS)
    assert made is not None
    assert made.words() == made.rows[1].words()


def test_no_weight_is_more_than_the_money_there_is(past: History):
    weights = whole_sizing(past, replace(SETTINGS, max_weight=5.0, risk_fraction=0.1, target_vol=2.0))
    assert np.nanmax(weights) == 1.0


def test_a_price_that_stands_still_is_limited_by_its_range_alone(market: Panel):
    n = len(market["IWM"])
    high, low, close = np.full(n, 51.0), np.full(n, 49.0), np.full(n, 50.0)
    bars = bars_of("IWM", market["IWM"].sessions, [close, high, low, close, close, market["IWM"].volume])
    past = compute(replace(market, bars={**market.bars, "IWM": bars}), PAIR)
    weights = whole_sizing(past, SETTINGS)
    known = ~np.isnan(weights)
    assert known.any()
    # ATR is 2: 1% at risk over 2 x 2 / 50 is 12.5% of equity, times the multiplier.
    assert weights[known] == pytest.approx(0.125 * multiplier_alone(past, SETTINGS)[known])


def test_a_low_target_volatility_binds_by_the_newest_volatility(past: History):
    flat = replace(SETTINGS, target_vol=1e-9)
    weights = whole_sizing(past, flat)
    known = ~np.isnan(weights)
    vol = realized_vol(past.inputs.studies.bars.adj_close, 20)
    assert weights[known] == pytest.approx(1e-9 / vol[known])
