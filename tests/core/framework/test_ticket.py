"""The ticket: all inputs at once, each wrong one named beside it, and the same size as everywhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.active import ACTIVE
from smallcap.core.framework.profile import World
from smallcap.core.framework.ticket import Cell, Ticket, fill
from smallcap.core.framework.wizard import made
from smallcap.core.settings import Settings
from smallcap.core.sizing import MULTIPLIERS

KEYS = ["side", "entry", "stop", "target", "equity", "cash", "risk", "max_weight", "target_vol"]


def world_of(panel: Panel, row: int = -1, **chosen: object) -> World:
    day = to_day(panel["SPY"].sessions[row])
    return World(reading.build(panel, day, replace(Settings(), **chosen), closed=day), funds.read())  # type: ignore[arg-type]


def problems(ticket: Ticket) -> dict[str, str]:
    return {field.question.key: field.problem for field in ticket.fields if field.problem}


def test_untouched_it_is_the_suggestion_and_the_plan(panel: Panel):
    world = world_of(panel)
    ticket = fill(world, "IWM", {})
    assert [field.question.key for field in ticket.fields] == KEYS
    assert ticket.sizing
    assert ticket.sizing.shares == world.reading.suggestion("IWM").shares
    assert ticket.sizing.shares == made(ACTIVE, world, {}).decision["shares"]
    assert problems(ticket) == {}


def test_caps_of_the_account_are_fields_too(panel: Panel):
    ticket = fill(world_of(panel), "SPY", {"max_weight": "1%", "entry": "90"})
    assert ticket.sizing
    assert (ticket.sizing.shares, ticket.sizing.bound_by) == (11, "position cap")


def test_every_wrong_field_is_named_beside_it_and_nothing_is_sized(panel: Panel):
    texts = {"side": "up", "entry": "-1", "stop": "x", "equity": "lots", "max_weight": "200%", "risk": "1%"}
    ticket = fill(world_of(panel), "IWM", texts)
    assert list(problems(ticket)) == ["side", "entry", "stop", "equity", "max_weight"]
    assert ticket.sizing is None
    assert ticket.why == problems(ticket)["side"]
    typed = {field.question.key: field.text for field in ticket.fields}
    assert {key: typed[key] for key in texts} == texts


def test_a_wrong_entry_is_the_only_thing_said_when_all_else_is_right(panel: Panel):
    assert list(problems(fill(world_of(panel), "IWM", {"entry": "nan"}))) == ["entry"]


@pytest.mark.parametrize("leadership", [-1, 0, 1])
@pytest.mark.parametrize("confirmation", [-1, 0, 1])
def test_another_market_can_be_assumed(panel: Panel, leadership: int, confirmation: int):
    ticket = fill(world_of(panel), "IWM", {}, Cell(leadership, confirmation))
    assert ticket.sizing
    assert ticket.sizing.multiplier == MULTIPLIERS[leadership][confirmation]
    assert ticket.climate.words.endswith(" assumed")


def test_without_an_atr_a_price_is_needed_and_that_is_said_at_the_stop(panel: Panel):
    world = world_of(panel.until(panel["SPY"].sessions[5]))
    ticket = fill(world, "IWM", {})
    assert problems(ticket) == {"stop": "stop 2atr: the ATR is missing or 0; give a price"}
    close = world.reading.panel["IWM"].close[-1]
    given = fill(world, "IWM", {"stop": f"{close * 0.9:.2f}"})
    assert given.sizing
    assert any("volatility" in words for words in given.sizing.warnings)
