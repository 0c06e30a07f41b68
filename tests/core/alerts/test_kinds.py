"""Every kind of alert fires on what the screens show, also when snoozed and through a split."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from smallcap.core import reading as readings
from smallcap.core.alerts import arm, check, distance, next_open
from smallcap.core.bars import to_day
from smallcap.core.reading import Reading
from smallcap.core.regime import INSUFFICIENT, NARROW, REGIMES, RISK_OFF, RISK_ON
from smallcap.core.settings import Settings
from smallcap.core.triggers import KINDS, LABELS, Look, Trigger, known, parse

from tests.core.alerts.conftest import BEFORE, BUILT, DAYS, NONE, NOW, PANEL, armed, fired, on


def test_a_snoozed_one_is_silent_until_its_instant_and_then_tells_what_came_meanwhile():
    path = [101.0, 101.0, 99.0, 101.0]
    alert = armed("close TEN < 100", on(1, path))._replace(snoozed_until=NOW + timedelta(days=1))
    assert check([alert], on(3, path), NONE, NOW) == ()
    (found,) = check([alert], on(3, path), NONE, NOW + timedelta(days=1))
    assert found.fired
    (awake,) = check([alert], on(1, path), NONE, NOW + timedelta(days=1))
    assert (awake.snoozed_until, awake.fired) == (None, None)


def test_the_next_open_is_after_now():
    friday, monday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC), datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert next_open(friday) == monday
    assert next_open(friday + timedelta(days=1)) == monday
    assert next_open(monday) == monday + timedelta(days=1)


def test_a_split_moves_the_level_with_the_bars():
    path = [101.0, 101.0, 101.0, 99.0]
    alert = armed("close TEN < 100", on(1, path))
    assert check([alert], on(2, path, split=0.5), NONE, NOW) == ()
    (found,) = check([alert], on(3, path, split=0.5), NONE, NOW)
    assert found.told().endswith("is 49.50, its level after a split 50.00")
    assert distance(alert, Look(on(2, path, split=0.5)), NONE) == "close 50.50, 1.0% above 50.00"


def labelled(*codes: int) -> Reading:
    """The reading of as many sessions with these labels."""
    n = len(codes)
    past = replace(BUILT.history, sessions=DAYS[BEFORE : BEFORE + n], codes=np.array(codes))
    return replace(BUILT, history=past, as_of=to_day(DAYS[BEFORE + n - 1]))


def test_a_label_comes_and_goes():
    on_, off, narrow = (REGIMES.index(regime) for regime in (RISK_ON, RISK_OFF, NARROW))
    blind = REGIMES.index(INSUFFICIENT)
    becomes, ends = armed("regime risk-off", labelled(on_)), armed("regime not risk-on", labelled(on_))
    assert check([becomes, ends], labelled(on_, blind, on_), NONE, NOW) == ()
    day = to_day(DAYS[BEFORE + 1])
    assert fired(check([becomes, ends], labelled(on_, narrow), NONE, NOW)) == [
        f"regime of IWM/SPY is no longer RISK-ON: label of {day} is NARROW"
    ]
    assert len(fired(check([becomes, ends], labelled(on_, off), NONE, NOW))) == 2
    assert distance(becomes, Look(labelled(on_, narrow)), NONE) == "label is NARROW"


def test_every_kind_fires_on_what_the_screens_show():
    value = {
        "rsi": float(Look(BUILT).studies("IWM").rsi14[-1]),
        "composite": BUILT.composite.score,
        "ratio": BUILT.ratio.value,
        "price": float(PANEL["IWM"].close[-1]),
        "close": float(PANEL["IWM"].close[-1]),
    }
    for kind in KINDS:
        trigger = parse(kind.example)
        trigger = trigger if trigger.on else trigger._replace(on="IWM/SPY")
        if kind.key in value:
            low, high = (trigger._replace(test=">", level=value[kind.key] * by) for by in (0.999, 1.001))
            assert fired(check([arm(low, BUILT, NONE, NOW)], BUILT, NONE, NOW)), kind.key
            assert check([arm(high, BUILT, NONE, NOW)], BUILT, NONE, NOW) == (), kind.key
            assert " below " in distance(arm(high, BUILT, NONE, NOW), Look(BUILT), NONE)
    for label in LABELS:
        alert = arm(Trigger("regime", "IWM/SPY", "is", label=label), BUILT, NONE, NOW)
        assert bool(fired(check([alert], BUILT, NONE, NOW))) is (BUILT.regime.regime.label == label)


def test_the_ratio_of_another_pair_is_on_the_shown_basis_too():
    raised = {name: replace(bars, adj_close=bars.adj_close * 3.0) for name, bars in PANEL.bars.items() if name == "IWM"}
    panel = replace(PANEL, bars={**PANEL.bars, **raised})
    for price_ratio in (True, False):
        reading = readings.build(panel, BUILT.as_of, Settings(price_ratio=price_ratio), closed=BUILT.as_of)
        days, own = known(Trigger("ratio", "IWM/SPY", ">", 1.0), Look(reading))
        fake = replace(reading, history=replace(reading.history, pair=reading.pair._replace(b="QQQ")))
        other_days, other = known(Trigger("ratio", "IWM/SPY", ">", 1.0), Look(fake))
        assert np.array_equal(days, other_days)
        np.testing.assert_allclose(own, other)
        assert own[-1] == pytest.approx(reading.ratio.value)


def test_a_volume_event_is_twice_the_mean_or_more():
    volume = PANEL["IWM"].volume.copy()
    alert = armed("volume IWM", BUILT)
    for times, told in ((1.99, False), (2.0, True)):
        volume[-1] = times * volume[-21:-1].mean()
        panel = replace(PANEL, bars={**PANEL.bars, "IWM": replace(PANEL["IWM"], volume=volume)})
        found = fired(check([alert], replace(BUILT, panel=panel), NONE, NOW))
        assert bool(found) is told
    assert found[0].endswith(f"volume against its mean of 20 sessions of {BUILT.as_of} is 2.00x")
    assert "its mean, an event from 2.00x" in distance(alert, Look(BUILT), NONE)
