"""What is drawn on the chart screen, worked out once for each ticker's bars and each overlay of one reading."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ...core.bars import Bars, Floats, to_day
from ...core.calendar import russell_dates
from ...core.matching import among, match, spread
from ...core.overlays import Curve, Overlay, ratio_bars
from ...core.panes import Pane
from ...core.reading import Reading
from ...core.studies import Studies
from ..charts.raster import Ints

KEPT = 60
Found = TypeVar("Found")
Key = tuple[object, ...]


class Curves:
    """Asks each formula once; what was not looked at for longest is forgotten. Bars are told apart by identity."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._kept: OrderedDict[Key, object] = OrderedDict()

    def ratio(self) -> Bars:
        """The pair's ratio on its shown basis, as bars of closes."""
        read = self.reading
        return self._once(("ratio",), lambda: ratio_bars(str(read.pair), read.history.sessions, read.shown_ratio))

    def studies(self, bars: Bars) -> Studies:
        """The indicators of one ticker."""
        return self._once(("studies", bars), lambda: Studies(bars))

    def overlay(self, overlay: Overlay, bars: Bars, last: int) -> tuple[Curve, ...]:
        """An overlay's curves as seen from the row `last`."""
        key = (overlay, bars, last if overlay.anchored else None)
        return self._once(key, lambda: overlay.of(self.studies(bars), last))

    def pane(self, pane: Pane, bars: Bars) -> tuple[Curve, ...] | str:
        """A pane's curves, or why there are none."""
        market = self.reading.panel.bars.get(self.reading.pair.b)
        return self._once((pane, bars), lambda: pane.of(self.studies(bars), market))

    def codes(self, bars: Bars) -> Ints:
        """The regime of each of the ticker's sessions as its place in regime.REGIMES; -1 where the pair has none."""
        past = self.reading.history

        def laid() -> Ints:
            on = spread(past.codes.astype(np.float64), past.sessions, bars.sessions)
            return np.nan_to_num(on, nan=-1.0).astype(np.int64)

        return self._once(("codes", bars), laid)

    def russell(self, bars: Bars) -> NDArray[np.bool_]:
        """Which sessions the Russell indexes are reconstituted after."""

        def found() -> NDArray[np.bool_]:
            known = russell_dates(to_day(bars.sessions[0]), to_day(bars.sessions[-1]))
            return among(bars.sessions, np.array(known, dtype="datetime64[D]"))

        return self._once(("russell", bars), found)

    def beside(self, bars: Bars, other: Bars) -> Floats:
        """The closes of another ticker on this one's sessions, NaN where it has none."""

        def laid() -> Floats:
            m = match(bars, other)
            return spread(m.b_close, m.sessions, bars.sessions)

        return self._once(("beside", bars, other), laid)

    def _once(self, key: Key, make: Callable[[], Found]) -> Found:
        if key not in self._kept:
            self._kept[key] = make()
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return cast(Found, self._kept[key])
