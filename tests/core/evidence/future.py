"""Another future: the same market with everything after a session spoilt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of


def spoilt_after(panel: Panel, session: np.datetime64) -> Panel:
    """The panel with every bar after a session turned around and made ten times dearer."""

    def spoilt(bars: Bars) -> Bars:
        n = int(np.searchsorted(bars.sessions, session, "right"))
        columns = [np.concatenate((c[:n], 10.0 * c[n:][::-1])) for c in (getattr(bars, name) for name in COLUMNS)]
        return bars_of(bars.ticker, bars.sessions, columns)

    return replace(panel, bars={ticker: spoilt(bars) for ticker, bars in panel.bars.items()})
