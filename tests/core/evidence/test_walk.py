"""The walk forward: each year's row is the evidence of that day bit for bit, and the next year is counted by loops."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core.bars import COLUMNS, Panel, bars_of, to_day
from smallcap.core.errors import UsageError
from smallcap.core.evidence.bootstrap import Interval
from smallcap.core.evidence.labels import labels
from smallcap.core.evidence.table import LESS, MORE, NO_EDGE, Evidence, evidence
from smallcap.core.evidence.walk import Case, Walk, Year, walk, year_ends
from smallcap.core.history import History, Pair, compute

from tests.conftest import random_panel
from tests.core.evidence.future import spoilt_after

PAIR = Pair("IWM", "SPY")
DRAWS = 50
TARGETS = ("IWM", "SPY", "IWM/SPY")


@pytest.fixture(scope="module")
def market() -> Panel:
    """Six and a half years of a random market."""
    return random_panel(1640, seed=4)


@pytest.fixture(scope="module")
def past(market: Panel) -> History:
    """Its history."""
    return compute(market, PAIR)


def last_of(sessions: np.ndarray, year: int) -> np.datetime64:
    return max(day for day in sessions if to_day(day).year == year)


def on_that_day(panel: Panel, session: np.datetime64, horizon: int, *, seed: int, draws: int) -> dict:
    """The whole table made from nothing but what there was on the close of a session, by kind, label and target."""
    cut = panel.until(session)
    rows = evidence(compute(cut, PAIR), cut, seed=seed, draws=draws, horizons=(horizon,))
    return {(row.kind, row.label, row.target): row for row in rows}


@pytest.mark.parametrize("horizon", [5, 21, 63])
def test_each_years_row_is_the_evidence_of_that_day_bit_for_bit(past: History, market: Panel, horizon: int):
    tables = {
        year: on_that_day(market, last_of(past.sessions, year), horizon, seed=3, draws=DRAWS)
        for year in range(2015, 2022)
    }
    seen = set()
    for label in labels(past):
        for target in TARGETS:
            made = walk(past, market, Case(label.kind, label.name, target, horizon), seed=3, draws=DRAWS)
            rows = {row.year: row for row in made.rows}
            for year, table in tables.items():
                there = table.get((label.kind, label.name, target))
                if there is not None:
                    assert repr(rows[year].known) == repr(there)
                    seen.add(year)
                else:
                    assert year not in rows or rows[year].known.days == 0
    assert {2016, 2017, 2018, 2019, 2020, 2021} <= seen


@pytest.mark.parametrize("year", [2003, 2009, 2022])
def test_on_real_history_too(real_panel: Panel, year: int):
    past = compute(real_panel, PAIR)
    table = on_that_day(real_panel, last_of(past.sessions, year), 63, seed=1, draws=200)
    cases = (("regime", "RISK-ON", "IWM"), ("composite", "highest fifth", "IWM/SPY"), ("market", "DOWN", "SPY"))
    for case in cases:
        made = walk(past, real_panel, Case(*case, 63), draws=200)
        row = next(row for row in made.rows if row.year == year)
        assert repr(row.known) == repr(table[case])


def with_a_hole(panel: Panel) -> Panel:
    """The panel without four sectors from the autumn of 2018 to the spring of 2019, so that there is no label then."""
    bars = dict(panel.bars)
    for ticker in ("XLF", "XLI", "XLY", "XLU"):
        days = bars[ticker].sessions
        kept = (days < np.datetime64("2018-10-01")) | (days >= np.datetime64("2019-04-01"))
        columns = [getattr(bars[ticker], name)[kept] for name in COLUMNS]
        bars[ticker] = bars_of(ticker, days[kept], columns)
    return replace(panel, bars=bars)


@pytest.mark.parametrize("kind", ["regime", "leadership", "signal RSI"])
@pytest.mark.parametrize("hole", [False, True], ids=["whole", "with a hole"])
def test_the_next_year_is_what_a_loop_over_its_sessions_finds(market: Panel, kind: str, hole: bool):
    panel = with_a_hole(market) if hole else market
    past = compute(panel, PAIR)
    label, level, n = next(one for one in labels(past) if one.kind == kind), panel["IWM"].adj_close, len(past.sessions)
    assert (kind == "regime" and hole) is not bool(label.known[400:].all())
    for horizon in (5, 63):
        made = walk(past, panel, Case(kind, label.name, "IWM", horizon), draws=DRAWS)
        for row in made.rows:
            sides: dict[bool, list[float]] = {True: [], False: []}
            for at in range(n - horizon - 1):
                if to_day(past.sessions[at]).year == row.year + 1 and label.known[at]:
                    sides[bool(label.held[at])].append(level[at + 1 + horizon] / level[at + 1] - 1)
            if sides[True] and sides[False]:
                expected = sum(sides[True]) / len(sides[True]) - sum(sides[False]) / len(sides[False])
                assert row.next_difference == pytest.approx(expected, rel=1e-9, abs=1e-12)
            else:
                assert np.isnan(row.next_difference)
        assert sum(not np.isnan(row.next_difference) for row in made.rows) >= 2


def test_the_last_row_is_of_the_as_of_session_and_its_next_is_to_come(past: History, market: Panel):
    last = walk(past, market, Case("leadership", "LEADING", "IWM", 21), draws=DRAWS).rows[-1]
    assert last.session == to_day(past.sessions[-1])
    assert np.isnan(last.next_difference)
    assert last.agreed is None


@pytest.mark.parametrize("row", [700, 1100, 1500])
def test_whatever_comes_after_a_date_leaves_the_walk_up_to_it_unchanged(past: History, market: Panel, row: int):
    session, shown = past.sessions[row], []
    case = Case("leadership", "LEADING", "IWM", 21)
    for panel in (market, spoilt_after(market, session)):
        cut = panel.until(session)
        shown += [walk(compute(cut, PAIR), each, case, draws=DRAWS) for each in (cut, panel)]
    assert len({repr(each) for each in shown}) == 1
    # Of years that are over, what was known stays as it was however history goes on.
    later = [each.known for each in walk(past, market, case, draws=DRAWS).rows]
    known = [each.known for each in shown[0].rows if each.year < to_day(session).year]
    assert known
    assert repr(later[: len(known)]) == repr(known)


def test_a_years_end_is_the_row_after_its_last_session():
    days = np.array(["2019-12-30", "2019-12-31", "2020-01-02", "2021-05-03", "2021-05-04"], dtype="datetime64[D]")
    assert year_ends(days) == [2, 3, 5]
    assert year_ends(days[:1]) == [1]


def row_of(known: float, following: float, interval: tuple[float, float] = (-1.0, 1.0)) -> Year:
    found = Evidence(
        "regime", "RISK-ON", "IWM", 21, 300, 9, 0.01, 0.0, known, Interval(*interval, 0.5), 0.1, 0.1,
        Interval(-1.0, 1.0, 0.9), -0.1, -0.1, True,
    )  # fmt: skip
    return Year(2001, date(2001, 12, 31), found, following)


@pytest.mark.parametrize(
    ("known", "following", "agreed"),
    [
        (0.01, 0.02, True),
        (-0.01, -0.02, True),
        (0.01, -0.02, False),
        (-0.01, 0.02, False),
        (float("nan"), 0.02, None),
        (0.01, float("nan"), None),
        (0.0, 0.02, None),
        (0.01, 0.0, None),
    ],
)
def test_signs_agree_or_not_and_are_not_told_where_either_has_none(known: float, following: float, agreed: bool | None):
    assert row_of(known, following).agreed is agreed


def test_what_is_said_holds_the_signs_against_a_coin():
    case = Case("regime", "RISK-ON", "IWM", 21)
    rows = (row_of(0.01, 0.02), row_of(0.01, -0.02), row_of(0.01, float("nan")), row_of(0.01, 0.01))
    assert [row.known.verdict for row in rows] == [NO_EDGE] * 4
    assert Walk(case, rows).words() == (
        "The sign known at a year's end held in 2 of 3 next years; a coin would in 1.5. "
        "Of these years' ends none showed an edge."
    )
    edges = (row_of(0.01, 0.02, (0.005, 0.02)), row_of(-0.01, 0.02, (-0.02, -0.005)))
    assert [row.known.verdict for row in edges] == [MORE, LESS]
    assert Walk(case, (*edges, *rows)).words() == (
        "The sign known at a year's end held in 3 of 5 next years; a coin would in 2.5. "
        "Of these years' ends 2 showed an edge, which held after 1."
    )
    assert Walk(case, rows[2:3]).words() == "No year's end can be held against the year after it."


def test_a_label_or_a_target_that_is_not_there_is_named(past: History, market: Panel):
    with pytest.raises(UsageError, match=r"label 'regime RISK-ONN' .*; did you mean regime RISK-ON\?"):
        walk(past, market, Case("regime", "RISK-ONN", "IWM", 21))
    with pytest.raises(UsageError, match="target 'QQQ' is not one of IWM, SPY, IWM/SPY"):
        walk(past, market, Case("regime", "RISK-ON", "QQQ", 21))


def test_a_history_too_short_for_any_label_has_no_rows(market: Panel):
    cut = market.until(market["IWM"].sessions[204])
    made = walk(compute(cut, PAIR), cut, Case("regime", "RISK-ON", "IWM", 63), draws=DRAWS)
    assert made.rows == ()
    assert made.words() == "No year's end can be held against the year after it."


def test_the_same_seed_gives_the_same_bytes_and_it_can_be_sent(past: History, market: Panel):
    case = Case("market", "UP", "SPY", 21)
    first, again, other = (walk(past, market, case, seed=seed, draws=DRAWS) for seed in (2, 2, 3))
    assert repr(first) == repr(again) == repr(pickle.loads(pickle.dumps(first)))
    assert repr(first) != repr(other)
    assert [row.known.difference for row in first.rows][2:] == [row.known.difference for row in other.rows][2:]
