"""What the tests of the macro screen need: a panel with all six series, and rows read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core.bars import Panel, Series
from smallcap.core.macro import MACRO
from smallcap.tui.widgets.macro_table import MacroTable
from smallcap.tui.widgets.macro_view import MacroView

from tests.tui.stage import Counted

LEVELS = {"DGS2": 3.0, "DGS10": 3.5, "T10Y2Y": -0.5, "DFF": 4.0, "BAMLH0A0HYM2": 4.0, "VIXCLS": 20.0}


def series(panel: Panel, name: str, *, seed: int = 0, until: int = 0, months: int = 0) -> Series:
    """A random walk on the panel's sessions; without its last `until`."""
    days = panel["SPY"].sessions[: len(panel["SPY"].sessions) - until]
    moves = np.random.RandomState(seed).normal(0, 0.04, len(days))
    return Series(name, days, np.round(LEVELS[name] + np.cumsum(moves) - moves.sum(), 2), months)


@pytest.fixture(scope="package")
def known(panel: Panel) -> Panel:
    """The panel with all six series."""
    return replace(panel, macro={row.series: series(panel, row.series, seed=at) for at, row in enumerate(MACRO)})


def but(panel: Panel, **changed: Series | None) -> Panel:
    """The panel with some series others, or gone."""
    macro = {**panel.macro, **changed}
    return replace(panel, macro={name: one for name, one in macro.items() if one is not None})


def view(app: Counted) -> MacroView:
    found = app.screen.query_one(MacroTable).view
    assert found is not None
    return found


def row_of(app: Counted, name: str) -> str:
    return next(row for row in app.rows()[4:] if row[2:].startswith(f"{name} "))
