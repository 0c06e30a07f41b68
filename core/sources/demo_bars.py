"""One simulated ticker: closes from factor loadings, candles from Brownian bridges, volume and dividends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import RandomState

from ..bars import Bars, Days, Floats
from ..calendar import FRIDAY, early_closes, nth_weekday
from .demo_model import YEAR, Factor, Table, Weather, ar1, egarch, stream, student


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """What all tickers share: sessions, factors, the weather, the common part of nights and of volume."""

    seed: int
    sessions: Days
    factors: Mapping[str, Factor]
    weather: Weather
    night: Floats
    crowd: Floats
    occasions: Mapping[str, Floats]


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """One ticker from the first to the last simulated session; `cuts` is the running product of 1 - D / close before."""

    bars: Bars
    cuts: Floats

    def until(self, n: int) -> Bars:
        """The first `n` sessions as a vendor would show them that day: dividends after them are not in adj_close."""
        b = self.bars
        adj_close = np.round(b.close[:n] * (self.cuts[n - 1] / self.cuts[:n]), 6) if b.adjusted else b.close[:n]
        return Bars(b.ticker, b.sessions[:n], b.open[:n], b.high[:n], b.low[:n], b.close[:n], adj_close, b.volume[:n], b.adjusted)


def ticker(stage: Stage, table: Table, name: str) -> History:
    """The whole history of one fund, from its row in the table `tickers` and from nobody else's random numbers."""
    row, rng = table["tickers"][name], stream(stage.seed, name)
    total, sd = _returns(rng, row, stage)
    due, share = _dividends(rng, row, stage.sessions)
    total[due] += np.log1p(-share)
    total[0] = 0.0
    path = np.log(row["start"]) + np.cumsum(total)
    prices = candles(rng, table["candles"], path, total, sd, row.get("together", 1.0) * stage.night)
    cuts = np.ones(len(path))
    before = prices[3][due - 1]
    cuts[due] -= np.round(before * share, 3) / before
    volume = _volume(rng, table["volume"], row, stage, np.abs(total) / sd)
    return History(Bars(name, stage.sessions, *prices, prices[3], volume), np.cumprod(cuts))


def index(stage: Stage, table: Table, name: str, values: Floats) -> History:
    """An index that nobody trades, such as the VIX: candles around given closes, no volume, no adj_close."""
    path = np.log(values)
    total = np.diff(path, prepend=path[0])
    sd = np.full(len(path), table["vix"]["sd"])
    prices = candles(stream(stage.seed, name), table["candles"], path, total, sd, -stage.night)
    nothing = np.zeros(len(path))
    return History(Bars(name, stage.sessions, *prices, prices[3], nothing, adjusted=False), np.ones(len(path)))


def candles(rng: RandomState, row: Table, path: Floats, total: Floats, sd: Floats, night: Floats) -> list[Floats]:
    """Open, high, low and close in cents from log closes, log returns and each session's standard deviation.

    The night takes the share `night` of the variance: given the day's return it is a normal draw. High and low are the
    exact extremes of a Brownian bridge from open to close (Karatzas & Shreve, Brownian Motion, 2.8).
    """
    share = row["night"]
    own = np.sqrt(1 - row["together"] ** 2) * rng.standard_normal(len(path)) + row["together"] * night
    day = (1 - share) * total - np.sqrt(share * (1 - share)) * sd * own
    spread = -2 * row["width"] ** 2 * (1 - share) * sd**2 * np.log(1 - rng.random_sample((2, len(path))))
    reach = (np.sqrt(day**2 + spread) + np.abs(day) * 0) / 2
    middle = path - day / 2
    opening, close = np.round(np.exp(path - day), 2), np.round(np.exp(path), 2)
    high = np.maximum(np.round(np.exp(middle + reach[0]), 2), np.maximum(opening, close))
    low = np.minimum(np.round(np.exp(middle - reach[1]), 2), np.minimum(opening, close))
    return [opening, high, low, close]


def stage(seed: int, sessions: Days, factors: Mapping[str, Factor], weather: Weather, row: Table) -> Stage:
    """The shared part of every ticker's history; `row` is the table `volume`."""
    n = len(sessions)
    rng = stream(seed, "stage")
    night = rng.standard_normal(n)
    crowd = ar1(row["crowd"] * rng.standard_normal(n), row["crowd_persistence"])
    return Stage(seed, sessions, factors, weather, night, crowd, _occasions(sessions, row))


def _returns(rng: RandomState, row: Table, stage: Stage) -> tuple[Floats, Floats]:
    """Total log returns from loadings and a shock of the ticker's own, and their conditional standard deviation."""
    shock = student(rng, row["df"], len(stage.sessions))
    memory = {"persistence": 0.97, "leverage": 0.0, "size": 0.1}
    own = row["own"] / np.sqrt(YEAR) * np.exp(0.6 * stage.weather.heat + egarch(shock, memory))
    total, variance = row.get("drift", 0.0) / YEAR + own * shock, own**2
    for name, loading in row["on"].items():
        moves = stage.factors[name]
        total += loading * moves.moves
        variance += (loading * moves.sd) ** 2
    return total, np.sqrt(variance)


def _dividends(rng: RandomState, row: Table, sessions: Days) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Floats]:
    """Ex-dates as places, and each payment as a share of the close before it.

    Funds of stocks go ex on the Monday after the third Friday of a quarter's last month, funds of bonds on the first
    session of a month.
    """
    months, first = np.unique(sessions.astype("datetime64[M]"), return_index=True)
    due = first[1:]
    times = row.get("payments", 4)
    if times == 4:
        due = np.searchsorted(sessions, _fridays(sessions, (3, 6, 9, 12))) + 1
    due = due[due < len(sessions)]
    return due, row.get("dividend", 0.0) / max(times, 1) * (0.85 + 0.3 * rng.random_sample(len(due)))


def _volume(rng: RandomState, table: Table, row: Table, stage: Stage, size: Floats) -> Floats:
    n = len(size)
    own = ar1(table["own"] * rng.standard_normal(n), table["own_persistence"])
    luck = rng.random_sample((2, n))
    spike = np.where(luck[0] < table["spike_odds"], np.log(1.6 + 1.6 * luck[1]), 0.0)
    log = own + stage.crowd + spike + table["size"] * np.minimum(size, 5.0) + table["heat"] * stage.weather.heat
    log += stage.occasions["all"]
    if row.get("russell"):
        log = log + stage.occasions["russell"]
    return np.maximum(np.round(np.exp(log) * row["shares"] / 100), 1) * 100


def _occasions(sessions: Days, row: Table) -> Mapping[str, Floats]:
    """What the calendar adds to log volume: the weekday, half days, quarterly witching, Russell reconstitution."""
    weekday = (sessions.astype("datetime64[D]").astype(int) + 3) % 7
    log = np.array(row["weekdays"])[weekday]
    first, last = sessions[0].astype(object), sessions[-1].astype(object)
    log[np.isin(sessions, early_closes(first, last))] += row["half_day"]
    log[np.isin(sessions, _fridays(sessions, (3, 6, 9, 12)))] += row["witching"]
    russell = np.where(np.isin(sessions, _russell_days(sessions)), row["russell"], 0.0)
    return {"all": log, "russell": russell}


def _fridays(sessions: Days, months: tuple[int, ...]) -> Days:
    """The third Fridays of the given months, on which options expire."""
    return np.array([nth_weekday(year, m, FRIDAY, 3) for year in _years(sessions) for m in months], "datetime64[D]")


def _russell_days(sessions: Days) -> Days:
    june = [nth_weekday(year, 6, FRIDAY, 4) for year in _years(sessions)]
    november = [nth_weekday(year, 11, FRIDAY, 2) for year in _years(sessions) if year >= 2026]
    return np.array(june + november, "datetime64[D]")


def _years(sessions: Days) -> range:
    first, last = sessions[0].astype(object), sessions[-1].astype(object)
    assert isinstance(first, date) and isinstance(last, date)
    return range(first.year, last.year + 1)
