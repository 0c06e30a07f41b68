"""The simulated market: its history never changes, its candles are sane, its session plays at any hour."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from smallcap.core import calendar
from smallcap.core.bars import COLUMNS
from smallcap.core.errors import SmallcapError
from smallcap.core.sources import demo_ticks
from smallcap.core.sources.demo import Demo, published

NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = datetime(2026, 4, 9, 11, 0, tzinfo=NEW_YORK)
SUNDAY_AT_THREE = datetime(2026, 4, 12, 3, 0, tzinfo=NEW_YORK)
MACRO = {"DGS2", "DGS10", "T10Y2Y", "DFF", "VIXCLS", "BAMLH0A0HYM2", "FEDFUNDS"}
# Of all rounded prices and volumes to the end of 2036: whoever changes the model or its parameters knows that they do.
DIGEST = "19ba36c0f6498a5b4499cd6e85f8cad2d3db37e6180ce08e8631e0c3afb8a120"


@pytest.fixture(scope="module")
def demo():
    return Demo()


@pytest.fixture(scope="module")
def panel(demo):
    return demo.load(THURSDAY)


def digest(panel):
    seen = hashlib.sha256()
    for ticker, bars in panel.bars.items():
        seen.update(ticker.encode())
        for column in ("open", "high", "low", "close", "volume"):
            scale = 1 if column == "volume" else 100
            seen.update(np.rint(getattr(bars, column) * scale).astype("<i8").tobytes())
    for name, series in panel.macro.items():
        seen.update(name.encode() + np.rint(series.values * 100).astype("<i8").tobytes())
    return seen.hexdigest()


def same_bytes(a, b, columns=COLUMNS):
    return all(
        list(a.bars) == list(b.bars) and getattr(a[t], c).tobytes() == getattr(b[t], c).tobytes()
        for t in a.bars
        for c in columns
    )


def test_the_market_says_that_it_is_simulated(panel, demo):
    assert demo.simulated
    assert panel.origin.simulated
    assert panel.origin.name == demo.name == "simulated market"
    assert panel.origin.fetched_at == THURSDAY.isoformat()


def test_every_ticker_has_every_session_up_to_yesterday(panel):
    days = calendar.sessions(date(2006, 1, 3), date(2026, 4, 8))
    assert len(panel.bars) == 28
    for bars in panel.bars.values():
        np.testing.assert_array_equal(bars.sessions, days)
        assert all(len(getattr(bars, column)) == len(days) for column in COLUMNS)


def test_the_candles_are_sane(panel):
    for ticker, b in panel.bars.items():
        for column in COLUMNS:
            assert np.isfinite(getattr(b, column)).all()
        assert (b.low > 0).all()
        assert (b.low <= np.minimum(b.open, b.close)).all()
        assert (b.high >= np.maximum(b.open, b.close)).all()
        if ticker != "^VIX":
            assert (b.volume >= 100).all()
            assert b.adjusted
        for column in ("open", "high", "low", "close"):
            cents = getattr(b, column) * 100
            assert np.abs(cents - np.rint(cents)).max() < 1e-6


def test_adj_close_ends_at_the_close_and_pays_the_dividends(panel):
    for ticker in ("SPY", "TLT", "HYG", "IWM"):
        b = panel[ticker]
        assert b.adj_close[-1] == b.close[-1]
        steps = np.diff(np.log(b.adj_close)) - np.diff(np.log(b.close))
        paid = steps > 1e-4
        assert np.abs(steps[~paid]).max() < 1e-6
        assert paid.sum() == pytest.approx(20.25 * (12 if ticker in ("TLT", "HYG") else 4), abs=2)
    assert not panel["^VIX"].adjusted
    assert panel["^VIX"].volume.max() == 0


def test_history_never_changes(demo, panel):
    later = demo.load(THURSDAY + timedelta(400))
    assert len(later["IWM"]) > len(panel["IWM"]) + 250
    cut = later.until(panel["IWM"].sessions[-1])
    assert same_bytes(cut, panel, ("open", "high", "low", "close", "volume"))
    for name, series in panel.macro.items():
        assert later.macro[name].values[: len(series.values)].tobytes() == series.values.tobytes()


def test_the_panel_is_that_of_the_last_time_until_a_session_is_over(demo):
    first = demo.load(THURSDAY)
    assert demo.load(THURSDAY + timedelta(hours=2)) is first
    later = demo.load(THURSDAY + timedelta(days=1))
    assert len(later["IWM"]) == len(first["IWM"]) + 1
    assert len(demo.load(THURSDAY)["IWM"]) == len(first["IWM"])


def test_a_dividend_to_come_is_not_in_adj_close(demo):
    before, after = (demo.load(datetime(2026, 6, day, 12, tzinfo=UTC)) for day in (19, 24))
    n = len(before["SPY"])
    assert before["SPY"].adj_close[-1] == before["SPY"].close[-1]
    assert (after["SPY"].adj_close[:n] < before["SPY"].adj_close).all()


def test_two_generations_are_the_same_bytes(panel):
    assert same_bytes(Demo().load(THURSDAY), panel)


def test_another_seed_is_another_market(panel):
    assert not same_bytes(Demo(seed=1).load(THURSDAY), panel)


def test_the_bytes_are_the_ones_they_were(demo):
    assert digest(demo.load(datetime(2036, 12, 30, 12, tzinfo=NEW_YORK))) == DIGEST


def test_adding_a_ticker_changes_no_other(panel):
    table = published()
    row = {"start": 10.0, "on": {"market": 1.0}, "own": 0.2, "df": 5.0, "shares": 1e6}
    more = Demo(table={**table, "tickers": {"NEW": row, **table["tickers"]}}).load(THURSDAY)
    assert len(more["NEW"]) == len(panel["IWM"])
    for ticker in panel.bars:
        assert all(getattr(more[ticker], c).tobytes() == getattr(panel[ticker], c).tobytes() for c in COLUMNS)


def test_the_macro_series_are_fred_like(panel):
    assert set(panel.macro) == MACRO
    yesterday = panel["IWM"].sessions[-1]
    for name, series in panel.macro.items():
        assert (np.diff(series.dates) > np.timedelta64(0)).all()
        assert np.isfinite(series.values).all()
        assert series.dates[-1] == (np.datetime64("2026-03-01") if name == "FEDFUNDS" else yesterday)
    ten, two, slope = (panel.macro[name] for name in ("DGS10", "DGS2", "T10Y2Y"))
    np.testing.assert_allclose(ten.values - two.values, slope.values, atol=1e-9)
    assert two.values.min() > 0
    np.testing.assert_array_equal(panel.macro["VIXCLS"].values, panel["^VIX"].close)


def test_bank_holidays_are_blank_and_a_month_is_known_when_it_is_over(demo):
    panel = demo.load(datetime(2026, 11, 30, 12, tzinfo=NEW_YORK))
    for day in ("2025-10-13", "2025-11-11", "2026-11-11"):
        assert np.datetime64(day) not in panel.macro["DGS10"].dates
        assert np.datetime64(day) in panel["IWM"].sessions
    assert panel.macro["FEDFUNDS"].dates[-1] == np.datetime64("2026-10-01")
    month = panel.macro["DFF"].dates.astype("datetime64[M]") == np.datetime64("2026-10")
    assert panel.macro["FEDFUNDS"].values[-1] == pytest.approx(panel.macro["DFF"].values[month].mean(), abs=0.02)


@pytest.mark.parametrize(
    ("now", "session", "as_of"),
    [
        (THURSDAY, "2026-04-09", "2026-04-08"),
        (datetime(2026, 4, 9, 23, 59, tzinfo=NEW_YORK), "2026-04-09", "2026-04-08"),
        (SUNDAY_AT_THREE, "2026-04-13", "2026-04-10"),
        (datetime(2026, 4, 3, 12, tzinfo=NEW_YORK), "2026-04-06", "2026-04-02"),  # Good Friday
        (datetime(2026, 4, 9, 3, tzinfo=UTC), "2026-04-08", "2026-04-07"),  # New York's day counts
    ],
)
def test_the_session_in_progress_is_the_first_one_from_today_on(demo, now, session, as_of):
    assert demo.session_in_progress(now) == date.fromisoformat(session)
    assert demo.load(now)["SPY"].sessions[-1] == np.datetime64(as_of)


@pytest.mark.parametrize("now", [THURSDAY, SUNDAY_AT_THREE, datetime(2031, 7, 3, 0, 0, tzinfo=NEW_YORK)])
def test_ticks_stay_inside_the_day_and_end_at_its_close(demo, now):
    session = np.datetime64(demo.session_in_progress(now))
    after = demo.load(
        datetime.combine(calendar.next_session(session.astype(object)), now.time(), NEW_YORK) + timedelta(7)
    )
    start = now.replace(hour=0, minute=0, second=0)
    bar = {t: {c: getattr(b, c)[b.sessions == session][0] for c in COLUMNS} for t, b in after.bars.items()}
    ticks = [demo.ticks(start + timedelta(minutes=m)) for m in range(0, 1440, 7)] + [
        demo.ticks(start.replace(hour=23, minute=59, second=59))
    ]
    assert set(ticks[0]) == set(after.bars)
    assert ticks[0] == {t: b["open"] for t, b in bar.items()}
    assert ticks[-1] == {t: b["close"] for t, b in bar.items()}
    for t, b in bar.items():
        seen = [tick[t] for tick in ticks]
        assert b["low"] <= min(seen) <= max(seen) <= b["high"]
    assert len({tick["IWM"] for tick in ticks}) > 20


def test_ticks_are_the_same_for_everyone(demo):
    other = Demo()
    assert other.ticks(SUNDAY_AT_THREE) == demo.ticks(SUNDAY_AT_THREE)
    assert other.ticks(THURSDAY) == demo.ticks(THURSDAY)


@pytest.mark.parametrize("now", [SUNDAY_AT_THREE, THURSDAY.replace(hour=3)])
def test_the_market_lives_on_a_weekend_and_at_three_in_the_morning(demo, now):
    before, after = demo.ticks(now), demo.ticks(now + timedelta(minutes=5))
    assert sum(before[t] != after[t] for t in before) > 15


def test_one_slot_changes_two_prices_at_most_and_a_ticker_trades_once_in_fifteen(demo):
    seconds = (slot * demo_ticks.SLOT_SECONDS for slot in range(1601))
    ticks = [list(demo.ticks(THURSDAY + timedelta(seconds=at)).values()) for at in seconds]
    changed = np.diff(np.array(ticks), axis=0) != 0
    assert changed.sum(axis=1).max() == 2
    assert changed[:1500].reshape(100, 15, 28).sum(axis=1).max() == 1
    # 28 trades in 15 slots; one in cents now and then repeats the price before it.
    assert 1.0 < changed.sum(axis=1).mean() <= 28 / 15


def test_a_price_holds_within_its_slot(demo):
    assert demo.ticks(THURSDAY) == demo.ticks(THURSDAY + timedelta(milliseconds=900))


def test_funds_of_one_index_move_together_within_the_day(demo):
    ticks = [demo.ticks(THURSDAY.replace(hour=0) + timedelta(minutes=m)) for m in range(0, 1440, 5)]
    moves = {t: np.diff(np.log([tick[t] for tick in ticks])) for t in ("IWM", "VTWO", "SPY")}
    assert np.corrcoef(moves["IWM"], moves["VTWO"])[0, 1] > 0.9
    assert np.corrcoef(moves["IWM"], moves["SPY"])[0, 1] > 0.4


@pytest.mark.parametrize("year", [1995, 2006, 2037])
def test_a_clock_outside_the_simulated_years_is_a_sentence(demo, year):
    with pytest.raises(SmallcapError, match="is outside"):
        demo.load(datetime(year, 1, 2, 12, tzinfo=NEW_YORK))
