"""What the tests of the passive profile need: a reading, the facts as on any day, and plans made by texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from smallcap.core import funds, reading
from smallcap.core.bars import to_day
from smallcap.core.framework.passive import PASSIVE
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard, made
from smallcap.core.funds import Facts
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.conftest import random_panel

KEYS = [
    "fund", "against", "fee", "fee_against", "amount", "monthly", "years", "return", "inflation", "switch_cost",
]  # fmt: skip
FACTS = funds.read()
DOW = "Dow Jones U.S. Small-Cap Total Stock Market"
SOURCE = "issuer's fund page, read second hand and not checked there"


def reading_of(equity: float = 100_000.0) -> Reading:
    panel = random_panel()
    last = to_day(panel["SPY"].sessions[-1])
    return reading.build(panel, last, replace(Settings(), equity=equity), closed=last)


READING = reading_of()


def world_on(day: str, facts: Facts = FACTS) -> World:
    """The facts as on a day, whatever the market did on it."""
    return World(replace(READING, as_of=date.fromisoformat(day)), facts)


TODAY = world_on("2026-12-01")


def plan_of(world: World = TODAY, **texts: str) -> Plan:
    return made(PASSIVE, world, {{"back": "return"}.get(key, key): text for key, text in texts.items()})


def row(plan: Plan, name: str) -> tuple[str, str]:
    return next((value, how) for row_name, value, how in plan.rows if row_name == name)


def walked(world: World, **texts: str) -> Wizard:
    wizard = Wizard(PASSIVE)
    while question := wizard.question(world):
        wizard = wizard.answered(world, texts.get(question.key, question.default))
    return wizard
