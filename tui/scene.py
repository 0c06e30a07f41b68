"""The scene: what is shown and how, one frozen object that flows down to every widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from ..core.bars import Bars
from ..core.reading import Reading

DAILY_RANGES = ("1M", "3M", "6M", "YTD", "1Y", "5Y", "max")
MONTHS = {"1M": 1, "3M": 3, "6M": 6, "1Y": 12, "5Y": 60}


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """A reading, the ticker and range looked at, how they are drawn, and what went wrong last; compared by identity."""

    reading: Reading
    ticker: str
    range: str
    candles: bool = False
    volume: bool = True
    ascii_only: bool = False
    colourless: bool = False
    travelling: bool = False
    trouble: str = ""

    def but(self, **changes: object) -> Scene:
        """This scene with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def bars(self) -> Bars | None:
        """The chosen ticker's bars up to the as-of session; None when the source has none."""
        return self.reading.panel.bars.get(self.ticker)

    def first_session(self) -> np.datetime64:
        """The first session that the range may show."""
        newest = np.datetime64(self.reading.as_of, "D")
        if self.range == "max":
            return np.datetime64(date(1900, 1, 1), "D")
        if self.range == "YTD":
            return newest.astype("datetime64[Y]").astype("datetime64[D]")
        month = newest.astype("datetime64[M]") - MONTHS[self.range]
        day = newest - newest.astype("datetime64[M]").astype("datetime64[D]")
        return np.datetime64(min(month.astype("datetime64[D]") + day, (month + 1).astype("datetime64[D]")), "D")


@dataclass(frozen=True, eq=False, slots=True)
class Prices:
    """Last prices of a session in progress by ticker, and when they were; empty when nothing trades."""

    by_ticker: Mapping[str, float] = field(default_factory=dict)
    at: str = ""
