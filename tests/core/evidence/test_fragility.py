"""Fragility: the grid, each setting against the rest of the core, and the words and the square made of them."""

from __future__ import annotations

import pickle
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from smallcap.core import history
from smallcap.core.axes import AXES
from smallcap.core.bars import Panel
from smallcap.core.evidence import fragility
from smallcap.core.evidence.bootstrap import Interval
from smallcap.core.evidence.fragility import CHUNKS, GRID, Fragility, Setting, combined, settings_of, work
from smallcap.core.evidence.table import Evidence, evidence
from smallcap.core.history import parse_pair
from smallcap.core.regime import REGIMES
from smallcap.core.rule import RULE, Rule

from tests.conftest import random_panel

IWM_SPY = parse_pair("IWM/SPY")
ROW = Evidence(
    "regime", "RISK-ON", "IWM", 21, 500, 9, 0.02, 0.01, 0.01, Interval(-0.01, 0.03, 0.3),
    0.15, 0.22, Interval(-0.1, -0.02, 0.01), -0.2, -0.4, True,
)  # fmt: skip
EDGE = ROW._replace(ci95=Interval(0.001, 0.03, 0.04))
WORSE = ROW._replace(difference=-0.02, ci95=Interval(-0.03, -0.001, 0.04), vol=0.3, vol_ci95=Interval(0.02, 0.1, 0.01))


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Ten years, so that every label is held."""
    return random_panel(2500, 3)


@pytest.fixture(scope="module")
def swept(panel: Panel) -> Fragility:
    return combined(IWM_SPY, "NEUTRAL", [work(panel, IWM_SPY, "NEUTRAL", draws=200)(chunk) for chunk in CHUNKS])


def made(labels: list[str], rows: list[Evidence | None]) -> Fragility:
    settings = [Setting(*one, 3.0, row) for *one, row in zip(GRID, labels, [date(2022, 1, 3)] * 81, rows, strict=True)]
    return Fragility(IWM_SPY, "RISK-ON", tuple(settings))


def test_the_grid_is_81_settings_around_the_rule():
    assert len(set(GRID)) == 81
    assert RULE in GRID
    for place, windows in enumerate(zip(*fragility.WINDOWS, strict=True)):
        assert windows == tuple(int(RULE[place] * factor + 0.5) for factor in (0.75, 1, 1.25))
    assert {rule.dwell for rule in GRID} == {5, 10, 15}


def test_every_axis_of_every_setting_is_left_before_it_is_entered():
    varied = [axis.by(rule) for rule in GRID for axis in AXES]
    assert all(0.0 <= axis.exit < axis.enter for axis in varied)


def test_the_rules_own_setting_is_the_evidence_shown_elsewhere(panel: Panel):
    past = history.compute(panel, IWM_SPY)
    rows = {row.label: row for row in evidence(past, panel, horizons=(21,), draws=200) if row.target == "IWM"}
    for label in ("NEUTRAL", "RISK-OFF"):
        (setting,) = settings_of(panel, IWM_SPY, [RULE], label=label, draws=200)
        assert repr(setting.evidence) == repr(rows[label])
        assert setting.difference == rows[label].difference
        assert setting.since == past.sessions[past.runs()[-1][0]].astype(object)
        assert setting.label == REGIMES[int(past.codes[-1])].label == fragility.label_today(panel, IWM_SPY)


def test_changes_a_year_count_the_labels_that_followed_another(panel: Panel):
    rule = Rule(dwell=5)
    codes = [code for code in history.labelled(panel, IWM_SPY, rule).codes.tolist() if code]
    changes = sum(a != b for a, b in pairwise(codes))
    assert changes > 3
    (setting,) = settings_of(panel, IWM_SPY, [rule], label="NEUTRAL", draws=50)
    assert setting.changes == pytest.approx(changes / (len(codes) / 252))


def test_settings_differ_and_one_depends_on_no_other(panel: Panel, swept: Fragility):
    assert len({repr(setting[1:]) for setting in swept.settings}) > 40
    alone = settings_of(panel, IWM_SPY, [GRID[70]], label="NEUTRAL", draws=200)
    assert repr(alone[0]) == repr(swept.settings[70])


def test_parts_are_put_in_the_grids_order_in_whatever_order_they_come(swept: Fragility):
    parts = [swept.settings[first : first + 9] for first in range(0, 81, 9)]
    assert [setting.rule for setting in swept.settings] == list(GRID)
    assert repr(combined(IWM_SPY, "NEUTRAL", parts[::-1])) == repr(swept)


def test_what_is_sent_and_what_comes_back_can_be_sent(panel: Panel, swept: Fragility):
    sent = pickle.loads(pickle.dumps(work(panel, IWM_SPY, "NEUTRAL", draws=200)))
    assert sorted(sent.args[0].bars) == sorted(history.inputs(IWM_SPY))
    assert repr(sent(CHUNKS[8])) == repr(swept.settings[72:])
    back = pickle.dumps(swept)
    assert repr(pickle.loads(back)) == repr(swept)
    assert len(back) < 50_000


def test_the_same_seed_gives_the_same_and_another_other_intervals(panel: Panel):
    first, again, other = (
        settings_of(panel, IWM_SPY, [RULE], label="NEUTRAL", seed=seed, draws=50)[0] for seed in (1, 1, 2)
    )
    assert repr(first) == repr(again)
    assert first.evidence is not None
    assert other.evidence is not None
    assert first.evidence.ci95 != other.evidence.ci95
    assert first.difference == other.difference


def test_without_a_label_nothing_is_told(panel: Panel):
    short = panel.until(panel["SPY"].sessions[120])
    found = combined(IWM_SPY, "RISK-ON", [work(short, IWM_SPY, "RISK-ON", draws=50)(chunk) for chunk in CHUNKS])
    assert found.label_words == "INSUFFICIENT DATA in 81 of 81 settings"
    assert found.evidence_words.endswith("too few episodes to tell in 81 of 81")
    assert all(setting.evidence is None and np.isnan(setting.difference) for setting in found.settings)
    assert all(np.isnan(setting.changes) for setting in found.settings)


def test_labels_are_counted_the_commonest_first():
    found = made(["RISK-ON"] * 20 + ["NEUTRAL"] * 61, [ROW] * 81)
    assert found.label_words == "NEUTRAL in 61 of 81 settings; RISK-ON in 20"
    tied = made(["NEUTRAL"] * 30 + ["RISK-ON"] * 30 + ["RISK-OFF"] * 21, [ROW] * 81)
    assert tied.label_words == "RISK-ON in 30 of 81 settings; NEUTRAL in 30; RISK-OFF in 21"


def test_the_evidence_is_counted_in_words():
    steady = made(["RISK-ON"] * 81, [ROW] * 78 + [EDGE] * 3)
    assert steady.evidence_words == (
        "months after RISK-ON were calmer in 81 of 81 settings; a return edge shown in 3 of 81"
    )
    mixed = made(
        ["RISK-ON"] * 81, [ROW] * 70 + [EDGE] * 3 + [WORSE] * 2 + [ROW._replace(enough=False)] * 4 + [None] * 2
    )
    assert mixed.evidence_words == (
        "months after RISK-ON were calmer in 73 of 81 settings; rougher in 2 of 81;"
        " a return edge shown in 5 of 81, 2 of them a lower return; too few episodes to tell in 6 of 81"
    )


def test_the_square_has_windows_and_dwell_down_and_thresholds_across():
    labels = [("RISK-ON", "NARROW", "RISK-OFF")[at % 3] for at in range(81)]
    rows = [ROW._replace(difference=at / 100) for at in range(81)]
    heat = made(labels, rows).heat()
    assert heat.rows[0] == "38/150, 5 closes"
    assert heat.rows[4] == "50/200, 10 closes"
    assert heat.columns[3] == "enter x1, exit +0%"
    assert heat.columns[8] == "enter x1.2, exit +50%"
    assert heat.letters == (("+", "n", "-") * 3,) * 9
    assert heat.differences[4][3] == rows[GRID.index(RULE)].difference
    assert [len(row) for row in heat.differences] == [9] * 9
