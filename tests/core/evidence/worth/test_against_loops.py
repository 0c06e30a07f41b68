"""What the sizing was worth, against hand-worked portfolios and loops that size every session one by one."""

from __future__ import annotations

import csv
import math
import statistics
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from smallcap.core import sizing
from smallcap.core.bars import Panel, to_day
from smallcap.core.evidence.bootstrap import block_of, widening
from smallcap.core.evidence.worth import EXPOSURES, Held, carried, whole_sizing, worth
from smallcap.core.history import History, compute
from smallcap.core.reading import build
from smallcap.core.settings import Settings

from tests.core.evidence.worth.conftest import DRAWS, PAIR, SETTINGS

ANSWERS = Path(__file__).resolve().parents[3] / "answers" / "sizing_worth.csv"
ROWS = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
CASES = {name: list(rows) for name, rows in groupby(ROWS, lambda row: row["case"])}


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
