"""The reading on real history, on made-up panels, and with the future cut off or garbled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import funds, reading
from smallcap.core.axes import DEFENSIVE
from smallcap.core.bars import COLUMNS, Bars, Panel, to_day
from smallcap.core.document import document
from smallcap.core.errors import SourceError, UsageError
from smallcap.core.history import parse_pair
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import random_panel

FACTS = funds.read()


def read(panel: Panel, day: str, **chosen: object) -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), **chosen), closed=asked)


@pytest.mark.parametrize(
    ("day", "label", "states"),
    [
        ("2020-03-23", "RISK-OFF", ["LAGGING", "DENIED", "DOWN"]),
        ("2016-12-09", "RISK-ON", ["LEADING", "CONFIRMED", "UP"]),
        ("2021-03-12", "RISK-ON", ["LEADING", "CONFIRMED", "UP"]),
    ],
)
def test_the_days_everybody_remembers(real_panel: Panel, day: str, label: str, states: list[str]):
    made = read(real_panel, day)
    assert made.regime.regime.label == label
    assert [axis.state for axis in made.axes] == states
    assert made.regime.coverage == 1.0
    assert made.warnings == ()


def test_the_real_reading_of_2021_03_12(real_panel: Panel):
    made = read(real_panel, "2021-03-12")
    assert (made.regime.since, made.regime.sessions) == (date(2020, 10, 28), 93)
    assert made.ratio.value == pytest.approx(233.589945 / 394.059979, rel=1e-9)
    assert made.suggestion("IWM").shares == 107


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 50), st.integers(260, 690))
def test_the_report_of_a_day_is_the_same_without_its_future(seed: int, n: int):
    panel = random_panel(seed=seed)
    day = str(panel["SPY"].sessions[n])
    alone = panel.until(panel["SPY"].sessions[n])
    assert document(read(panel, day), FACTS) == document(read(alone, day), FACTS)


def test_dividends_after_the_day_do_not_show_in_its_ratio(panel: Panel):
    made = read(panel, str(panel["SPY"].sessions[500]))
    assert made.ratio.value == pytest.approx(panel["IWM"].close[500] / panel["SPY"].close[500], rel=1e-12)
    assert made.shown_ratio[-1] == pytest.approx(made.ratio.value, rel=1e-12)


def test_the_price_ratio_is_labelled_and_leaves_the_axes_alone(panel: Panel):
    day = str(panel["SPY"].sessions[-1])
    total, price = read(panel, day), read(panel, day, price_ratio=True)
    assert (total.ratio.basis, price.ratio.basis) == ("total_return", "price")
    assert total.ratio.value == pytest.approx(price.ratio.value)
    assert total.ratio.sma200 != price.ratio.sma200
    assert total.axes == price.axes


def test_a_weekend_is_read_on_the_session_before_and_says_so(real_panel: Panel):
    made = read(real_panel, "2020-03-22")
    assert made.as_of == date(2020, 3, 20)
    assert made.age_sessions == 0
    assert made.warnings == ("2020-03-22 is no session that has closed; this is the one before it, 2020-03-20",)


def test_old_data_says_how_many_sessions_are_missing(real_panel: Panel):
    made = read(real_panel, "2023-01-06")
    assert (made.as_of, made.age_sessions) == (date(2022, 12, 30), 4)
    assert made.warnings == ("4 sessions missing since 2022-12-30: the newest data is that old",)


def test_a_date_before_the_data_is_refused(real_panel: Panel):
    with pytest.raises(SourceError, match=r"as-of 1999-01-04 is before the first session of IWM, 2000-05-26"):
        read(real_panel, "1999-01-04")


def test_an_unknown_ticker_names_the_nearest(real_panel: Panel):
    with pytest.raises(SourceError, match=r"ticker 'IWN' is not in .*; did you mean IWM\?"):
        read(real_panel, "2020-03-23", pair="IWN/SPY")


@pytest.mark.parametrize("text", ["IWM", "IWM/", "/SPY", "SPY/SPY", "A/B/C", ""])
def test_what_is_no_pair_is_refused(text: str):
    with pytest.raises(UsageError, match="is not two different tickers"):
        parse_pair(text)


def test_another_pair_without_sectors_says_so(real_panel: Panel):
    made = read(real_panel, "2021-03-12", pair="IWM/QQQ")
    assert [axis.key for axis in made.axes] == ["leadership", "market"]
    assert "IWM/QQQ has no sectors to confirm it: the regime is read without that axis" in made.warnings
    assert made.suggestion("IWM").multiplier in (0.5, 0.75, 1.0)


def without(panel: Panel, *tickers: str) -> Panel:
    return Panel({t: b for t, b in panel.bars.items() if t not in tickers}, panel.origin)


def test_one_sector_missing_leaves_a_label_and_names_it(panel: Panel):
    made = read(without(panel, "XLY"), str(panel["SPY"].sessions[-1]))
    assert made.regime.coverage == 7 / 8
    assert made.regime.missing == ("XLY",)
    assert made.regime.regime.label != "INSUFFICIENT DATA"
    confirmation = made.axis("confirmation")
    assert confirmation is not None
    assert np.isnan(confirmation.score)


def test_too_few_inputs_give_no_label(panel: Panel):
    made = read(without(panel, *DEFENSIVE, "XLY"), str(panel["SPY"].sessions[-1]))
    assert made.regime.coverage == 0.5
    assert made.regime.regime.label == "INSUFFICIENT DATA"
    assert made.regime.flips == ()


def test_a_young_ratio_has_no_label_yet(panel: Panel):
    assert read(panel, str(panel["SPY"].sessions[198])).regime.regime.label == "INSUFFICIENT DATA"
    assert read(panel, str(panel["SPY"].sessions[199])).regime.regime.label != "INSUFFICIENT DATA"


def test_sectors_confirm_or_deny(real_panel: Panel):
    made = read(real_panel, "2021-03-12")
    assert [(s.ticker, s.confirms) for s in made.sectors] == [
        ("XLF", True), ("XLI", True), ("XLY", False), ("XLU", True), ("XLP", True), ("XLV", True),
    ]  # fmt: skip


def test_the_watchlist_has_a_row_for_a_ticker_that_is_not_there(panel: Panel):
    made = read(panel, str(panel["SPY"].sessions[-1]), watchlist=("IWM", "NOPE"))
    assert made.watch[1].session is None
    assert np.isnan(made.watch[1].last)


def shortened(bars: Bars, n: int) -> Bars:
    return bars.until(bars.sessions[-1 - n])


def test_an_old_ticker_shows_no_change_and_its_size_says_how_old(panel: Panel):
    late = Panel({**panel.bars, "QQQ": shortened(panel["QQQ"], 3)}, panel.origin)
    made = read(late, str(panel["SPY"].sessions[-1]), watchlist=("IWM", "QQQ"))
    row, newest = made.watch[1], str(panel["SPY"].sessions[-4])
    assert (str(row.session), row.last) == (newest, panel["QQQ"].close[-4])
    assert np.isnan(row.before)
    assert np.isnan(row.versus)
    assert made.warnings == (f"newest close older than {made.as_of}: QQQ {newest}",)
    assert made.suggestion("QQQ").warnings == (f"QQQ's newest close is of {newest}, not of {made.as_of}",)
    assert made.suggestion("IWM").warnings == ()


def test_a_change_over_a_gap_is_no_days_change(panel: Panel):
    qqq = panel["QQQ"]
    keep = np.arange(len(qqq)) != len(qqq) - 2
    holed = Bars("QQQ", qqq.sessions[keep], *(getattr(qqq, c)[keep] for c in COLUMNS))
    made = read(Panel({**panel.bars, "QQQ": holed}, panel.origin), str(qqq.sessions[-1]), watchlist=("QQQ",))
    assert np.isnan(made.watch[0].before)
    assert not np.isnan(made.watch[0].versus)


def test_a_session_that_has_not_closed_is_not_read(panel: Panel):
    today, before = (date.fromisoformat(str(panel["SPY"].sessions[row])) for row in (-1, -2))
    made = reading.build(panel, today, Settings(), closed=before)
    assert (made.as_of, made.age_sessions) == (before, 0)
    assert made.warnings == (f"{today} is no session that has closed; this is the one before it, {before}",)
    assert made.panel["IWM"].sessions[-1] == panel["SPY"].sessions[-2]


def test_a_reading_is_as_of_the_close_it_says(panel: Panel):
    day = to_day(panel["SPY"].sessions[600])
    assert read(panel, str(day)).as_of == day
    assert read(panel, str(day)).panel["IWM"].sessions[-1] == panel["SPY"].sessions[600]


def test_a_dividend_is_no_volatility(panel: Panel):
    """An ex-date's drop is in the close alone; the size is by what a holder's money did, and that stood still."""
    iwm = panel["IWM"]
    close, held = iwm.close.copy(), np.full(len(iwm), 100.0)
    close[-10:] *= 0.9
    held[-21:] = 100.0 * 1.01 ** np.resize([0, 1], 21)
    paid = replace(iwm, close=close, low=np.minimum(iwm.low, close), adj_close=held)
    made = read(Panel({**panel.bars, "IWM": paid}, panel.origin), str(iwm.sessions[-1]))
    # Twenty log returns of +-ln 1.01, ten of each: their sample deviation is ln 1.01 * sqrt(20 / 19).
    assert reading.climate(made, "IWM").realized_vol == pytest.approx(np.log(1.01) * np.sqrt(20 / 19 * 252), rel=1e-9)


def test_a_trend_that_is_not_known_is_not_called_flat(real_panel: Panel):
    day = date(2000, 9, 15)
    made = reading.build(real_panel, day, Settings(), closed=day)
    assert reading.climate(made, "IWM").words == "ratio trend not known, confirmed"


def test_whole_and_fresh_data_is_not_partial(real_panel: Panel, panel: Panel):
    assert not read(real_panel, "2020-03-23").partial
    assert read(real_panel, "2023-01-06").partial
    day = str(panel["SPY"].sessions[-1])
    assert not read(panel, day).partial
    assert read(without(panel, "XLY"), day).partial
    assert read(replace(panel, refused=("daily/QQQ.csv line 2: open 'x' is not a number",)), day).partial


def test_a_later_reading_makes_it_quicker_and_changes_no_number(panel: Panel):
    later = read(panel, "2017-10-11")
    for day in ("2015-12-31", "2016-03-01", "2017-02-10", "2017-10-10", "2017-10-11"):
        asked = date.fromisoformat(day)
        helped = reading.build(panel, asked, Settings(), closed=asked, later=later)
        assert helped.history.ratio.base is not None
        assert np.shares_memory(helped.history.ratio, later.history.ratio)
        assert document(helped, FACTS) == document(read(panel, day), FACTS)


def test_a_reading_of_something_else_or_of_an_earlier_day_is_no_help(panel: Panel):
    asked = date(2017, 2, 10)
    weighed = replace(Settings(), composite_weights=(("rsi", 5.0),))
    others = (
        read(Panel(panel.bars, panel.origin), "2017-10-11"),
        read(panel, "2017-10-11", pair="XLF/SPY"),
        read(panel, "2017-10-11", composite_weights=weighed.composite_weights),
        read(panel, "2017-02-09"),
    )
    for other in others:
        made = reading.build(panel, asked, Settings(), closed=asked, later=other)
        assert not np.shares_memory(made.history.ratio, other.history.ratio)
        assert document(made, FACTS) == document(read(panel, "2017-02-10"), FACTS)
