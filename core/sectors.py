"""One sector against the market: where their ratio stands to its 50-day mean, and whether that confirms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .axes import CYCLICAL
from .history import History


class SectorReading(NamedTuple):
    """One sector against the benchmark: S / SMA50(S) - 1 as a fraction and its sign; NaN and 0 where not known."""

    ticker: str
    group: str
    ratio_vs_sma50: float
    sign: int

    @property
    def confirms(self) -> bool:
        """Whether the sector votes for small-cap risk: a cyclical above its mean, a defensive below."""
        return self.sign == (1 if self.group == "cyclical" else -1)


def read_sectors(past: History) -> tuple[SectorReading, ...]:
    """The pair's sectors on the history's last session."""
    return tuple(_read(ticker, float(gap[-1])) for ticker, gap in zip(past.pair.sectors, past.gaps, strict=True))


def _read(ticker: str, gap: float) -> SectorReading:
    group = "cyclical" if ticker in CYCLICAL else "defensive"
    return SectorReading(ticker, group, gap, 0 if np.isnan(gap) else int(np.sign(gap)))
