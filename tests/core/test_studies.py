"""Studies: one ticker's table of indicators, column by column, for CSV and for the signals."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import talib
from smallcap.core.bars import Bars, Floats, Panel
from smallcap.core.studies import STUDIES, Studies, Study
from smallcap.core.tables import INDICATOR_COLUMNS, as_csv, indicator_rows

from tests.conftest import random_bars

CONTRACT = (
    "date,close,adj_close,rsi14,macd,macd_signal,macd_hist,atr14,atr_pct,sma50,sma200,relative_volume,realized_vol20"
)
BARS = random_bars("IWM", 400, 7)
NAN = float("nan")
each_study = pytest.mark.parametrize("row", STUDIES, ids=[row.key for row in STUDIES])


def before(x: Floats) -> Floats:
    return np.concatenate(([NAN], x[:-1]))


def vol(adj: Floats) -> Floats:
    population = np.concatenate(([NAN], talib.STDDEV(np.diff(np.log(adj)), 20, 1)))
    return population * np.sqrt(20 / 19 * 252)


def retracement(close: Floats) -> Floats:
    high, low = talib.MAX(close, 126), talib.MIN(close, 126)
    rising = talib.MAXINDEX(close, 126) > talib.MININDEX(close, 126)
    return np.where(rising, high - close, close - low) / (high - low)


# What each column is by TA-Lib: a column that is added has to be named here.
BY_TALIB: dict[str, Callable[[Bars], Floats]] = {
    "close": lambda b: b.close,
    "adj_close": lambda b: b.adj_close,
    "rsi14": lambda b: talib.RSI(b.adj_close, 14),
    "macd": lambda b: talib.MACD(b.close, 12, 26, 9)[0],
    "macd_signal": lambda b: talib.MACD(b.close, 12, 26, 9)[1],
    "macd_hist": lambda b: talib.MACD(b.close, 12, 26, 9)[2],
    "atr14": lambda b: talib.ATR(b.high, b.low, b.close, 14),
    "atr_pct": lambda b: talib.NATR(b.high, b.low, b.close, 14),
    "sma50": lambda b: talib.SMA(b.close, 50),
    "sma200": lambda b: talib.SMA(b.close, 200),
    "relative_volume": lambda b: b.volume / before(talib.SMA(b.volume, 20)),
    "realized_vol20": lambda b: vol(b.adj_close),
    "ema20": lambda b: talib.EMA(b.close, 20),
    "donchian_high20": lambda b: talib.MAX(b.close, 20),
    "donchian_low20": lambda b: talib.MIN(b.close, 20),
    "swing_high126": lambda b: talib.MAX(b.close, 126),
    "swing_low126": lambda b: talib.MIN(b.close, 126),
    "retracement": lambda b: retracement(b.close),
}
# The sessions before which a column is empty.
WARM = {
    "close": 0,
    "adj_close": 0,
    "rsi14": 14,
    "macd": 33,
    "macd_signal": 33,
    "macd_hist": 33,
    "atr14": 14,
    "atr_pct": 14,
    "sma50": 49,
    "sma200": 199,
    "relative_volume": 20,
    "realized_vol20": 20,
    "ema20": 19,
    "donchian_high20": 19,
    "donchian_low20": 19,
    "swing_high126": 125,
    "swing_low126": 125,
    "retracement": 125,
}
OF_TOTAL_RETURN = {"adj_close", "rsi14", "realized_vol20"}


@each_study
def test_a_column_is_what_talib_makes_of_the_same_bars(row: Study):
    # MACD crosses zero, where only the rounding of prices near 100 is left.
    np.testing.assert_allclose(row.of(Studies(BARS)), BY_TALIB[row.key](BARS), rtol=1e-9, atol=1e-12 * 100)


@each_study
@pytest.mark.parametrize("n", [1, 14, 21, 126, 400])
def test_a_column_is_as_long_as_the_bars_and_empty_while_warming_up(row: Study, n: int):
    values = row.of(Studies(BARS.until(BARS.sessions[n - 1])))
    assert values.shape == (n,)
    assert np.isnan(values).tolist() == [i < WARM[row.key] for i in range(n)]


@each_study
@pytest.mark.parametrize("n", [1, 34, 126, 200, 333])
def test_the_study_of_a_cut_ticker_is_the_cut_study(row: Study, n: int):
    np.testing.assert_array_equal(row.of(Studies(BARS.until(BARS.sessions[n - 1]))), row.of(Studies(BARS))[:n])


@each_study
def test_a_crash_cut_out_of_real_history_is_studied_as_it_was_that_day(real_panel: Panel, row: Study):
    bars = real_panel["IWM"]
    whole = row.of(Studies(bars))
    for day in ("2008-10-10", "2020-03-23", "2022-06-16"):
        cut = bars.until(np.datetime64(day))
        np.testing.assert_array_equal(row.of(Studies(cut)), whole[: len(cut)])


@each_study
def test_only_rsi_and_volatility_are_of_the_total_return(row: Study):
    other = replace(BARS, adj_close=random_bars("IWM", 400, 8).adj_close)
    ours, theirs = row.of(Studies(BARS)), row.of(Studies(other))
    assert np.array_equal(ours, theirs, equal_nan=True) is (row.key not in OF_TOTAL_RETURN)


def test_a_dividend_is_no_loss():
    n = 60
    close = np.full(n, 100.0)
    close[40:] = 96.0
    paid = replace(random_bars("IWM", n, 9), close=close, adj_close=np.full(n, 96.0))
    made = Studies(paid)
    assert made.rsi14[-1] == 50.0
    assert made.realized_vol20[-1] == 0.0
    assert made.macd.line[45] < 0


def test_columns_are_named_once_and_say_their_formula():
    keys = [row.key for row in STUDIES]
    assert len(set(keys)) == len(keys)
    assert all(row.formula for row in STUDIES)


def test_the_table_starts_with_the_contracts_columns_in_their_order():
    assert ",".join(INDICATOR_COLUMNS).startswith(CONTRACT)
    assert as_csv(INDICATOR_COLUMNS, indicator_rows(BARS)).splitlines()[0].startswith(CONTRACT)


def read_csv(bars: Bars) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(INDICATOR_COLUMNS, indicator_rows(bars)))))


def test_the_csv_has_a_row_a_session_at_full_precision_and_empties_while_warming_up():
    rows = read_csv(BARS)
    assert [row["date"] for row in rows] == [str(day) for day in BARS.sessions]
    made = Studies(BARS)
    for column in STUDIES:
        read = [float(row[column.key]) if row[column.key] else NAN for row in rows]
        np.testing.assert_array_equal(read, column.of(made))


def test_a_ticker_without_adj_close_leaves_it_empty_and_studies_the_close():
    bare = replace(BARS, adj_close=BARS.close, adjusted=False)
    rows = read_csv(bare)
    assert {row["adj_close"] for row in rows} == {""}
    assert float(rows[-1]["rsi14"]) == pytest.approx(talib.RSI(BARS.close, 14)[-1], rel=1e-9)


def test_rows_run_from_the_first_day_to_the_last_both_included():
    first, last = (BARS.sessions[at].astype(object) for at in (250, 260))
    rows = list(indicator_rows(BARS, first, last))
    assert [rows[0]["date"], rows[-1]["date"], len(rows)] == [first.isoformat(), last.isoformat(), 11]
    assert rows[0]["sma200"] == Studies(BARS).sma200[250]


def test_a_first_day_between_sessions_starts_on_the_next_one():
    saturday = np.datetime64("2015-06-06").astype(object)
    assert next(iter(indicator_rows(BARS, saturday)))["date"] == "2015-06-08"
