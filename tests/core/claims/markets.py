"""Markets made on the spot, in which what a claim says is so, is the other way round, or is not."""

from __future__ import annotations

from datetime import date

import numpy as np
from smallcap.core.bars import Bars, Days, Floats, Origin, Panel, series_of, to_day
from smallcap.core.calendar import sessions
from smallcap.core.claims.card import Card
from smallcap.core.claims.claims import claims

DRAWS = 400
SECTORS = ("XLF", "XLI", "XLY", "XLU", "XLP", "XLV")
FUNDS = ("SPY", "IWM", "QQQ", "VTWO", "HYG", "IEF", *SECTORS)
SERIES = ("DGS2", "DFF", "VIXCLS")
DAYS = sessions(date(2001, 1, 2), date(2016, 12, 30))
FUNDS_RATE = 3.0 + 2.0 * np.sin(2.0 * np.pi * np.arange(len(DAYS)) / 640)
"""Six cuts and six raises, each a year and a quarter long."""
VOLUME = np.where(np.arange(len(DAYS)) % 50 == 25, 3e6, 1e6)
"""Three times its mean every fifty sessions."""


def noise(seed: int, size: float = 0.01, n: int = len(DAYS)) -> Floats:
    """Daily log returns without any pattern."""
    return np.random.RandomState(seed).normal(0.0, size, n)


def bars(ticker: str, returns: Floats, volume: Floats | None = None, days: Days = DAYS) -> Bars:
    """Bars whose closes grow by log returns."""
    close = 100.0 * np.exp(np.cumsum(returns))
    shares = np.full(len(days), 1e6) if volume is None else volume
    return Bars(ticker, days, close, close * 1.009, close * 0.991, close, close, shares)


def market(seed: int = 0, **returns: Floats) -> Panel:
    """Every fund and series that a claim needs, without a pattern but in those whose log returns are given.

    All funds share SPY's days, each with a noise of its own. Series take their values, in percent.
    """
    common = noise(1000 + seed)
    made = {name: returns.get(name, common + noise(100 * seed + at, 0.004)) for at, name in enumerate(FUNDS)}
    values = {name: returns.get(name, 15 + 5 * np.abs(noise(50 * seed + at, 1.0))) for at, name in enumerate(SERIES)}
    values["DFF"] = returns.get("DFF", FUNDS_RATE)
    days = DAYS
    return Panel(
        {name: bars(name, row, VOLUME) for name, row in made.items()},
        Origin("made up", True, "2020-01-01T00:00:00+00:00"),
        {name: series_of(name, days, row) for name, row in values.items()},
    )


def last(panel: Panel) -> date:
    """The last session of IWM."""
    return to_day(panel["IWM"].sessions[-1])


def card_of(key: str, panel: Panel) -> Card:
    """One card of a panel, on all its sessions."""
    return claims(panel, last(panel), draws=DRAWS, only=[key])[0]
