"""The target by hand for every label and rate cycle, without its future, and its record against a plain loop."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from smallcap.core import history, macro, reading, regime
from smallcap.core.bars import COLUMNS, Panel, Series, to_day
from smallcap.core.calendar import same_day
from smallcap.core.errors import UsageError
from smallcap.core.evidence.bootstrap import Interval
from smallcap.core.framework.target import Record, Result, against_constant, target, targets
from smallcap.core.history import History, Pair
from smallcap.core.settings import Settings

from tests.conftest import random_panel

PAIR = Pair("IWM", "SPY")
BY_HAND = {
    "RISK-ON": (0.15, 0.125, 0.10),
    "NARROW": (0.125, 0.10, 0.075),
    "NEUTRAL": (0.125, 0.10, 0.075),
    "RISK-OFF": (0.10, 0.075, 0.05),
    "INSUFFICIENT DATA": (0.125, 0.10, 0.075),
}
CYCLES = ("CUTTING", "HOLD", "HIKING")


def rates(panel: Panel) -> Series:
    """A rate on every session that is cut, held and raised, 150 sessions each, a hundredth a session."""
    days = panel["SPY"].sessions
    moves = np.resize(np.repeat([-0.01, 0.0, 0.01], 150), len(days))
    return Series("DFF", days, 4.0 + np.cumsum(moves))


@pytest.fixture(scope="module")
def panel() -> Panel:
    """A random panel whose sessions have had every label, and whose last one is RISK-OFF."""
    return random_panel(seed=6)


@pytest.fixture(scope="module")
def past(panel: Panel) -> History:
    return history.compute(panel, PAIR)


@pytest.mark.parametrize("label", BY_HAND)
@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize(("low", "high"), [(0.05, 0.15), (0.08, 0.12), (0.0, 1.0), (0.11, 0.3), (0.02, 0.09)])
def test_every_label_and_cycle_by_hand(label: str, cycle: str, low: float, high: float):
    free = BY_HAND[label][CYCLES.index(cycle)]
    clipped = low if free < low else high if free > high else free
    made = target(label, cycle, low, high)
    assert made.weight == clipped
    assert [step.weight for step in made.steps][2:] == [free, clipped]
    assert sum(step.points for step in made.steps) == pytest.approx(clipped - 0.10)


def test_the_rows_say_how_it_came_about():
    made = target("RISK-ON", "HIKING", 0.05, 0.09)
    assert made.steps == (
        ("base", 0.0, 0.10),
        ("rate cycle HIKING", -0.025, 0.075),
        ("regime RISK-ON", 0.025, 0.10),
        ("limits 5% to 9%", -0.01, 0.09),
    )
    assert made.said == ()


def test_what_is_not_known_is_said():
    made = target("INSUFFICIENT DATA", None)
    assert made.weight == 0.10
    assert made.steps[1].name == "rate cycle not known"
    assert made.said == (
        "the rate cycle is not known and counts as HOLD",
        "the regime is INSUFFICIENT DATA: the target is the base and the rate cycle alone",
    )


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.15, 0.05, "low 15% is not below high 5%"),
        (0.1, 0.1, "low 10% is not below high 10%"),
        (-0.1, 0.1, "not from 0% to 100%"),
        (0.1, 1.1, "low 10% and high 110% are not from 0% to 100%"),
    ],
)
def test_limits_that_are_none_are_refused(past: History, low: float, high: float, words: str):
    with pytest.raises(UsageError, match=words):
        target("RISK-ON", "HOLD", low, high)
    with pytest.raises(UsageError, match=words):
        targets(past, None, low, high)


@pytest.mark.parametrize("known", [True, False])
def test_the_target_of_a_past_session_is_what_its_reading_would_have_said(panel: Panel, past: History, known: bool):
    series = rates(panel)
    whole = replace(panel, macro={"DFF": series} if known else {})
    every = targets(past, series if known else None, 0.06, 0.14)
    seen, labels = set(), set()
    for row in (200, 250, 280, 290, 330, 356, 420, 460, 520, 595, 640, 699):
        day = to_day(past.sessions[row])
        made = reading.build(whole, day, Settings(), closed=day)
        cycle = made.rate_cycle.state if made.rate_cycle else None
        seen.add(cycle)
        labels.add(made.regime.regime.label)
        assert every[row] == target(made.regime.regime.label, cycle, 0.06, 0.14).weight
    assert seen == (set(CYCLES) if known else {None})
    assert labels == {"RISK-ON", "NARROW", "NEUTRAL", "RISK-OFF"}


def test_before_the_rate_is_known_it_counts_as_held(panel: Panel, past: History):
    late = Series("DFF", rates(panel).dates[250:], rates(panel).values[250:])
    every, without = targets(past, late), targets(past, None)
    assert np.array_equal(every[:377], without[:377], equal_nan=True)
    assert every[377] == pytest.approx(without[377] - 0.025)


def test_there_is_no_target_without_a_label(past: History):
    every = targets(past, None)
    assert np.array_equal(np.isnan(every), past.codes == regime.REGIMES.index(regime.INSUFFICIENT))
    assert np.isnan(every).sum() >= 199


@pytest.mark.parametrize("n", [260, 401, 555, 640])
def test_cutting_the_future_off_leaves_earlier_targets_alone(panel: Panel, past: History, n: int):
    whole = targets(past, rates(panel))
    cut = replace(panel, macro={"DFF": rates(panel)}).until(past.sessions[n])
    alone = targets(history.compute(cut, PAIR), cut.macro["DFF"])
    assert len(alone) == n + 1
    assert np.array_equal(alone, whole[: n + 1], equal_nan=True)


def test_the_cycle_is_read_on_the_exchanges_sessions_even_where_the_pair_has_holes(panel: Panel):
    """126 rows of a pair with holes reach further back than 126 sessions."""
    keep = np.arange(700) % 3 != 1
    keep[-1] = True
    holed = {
        name: replace(b, **{column: getattr(b, column)[keep] for column in ("sessions", *COLUMNS)})
        for name, b in panel.bars.items()
    }
    past = history.compute(replace(panel, bars=holed), PAIR)
    every = targets(past, rates(panel))
    exact = macro.cycles(rates(panel), panel["SPY"].sessions)[keep]
    points = {1: 0.025, 4: -0.025}
    known = np.flatnonzero(~np.isnan(exact) & ~np.isnan(every))
    assert len(known) > 100
    for row in known:
        assert every[row] == pytest.approx(0.10 - 0.025 * exact[row] + points.get(int(past.codes[row]), 0.0))


def slow(panel: Panel, wanted: list[float], start: int, band: float, bps: float) -> tuple[list[float], float]:
    """Two heaps of dollars, on each close grown, and moved when the weight has left the band; no weights kept."""
    iwm, spy = panel["IWM"].adj_close, panel["SPY"].adj_close
    small, core = wanted[start - 1], 1.0 - wanted[start - 1]
    values, traded = [1.0], 0.0
    for row in range(start + 1, len(iwm)):
        small, core = small * iwm[row] / iwm[row - 1], core * spy[row] / spy[row - 1]
        total, aim = small + core, wanted[row - 1]
        if not np.isnan(aim) and abs(small / total - aim) > band:
            moved = 2 * abs(small - aim * total)
            traded += moved / total
            total -= moved * bps / 10_000
            small, core = aim * total, (1 - aim) * total
        values.append(small + core)
    return values, traded


@pytest.mark.parametrize(("band", "bps"), [(0.02, 5.0), (0.0, 5.0), (0.005, 50.0)])
def test_the_record_is_that_of_a_plain_loop(panel: Panel, past: History, band: float, bps: float):
    every = targets(past, rates(panel))
    made = against_constant(
        past, panel, every, first=to_day(past.sessions[300]), constant=0.08, band=band, spread_bps=bps
    )
    assert made is not None
    assert (made.first, made.last) == (to_day(past.sessions[300]), to_day(past.sessions[-1]))
    for result, wanted in ((made.followed, every.tolist()), (made.constant, [0.08] * 700)):
        values, traded = slow(panel, wanted, 300, band, bps)
        days = (made.last - made.first).days
        assert result.annual_return == pytest.approx(values[-1] ** (365.25 / days) - 1)
        assert result.turnover == pytest.approx(traded * 365.25 / days)
        daily = [np.log(b / a) for a, b in pairwise(values)]
        assert result.annual_volatility == pytest.approx(np.std(daily, ddof=1) * 252**0.5)
        worst = min(value / max(values[: at + 1]) - 1 for at, value in enumerate(values))
        assert result.max_drawdown == pytest.approx(worst)
    asked = every[299:-1]
    assert made.changes == int(sum(a != b for a, b in pairwise(asked))) > 0
    assert made.difference == made.followed.annual_return - made.constant.annual_return


def test_a_target_is_held_from_the_next_close_on(panel: Panel, past: History):
    """Of the jump of small caps on the session after a new target, the portfolio has only what it held before."""
    every = np.where(np.arange(700) < 500, 0.0, 1.0)
    jump = panel["IWM"].adj_close * np.where(np.arange(700) > 500, 1.5, 1.0)
    jumped = replace(panel, bars={**panel.bars, "IWM": replace(panel["IWM"], adj_close=jump)})
    plain = against_constant(past, panel, every, first=date(2016, 1, 4), spread_bps=0.0)
    made = against_constant(past, jumped, every, first=date(2016, 1, 4), spread_bps=0.0)
    assert plain is not None
    assert made is not None
    assert made.followed.annual_return == pytest.approx(plain.followed.annual_return)
    assert made.changes == 1


def test_without_a_target_nothing_is_traded(panel: Panel, past: History):
    every = np.where(np.arange(700) < 420, 0.05, np.nan)
    made = against_constant(past, panel, every, first=date(2016, 8, 1), band=0.5)
    again = against_constant(past, panel, np.full(700, 0.05), first=date(2016, 8, 1), band=0.5)
    assert made is not None
    assert again is not None
    assert made.followed == again.followed
    assert made.changes == 0


def test_a_record_begins_where_the_targets_do_and_is_none_under_a_year(panel: Panel, past: History):
    every = targets(past, None)
    first = int(np.flatnonzero(~np.isnan(every))[0])
    made = against_constant(past, panel, every, first=date(2000, 1, 3))
    assert made is not None
    assert made.first == to_day(past.sessions[first + 1])
    at = to_day(past.sessions[700 - 253])
    year = against_constant(past, panel, every, first=at)
    assert year is not None
    assert against_constant(past, panel, every, first=to_day(past.sessions[700 - 252])) is None
    assert against_constant(past, panel, np.full(700, np.nan), first=date(2000, 1, 3)) is None


def test_the_record_knows_nothing_after_the_history(panel: Panel):
    cut = panel.until(panel["SPY"].sessions[600])
    past = history.compute(cut, PAIR)
    every = targets(past, None)
    with_future = against_constant(past, panel, every, first=date(2015, 1, 2))
    assert with_future == against_constant(past, cut, every, first=date(2015, 1, 2))


def test_the_record_is_of_total_return(panel: Panel, past: History):
    iwm = panel["IWM"]
    richer = replace(iwm, adj_close=iwm.adj_close * np.linspace(1.0, 2.0, 700))
    every = targets(past, None)
    poor, rich = (
        against_constant(past, replace(panel, bars={**panel.bars, "IWM": b}), every, first=date(2016, 6, 1))
        for b in (iwm, richer)
    )
    assert poor is not None
    assert rich is not None
    assert rich.constant.annual_return > poor.constant.annual_return + 0.02


def test_weights_on_average_are_those_held(panel: Panel, past: History):
    made = against_constant(past, panel, np.full(700, 0.10), first=date(2016, 6, 1), band=0.0)
    assert made is not None
    assert made.followed == made.constant
    assert made.constant.weight == pytest.approx(0.10)


RESULT = Result(0.08, 0.2, -0.3, 0.4, 0.1)


@pytest.mark.parametrize(
    ("better", "ends", "words"),
    [
        (0.0103, (-0.02, 0.03), "no difference shown: +1.03% a year against"),
        (-0.0009, (-0.003, 0.001), "no difference shown: -0.09% a year against"),
        (0.0011, (0.0001, 0.002), "a difference of +0.11% a year against"),
        (-0.02, (-0.03, -0.01), "a difference of -2.00% a year against"),
    ],
)
def test_a_difference_is_one_where_its_interval_lacks_zero(better: float, ends: tuple[float, float], words: str):
    followed = RESULT._replace(annual_return=RESULT.annual_return + better)
    made = Record(date(2013, 1, 2), date(2022, 12, 30), followed, RESULT, 84, 0.10, Interval(*ends, 0.5))
    assert made.words().startswith(words)
    low, high = (f"{100 * end:+.2f}%" for end in ends)
    assert made.words().endswith(
        f"a constant 10% over 10.0 years from 2013-01-02 to 2022-12-30; 95% interval {low} to {high}"
    )


def test_on_real_history_the_rule_makes_no_difference(real_panel: Panel):
    past = history.compute(real_panel, PAIR)
    every = targets(past, real_panel.macro["DFF"])
    made = against_constant(past, real_panel, every, first=same_day(to_day(past.sessions[-1]), -120))
    assert made is not None
    assert made.words().startswith("no difference shown: +0.03% a year")
    assert (made.first, made.changes) == (date(2012, 12, 31), 84)
    by_day = dict(zip(past.sessions.astype(str).tolist(), every.tolist(), strict=True))
    assert [by_day[day] for day in ("2020-03-23", "2021-03-12", "2022-12-30")] == [0.10, 0.125, 0.05]


def test_random_panels_hold_every_target_inside_the_limits():
    for seed in range(3):
        past = history.compute(random_panel(seed=seed), PAIR)
        every = targets(past, None, 0.08, 0.11)
        known = every[~np.isnan(every)]
        assert set(known.tolist()) <= {0.08, 0.10, 0.11}
