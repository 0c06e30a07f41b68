"""What the tests of the plans screen need: plans made on any day, kept in the journal, and the list of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from smallcap.core import reading as readings
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.core.funds import Facts
from smallcap.core.journal import Journal
from smallcap.core.reading import Reading
from smallcap.tui.widgets.plan_list import PlanList
from textual.pilot import Pilot

from tests.tui.stage import Counted, settle


def read_on(app: Counted, day: date, pair: str = "IWM/SPY") -> Reading:
    return readings.build(app.panel, day, app.standpoint.settings.but(pair=pair), closed=day)


def plan_on(app: Counted, day: date, title: str = "", pair: str = "IWM/SPY") -> Plan:
    row = next(row for row in PROFILES if row.key == "active")
    found = made(row, World(read_on(app, day, pair), Facts()), {})
    return replace(found, title=title or found.title)


def keep(app: Counted, *plans: Plan) -> Journal:
    """Plans in the journal before anybody looks."""
    journal = app.standpoint.journal()
    journal._sync = None
    for plan in plans:
        journal.save(plan, app.standpoint.clock.now())
    return journal


def list_of(app: Counted) -> PlanList:
    return app.screen.query_one(PlanList)


async def calm(pilot: Pilot[int]) -> None:
    """Until what the worker found is shown."""
    await settle(pilot)
    await settle(pilot)
