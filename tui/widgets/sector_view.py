"""What the sectors screen shows: the sectors in their order, the chosen one, and the votes behind the score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...core.reading import Reading
from ...core.rotation import Ballot, Sector, read_ballot, read_rotation


class Order(NamedTuple):
    """A column that the table can be sorted by: its heading and what is compared, the highest or the first on top."""

    head: str
    key: Callable[[Sector], tuple[float | str, ...]]


ORDERS = (
    Order("SMA50", lambda sector: (-sector.gap,)),
    Order("20d", lambda sector: (-sector.performance_20,)),
    Order("63d", lambda sector: (-sector.performance_63,)),
    Order("group", lambda sector: (sector.group or "z", -sector.gap)),
    Order("ticker", lambda sector: (sector.ticker,)),
)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SectorView:
    """The sectors of a reading, sorted by one of ORDERS, those with nothing known last; compared by identity."""

    reading: Reading
    sectors: tuple[Sector, ...]
    ballot: Ballot | None
    chosen: str
    order: int = 0

    @property
    def sector(self) -> Sector:
        """The chosen one."""
        return next(sector for sector in self.sectors if sector.ticker == self.chosen)

    def moved(self, step: int) -> SectorView:
        """The row below or above chosen, round and round."""
        at = (self.sectors.index(self.sector) + step) % len(self.sectors)
        return replace(self, chosen=self.sectors[at].ticker)

    def ordered(self, step: int) -> SectorView:
        """Sorted by the next column, or the one before; the same sector chosen."""
        order = (self.order + step) % len(ORDERS)
        return replace(self, order=order, sectors=_sorted(self.sectors, order))

    def on(self, reading: Reading) -> SectorView:
        """The same for another reading."""
        return replace(viewed(reading, self.chosen), order=self.order).ordered(0)


def viewed(reading: Reading, ticker: str) -> SectorView:
    """A reading's sectors in the first order, `ticker` chosen where it is one of them, else the first row."""
    sectors = _sorted(read_rotation(reading.panel, reading.pair.b, reading.as_of), 0)
    known = ticker in (sector.ticker for sector in sectors)
    return SectorView(reading, sectors, read_ballot(reading.history), ticker if known else sectors[0].ticker)


def _sorted(sectors: tuple[Sector, ...], order: int) -> tuple[Sector, ...]:
    """What isn't known isn't compared: such a sector comes after the others, by its ticker."""

    def place(sector: Sector) -> tuple[bool, tuple[float | str, ...]]:
        key = ORDERS[order].key(sector)
        unknown = bool(sector.why) or any(x != x for x in key)  # noqa: PLR0124  NaN
        return unknown, (sector.ticker,) if unknown else key

    return tuple(sorted(sectors, key=place))
