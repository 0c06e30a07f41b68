"""What the tests of the core-satellite profile need: a panel at round prices, a world on it, and what is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, Series, to_day
from smallcap.core.framework.core_satellite import CORE_SATELLITE
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import made
from smallcap.core.settings import Settings

from tests.conftest import random_panel

FACTS = funds.read()
PRICES = {"IWM": 200.0, "SPY": 400.0, "QQQ": 300.0}
HELD = {"value": "100,000", "held": "IWM=61 SPY=200 QQQ=10"}


def falling(panel: Panel) -> Series:
    """A rate of 4 % that fell by half a point some 60 sessions before the panel's end."""
    days = panel["SPY"].sessions
    return Series("DFF", days, np.where(np.arange(len(days)) < len(days) - 60, 4.0, 3.5))


def at_round_prices(panel: Panel) -> Panel:
    """The panel with the last closes of PRICES; what labels are read from, total return, is as it was."""
    ended = {name: replace(panel[name], close=np.append(panel[name].close[:-1], at)) for name, at in PRICES.items()}
    return replace(panel, bars={**panel.bars, **ended})


def world(panel: Panel, prices: Mapping[str, float] | None = None, **chosen: object) -> World:
    day = to_day(panel["SPY"].sessions[-1])
    made = reading.build(panel, day, replace(Settings(), **chosen), closed=day)
    return World(made, FACTS, prices or {})


@pytest.fixture(scope="module")
def panel() -> Panel:
    """A random panel whose sessions have had every label, and whose last one is RISK-OFF."""
    return at_round_prices(random_panel(seed=6))


@pytest.fixture(scope="module")
def here(panel: Panel) -> World:
    """A world at round prices, in which the Federal Reserve is cutting."""
    return world(replace(panel, macro={"DFF": falling(panel)}))


def planned(where: World, **texts: str) -> Plan:
    return made(CORE_SATELLITE, where, {**HELD, **texts})


def rows(plan: Plan) -> dict[str, tuple[str, str]]:
    return {row.name: (row.value, row.how) for row in plan.rows}
