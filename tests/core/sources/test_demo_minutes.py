"""The simulated market's minutes: what the ticks played, inside the day's candle, the day's volume shared out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from smallcap.core.calendar import previous_session
from smallcap.core.intraday import evening, on_grid, opening
from smallcap.core.live.raw import FIELDS
from smallcap.core.sources import Minuted
from smallcap.core.sources.demo import Demo

NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = datetime(2026, 4, 9, 11, 0, tzinfo=NEW_YORK)
SUNDAY = datetime(2026, 4, 12, 3, 0, tzinfo=NEW_YORK)
HALF_DAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def demo():
    return Demo()


def columns(minutes):
    return [getattr(minutes, name) for name in ("times", *FIELDS)]


def day_of(demo, ticker, session):
    b = demo.load(datetime.combine(session + timedelta(7), THURSDAY.time(), NEW_YORK))[ticker]
    at = int(np.flatnonzero(b.sessions == np.datetime64(session))[0])
    return {name: float(getattr(b, name)[at]) for name in FIELDS}


def test_the_market_has_minutes(demo):
    assert isinstance(demo, Minuted)
    assert demo.minutes("NOPE", 1, THURSDAY) is None


@pytest.mark.parametrize("now", [THURSDAY, SUNDAY, THURSDAY.replace(hour=0, minute=0)])
@pytest.mark.parametrize("ticker", ["IWM", "SPY", "^VIX"])
@pytest.mark.parametrize("days", [1, 5])
def test_the_last_bar_closes_at_the_last_tick(demo, ticker, now, days):
    minutes = demo.minutes(ticker, days, now)
    assert minutes.close[-1] == demo.ticks(now)[ticker]
    assert (minutes.ticker, minutes.interval) == (ticker, days)
    assert minutes.times[-1] - np.datetime64(demo.session_in_progress(now)) < np.timedelta64(22, "h")


def test_the_day_goes_by_on_the_exchanges_own_clock(demo):
    start = THURSDAY.replace(hour=0)
    lengths = [len(demo.minutes("IWM", 1, start + timedelta(hours=h))) for h in (0, 6, 12, 18)]
    assert lengths == [1, 98, 196, 293]
    assert demo.minutes("IWM", 1, start).times[0] == opening(start.date())
    whole = demo.minutes("IWM", 1, evening(start.date()))
    assert len(whole) == 390
    assert (np.diff(whole.times) == np.timedelta64(60, "s")).all()


@pytest.mark.parametrize("ticker", ["IWM", "SPY", "HYG"])
@pytest.mark.parametrize("days", [1, 5])
def test_a_closed_sessions_bars_are_its_candle_and_share_out_its_volume(demo, ticker, days):
    session = THURSDAY.date()
    minutes = demo.minutes(ticker, days, evening(session))
    grid = on_grid(minutes, 5)
    for back in range(days):
        day = day_of(demo, ticker, session)
        its = grid.clock.astype("datetime64[D]") == np.datetime64(session)
        assert grid.open[its][0] == day["open"]
        assert grid.close[its][-1] == day["close"]
        assert grid.high[its].max() <= day["high"]
        assert grid.low[its].min() >= day["low"]
        assert grid.volume[its].sum() == day["volume"], back
        session = previous_session(session)


def test_bars_are_sane_and_five_of_a_minute_make_one_of_five(demo):
    ones, fives = (demo.minutes("IWM", days, evening(THURSDAY.date())) for days in (1, 5))
    for m in (ones, fives):
        assert (m.low <= np.minimum(m.open, m.close)).all()
        assert (m.high >= np.maximum(m.open, m.close)).all()
        assert (m.volume >= 0).all()
        assert (m.volume == np.rint(m.volume)).all()
    assert fives.volume[-78:] == pytest.approx(ones.volume.reshape(78, 5).sum(axis=1), abs=3)
    np.testing.assert_array_equal(fives.high[-78:], ones.high.reshape(78, 5).max(axis=1))
    np.testing.assert_array_equal(fives.close[-78:], ones.close[4::5])


def test_volume_is_busy_at_the_open_and_at_the_close(demo):
    shares = np.zeros(390)
    for back in range(13):
        shares += demo.minutes("IWM", 1, evening(date(2026, 4, 9)) - timedelta(7 * back)).volume
    shares /= shares.sum()
    assert shares[:30].sum() == pytest.approx(0.17, abs=0.02)
    assert shares[-30:].sum() == pytest.approx(0.125, abs=0.02)
    assert shares[180:210].sum() < 0.075


def test_an_index_that_nobody_trades_has_no_volume(demo):
    assert demo.minutes("^VIX", 1, THURSDAY).volume.max() == 0


def test_history_never_changes(demo):
    now = THURSDAY.replace(hour=10)
    early, later = demo.minutes("IWM", 1, now), demo.minutes("IWM", 1, now + timedelta(hours=5))
    settled = len(early) - 1
    for before, after in zip(columns(early), columns(later), strict=True):
        assert before[:settled].tobytes() == after[:settled].tobytes()
    tomorrow = demo.minutes("IWM", 5, THURSDAY + timedelta(1))
    whole = demo.minutes("IWM", 5, evening(THURSDAY.date()))
    for a, b in zip(columns(whole), columns(tomorrow), strict=True):
        assert a[78:].tobytes() == b[: 4 * 78].tobytes()


def test_the_same_instant_is_the_same_bars_for_everyone(demo):
    demo.ticks(THURSDAY + timedelta(30))
    for mine, theirs in zip(
        columns(demo.minutes("IWM", 5, THURSDAY)), columns(Demo().minutes("IWM", 5, THURSDAY)), strict=True
    ):
        assert mine.tobytes() == theirs.tobytes()


def test_a_short_session_ends_at_one(demo):
    minutes = demo.minutes("IWM", 1, evening(HALF_DAY))
    assert len(minutes) == 210
    assert minutes.times[-1] == np.datetime64("2026-11-27T17:59")
    assert minutes.close[-1] == day_of(demo, "IWM", HALF_DAY)["close"]
    assert minutes.volume.sum() == day_of(demo, "IWM", HALF_DAY)["volume"]


def test_the_first_simulated_days_have_as_many_sessions_as_there_were(demo):
    grid = on_grid(demo.minutes("IWM", 5, datetime(2006, 1, 5, 12, tzinfo=UTC)), 5)
    assert str(grid.began) == "2006-01-03"
    assert len(grid.clock) == 3 * 78
