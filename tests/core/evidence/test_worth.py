"""What the sizing was worth, against hand-worked portfolios and against loops that size every session one by one."""

from __future__ import annotations

import csv
import math
import pickle
import statistics
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from smallcap.core import sizing
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of, to_day
from smallcap.core.evidence.bootstrap import UNKNOWN, block_of, widening
from smallcap.core.evidence.table import CALMER, LESS, MORE, TOO_FEW
from smallcap.core.evidence.worth import (
    BETTER,
    EXPOSURES,
    SAME_RETURN,
    Compared,
    Gap,
    Held,
    Position,
    carried,
    compare,
    multiplier_alone,
    position,
    whole_sizing,
    worth,
)
from smallcap.core.history import History, Pair, compute
from smallcap.core.indicators import realized_vol
from smallcap.core.reading import build
from smallcap.core.settings import Settings

from tests.conftest import random_panel

ANSWERS = Path(__file__).resolve().parents[2] / "answers" / "sizing_worth.csv"
ROWS = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
CASES = {name: list(rows) for name, rows in groupby(ROWS, lambda row: row["case"])}
PAIR = Pair("IWM", "SPY")
SETTINGS = Settings()
MULTIPLIER = EXPOSURES[0]
DRAWS = 60


@pytest.fixture(scope="module")
def market() -> Panel:
    """Almost seven years of a random market."""
    return random_panel(1700, seed=3)


@pytest.fixture(scope="module")
def past(market: Panel) -> History:
    """Its history."""
    return compute(market, PAIR)


def shuffled_after(panel: Panel, session: np.datetime64) -> Panel:
    """The panel with every bar after a session turned around and made ten times dearer."""

    def spoilt(bars: Bars) -> Bars:
        n = int(np.searchsorted(bars.sessions, session, "right"))
        columns = [np.concatenate((c[:n], 10.0 * c[n:][::-1])) for c in (getattr(bars, name) for name in COLUMNS)]
        return bars_of(bars.ticker, bars.sessions, columns)

    return replace(panel, bars={ticker: spoilt(bars) for ticker, bars in panel.bars.items()})


@pytest.mark.parametrize("name", CASES)
def test_a_portfolio_agrees_with_the_hand_worked_one(name: str):
    rows = CASES[name]
    level, weights = (np.array([float(row[column]) for row in rows]) for column in ("level", "weight"))
    made = carried(level, weights, float(rows[0]["bps"]))
    assert made.traded == pytest.approx([float(row["traded"]) for row in rows[1:]], rel=1e-11)
    assert made.returns == pytest.approx([float(row["net"]) for row in rows[1:]], rel=1e-11, abs=1e-15)


def slow_weights(past: History, settings: Settings, *, alone: bool) -> list[float]:
    """The weight of every session by sizing.size itself, with so much equity that shares round to nothing."""
    studies, out = past.inputs.studies, []
    for row in range(len(past.sessions)):
        confirmed = int(past.confirmation.state[row]) if past.confirmation else 0
        climate = sizing.Climate(
            float(studies.atr14[row]),
            float(studies.realized_vol20[row]),
            int(past.leadership.state[row]),
            confirmed,
            "",
        )
        if past.leadership.held[row] == 0:
            out.append(math.nan)
        elif alone:
            out.append(sizing.multiplier("long", climate.leadership, climate.confirmation))
        else:
            request = sizing.Request(
                equity=1e12,
                entry=float(studies.bars.close[row]),
                risk_fraction=settings.risk_fraction,
                stop_atr=settings.stop_atr,
                max_weight=settings.max_weight,
                target_vol=settings.target_vol,
            )
            out.append(sizing.size(request, climate).weight)
    return out


def slow_returns(levels: list[float], weights: list[float]) -> tuple[list[float], float]:
    """A portfolio of shares and cash kept in dollars: its daily returns, and all that was traded as shares of it."""
    equity, stock, returns, traded = 1.0, weights[0], [], 0.0
    for (before, now), weight in zip(pairwise(levels), weights[1:], strict=True):
        start, cash = equity, equity - stock
        stock *= now / before
        equity = stock + cash
        moved = abs(weight * equity - stock)
        traded += moved / equity
        equity -= moved * 5.0 / 10_000
        stock = weight * equity
        returns.append(equity / start - 1.0)
    return returns, traded


def slow_held(days: list, returns: list[float], traded: float, exposure: float) -> Held:
    value, top, worst = 1.0, 1.0, 0.0
    for each in returns:
        value *= 1.0 + each
        top = max(top, value)
        worst = min(worst, value / top - 1.0)
    years = (days[-1] - days[0]).days / 365.25
    vol = statistics.stdev(returns) * math.sqrt(252)
    return Held(value ** (1 / years) - 1, vol, statistics.fmean(returns) * 252 / vol, worst, traded / years, exposure)


def slow_interval(sized: list[float], constant: list[float], spells: int, seed: int) -> list[tuple[float, float]]:
    """The three intervals by drawing sessions one by one, each block begun where the same generator says."""
    n, size = len(sized), block_of(1)
    starts = np.random.RandomState(seed).randint(n, size=(-(-n // size), DRAWS))
    drawn: list[list[float]] = [[], [], []]
    for draw in range(DRAWS):
        rows = [(int(start) + step) % n for start in starts[:, draw] for step in range(size)][:n]
        found = []
        for returns in (sized, constant):
            picked = [returns[row] for row in rows]
            mean, vol = statistics.fmean(picked) * 252, statistics.stdev(picked) * math.sqrt(252)
            found.append((mean, vol, mean / vol))
        for out, a, b in zip(drawn, *found, strict=True):
            out.append(a - b)
    out, widen = [], widening(1, n, spells)
    for values in drawn:
        middle = statistics.fmean(values)
        low, high = np.quantile([middle + widen * (value - middle) for value in values], [0.025, 0.975])
        out.append((float(low), float(high)))
    return out


def slow(past: History, panel: Panel, weights: list[float], seed: int) -> tuple[Held, Held, list[tuple[float, float]]]:
    """Both portfolios and their three intervals, from the weights decided on every session."""
    levels = panel["IWM"].adj_close.tolist()
    first = next(row for row, weight in enumerate(weights) if not math.isnan(weight))
    days = [to_day(session) for session in past.sessions[first + 1 :]]
    held, average = weights[first:-1], statistics.fmean(weights[first:-2])
    both = [slow_returns(levels[first + 1 :], row) for row in (held, [average] * len(held))]
    sides = [[weight > average for weight in held[:-1]], [weight < average for weight in held[:-1]]]
    spells = min(sum(now and not before for before, now in pairwise([False, *side])) for side in sides)
    results = [slow_held(days, *row, average) for row in both]
    return results[0], results[1], slow_interval(both[0][0], both[1][0], spells, seed)


@pytest.mark.parametrize("place", [0, 1], ids=[one.key for one in EXPOSURES])
def test_all_of_it_agrees_with_loops_that_size_and_trade_session_by_session(past: History, market: Panel, place: int):
    made = worth(past, market, SETTINGS, seed=7, draws=DRAWS)
    assert made is not None
    row = made.rows[place]
    weights = slow_weights(past, SETTINGS, alone=place == 0)
    sized, constant, intervals = slow(past, market, weights, 7)
    assert row.sized == pytest.approx(sized, rel=1e-8)
    assert row.constant == pytest.approx(constant, rel=1e-8)
    for gap, ends in zip((row.returns, row.volatility, row.sharpe), intervals, strict=True):
        assert gap.ci95[:2] == pytest.approx(ends, rel=1e-6, abs=1e-10)
    assert row.volatility.difference == pytest.approx(sized.volatility - constant.volatility, rel=1e-5)
    assert row.sharpe.difference == pytest.approx(sized.sharpe - constant.sharpe, rel=1e-5)


def test_on_real_history_the_portfolios_agree_with_the_loops(real_panel: Panel):
    past = compute(real_panel, PAIR)
    made = worth(past, real_panel, SETTINGS, draws=DRAWS)
    assert made is not None
    assert np.array_equal(past.sessions, real_panel["IWM"].sessions)
    sized, constant, _ = slow(past, real_panel, slow_weights(past, SETTINGS, alone=False), 1)
    assert made.rows[1].sized == pytest.approx(sized, rel=1e-7)
    assert made.rows[1].constant == pytest.approx(constant, rel=1e-7)


def test_the_newest_weight_is_the_one_that_the_sizing_suggests(market: Panel):
    settings = Settings(equity=1e12)
    for row in (400, 900, 1499):
        day = to_day(market["IWM"].sessions[row])
        reading = build(market, day, settings, closed=day)
        assert whole_sizing(reading.history, settings)[-1] == pytest.approx(reading.suggestion("IWM").weight, rel=1e-9)


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


def walked(seed: int, drift: float, vol: float, *, cycle: int = 50) -> tuple[Position, np.ndarray]:
    """Twelve years that alternate every `cycle` sessions between good and calm, bad and rough; and which is which."""
    random, n = np.random.RandomState(seed), 3000
    good = np.arange(n) // cycle % 2 == 0
    daily = np.where(good, drift, -drift) + random.normal(0, 0.01, n) * np.where(good, 1.0, vol)
    days = np.datetime64("2001-01-01") + np.arange(n)
    level = 100 * np.cumprod(1 + np.concatenate(([0.0], daily[:-1])))
    return Position(days, level, np.where(good, 1.0, 0.5)), good


def test_a_planted_edge_is_found_and_its_mirror_too():
    held, good = walked(1, drift=0.002, vol=1.0)
    found = compare(held, "X", MULTIPLIER)
    mirrored = compare(held._replace(weights=np.where(good, 0.5, 1.0)), "X", MULTIPLIER)
    assert found is not None
    assert mirrored is not None
    assert (found.returns.verdict, found.sharpe.verdict) == (MORE, BETTER)
    assert mirrored.returns.verdict == LESS
    # Half the weight, half the sessions: a quarter of the drift either way.
    assert found.returns.ci95.low < 252 * 0.002 / 4 < found.returns.ci95.high


def test_planted_calm_is_found_where_the_return_shows_nothing():
    held, _ = walked(2, drift=0.0, vol=3.0)
    found = compare(held, "X", MULTIPLIER)
    assert found is not None
    assert found.volatility.verdict == CALMER
    assert found.returns.verdict == SAME_RETURN
    assert found.shown() == "no difference in return shown, calmer"


def test_where_there_is_no_edge_the_intervals_cover_none():
    covered = 0
    for seed in range(100):
        held, _ = walked(seed, drift=0.0, vol=1.0, cycle=37)
        found = compare(held, "X", MULTIPLIER, draws=400)
        assert found is not None
        covered += found.returns.ci95.spans_zero
    assert 90 <= covered <= 99


def test_two_spells_are_too_few_to_tell_from():
    held, _ = walked(3, drift=0.01, vol=1.0, cycle=1500)
    found = compare(held, "X", MULTIPLIER)
    assert found is not None
    assert {found.returns.verdict, found.volatility.verdict, found.sharpe.verdict} == {TOO_FEW}
    assert found.shown() == TOO_FEW


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


def test_a_still_market_has_no_sharpe_ratio():
    held, _ = walked(4, drift=0.0, vol=1.0)
    found = compare(held._replace(weights=np.zeros(len(held.days))), "X", MULTIPLIER, draws=DRAWS)
    assert found is not None
    assert math.isnan(found.sized.sharpe)
    assert math.isnan(found.sharpe.difference)


def test_a_first_fall_counts_from_the_value_at_the_start():
    held, _ = walked(5, drift=0.0, vol=1.0)
    falling = 100.0 * 0.999 ** np.arange(len(held.days))
    found = compare(held._replace(level=falling, weights=np.ones(len(falling))), "X", MULTIPLIER, draws=DRAWS)
    assert found is not None
    assert found.sized.max_drawdown == pytest.approx(0.999 ** (len(falling) - 1) - 1)


def test_the_spells_counted_are_those_of_the_rarer_side():
    held, _ = walked(6, drift=0.0, vol=1.0, cycle=1000)
    for weights in (held.weights, 1.5 - held.weights):
        found = compare(held._replace(weights=weights), "X", MULTIPLIER, draws=DRAWS)
        assert found is not None
        assert found.spells == 1


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
