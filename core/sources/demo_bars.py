"""One simulated ticker: closes from factor loadings, candles from Brownian bridges, dividends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from ..bars import Bars, Days, Floats
from .demo_model import YEAR, Factor, Table, Weather, egarch, overnight, stream, student
from .demo_volume import Crowd, third_fridays, volume


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """What all tickers share: the seed, the tables, the sessions, the factors, the weather and the volume in common."""

    seed: int
    table: Table
    sessions: Days
    factors: Mapping[str, Factor]
    weather: Weather
    crowd: Crowd


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """One ticker from the first to the last simulated session.

    `cuts` is the running product of 1 - dividend / close before. `causes` holds what moves the ticker, factors and then
    the ticker itself, by name: a loading and the standard deviation of the cause on each session.
    """

    bars: Bars
    cuts: Floats
    causes: Mapping[str, tuple[float, Floats]]

    def until(self, n: int) -> Bars:
        """The first `n` sessions as a vendor would show them that day: dividends after them are not in adj_close."""
        b = self.bars
        adj_close = np.round(b.close[:n] * (self.cuts[n - 1] / self.cuts[:n]), 6) if b.adjusted else b.close[:n]
        opening, high, low, close, volume = b.open[:n], b.high[:n], b.low[:n], b.close[:n], b.volume[:n]
        return Bars(b.ticker, b.sessions[:n], opening, high, low, close, adj_close, volume, b.adjusted)


def fund(stage: Stage, name: str) -> History:
    """The whole history of one fund, from its row in the table `tickers` and from nobody else's random numbers."""
    row, rng = stage.table["tickers"][name], stream(stage.seed, name)
    causes, own = _causes(rng, row, stage)
    total = row.get("drift", 0.0) / YEAR + own.moves + sum(load * f.moves for load, f in causes.values())
    night = own.night + sum(load * f.night for load, f in causes.values())
    sd = np.sqrt(own.sd**2 + sum((load * f.sd) ** 2 for load, f in causes.values()))
    due, share = _dividends(rng, row, stage.sessions)
    total[0], night[0] = 0.0, 0.0
    total[due] += np.log1p(-share)
    night[due] += np.log1p(-share)
    path = np.log(row["start"]) + np.cumsum(total)
    prices = candles(rng, path, total - night, _reach(stage.table, row) * sd)
    traded = volume(rng, stage.table["volume"], row, stage.crowd, np.abs(total) / sd)
    sds = {cause: (load, f.sd) for cause, (load, f) in causes.items()} | {name: (1.0, own.sd)}
    return History(Bars(name, stage.sessions, *prices, prices[3], traded), _cuts(prices[3], due, share), sds)


def index(stage: Stage, name: str, values: Floats) -> History:
    """An index that nobody trades, such as the VIX: candles around given closes, no volume, no adj_close."""
    rng, row = stream(stage.seed, name), stage.table["vix"]
    n, path, with_market = len(values), np.log(values), row["with_market"]
    total, sd = np.diff(path, prepend=path[0]), np.full(len(path), row["sd"])
    luck = with_market * stage.weather.night + np.sqrt(1 - with_market**2) * rng.standard_normal(n)
    night = overnight(total, sd, luck, stage.table["candles"])
    prices = candles(rng, path, total - night, _reach(stage.table, row) * sd)
    sds = {"market": (with_market, sd), name: (float(np.sqrt(1 - with_market**2)), sd)}
    return History(Bars(name, stage.sessions, *prices, prices[3], np.zeros(n), False), np.ones(n), sds)


def candles(rng: RandomState, path: Floats, day: Floats, sd: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Open, high, low and close in cents from log closes, log moves from open to close, and the day's sd.

    High and low are the exact extremes of a Brownian bridge from open to close (Karatzas & Shreve, Brownian Motion and
    Stochastic Calculus, 2.8), each drawn on its own.
    """
    reach = np.sqrt(day**2 - 2 * sd**2 * np.log(1 - rng.random_sample((2, len(path))))) / 2
    middle = path - day / 2
    logs = np.array((path - day, middle + reach[0], middle - reach[1], path))
    opening, high, low, close = np.round(np.exp(logs), 2)
    return opening, np.maximum(high, np.maximum(opening, close)), np.minimum(low, np.minimum(opening, close)), close


def _reach(table: Table, row: Table) -> float:
    """The sd from open to close as a share of the session's; `width` fits the range a ticker really has."""
    width = row.get("width", table["candles"]["width"])
    return float(width * np.sqrt(1 - table["candles"]["night"]))


def _causes(rng: RandomState, row: Table, stage: Stage) -> tuple[Mapping[str, tuple[float, Factor]], Factor]:
    """The factors that move a ticker with their loadings, and the move that is the ticker's own."""
    common, n = stage.table["own"], len(stage.sessions)
    shock = student(rng, row["df"], n)
    sd = row["own"] / np.sqrt(YEAR) * np.exp(common["heat"] * stage.weather.heat + egarch(shock, common["memory"]))
    own = Factor(sd * shock, sd, overnight(sd * shock, sd, rng.standard_normal(n), stage.table["candles"]))
    return {name: (load, stage.factors[name]) for name, load in row["on"].items()}, own


def _dividends(rng: RandomState, row: Table, sessions: Days) -> tuple[NDArray[np.intp], Floats]:
    """Ex-dates as places, and each payment as a share of the close before it.

    Funds of stocks go ex on the session after the third Friday of a quarter's last month, funds of bonds on the first
    session of a month.
    """
    times = row.get("payments", 4)
    if times == 12:
        due = np.unique(sessions.astype("datetime64[M]"), return_index=True)[1][1:]
    else:
        due = np.searchsorted(sessions, third_fridays(sessions), "right")
    due = due[due < len(sessions)] if times else due[:0]
    return due, row.get("dividend", 0.0) / max(times, 1) * (0.85 + 0.3 * rng.random_sample(len(due)))


def _cuts(close: Floats, due: NDArray[np.intp], share: Floats) -> Floats:
    """The running product of 1 - D / close before, D rounded to tenths of a cent as funds pay it."""
    cuts = np.ones(len(close))
    before = close[due - 1]
    cuts[due] -= np.round(before * share, 3) / before
    np.cumprod(cuts, out=cuts)
    return cuts
