"""The evidence: its words, what counts on either side, spans, and that nothing in it depends on order or on later."""

from __future__ import annotations

import pickle
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import history
from smallcap.core.bars import COLUMNS, Panel, bars_of
from smallcap.core.evidence import table
from smallcap.core.evidence.bootstrap import UNKNOWN, Interval, starts_of_runs
from smallcap.core.evidence.followed import HORIZONS, follow_all
from smallcap.core.evidence.labels import labels
from smallcap.core.evidence.table import Evidence, decades, evidence, within
from smallcap.core.history import History
from smallcap.core.regime import INSUFFICIENT, REGIMES

from tests.conftest import random_panel
from tests.core.evidence.future import spoilt_after

NAN = float("nan")
IWM_SPY = history.parse_pair("IWM/SPY")
DRAWS = 200
ABOVE, BELOW, ACROSS = Interval(0.01, 0.03, 0.01), Interval(-0.03, -0.01, 0.01), Interval(-0.01, 0.03, 0.4)


@pytest.fixture(scope="module")
def long_panel() -> Panel:
    return random_panel(1500, 1)


@pytest.fixture(scope="module")
def past(long_panel: Panel) -> History:
    return history.compute(long_panel, IWM_SPY)


@pytest.fixture(scope="module")
def rows(past: History, long_panel: Panel) -> tuple[Evidence, ...]:
    return evidence(past, long_panel, draws=DRAWS)


def row_of(ci95: Interval = ACROSS, vol_ci95: Interval = ACROSS, *, sign: float = 1.0, enough: bool = True) -> Evidence:
    returns, vols = (0.02 * sign, 0.0, 0.02 * sign), (0.2 + 0.02 * sign, 0.2)
    return Evidence(
        "regime", "RISK-ON", "IWM", 21, 900, 20, *returns, ci95, *vols, vol_ci95, -0.1, -0.2, enough
    )  # fmt: skip


def test_the_words_for_returns():
    assert row_of(ABOVE).verdict == "returned more"
    assert row_of(BELOW, sign=-1.0).verdict == "returned less"
    assert row_of(ACROSS).verdict == "no edge shown"
    assert row_of(UNKNOWN).verdict == "no edge shown"
    assert row_of(ABOVE, enough=False).verdict == "too few episodes to tell"


def test_the_words_for_volatility():
    assert row_of(vol_ci95=ABOVE).vol_verdict == "rougher"
    assert row_of(vol_ci95=BELOW, sign=-1.0).vol_verdict == "calmer"
    assert row_of(vol_ci95=ACROSS).vol_verdict == "no difference in volatility shown"
    assert row_of(vol_ci95=ABOVE, enough=False).vol_verdict == "too few episodes to tell"


def test_every_label_has_a_row_for_each_target_and_horizon_in_the_order_of_the_labels(
    rows: tuple[Evidence, ...], past: History
):
    targets = [(h, t) for h in HORIZONS for t in ("IWM", "SPY", "IWM/SPY")]
    expected = [(one.kind, one.name, *target) for one in labels(past) for target in targets]
    assert [(r.kind, r.label, r.horizon, r.target) for r in rows] == expected


def test_the_days_of_a_kind_add_up_to_those_it_was_known_on_and_whose_horizon_is_over(
    rows: tuple[Evidence, ...], past: History
):
    known = {label.kind: label.known for label in labels(past)}
    days = defaultdict(int)
    for row in rows:
        days[row.kind, row.target, row.horizon] += row.days
    for (kind, _, horizon), found in days.items():
        assert found == known[kind][: -horizon - 1].sum() > 0


def test_either_side_is_what_followed_its_days_and_the_others_had_another_label_of_the_kind(
    rows: tuple[Evidence, ...], past: History, long_panel: Panel
):
    of = {(label.kind, label.name): label for label in labels(past)}
    after = {(f.target, f.horizon): f for f in follow_all(past, long_panel)}
    checked = 0
    for row in rows:
        label, followed = of[row.kind, row.label], after[row.target, row.horizon]
        there = ~np.isnan(followed.returns)
        mine, others = label.held & there, label.known & ~label.held & there
        assert row.days == mine.sum()
        assert row.episodes == len(starts_of_runs(mine))
        assert row.enough == (min(row.episodes, len(starts_of_runs(others))) >= 5)
        if mine.any() and others.any():
            checked += 1
            assert row.mean == pytest.approx(followed.returns[mine].mean())
            assert row.others_mean == pytest.approx(followed.returns[others].mean())
            assert row.difference == row.mean - row.others_mean
            assert (row.vol, row.others_vol) == pytest.approx((followed.vol[mine].mean(), followed.vol[others].mean()))
            assert row.worst_fall == followed.fall[mine].min()
            assert row.others_worst_fall == followed.fall[others].min()
            assert row.ci95.low < row.difference < row.ci95.high or not row.enough
    assert checked > 250


def test_days_in_the_middle_on_which_a_kind_was_not_known_are_on_neither_side(past: History, long_panel: Panel):
    codes = past.codes.copy()
    codes[600:900] = REGIMES.index(INSUFFICIENT)
    gap = replace(past, codes=codes)
    after = {f.target: f for f in follow_all(gap, long_panel, (21,))}
    found = evidence(gap, long_panel, draws=50, horizons=(21,), kinds=("regime",))
    assert sum(row.days for row in found if row.target == "IWM") == labels(gap)[0].known[:-22].sum()
    for row in found:
        (held,) = (label.held for label in labels(gap) if label.name == row.label)
        others = labels(gap)[0].known & ~held & ~np.isnan(after[row.target].returns)
        assert row.others_mean == pytest.approx(after[row.target].returns[others].mean())
        assert row.others_vol == pytest.approx(after[row.target].vol[others].mean())
        assert row.others_worst_fall == after[row.target].fall[others].min()


def test_a_session_whose_return_is_not_known_is_on_neither_side(long_panel: Panel):
    spy = long_panel["SPY"]
    kept = [np.delete(getattr(spy, name), 900) for name in COLUMNS]
    bars = {**long_panel.bars, "SPY": bars_of("SPY", np.delete(spy.sessions, 900), kept)}
    holed = replace(long_panel, bars=bars)
    past = history.compute(holed, IWM_SPY)
    found = evidence(past, holed, draws=50, horizons=(21,), kinds=("market",))
    known = past.market.held > 0
    # The hole is in the windows of the 22 sessions before it; its own begins after it.
    assert sum(row.days for row in found if row.target == "IWM") == known[:-22].sum() - 22
    assert np.isfinite([row.mean for row in found if row.days]).all()


def holding(past: History, state: np.ndarray) -> History:
    """The history with another market axis."""
    return replace(past, market=replace(past.market, state=state.astype(np.int64)))


def market_rows(past: History, panel: Panel) -> dict[str, Evidence]:
    found = evidence(past, panel, draws=50, horizons=(5,))
    return {row.label: row for row in found if row.kind == "market" and row.target == "IWM"}


def test_a_label_that_was_never_held_is_shown_as_unknown(past: History, long_panel: Panel):
    found = market_rows(holding(past, np.where(past.market.state == 0, 1, past.market.state)), long_panel)["SIDEWAYS"]
    assert (found.days, found.episodes, found.verdict, found.vol_verdict) == (0, 0, table.TOO_FEW, table.TOO_FEW)
    assert np.isnan([found.mean, found.difference, found.vol, found.worst_fall, *found.ci95, *found.vol_ci95]).all()
    assert np.isfinite([found.others_mean, found.others_vol, found.others_worst_fall]).all()


def test_a_label_that_was_always_held_has_nothing_to_be_compared_with(past: History, long_panel: Panel):
    found = market_rows(holding(past, np.ones(len(past.sessions))), long_panel)["UP"]
    assert (found.episodes, found.verdict) == (1, table.TOO_FEW)
    assert np.isfinite([found.mean, found.vol, found.worst_fall]).all()
    assert np.isnan([found.others_mean, found.difference, *found.ci95]).all()


@pytest.mark.parametrize(("episodes", "enough"), [(4, False), (5, True)])
def test_four_episodes_tell_nothing_on_either_side(past: History, long_panel: Panel, episodes: int, enough: bool):
    state = -np.ones(len(past.sessions))
    for at in range(episodes):
        state[300 + 200 * at : 400 + 200 * at] = 1
    found = market_rows(holding(past, state), long_panel)
    assert found["UP"].episodes == episodes
    assert found["UP"].enough == found["DOWN"].enough == enough
    assert (found["UP"].verdict == table.TOO_FEW) is not enough


def test_the_same_seed_gives_the_same_bytes_in_any_order_of_tickers(
    past: History, long_panel: Panel, rows: tuple[Evidence, ...]
):
    turned = replace(long_panel, bars=dict(reversed(long_panel.bars.items())))
    again = evidence(history.compute(turned, IWM_SPY), turned, draws=DRAWS)
    assert pickle.dumps(again) == pickle.dumps(rows)


def test_another_seed_moves_the_intervals_and_nothing_else(
    past: History, long_panel: Panel, rows: tuple[Evidence, ...]
):
    other = evidence(past, long_panel, draws=DRAWS, seed=2)
    still = [row._replace(ci95=UNKNOWN, vol_ci95=UNKNOWN) for row in other]
    assert repr(still) == repr([row._replace(ci95=UNKNOWN, vol_ci95=UNKNOWN) for row in rows])
    moved = [one.ci95 != two.ci95 for one, two in zip(rows, other, strict=True) if one.enough]
    assert all(moved)


@pytest.mark.parametrize("kinds", [("market",), ("signal RSI", "regime")])
def test_some_kinds_alone_are_what_they_are_beside_the_others(
    past: History, long_panel: Panel, rows: tuple[Evidence, ...], kinds: tuple[str, ...]
):
    found = evidence(past, long_panel, draws=DRAWS, kinds=kinds, horizons=(63, 5))
    expected = {(r.kind, r.label, r.target, r.horizon): r for r in rows if r.kind in kinds and r.horizon != 21}
    assert [(r.kind, r.label) for r in found[::6]] == list(dict.fromkeys(key[:2] for key in expected))
    # As text, in which an unknown equals another.
    assert {repr(r) for r in found} == {repr(r) for r in expected.values()}


def test_a_span_of_the_whole_history_is_the_evidence(past: History, long_panel: Panel, rows: tuple[Evidence, ...]):
    (whole,) = within(past, long_panel, [(past.sessions[0], past.sessions[-1])], 21, draws=DRAWS)
    expected = [r for r in rows if r.horizon == 21]
    assert len(whole) == len(expected)
    assert {repr(r) for r in whole} == {repr(r) for r in expected}


def test_a_span_counts_its_own_sessions_and_spans_add_up(past: History, long_panel: Panel):
    middle = len(past.sessions) // 2
    spans = [(past.sessions[0], past.sessions[middle]), (past.sessions[middle + 1], past.sessions[-1])]
    first, second = within(past, long_panel, spans, 21, draws=50)
    (whole,) = within(past, long_panel, [(past.sessions[0], past.sessions[-1])], 21, draws=50)
    days = {(r.kind, r.label, r.target): r.days for r in whole}
    for row in (*first, *second):
        days[row.kind, row.label, row.target] -= row.days
    assert set(days.values()) == {0}
    held = {(label.kind, label.name): label.held for label in labels(past)}
    for row in first:
        # What followed the last session of a span ends after it, and counts.
        assert row.days == held[row.kind, row.label][: middle + 1].sum()


def test_a_span_without_a_session_has_no_rows(past: History, long_panel: Panel):
    day = np.datetime64("1990-01-01")
    assert list(within(past, long_panel, [(day, day)], 21, draws=50)) == [()]


def test_decades_are_those_of_the_calendar():
    days = np.array(["1999-12-30", "1999-12-31", "2000-01-03", "2009-12-31", "2010-01-04"], dtype="datetime64[D]")
    assert [(str(a), str(b)) for a, b in decades(days)] == [
        ("1999-12-30", "1999-12-31"), ("2000-01-03", "2009-12-31"), ("2010-01-04", "2010-01-04")
    ]  # fmt: skip
    assert [(str(a), str(b)) for a, b in decades(days[3:4])] == [("2009-12-31", "2009-12-31")]


@pytest.mark.parametrize("n", [30, 120, 220, 260])
def test_a_short_history_has_few_rows_and_no_error(n: int):
    short = random_panel(n, 2)
    rows = evidence(history.compute(short, IWM_SPY), short, draws=50)
    assert {row.kind for row in rows} >= ({"regime"} if n == 260 else set())
    assert all(np.isnan(row.mean) == (row.days == 0) for row in rows)


def test_a_pair_without_sectors_has_evidence_too(long_panel: Panel):
    pair = history.parse_pair("IWM/XLF")
    rows = evidence(history.compute(long_panel, pair), long_panel, draws=50)
    assert {row.target for row in rows} == {"IWM", "XLF", "IWM/XLF"}
    assert "confirmation" not in {row.kind for row in rows}


@pytest.mark.parametrize("row", [700, 1100])
def test_nothing_that_came_later_changes_the_evidence_of_a_date(long_panel: Panel, past: History, row: int):
    day = past.sessions[row]
    other = spoilt_after(long_panel, day)
    seen, cut = other.until(day), long_panel.until(day)
    assert pickle.dumps(evidence(history.compute(seen, IWM_SPY), seen, draws=50)) == pickle.dumps(
        evidence(history.compute(cut, IWM_SPY), cut, draws=50)
    )


@pytest.mark.parametrize("row", [700, 1100])
def test_what_was_knowable_on_a_date_is_the_same_in_a_history_that_goes_on(long_panel: Panel, past: History, row: int):
    day = past.sessions[row]
    other = spoilt_after(long_panel, day)
    cut, on = long_panel.until(day), history.compute(other, IWM_SPY)
    before = history.compute(cut, IWM_SPY)
    going = {(label.kind, label.name): label for label in labels(on)}
    for label in labels(before):
        one = going[label.kind, label.name]
        assert (one.held[: row + 1] == label.held).all()
        assert (one.known[: row + 1] == label.known).all()
    for mine, its in zip(follow_all(before, cut), follow_all(on, other), strict=True):
        over = row - mine.horizon
        for name in ("returns", "vol", "fall"):
            assert getattr(mine, name)[:over].tolist() == getattr(its, name)[:over].tolist()
            assert np.isnan(getattr(mine, name)[over:]).all()
