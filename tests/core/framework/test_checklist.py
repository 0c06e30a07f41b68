"""The checklist: each row in each outcome, long and short, and that verdict and reason say the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.checklist import VOLUME, Check, checklist
from smallcap.core.label import AxisReading
from smallcap.core.reading import Reading
from smallcap.core.regime import REGIMES, Regime
from smallcap.core.settings import Settings

from tests.conftest import random_panel

STATES = {"leadership": ("LAGGING", "FLAT", "LEADING"), "confirmation": ("DENIED", "MIXED", "CONFIRMED")}


@pytest.fixture(scope="module")
def quiet() -> Panel:
    """A panel whose last day is one like the others."""
    return random_panel(320)


def read(panel: Panel) -> Reading:
    day = to_day(panel["SPY"].sessions[-1])
    return reading.build(panel, day, Settings(), closed=day)


def row(found: Reading, name: str, side: str) -> Check:
    return next(check for check in checklist(found, "IWM", side) if check.name.startswith(name))


def with_axis(found: Reading, key: str, sign: int, pending: str | None = None) -> Reading:
    def changed(axis: AxisReading) -> AxisReading:
        state = STATES[key][sign + 1]
        return axis._replace(sign=sign, state=state, pending=pending, closes=6 if pending else 0, sessions_in_state=31)

    return replace(found, axes=tuple(changed(axis) if axis.key == key else axis for axis in found.axes))


@pytest.mark.parametrize(
    ("label", "long", "short"),
    [
        ("RISK-ON", "for a long: the market rises and small caps lead", "against a short: the market rises and small"),
        ("NARROW", "against a long: the index rises, small caps do not", "for a short: the index rises, small caps"),
        ("NEUTRAL", "neutral: no clear lead", "neutral: no clear lead"),
        ("RISK-OFF", "against a long: the market falls, or small caps lag", "for a short: the market falls, or small"),
        ("INSUFFICIENT DATA", "not known: too few inputs", "not known: too few inputs"),
    ],
)
def test_the_regime(quiet: Panel, label: str, long: str, short: str):
    regime: Regime = next(each for each in REGIMES if each.label == label)
    here = read(quiet)
    found = replace(here, regime=here.regime._replace(regime=regime))
    assert row(found, "regime", "long").how("long").startswith(long)
    assert row(found, "regime", "short").how("short").startswith(short)


@pytest.mark.parametrize(
    ("score", "long", "short"),
    [
        (71.0, "for a long: above 55, its signals are up", "against a short: above 55, its signals are up"),
        (55.01, "for a long: above 55, its signals are up", "against a short: above 55, its signals are up"),
        (55.0, "neutral: from 45 to 55 its signals are nearly even", "neutral: from 45 to 55"),
        (45.0, "neutral: from 45 to 55 its signals are nearly even", "neutral: from 45 to 55"),
        (44.99, "against a long: below 45, its signals are down", "for a short: below 45, its signals are down"),
        (20.0, "against a long: below 45, its signals are down", "for a short: below 45, its signals are down"),
        (float("nan"), "not known: fewer than five", "not known: fewer than five"),
    ],
)
def test_the_composite(quiet: Panel, score: float, long: str, short: str):
    here = read(quiet)
    found = replace(here, composite=here.composite._replace(score=score))
    assert row(found, "composite", "long").how("long").startswith(long)
    assert row(found, "composite", "short").how("short").startswith(short)


@pytest.mark.parametrize(
    ("key", "name", "sign", "says"),
    [
        ("leadership", "ratio", 1, "IWM leads SPY, for 31 sessions"),
        ("leadership", "ratio", 0, "IWM neither leads nor lags SPY, for 31 sessions"),
        ("leadership", "ratio", -1, "IWM lags SPY, for 31 sessions"),
        ("confirmation", "sectors", 1, "cyclical sectors do better than defensive ones, for 31 sessions"),
        ("confirmation", "sectors", 0, "neither cyclical nor defensive sectors do better, for 31 sessions"),
        ("confirmation", "sectors", -1, "defensive sectors do better than cyclical ones, for 31 sessions"),
    ],
)
def test_ratio_and_sectors(quiet: Panel, key: str, name: str, sign: int, says: str):
    found = with_axis(read(quiet), key, sign)
    for side, way in (("long", sign), ("short", -sign)):
        verdict = {1: f"for a {side}", 0: "neutral", -1: f"against a {side}"}[way]
        assert row(found, name, side).how(side) == f"{verdict}: {says}"


def test_what_is_pending_does_not_count_yet_and_the_reason_says_so(quiet: Panel):
    found = with_axis(read(quiet), "leadership", 1, "LAGGING")
    assert row(found, "ratio", "long").how("long") == (
        "for a long: IWM leads SPY, for 31 sessions; that counts until LEADING -> LAGGING, 6 of 10 closes, are complete"
    )


@pytest.mark.parametrize(
    ("volume", "close", "kind", "long", "short"),
    [
        (5.0, 2.0, "breakout", "for a long: a close at its 63-session high", "against a short: a close at its 63"),
        (5.0, 0.5, "falling day", "against a long: a fall on 2x", "for a short: a fall on 2x"),
        (5.0, 1.0, "unchanged day", "neutral: 2x the usual volume or more, and the", "neutral: 2x the usual volume"),
        (5.0, 1.0001, "rising day", "neutral: a rise on 2x the usual volume or more, but no", "neutral: a rise on 2x"),
        (0.5, 2.0, "no event", "neutral: less than 2x the usual volume", "neutral: less than 2x the usual volume"),
    ],
)
def test_the_volume(quiet: Panel, volume: float, close: float, kind: str, long: str, short: str):
    """The last session's volume and close, as multiples of what they were before."""
    bars = quiet["IWM"]
    volumes, closes = bars.volume.copy(), bars.close.copy()
    volumes[-1], closes[-1] = volume * volumes[-21:-1].mean(), close * closes[-2]
    low, high = np.minimum(bars.low, closes), np.maximum(bars.high, closes)
    odd = replace(bars, volume=volumes, close=closes, low=low, high=high)
    found = read(replace(quiet, bars={**quiet.bars, "IWM": odd}))
    assert row(found, "volume", "long").value == f"{volume:.2f}x, {kind}"
    assert row(found, "volume", "long").how("long").startswith(long)
    assert row(found, "volume", "short").how("short").startswith(short)


def test_each_kind_of_volume_event_has_its_words():
    assert set(VOLUME) == {"breakout", "rising day", "falling day", "unchanged day", ""}


@pytest.mark.parametrize("side", ["long", "short"])
def test_what_never_votes_is_neutral_whatever_it_shows(quiet: Panel, side: str):
    for cut in range(40):
        found = read(quiet.until(quiet["SPY"].sessions[-1 - cut]))
        for name in ("RSI", "Fibonacci", "calendar"):
            assert row(found, name, side).how(side).startswith("neutral: ")
