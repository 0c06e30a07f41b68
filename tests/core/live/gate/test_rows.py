"""The gate: real history passes untouched, an unsound row is left out and named, and none is invented."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.calendar import sessions
from smallcap.core.live.gate import gate
from smallcap.core.live.raw import FIELDS, PRICES, Raw

from tests.core.live.gate.conftest import BARS, FRIDAY, HELD, WINDOW, passed, refused, same
from tests.core.live.make import LAST, answer, held, only, raw, real, walk, with_row, without


def test_a_clean_answer_passes_unchanged():
    bars = raw(walk(300), dividends={"2026-09-15": 0.5}, splits={})
    gated = passed(bars)
    assert gated.flags == ()
    same(gated.raw, bars)


def test_the_whole_real_history_passes_without_a_flag(real_market_dir: Path):
    files = sorted((real_market_dir / "daily").glob("*.csv"))
    assert len(files) >= 28
    for path in files:
        bars, _ = real(real_market_dir, path)
        gated = gate(spoken(bars), bars.ticker, bars.sessions[-1].item())
        assert (gated.refused, gated.flags) == ("", ()), path.stem
        same(gated.raw, bars)


def test_the_wildest_real_days_pass_on_the_day_itself(real_market_dir: Path):
    """The largest moves of every ticker as they came in: the newest row of a month's answer, over bars held."""
    for path in sorted((real_market_dir / "daily").glob("*.csv")):
        bars, _ = real(real_market_dir, path)
        known = bars.sessions[1:] > np.datetime64("1993-12-31")
        moves = np.where(known, np.abs(np.diff(np.log(bars.close))), 0)
        for row in (np.argsort(moves)[-6:] + 1).tolist():
            month = replace(only(bars, slice(max(row - 21, 0), row + 1)), dividends=np.array([]))
            month = replace(month, dividend_days=month.dividend_days[:0])
            before = held(only(bars, slice(max(row - 600, 0), row)))
            gated = gate(spoken(month), bars.ticker, bars.sessions[row].item(), before)
            assert (gated.refused, gated.flags) == ("", ()), f"{path.stem} {bars.sessions[row]}"
            assert gated.raw.sessions[-1] == bars.sessions[row]


def spoken(bars: Raw):
    return answer(bars, timezone="America/Chicago" if bars.ticker.startswith("^") else "America/New_York")


@pytest.mark.parametrize("symbol", ["iwm", "IWM ", "SPY", ""])
def test_an_answer_about_another_ticker_is_refused(symbol: str):
    assert repr(symbol) in refused(WINDOW, symbol=symbol)


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", ""])
def test_an_answer_from_another_time_zone_is_refused(zone: str):
    assert f"time zone is {zone!r} instead of America/New_York" in refused(WINDOW, timezone=zone)


def test_an_index_may_keep_chicagos_time_and_no_others():
    vix = raw(walk(40, start=20, sd=0.05), ticker="^VIX")
    assert passed(vix, timezone="America/Chicago").flags == ()
    assert "Europe/London" in gate(answer(vix, timezone="Europe/London"), "^VIX", LAST).refused


def test_the_row_of_the_session_in_progress_goes_without_a_word():
    gated = gate(answer(WINDOW), "IWM", date(2026, 11, 19))
    assert gated.flags == ()
    assert gated.refused == ""
    same(gated.raw, only(WINDOW, slice(None, FRIDAY)))


def test_rows_in_any_order_come_out_sorted():
    order = np.random.RandomState(3).permutation(len(BARS))
    gated = passed(only(BARS, order), price=float(BARS.close[-1]))
    assert gated.flags == ()
    same(gated.raw, BARS)


def test_events_in_any_order_come_out_sorted():
    paid = {"2026-11-18": 0.3, "2026-11-05": 0.2}
    gated = passed(raw(walk(60), dividends=paid, splits={"2026-11-23": 2.0, "2030-11-22": 1.05}))
    assert gated.raw.dividends.tolist() == [0.2, 0.3]
    assert gated.raw.dividend_days.astype(str).tolist() == ["2026-11-05", "2026-11-18"]


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize("row", [3, FRIDAY])
def test_a_row_with_a_hole_is_left_out_and_named(name: str, row: int):
    gated = passed(with_row(WINDOW, row, **{name: math.nan}), price=math.nan)
    assert gated.flags == (f"IWM {WINDOW.sessions[row]}: {name} is missing, left out",)
    same(gated.raw, without(WINDOW, row))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"close": math.inf}, "close inf is no price above 0"),
        ({"high": math.inf}, "high inf is no price above 0"),
        ({"open": -math.inf}, "open -inf is no price above 0"),
        ({"low": 0.0}, "low 0 is no price above 0"),
        ({"high": -3.0}, "high -3 is no price above 0"),
        ({"volume": -5.0}, "volume -5 is no number of shares"),
        ({"volume": math.nan}, "volume is missing"),
        ({"volume": math.inf}, "volume inf is no number of shares"),
        ({"open": 100.0, "close": 101.0, "low": 100.02, "high": 102.0}, "low 100.02 is above open 100.00"),
        ({"open": 101.0, "close": 100.0, "low": 100.02, "high": 102.0}, "low 100.02 is above close 100.00"),
        ({"open": 101.0, "close": 100.0, "low": 99.0, "high": 100.98}, "high 100.98 is below open 101.00"),
        ({"open": 100.0, "close": 101.0, "low": 99.0, "high": 100.98}, "high 100.98 is below close 101.00"),
        ({"open": 1e308, "high": 1.7e308, "low": 1.75e308, "close": 1e308}, "is above open"),
    ],
)
def test_an_unsound_row_is_left_out_and_says_what_is_wrong(values: dict[str, float], words: str):
    gated = passed(with_row(WINDOW, 5, **values))
    assert len(gated.flags) == 1
    assert gated.flags[0].startswith(f"IWM {WINDOW.sessions[5]}: ")
    assert words in gated.flags[0]
    same(gated.raw, without(WINDOW, 5))


def test_what_float32_rounds_away_is_no_fault():
    close = float(WINDOW.close[5])
    assert passed(with_row(WINDOW, 5, open=close, low=close * 1.00009, high=close * 0.99991)).flags == ()


def test_a_row_that_is_held_already_is_left_out_without_a_word():
    gated = passed(with_row(WINDOW, 5, close=math.nan), HELD)
    assert gated.flags == ()
    assert len(gated.raw) == 21
    newest = passed(with_row(WINDOW, FRIDAY, close=math.nan), HELD)
    assert newest.flags == ("IWM 2026-11-20: close is missing, left out",)


def test_a_row_that_is_held_but_not_for_final_is_named():
    barely = held(HELD.raw, final=date(2026, 11, 17))
    assert passed(with_row(WINDOW, 19, close=math.nan), barely).flags == ("IWM 2026-11-18: close is missing, left out",)


def test_many_flags_of_a_kind_become_a_few_and_a_count():
    bars = replace(BARS, close=np.where(np.arange(300) % 10 == 0, math.nan, BARS.close))
    flags = passed(bars).flags
    assert len(flags) == 11
    assert flags[0].startswith(f"IWM {BARS.sessions[0]}: ")
    assert flags[0].endswith("; and 19 more like it")
    assert str(BARS.sessions[290]) in flags[-1]


def test_a_day_that_is_no_session_is_left_out_and_named():
    sunday = raw([*WINDOW.close, WINDOW.close[-1]])
    bars = replace(sunday, sessions=np.append(WINDOW.sessions[:-1], np.array(["2026-11-15", "2026-11-20"], "M8[D]")))
    gated = passed(bars)
    assert gated.flags == ("IWM 2026-11-15: not a session of the exchange, left out",)
    assert gated.raw.sessions.tolist() == WINDOW.sessions.tolist()


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("rows", [5, 22, 65, 300])
def test_dates_that_are_off_by_a_day_are_refused(days: int, rows: int):
    bars = only(BARS, slice(-rows, None))
    assert "no sessions of the exchange: the dates are shifted" in refused(replace(bars, sessions=bars.sessions + days))


def test_dates_that_are_no_dates_are_left_out():
    days = WINDOW.sessions.copy()
    days[4] = np.datetime64("NaT")
    gated = passed(replace(WINDOW, sessions=days))
    assert gated.flags[0] == "IWM NaT: not a session of the exchange, left out"
    assert len(gated.raw) == 21


def test_before_the_calendar_begins_weekdays_pass_and_weekends_do_not():
    days = np.concatenate((np.array(["1990-01-02", "1990-01-06"], "M8[D]"), WINDOW.sessions[2:]))
    gated = passed(replace(WINDOW, sessions=days))
    assert gated.raw.sessions[0] == np.datetime64("1990-01-02")
    assert gated.flags[0] == "IWM 1990-01-06: not a session of the exchange, left out"


def test_a_session_told_twice_counts_once():
    gated = passed(only(WINDOW, [*range(22), FRIDAY]))
    assert gated.flags == ()
    same(gated.raw, WINDOW)


def test_two_different_bars_for_a_session_are_both_left_out():
    twice = with_row(only(WINDOW, [*range(22), 7]), 22, close=float(WINDOW.close[7]) * 1.005)
    gated = passed(twice, price=float(WINDOW.close[-1]))
    assert gated.flags == (f"IWM {WINDOW.sessions[7]}: two different bars for one session, left out",)
    same(gated.raw, without(WINDOW, 7))


def test_an_answer_without_a_sound_row_is_refused():
    assert "no usable bar" in refused(replace(WINDOW, close=np.full(22, math.nan)), price=math.nan)
    assert "no usable bar" in gate(replace(answer(WINDOW), raw=only(WINDOW, slice(0, 0))), "IWM", LAST).refused
    assert "no usable bar" in gate(answer(WINDOW), "IWM", date(2025, 1, 2)).refused


def test_a_month_without_a_trade_is_refused_unless_it_is_an_index():
    still = replace(BARS, volume=np.where(np.arange(300) < 278, 1e6, 0))
    assert "the volume is 0 on all of the last 22 sessions up to 2026-11-20" in refused(still)
    once = with_row(still, 290, volume=1.0)
    assert passed(once).flags == ()
    assert passed(replace(still, ticker="^VIX")).flags == ()


def test_a_fund_in_its_first_days_may_go_without_a_trade():
    assert passed(replace(only(WINDOW, slice(0, 5)), volume=np.zeros(5))).flags == ()


def test_an_index_without_volumes_has_none():
    gated = passed(replace(WINDOW, ticker="^VIX", volume=np.full(22, math.nan)))
    assert gated.raw.volume.tolist() == [0.0] * 22


def test_other_numbers_come_out_as_float64():
    bars = replace(WINDOW, **{name: getattr(WINDOW, name).astype("float32") for name in FIELDS})
    gated = passed(bars, price=float(WINDOW.close[-1]))
    assert {getattr(gated.raw, name).dtype for name in (*FIELDS, "dividends", "splits")} == {np.dtype("float64")}


def test_the_arrays_of_the_answer_are_not_changed():
    bars = with_row(only(BARS, np.random.RandomState(1).permutation(300)), 5, close=math.nan)
    before = {name: getattr(bars, name).copy() for name in ("sessions", *FIELDS)}
    passed(bars, price=math.nan)
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(bars, name), column)


anything = st.one_of(st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308]), st.floats(90, 110))
days = st.integers(-30, 3).map(lambda back: np.datetime64("2026-11-20") + back)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(days, *[anything] * 5), max_size=12),
    paid=st.lists(st.tuples(days, anything), max_size=3),
    split=st.lists(st.tuples(days, anything), max_size=3),
    price=anything,
    known=st.sampled_from([None, HELD]),
)
def test_whatever_comes_in_only_sound_bars_come_out(rows, paid, split, price, known):
    columns = [np.array([row[at] for row in rows], float) for at in range(1, 6)]
    events = [
        (np.array([e[0] for e in some], "M8[D]"), np.array([e[1] for e in some], float)) for some in (paid, split)
    ]
    bars = Raw("IWM", np.array([row[0] for row in rows], "M8[D]"), *columns, *events[0], *events[1])
    gated = gate(answer(replace(bars, close=bars.close), price=price) if rows else answer(WINDOW), "IWM", LAST, known)
    if gated.raw is None:
        assert gated.refused
        return
    out = gated.raw
    assert gated.refused == ""
    assert len(out)
    assert (np.diff(out.sessions).astype(int) > 0).all()
    assert np.isin(out.sessions, sessions(date(1993, 1, 1), LAST)).all()
    table = np.array([getattr(out, name) for name in FIELDS])
    assert np.isfinite(table).all()
    assert (table[:4] > 0).all()
    assert (table[4] >= 0).all()
    assert ((out.dividends > 0) & np.isfinite(out.dividends)).all()
    assert ((out.splits > 0) & np.isfinite(out.splits)).all()
    assert (out.dividend_days <= np.datetime64(LAST)).all()
