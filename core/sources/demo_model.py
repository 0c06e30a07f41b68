"""The simulated market's weather: volatility regimes, factors and the VIX, drawn from named, frozen random streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.random import RandomState

from ..bars import Floats

Table = Mapping[str, Any]
YEAR = 252
MEAN_SIZE = 0.76  # of a Student-t shock's |z| at the degrees of freedom in use; a normal one has 0.80


@dataclass(frozen=True, eq=False, slots=True)
class Factor:
    """One common cause of returns: its move each session, its conditional standard deviation, and the move overnight.

    All arrays have one value a session, in log return (percentage points for the factors that are yields).
    """

    moves: Floats
    sd: Floats
    night: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Weather:
    """What moves every ticker: the market, the log of its volatility over its base (`heat`), the regime, the VIX.

    All arrays have one value a session; `regime` holds the row of the table's `regimes`, `shock` the market's own
    standardised shock, `night` that of the hours before the open, `vix` the index in points at the close.
    """

    market: Factor
    shock: Floats
    night: Floats
    heat: Floats
    regime: np.ndarray[Any, np.dtype[np.int64]]
    vix: Floats


def stream(seed: int, name: str) -> RandomState:
    """The random stream of one named part: numpy's frozen generator (NEP 19), so the bytes are the same everywhere."""
    return RandomState(crc32(f"{seed}/{name}".encode()))


def student(rng: RandomState, df: float, n: int) -> Floats:
    """`n` Student-t shocks with `df` > 2 degrees of freedom, scaled to variance one."""
    shocks: Floats = rng.standard_t(df, n) * np.sqrt((df - 2) / df)
    return shocks


def ar1(shocks: Floats, persistence: float) -> Floats:
    """y[t] = persistence * y[t-1] + shocks[t] from y[-1] = 0, without a loop over the sessions.

    Doubling: after k rounds y holds the last 2**k shocks; it stops when what is left out weighs under 1e-9.
    """
    out = shocks.copy()
    step, weight = 1, persistence
    while step < len(out) and weight > 1e-9:
        out[step:] += weight * out[:-step]
        step, weight = 2 * step, weight * weight
    return out


def lagged(values: Floats) -> Floats:
    """The value of the session before; zero on the first."""
    return np.concatenate(([0.0], values[:-1]))


def spells(rng: RandomState, n: int, rows: list[Table]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A Markov chain as the row in force on each of `n` sessions: row 0 first, then by each row's `next` odds.

    A spell lasts a geometric number of sessions with mean `sessions`.
    """
    states: list[int] = []
    lengths: list[int] = []
    row = 0
    while sum(lengths) < n:
        states.append(row)
        lengths.append(int(rng.geometric(1 / rows[row]["sessions"])))
        row = int(np.searchsorted(np.cumsum(rows[row]["next"][:-1]), rng.random_sample()))
    return np.repeat(np.array(states, np.int64), lengths)[:n]


def weather(seed: int, table: Table, n: int) -> Weather:
    """The market factor, its volatility and the VIX over `n` sessions, from the tables `market`, `regimes`, `vix`."""
    row, rows = table["market"], table["regimes"]
    regime = spells(stream(seed, "regimes"), n, rows)
    shock = _skewed(student(stream(seed, "market"), row["df"], n), row["skew"])
    parts = [egarch(shock, part) for part in row["memory"]]
    offset = _eased(np.array([r["log_vol"] for r in rows])[regime], row["ease"])
    heat = offset + sum(parts)
    sd = row["vol"] / np.sqrt(YEAR) * np.exp(heat)
    drift = np.array([r["drift"] for r in rows])[regime] / YEAR
    luck = stream(seed, "market night").standard_normal(n)
    moves = drift + sd * shock
    market = Factor(moves, sd, overnight(moves, sd, luck, table["candles"]))
    return Weather(market, shock, luck, heat, regime, _vix(seed, table, offset, parts, shock))


def _skewed(shock: Floats, skew: float) -> Floats:
    """Shocks with the falls made larger and the rises smaller by the fraction `skew`, mean zero again."""
    return shock - skew * (np.abs(shock) - MEAN_SIZE)


def egarch(shock: Floats, part: Table) -> Floats:
    """One component of the log volatility of each session, moved by the shocks before it (Nelson 1991, EGARCH).

    x[t] = persistence * x[t-1] + leverage * z[t-1] + size * (|z[t-1]| - mean |z|).
    """
    size = np.abs(shock)
    return lagged(ar1(part["leverage"] * shock + part["size"] * (size - MEAN_SIZE), part["persistence"]))


def overnight(moves: Floats, sd: Floats, luck: Floats, row: Table) -> Floats:
    """The part of each session's move made before the open, `luck` being standard normal.

    The night has the share `night` of the variance, and given the whole move it is a normal draw (Brownian bridge).
    """
    share = row["night"]
    night: Floats = share * moves + np.sqrt(share * (1 - share)) * sd * luck
    return night


def factor(rng: RandomState, row: Table, heat: Floats, candles: Table) -> Factor:
    """A factor with Student-t shocks, clustering of its own, a share of the market's `heat`, and slow trends.

    `trend` is a drift a year that lasts about `spell` sessions with a drawn sign or none: leadership that persists.
    """
    n = len(heat)
    shock = student(rng, row["df"], n)
    sd = row["vol"] / np.sqrt(YEAR) * np.exp(row["heat"] * heat + egarch(shock, row["memory"]))
    slow = {"sessions": row["spell"], "next": [1 / 3, 1 / 3, 1 / 3]}
    trend = np.array([-1.0, 0.0, 1.0])[spells(rng, n, [slow, slow, slow])]
    moves = (row["drift"] + row["trend"] * trend) / YEAR + sd * shock
    return Factor(moves, sd, overnight(moves, sd, rng.standard_normal(n), candles))


def _vix(seed: int, table: Table, offset: Floats, parts: list[Floats], shock: Floats) -> Floats:
    """The VIX at each close: the volatility expected over a month, and a mood that jumps against the day's return."""
    row = table["vix"]
    expected = offset.copy()
    for part, memory in zip(parts, table["market"]["memory"], strict=True):
        tomorrow = np.append(part[1:], part[-1])
        expected += _mean_weight(memory["persistence"], 21) * tomorrow
    noise = student(stream(seed, "vix"), row["df"], len(shock))
    mood = ar1(row["noise"] * noise - row["leverage"] * shock, row["persistence"])
    vix: Floats = row["floor"] + row["level"] * np.exp(row["share"] * expected + mood)
    return vix


def _mean_weight(persistence: float, ahead: int) -> float:
    """The mean over `ahead` sessions of what is left of a deviation of 1."""
    return float((1 - persistence**ahead) / (ahead * (1 - persistence)))


def _eased(levels: Floats, persistence: float) -> Floats:
    """Steps turned into slopes: an exponential mean that starts at the first level."""
    eased: Floats = levels[0] + ar1((1 - persistence) * (levels - levels[0]), persistence)
    return eased
