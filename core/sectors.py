"""One sector against the market: where their ratio stands to its 50-day mean, and whether that confirms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .axes import CYCLICAL
from .bars import Panel
from .history import SECTOR_BENCHMARK, match
from .indicators import sma


@dataclass(frozen=True, slots=True)
class SectorReading:
    """One sector against the benchmark: S / SMA50(S) - 1 as a fraction and its sign; NaN and 0 where not known."""

    ticker: str
    group: str
    ratio_vs_sma50: float
    sign: int

    @property
    def confirms(self) -> bool:
        """Whether the sector votes for small-cap risk: a cyclical above its mean, a defensive below."""
        return self.sign == (1 if self.group == "cyclical" else -1)


def read_sector(panel: Panel, ticker: str) -> SectorReading:
    """The sector on the market's newest session; NaN when it has no bar there."""
    group = "cyclical" if ticker in CYCLICAL else "defensive"
    gap = np.nan
    if ticker in panel.bars:
        m = match(panel[ticker], panel[SECTOR_BENCHMARK])
        ratio = m.a_adj / m.b_adj
        if len(ratio) and m.sessions[-1] == panel[SECTOR_BENCHMARK].sessions[-1]:
            gap = float(ratio[-1] / sma(ratio, 50)[-1] - 1.0)
    return SectorReading(ticker, group, gap, 0 if np.isnan(gap) else int(np.sign(gap)))
