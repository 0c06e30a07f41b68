"""A market, its plans and its alerts, as sound as they are before they are spoilt."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from smallcap.core import funds, reading
from smallcap.core.alerts import Alert, Last, arm, of_plan
from smallcap.core.bars import to_day
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.core.triggers import parse

from tests.conftest import random_panel

NOW = datetime(2023, 1, 3, 12, tzinfo=UTC)
ALERTS = (
    "IWM < 210",
    "close IWM < 190",
    "IWM/SPY > 0.1",
    "rsi IWM < 35",
    "composite > 70",
    "regime RISK-OFF",
    "volume IWM",
)


@cache
def market() -> Reading:
    """A reading of a random panel."""
    panel = random_panel(320)
    day = to_day(panel["SPY"].sessions[-1])
    return reading.build(panel, day, Settings(), closed=day)


@cache
def plans() -> tuple[Plan, ...]:
    """A plan of each profile."""
    world = World(market(), funds.read())
    return tuple(made(profile, world, {}) for profile in PROFILES)


@cache
def armed() -> tuple[Alert, ...]:
    """An alert of each kind, and what fired."""
    found = tuple(arm(parse(text), market(), Last(), NOW) for text in ALERTS)
    return (*found, *of_plan(plans()[1], "p2", market(), NOW))
