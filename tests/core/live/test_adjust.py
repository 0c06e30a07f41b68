"""Dividend adjustment: a table worked by hand, the vendor's own column, and the edges."""

from __future__ import annotations

import csv
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from smallcap.core.live.adjust import adjusted
from smallcap.core.live.raw import Raw

from .make import raw, real, walk

ANSWERS = Path(__file__).resolve().parents[2] / "answers" / "adjusted.csv"


def test_agrees_with_the_table_worked_by_hand():
    table = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
    bars = [row for row in table if row["close"]]
    paid = [(row["date"], float(d)) for row in table for d in row["dividends"].split("+") if d]
    close = np.array([float(row["close"]) for row in bars])
    made = adjusted(
        Raw(
            "IWM",
            np.array([row["date"] for row in bars], "datetime64[D]"),
            *(close, close, close, close, np.ones(len(close))),
            dividend_days=np.array([day for day, _ in paid], "datetime64[D]"),
            dividends=np.array([amount for _, amount in paid]),
            split_days=np.array([], "datetime64[D]"),
            splits=np.array([]),
        )
    )
    np.testing.assert_allclose(made.adj_close, [float(row["adj_close"]) for row in bars], rtol=1e-12)
    np.testing.assert_array_equal(made.close, close)


def test_agrees_with_the_vendors_column_up_to_its_scale(real_market_dir: Path):
    compared = 0
    for path in sorted((real_market_dir / "daily").glob("*.csv")):
        bars, vendors = real(real_market_dir, path)
        if np.isnan(vendors).any():
            continue
        made = adjusted(bars).adj_close
        # The vendor's anchor is a dividend after the last row, ours the last row itself.
        np.testing.assert_allclose(made / made[-1], vendors / vendors[-1], rtol=1e-6, err_msg=path.stem)
        assert made[-1] == bars.close[-1]
        compared += 1
    assert compared >= 27


def test_without_dividends_adj_close_is_the_close():
    bars = raw(walk(30))
    made = adjusted(bars)
    np.testing.assert_array_equal(made.adj_close, bars.close)
    assert made.adjusted
    assert made.ticker == "IWM"
    np.testing.assert_array_equal(made.sessions, bars.sessions)
    np.testing.assert_array_equal(made.volume, bars.volume)


def test_an_index_counts_as_not_adjusted():
    assert not adjusted(raw(walk(30), ticker="^VIX")).adjusted


def test_dividends_on_a_single_bar_count_for_nothing():
    bars = raw([100.0], dividends={"2026-11-19": 1.0, "2026-11-20": 1.0, "2026-11-23": 1.0})
    np.testing.assert_array_equal(adjusted(bars).adj_close, [100.0])


def test_a_dividend_on_the_last_bar_lowers_all_before_it():
    bars = raw([100.0, 99.0, 98.01], dividends={"2026-11-20": 0.99})
    np.testing.assert_allclose(adjusted(bars).adj_close, [99.0, 98.01, 98.01], rtol=1e-14)


def test_a_long_history_takes_well_under_a_millisecond():
    days = [str(day) for day in raw(walk(6600)).sessions[63::63]]
    bars = raw(walk(6600), dividends=dict.fromkeys(days, 0.3))

    def once() -> float:
        began = perf_counter()
        adjusted(bars)
        return perf_counter() - began

    assert min(once() for _ in range(20)) < 0.002


@pytest.mark.parametrize("day", ["2026-11-19", "2026-11-20"])
def test_the_bars_given_are_not_changed(day: str):
    bars = raw([100.0, 99.0, 98.0], dividends={day: 0.5})
    before = bars.close.copy()
    adjusted(bars)
    np.testing.assert_array_equal(bars.close, before)
