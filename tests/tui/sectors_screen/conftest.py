"""What the tests of the sectors screen need: a panel with all sectors but one, and rows read."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.core.rotation import SECTORS as TICKERS
from smallcap.tui.widgets.sector_table import SectorTable
from smallcap.tui.widgets.sector_view import SectorView

from tests.conftest import random_bars
from tests.tui.stage import Counted


@pytest.fixture(scope="package")
def whole(panel: Panel) -> Panel:
    """The panel with all twelve sectors but one."""
    more = {t: random_bars(t, 700, 5000 + at) for at, (t, _) in enumerate(TICKERS) if t not in panel.bars}
    del more["XLC"]
    return Panel({**panel.bars, **more}, panel.origin)


def view(app: Counted) -> SectorView:
    found = app.screen.query_one(SectorTable).view
    assert found is not None
    return found


def listed(app: Counted) -> list[str]:
    """The tickers of the table, from above."""
    table = app.screen.query_one(SectorTable)
    rows = app.rows()[table.region.y + 1 : table.region.y + 13]
    return [row[table.region.x + 1 :].split()[0].lstrip("▸") for row in rows]


def row_of(app: Counted, ticker: str) -> str:
    return next(row for row in app.rows() if row[2:].startswith(f"{ticker} "))
