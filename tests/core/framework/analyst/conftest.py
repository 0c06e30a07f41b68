"""What the tests of the analyst's report need: a random panel, a world on it, and reports made by texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Bars, Panel, to_day
from smallcap.core.framework.analyst import ANALYST
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import made
from smallcap.core.history import Pair
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import random_panel

FACTS = funds.read()
IWM_SPY = Pair("IWM", "SPY")
SEEDS = 8


def read(panel: Panel, row: int = -1, **chosen: object) -> Reading:
    day = to_day(panel["SPY"].sessions[row])
    return reading.build(panel, day, replace(Settings(), **chosen), closed=day)


def world(panel: Panel, row: int = -1, **chosen: object) -> World:
    return World(read(panel, row, **chosen), FACTS)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """A random panel whose last year has had every label but one."""
    return random_panel(seed=6)


@pytest.fixture(scope="module")
def here(panel: Panel) -> World:
    return world(panel)


def planned(where: World, **texts: str) -> Plan:
    return made(ANALYST, where, {{"since": "from"}.get(key, key): text for key, text in texts.items()})


def rows(plan: Plan) -> dict[str, tuple[str, str]]:
    return {row.name: (row.value, row.how) for row in plan.rows}


def day_of(panel: Panel, row: int) -> str:
    return str(panel["SPY"].sessions[row])


def columns(bars: Bars) -> list[np.ndarray]:
    return [bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume]
