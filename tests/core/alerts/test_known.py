"""Alerts are told of what is known alone: not of old closes, and of a last price as one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core.alerts import Last, again, arm, check, distance
from smallcap.core.bars import Panel, to_day
from smallcap.core.errors import UsageError
from smallcap.core.regime import INSUFFICIENT, REGIMES
from smallcap.core.triggers import Look, known, parse

from tests.core.alerts.conftest import BEFORE, BUILT, DAYS, NONE, NOW, armed, fired, on


def live(price: float) -> Last:
    return Last({"TEN": price}, "15:04")


# What isn't known.


def test_what_is_not_known_neither_fires_nor_counts_as_not_met():
    alert = armed("close TEN < 100", on(0, [99.0]))
    for reading in (
        on(0, [None]),
        on(0, [99.0], simulated=False),
        on(3, [None, None, None, None]),
        replace(on(0, [99.0]), as_of=to_day(DAYS[BEFORE - 5]), panel=Panel({}, BUILT.origin)),
    ):
        assert check([alert], reading, NONE, NOW) == ()
    quiet = again(alert, on(0, [99.0]), NONE, NOW)
    assert check([quiet], on(2, [99.0, None, None]), NONE, NOW) == ()
    assert check([quiet], on(3, [99.0, None, None, 98.0]), NONE, NOW) == ()


def test_an_old_close_is_not_one_of_now():
    stale = on(3, [99.0, None, None, None])
    assert check([armed("close TEN < 100", stale)], stale, NONE, NOW) == ()
    assert distance(armed("close TEN < 100", stale), Look(stale), NONE).startswith("not known: TEN has no close of ")


def test_values_that_are_nan_are_left_out():
    past = BUILT.history
    for text in ("composite > 1", "IWM/SPY > 0.0001", "regime not RISK-OFF"):
        trigger = parse(text)
        trigger = trigger if trigger.on else trigger._replace(on="IWM/SPY")
        blank = np.full(len(past.sessions), np.nan)
        bare = replace(
            past,
            ratio=blank,
            price_ratio=blank,
            composite=past.composite._replace(score=blank),
            codes=np.full(len(past.sessions), REGIMES.index(INSUFFICIENT)),
        )
        reading = replace(BUILT, history=bare, ratio=BUILT.ratio._replace(basis="price"))
        assert len(known(trigger, Look(BUILT))[0])
        assert not len(known(trigger, Look(reading))[0])
        assert check([arm(trigger, reading, NONE, NOW)], reading, NONE, NOW) == ()


def test_another_pair_is_not_known_and_cannot_be_armed():
    alert = armed("composite > 1", BUILT)
    other = replace(BUILT, history=replace(BUILT.history, pair=BUILT.pair._replace(b="QQQ")))
    assert check([alert], other, NONE, NOW) == ()
    with pytest.raises(UsageError, match="composite of IWM/SPY is not what is read: that is IWM/QQQ"):
        arm(alert.trigger, other, NONE, NOW)


# Last prices.


def test_a_last_price_is_told_as_one():
    alert = armed("TEN < 100", on(1, [101.0, 101.0]), live(101.0))
    assert check([alert], on(1, [101.0, 101.0]), live(100.0), NOW) == ()
    (found,) = check([alert], on(1, [101.0, 101.0]), live(99.5), NOW)
    assert found.told() == "TEN below 100.00: last price 15:04 ET is 99.50"
    assert found.fired
    assert found.fired.session is None


def test_only_closes_count_for_an_alert_on_closes():
    alert = armed("close TEN < 100", on(1, [101.0, 101.0]), live(101.0))
    assert check([alert], on(1, [101.0, 101.0]), live(99.5), NOW) == ()


def test_a_last_price_makes_the_close_before_it_old():
    reading = on(1, [101.0, 99.0])
    assert fired(check([armed("TEN < 100", reading)], reading, NONE, NOW))
    assert check([armed("TEN < 100", reading, live(101.0))], reading, live(101.0), NOW) == ()
    assert fired(check([armed("TEN < 100", reading, live(99.5))], reading, live(99.5), NOW))


@pytest.mark.parametrize("price", [float("nan"), float("inf"), float("-inf")])
def test_a_last_price_that_is_no_number_is_not_known(price: float):
    reading = on(1, [101.0, 101.0])
    assert check([armed("TEN < 100", reading), armed("TEN > 102", reading)], reading, live(price), NOW) == ()
    real = armed("TEN < 100", reading)._replace(simulated=False)
    assert check([real], reading, live(99.0), NOW) == ()


def test_a_last_price_that_does_not_meet_it_ends_the_waiting():
    reading = on(1, [101.0, 99.0])
    quiet = again(armed("TEN < 100", reading), reading, live(99.0), NOW)
    assert quiet.quiet
    assert check([quiet], reading, live(98.0), NOW) == ()
    (ready,) = check([quiet], reading, live(100.5), NOW)
    assert (ready.quiet, ready.fired) == (False, None)
    assert check([ready], reading, live(100.5), NOW) == ()
    assert fired(check([ready], reading, live(99.9), NOW)) == ["TEN below 100.00: last price 15:04 ET is 99.90"]
