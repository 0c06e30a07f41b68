"""The simulated Federal Reserve, Treasury curve and credit spread, and the series FRED would publish of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ..bars import Days, Floats, Series, series_of, to_day
from ..calendar import MONDAY, SUNDAY, nth_weekday
from ..matching import among
from .demo_model import Factor, Table, Weather, ar1, overnight, stream, student

HOLD, HIKE, CUT = 0, 1, 2


@dataclass(frozen=True, eq=False, slots=True)
class Rates:
    """The policy rate, two yields and the high-yield spread at each close, one value a session, in percent."""

    funds: Floats
    two: Floats
    ten: Floats
    spread: Floats


def factors(seed: int, table: Table, rates: Rates, heat: Floats) -> Mapping[str, Factor]:
    """Their daily changes in percentage points as the factors of the table `yields`, whose `sd` follows `heat`."""
    made = {}
    for name, row in table["yields"].items():
        values: Floats = getattr(rates, row["of"])
        moves, sd = np.diff(values, prepend=values[0]), row["sd"] * np.exp(row["heat"] * heat)
        luck = stream(seed, f"{name} night").standard_normal(len(moves))
        made[name] = Factor(moves, sd, overnight(moves, sd, luck, table["candles"]))
    return made


def rates(seed: int, table: Table, weather: Weather) -> Rates:
    """All rates over the weather's sessions, from the tables `policy`, `curve` and `credit`."""
    target, mode = _policy(seed, table["policy"], weather)
    two, ten = _yields(seed, table["curve"], weather, target, mode)
    calm = student(stream(seed, "funds"), 8, len(target)) * table["policy"]["noise"]
    return Rates(target + calm, two, ten, _spread(seed, table["credit"], weather))


def _policy(seed: int, row: Table, weather: Weather) -> tuple[Floats, Floats]:
    """The policy rate and the cycle (HOLD, HIKE, CUT) on each session, decided at meetings `every` so many sessions."""
    rng, crisis = stream(seed, "policy"), len(row["crisis"]) - 1
    rate, mode, left = row["start"], HIKE, 3
    steps: list[tuple[float, int]] = []
    for regime in weather.regime[:: row["every"]]:
        luck = rng.random_sample(3)
        if luck[0] < row["crisis"][regime] and rate > row["floor"]:
            mode, left = CUT, max(left, 3)
        elif left <= 0:
            mode, left = _next_cycle(row, rate, mode, luck)
        move = {HOLD: 0.0, HIKE: 0.25, CUT: -0.5 if regime == crisis else -0.25}[mode] * (luck[1] < row["resolve"])
        rate, left = float(np.clip(rate + move, row["floor"], row["ceiling"])), left - 1
        steps.append((rate, mode))
    path = np.repeat(np.array(steps, np.float64), row["every"], axis=0)[: len(weather.regime)]
    return path[:, 0], path[:, 1]


def _next_cycle(row: Table, rate: float, mode: int, luck: Floats) -> tuple[int, int]:
    """After a move the rate holds; after a hold a low rate is raised and a high one is cut."""
    if mode != HOLD:
        return HOLD, 1 + int(luck[2] * 2 * row["hold"])
    high = (rate - row["floor"]) / (row["ceiling"] - row["floor"])
    mode = CUT if luck[0] < high else HIKE
    return mode, 1 + int(luck[2] * 2 * row["cycle"])


def _yields(seed: int, row: Table, weather: Weather, target: Floats, mode: Floats) -> tuple[Floats, Floats]:
    """The two- and ten-year yields: the policy expected ahead, a term premium, and shocks that flee with the market.

    The market knows more than the program does: expectations use the policy path of the sessions to come.
    """
    sd = row["sd"] * np.exp(0.4 * weather.heat)
    # While the Fed raises rates inflation drives both markets and bonds stop being a refuge.
    flight = row["flight"] + (row["flight_hiking"] - row["flight"]) * (mode == HIKE)
    shock = student(stream(seed, "ten"), 6, len(target))
    level = sd * (flight * weather.shock + np.sqrt(1 - flight**2) * shock)
    front = row["front_sd"] * student(stream(seed, "two"), 5, len(target))
    near, far = _ahead(target, row["near"]), _ahead(target, row["far"])
    premium = ar1(level, row["persistence"])
    two = near + row["front_share"] * premium + ar1(front, row["front_persistence"])
    ten = row["neutral"] + row["anchor"] * (far - row["neutral"]) + premium
    return _floored(two), _floored(ten)


def _ahead(path: Floats, sessions: int) -> Floats:
    """The mean of the path over the sessions to come; its last value stands for what lies after the end."""
    total = np.cumsum(np.concatenate((path, np.full(sessions, path[-1]))))
    ahead: Floats = (total[sessions:] - total[:-sessions]) / sessions
    return ahead


def _floored(rate: Floats) -> Floats:
    """A shadow rate squeezed softly above zero, so that yields go quiet near it as they did in 2012."""
    width = 0.35
    floored: Floats = 0.08 + width * np.logaddexp(0.0, rate / width)
    return floored


def _spread(seed: int, row: Table, weather: Weather) -> Floats:
    """The high-yield spread: it follows the market's heat with a lag, and the market's shocks at once."""
    shock = row["noise"] * student(stream(seed, "credit"), 5, len(weather.heat)) - row["leverage"] * weather.shock
    slow = ar1((1 - row["ease"]) * weather.heat, row["ease"])
    mood = ar1(shock * np.exp(0.5 * weather.heat), row["persistence"])
    spread: Floats = np.exp(np.log(row["level"]) + row["share"] * slow + mood)
    return spread


def series(rates: Rates, vix: Floats, sessions: Days) -> Mapping[str, Series]:
    """What FRED would publish: percent with two decimals, bank holidays left out, FEDFUNDS dated the month's first."""
    bank = ~among(sessions, _bank_holidays(sessions))
    ten, two = np.round(rates.ten, 2), np.round(rates.two, 2)
    daily = {"DGS2": two, "DGS10": ten, "T10Y2Y": np.round(ten - two, 2), "DFF": np.round(rates.funds, 2)}
    daily["BAMLH0A0HYM2"] = np.round(rates.spread, 2)
    made = {name: series_of(name, sessions[bank], values[bank]) for name, values in daily.items()}
    made["VIXCLS"] = series_of("VIXCLS", sessions, vix)
    made["FEDFUNDS"] = _monthly(rates.funds, sessions)
    return made


def _monthly(values: Floats, sessions: Days) -> Series:
    months, start = np.unique(sessions.astype("datetime64[M]"), return_index=True)
    counts = np.diff(np.append(start, len(values)))
    return series_of("FEDFUNDS", months.astype("datetime64[D]"), np.round(np.add.reduceat(values, start) / counts, 2))


def _bank_holidays(sessions: Days) -> Days:
    """Columbus and Veterans Day, on which the exchange opens and the Treasury market does not."""
    years = range(to_day(sessions[0]).year, to_day(sessions[-1]).year + 1)
    return np.array([day for year in years for day in _bank_days(year)], "datetime64[D]")


def _bank_days(year: int) -> Iterator[date]:
    yield nth_weekday(year, 10, MONDAY, 2)
    veterans = date(year, 11, 11)
    yield veterans + timedelta(veterans.weekday() == SUNDAY)
