"""Simulated volume: a crowd that all tickers share, the size of the move, spikes, and what the calendar adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import RandomState

from ..bars import Days, Floats
from ..calendar import FRIDAY, early_closes, nth_weekday
from ..matching import among
from .demo_model import Table, Weather, ar1, stream

NOVEMBER_RUSSELL_FROM = 2026


@dataclass(frozen=True, eq=False, slots=True)
class Crowd:
    """Log volume in common, one value a session: for every fund, and what Russell days add to those they touch."""

    common: Floats
    russell: Floats


def crowd(seed: int, row: Table, sessions: Days, weather: Weather) -> Crowd:
    """The common log volume from the table `volume`: persistent, higher in heat, with the calendar's own days."""
    luck = stream(seed, "crowd").standard_normal(len(sessions))
    common = ar1(row["crowd"] * luck, row["crowd_persistence"]) + row["heat"] * weather.heat
    first, last = _ends(sessions)
    common += np.array(row["weekdays"])[(sessions.astype(int) + 3) % 7]
    common[among(sessions, early_closes(first, last))] += row["half_day"]
    common[among(sessions, third_fridays(sessions))] += row["witching"]
    return Crowd(common, np.where(among(sessions, _russell_days(sessions)), row["russell"], 0.0))


def volume(rng: RandomState, table: Table, row: Table, crowd: Crowd, size: Floats) -> Floats:
    """Shares traded each session in whole hundreds; `size` is the session's move in standard deviations."""
    n = len(size)
    own = ar1(table["own"] * rng.standard_normal(n), table["own_persistence"])
    luck = rng.random_sample((2, n))
    low, high = table["spikes"]
    spike = np.where(luck[0] < table["spike_odds"], np.log(low + (high - low) * luck[1]), 0.0)
    # A move beyond five standard deviations brings no more people than one of five.
    log = crowd.common + own + spike + table["size"] * np.minimum(size, 5.0)
    if row.get("russell"):
        log += crowd.russell
    hundreds: Floats = np.maximum(np.round(np.exp(log) * (row["shares"] / 100)), 1)
    return hundreds * 100


def third_fridays(sessions: Days) -> Days:
    """The third Fridays of March, June, September and December, on which futures and options expire together."""
    first, last = _ends(sessions)
    years = range(first.year, last.year + 1)
    return np.array([nth_weekday(year, m, FRIDAY, 3) for year in years for m in (3, 6, 9, 12)], "datetime64[D]")


def _russell_days(sessions: Days) -> Days:
    """Reconstitution: the fourth Friday of June, and from 2026 also the second Friday of November."""
    first, last = _ends(sessions)
    years = range(first.year, last.year + 1)
    days = [nth_weekday(year, 6, FRIDAY, 4) for year in years]
    days += [nth_weekday(year, 11, FRIDAY, 2) for year in years if year >= NOVEMBER_RUSSELL_FROM]
    return np.array(days, "datetime64[D]")


def _ends(sessions: Days) -> tuple[date, date]:
    first, last = sessions[0].astype(object), sessions[-1].astype(object)
    assert isinstance(first, date)
    assert isinstance(last, date)
    return first, last
