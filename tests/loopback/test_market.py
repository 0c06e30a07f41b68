"""The loopback as it is, asked by the real clients: histories and minutes are what its world holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from smallcap.core.calendar import sessions

from tests.loopback import World
from tests.loopback.client import ClientError
from tests.loopback.conftest import CHART, CLOSED, OPEN, RATIO, history

PRICES = ("open", "high", "low", "close")


def same(told: dict, raw) -> bool:
    """Whether a history is exactly these bars, events included."""
    rows = [told["dates"] == raw.sessions.astype(str).tolist()]
    rows += [told[name] == getattr(raw, name).tolist() for name in (*PRICES, "volume")]
    for name, days, amounts in (
        ("dividends", raw.dividend_days, raw.dividends),
        ("stock_splits", raw.split_days, raw.splits),
    ):
        events = {day: amount for day, amount in zip(told["dates"], told[name], strict=True) if amount}
        rows.append(events == dict(zip(days.astype(str).tolist(), amounts.tolist(), strict=True)))
    return all(rows)


def test_the_whole_history_is_the_worlds_to_the_last_bit(market):
    told = history(market, period="max")
    assert same(told, market.world.bars("IWM"))
    assert told["dates"][-1] == "2024-11-20"
    assert told["zone"] == "America/New_York"
    assert len(told["dates"]) == len(sessions(date(2018, 1, 2), date(2024, 11, 20)))
    assert np.array_equal(told["close"], np.float32(told["close"]).astype(float))


def test_adjusted_closes_fall_by_the_dividend_at_each_ex_date(market):
    told = history(market, period="max")
    close, adjusted = np.array(told["close"]), np.array(told["adj_close"])
    ratio, paid = adjusted / close, np.array(told["dividends"])
    at = np.flatnonzero(paid)
    assert len(at) == 27
    assert ratio[at - 1] / ratio[at] == pytest.approx(1 - paid[at] / close[at - 1], rel=1e-6)
    assert adjusted[at[-1] :] == pytest.approx(close[at[-1] :])


def test_an_index_has_neither_volume_nor_dividends_and_lives_in_chicago(market):
    told = history(market, "^VIX", "max")
    assert same(told, market.world.bars("^VIX"))
    assert set(told["volume"]) == {0}
    assert set(told["dividends"]) == {0.0}
    assert told["zone"] == "America/Chicago"


def test_a_history_costs_one_request_when_the_time_zone_is_known(market):
    history(market)
    assert [(r.kind, r.ticker, r.status) for r in market.net.requests if r.kind == "chart"] == [("chart", "IWM", 200)]


@pytest.mark.parametrize(
    ("now", "last", "stamp"),
    [
        ("2024-11-20T14:00", "2024-11-19", "2024-11-19T14:30"),
        ("2024-11-20T14:30", "2024-11-20", "2024-11-20T14:30"),
        ("2024-11-20T16:31", "2024-11-20", "2024-11-20T16:31"),
        ("2024-11-20T23:00", "2024-11-20", "2024-11-20T21:00"),
        ("2024-11-21T06:00", "2024-11-20", "2024-11-20T14:30"),
        ("2024-11-23T12:00", "2024-11-22", "2024-11-22T14:30"),
        ("2024-11-29T23:00", "2024-11-29", "2024-11-29T18:00"),
    ],
)
def test_history_ends_with_the_session_in_progress_else_with_the_last_closed_one(market, now, last, stamp):
    market.world.now = datetime.fromisoformat(f"{now}+00:00")
    body = market.client.run(f"answer = session.get('{CHART}/IWM', params={{'range': '1mo'}}).json()")
    result = body["chart"]["result"][0]
    assert datetime.fromtimestamp(result["timestamp"][-1], UTC).isoformat() == f"{stamp}:00+00:00"
    told = history(market)
    assert told["dates"][-1] == last
    assert told["close"] == market.world.bars("IWM").close[-len(told["close"]) :].tolist()


def test_the_session_in_progress_grows_into_the_final_bar(market):
    live = market.world.bars("IWM")
    market.world.now = CLOSED
    final = market.world.bars("IWM")
    assert live.volume[-1] < final.volume[-1]
    assert final.low[-1] <= live.low[-1] <= live.close[-1] <= live.high[-1] <= final.high[-1]
    assert live.close[-2] == final.close[-2]
    assert history(market)["volume"][-1] == final.volume[-1]


def test_minutes_make_up_the_days_bar(market):
    market.world.now = CLOSED
    told, day = history(market, period="5d", interval="1m"), market.world.bars("IWM")
    rows = [at for at, when in enumerate(told["dates"]) if when == "2024-11-20"]
    assert len(told["dates"]) == 5 * 390
    assert told["open"][rows[0]] == day.open[-1]
    assert told["close"][rows[-1]] == day.close[-1]
    assert max(told["high"][at] for at in rows) == day.high[-1]
    assert min(told["low"][at] for at in rows) == day.low[-1]
    assert sum(told["volume"][at] for at in rows) == day.volume[-1]


def test_minutes_end_with_the_one_in_progress(market):
    told, truth = history(market, period="1d", interval="5m"), market.world.minutes("IWM", 5)
    assert told["seconds"][:-1] == truth.times[:-1].astype(int).tolist()
    assert told["seconds"][-1] == int(OPEN.timestamp())
    assert told["close"] == truth.close.tolist()
    assert told["close"][-1] == market.world.quote("IWM").price


def test_minutes_too_long_ago_are_refused_in_yahoos_words(market):
    with pytest.raises(ClientError, match="Only 8 days worth of 1m granularity") as refused:
        history(market, period="1mo", interval="1m")
    assert refused.value.name == "YFPricesMissingError"


def test_an_unknown_ticker_is_not_found(market):
    assert market.client.fails("history('NOPE', '1mo')") == "HTTPError"
    assert {r.status for r in market.net.requests if r.kind in {"chart", "summary"}} == {404}


def test_a_split_adjusts_the_past_from_its_day_on(market):
    market.world.now = datetime(2024, 11, 11, 23, 0, tzinfo=UTC)
    before = market.world.bars("QQQ")
    market.world.now = OPEN
    after = market.world.bars("QQQ")
    assert len(before.splits) == 0
    assert after.close[: len(before)] == pytest.approx(before.close / RATIO, rel=1e-6)
    assert after.dividends == pytest.approx(before.dividends / RATIO, rel=1e-4)
    assert after.volume[: len(before)].tolist() == (before.volume * RATIO).tolist()
    assert same(history(market, "QQQ", "max"), after)


@pytest.mark.parametrize(("option", "event"), [({"late_days": 3}, 0.0), ({"unadjusted": True}, 2.0)])
def test_a_split_may_be_told_late_or_never_adjusted(tmp_path, option, event):
    world = World(OPEN, ("IWM",), date(2024, 1, 2))
    whole = world.bars("IWM")
    world.split("IWM", date(2024, 11, 19), 2.0, **option)
    told, truth = world.raw("IWM", OPEN), world.bars("IWM")
    assert truth.close == pytest.approx(whole.close / 2, rel=1e-6)
    assert told.close[-2:] == pytest.approx(whole.close[-2:] / 2, rel=1e-6)
    assert told.close[:-2].tolist() == whole.close[:-2].tolist()
    assert told.splits.tolist() == [event] * bool(event)
    world.now = OPEN + timedelta(2)
    later = world.raw("IWM", world.now)
    assert bool(later.close[0] == truth.close[0]) is ("late_days" in option)
    assert later.splits.tolist() == [2.0]


def test_a_dividend_appears_on_its_ex_date(market):
    assert not history(market, "SPY", "1mo")["dividends"][-1]
    market.world.dividend("SPY", date(2024, 11, 20), 1.25)
    told = history(market, "SPY", "1mo")
    assert told["dividends"][-1] == 1.25
    assert told["adj_close"][-2] == pytest.approx(told["close"][-2] - 1.25, rel=1e-6)
    market.world.now = OPEN - timedelta(1)
    assert not any(history(market, "SPY", "1mo")["dividends"])


def test_a_day_that_is_no_session_is_refused(market):
    with pytest.raises(ValueError, match="no session"):
        market.world.split("IWM", date(2024, 11, 23), 2.0)
    with pytest.raises(ValueError, match="NOPE"):
        market.world.dividend("NOPE", date(2024, 11, 20), 1.0)


def test_a_running_world_moves_and_a_delayed_ticker_lags():
    world = World(OPEN, ("IWM", "^VIX"), date(2024, 1, 2), speed=1000.0)
    began = world.now
    while world.now - began < timedelta(seconds=5):
        pass
    standing = World(OPEN, ("IWM", "^VIX"), date(2024, 1, 2))
    standing.delays["^VIX"] = 15
    assert standing.now == OPEN
    assert standing.quote("IWM").at - standing.quote("^VIX").at == 15 * 60
    assert standing.quote("^VIX").delay == 15
