"""Claims of the calendar: the returns of the sessions of a season, known ahead, beside those of all others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Days, Floats, to_day
from ..calendar import FIRST, LAST, RUSSELL_JUNE_FROM, russell_dates, sessions
from ..evidence.labels import Bools
from .card import Chart, Finding
from .charts import by_group, by_month, by_year
from .estimates import WHOLE, by_decade, difference
from .market import RATIO, SMALL, Market

MONTH, HALF_YEAR = 21, 126
JANUARY, MAY, JUNE, OCTOBER = 1, 5, 6, 10
EARLY = 3
"""The first sessions of a month that belong to its turn, after the last one of the month before."""


class Season(NamedTuple):
    """The sessions of a season, (t,), how many it lasts, when that is, and those it is compared within (None: all)."""

    held: Bools
    length: int
    when: str
    known: Bools | None = None


def january(market: Market) -> Finding:
    """The ratio in January."""
    days, returns = market.sessions, market.returns(RATIO)
    chart = by_month("the ratio's mean return by month, 21 sessions", days, MONTH * returns)
    return _season(market, RATIO, Season(months_of(days) == JANUARY, MONTH, "in January"), chart)


def sell_in_may(market: Market) -> Finding:
    """IWM from May to October."""
    days, month = market.sessions, months_of(market.sessions)
    chart = by_month("IWM's mean return by month, 21 sessions", days, MONTH * market.returns(SMALL))
    season = Season((month >= MAY) & (month <= OCTOBER), HALF_YEAR, "from May to October")
    return _season(market, SMALL, season, chart)


def june_reconstitution(market: Market) -> Finding:
    """The ratio in the 21 sessions up to June's Russell reconstitution."""
    days, returns = market.sessions, market.returns(RATIO)
    held = np.isin(days, before_reconstitution(days))
    ruled = days >= np.datetime64(f"{RUSSELL_JUNE_FROM}-01-01")
    chart = by_year("the ratio before June's reconstitution, by year", days, [("return", _only(MONTH * returns, held))])
    return _season(market, RATIO, Season(held, MONTH, "up to June's reconstitution", ruled), chart)


def turn_of_month(market: Market) -> Finding:
    """IWM on the last session of a month and the first three of the next."""
    place = place_in_month(market.sessions)
    held = (place >= -1) & (place <= EARLY)
    returns = market.returns(SMALL)
    around = [(f"{at:+d}", place == at) for at in range(-4, 7) if at]
    chart = by_group("IWM's mean return by session around the turn", [*around, ("others", place > 6)], returns)
    return _season(market, SMALL, Season(held, EARLY + 1, "around the turn of the month"), chart)


def months_of(days: Days) -> Floats:
    """The month of each session, 1 to 12."""
    return np.asarray(days.astype("datetime64[M]").astype(np.int64) % 12 + 1)


def place_in_month(days: Days) -> Floats:
    """Each session's place in its month by the calendar; (t,).

    1, 2, 3 ... from the month's begin, but for its last four, which are -4, -3, -2 and -1.
    """
    first, last = to_day(days[0]).replace(day=1), min(to_day(days[-1]) + timedelta(40), LAST)
    every = sessions(max(first, FIRST), last)
    month = every.astype("datetime64[M]")
    starts, ends = np.searchsorted(month, month), np.searchsorted(month, month, "right")
    rows = np.arange(len(every))
    place = np.where(ends - rows <= 4, rows - ends, rows - starts + 1)
    return np.asarray(place[np.searchsorted(every, days)])


def before_reconstitution(days: Days) -> Days:
    """The 21 sessions up to each June's reconstitution, that of the coming one too: its date is known ahead."""
    first, last = to_day(days[0]), min(to_day(days[-1]) + timedelta(60), LAST)
    fridays = [friday for friday in russell_dates(first, last) if friday.month == JUNE]
    return np.concatenate([days[:0], *(_up_to(friday) for friday in fridays)])


def _up_to(friday: date) -> Days:
    return sessions(friday - timedelta(2 * MONTH), friday)[-MONTH:]


def _only(values: Floats, held: Bools) -> Floats:
    return np.where(held, values, np.nan)


def _season(market: Market, name: str, season: Season, chart: Chart) -> Finding:
    """The log returns of a season, as long as it lasts, beside as many other sessions'."""
    held, length, when, within = season
    known = np.ones(len(held), dtype=bool) if within is None else within
    of = difference(market, length * market.returns(name), held, known, 1)
    found = of(WHOLE)
    assert found.ci95 is not None
    one, other, by, low, high = (fmt.percent(v, 2) for v in (*found.sides, found.result, *found.ci95[:2]))
    return Finding(
        estimate=found,
        periods=by_decade(market.sessions, of),
        n_words=f"{fmt.count(found.n, 'session')} in {fmt.count(found.episodes or 0, 'episode')}",
        words=f"{name} returned {one} over {length} sessions {when}, {other} over as many others: "
        f"a difference of {by}, 95% interval {low} to {high}.",
        chart=chart,
    )
