"""The ticket: all inputs at once, each wrong one named beside it, and the same size as everywhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.active import ACTIVE
from smallcap.core.framework.profile import World
from smallcap.core.framework.ticket import Cell, Field, Ticket, account, fill, nudged
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
    assert ticket.climate.words == f"if {Cell(leadership, confirmation).words.lower()}"


def field_of(ticket: Ticket, key: str) -> Field:
    return next(field for field in ticket.fields if field.question.key == key)


def test_a_stop_in_atr_stays_one_and_says_how_it_came_about(panel: Panel):
    ticket = fill(world_of(panel), "IWM", {"stop": "3 ATR", "entry": "50"})
    assert ticket.request
    assert ticket.sizing
    assert (ticket.request.stop, ticket.request.stop_atr) == (None, 3.0)
    assert ticket.sizing.stop == pytest.approx(50 - 3 * ticket.climate.atr)
    assert ticket.sizing.steps[1].formula == f"50.00 - 3 x ATR {ticket.climate.atr:.2f}"
    given = fill(world_of(panel), "IWM", {"stop": "45", "entry": "50"})
    assert given.request
    assert given.sizing
    assert given.request.stop == 45.0
    assert given.sizing.steps[1].formula == "as given"


def test_an_empty_text_is_the_default_unless_it_is_an_answer(panel: Panel):
    world = world_of(panel)
    ticket = fill(world, "IWM", {"equity": " ", "stop": "", "target": "", "side": ""})
    assert problems(ticket) == {}
    assert ticket.request
    assert (ticket.request.equity, ticket.request.stop_atr) == (world.reading.settings.equity, 2.0)
    assert ticket.request.target is None
    assert field_of(ticket, "equity").text == " "


def test_an_account_with_cents_is_shown_to_the_cent(panel: Panel):
    ticket = fill(world_of(panel, equity=50_000.75), "IWM", {})
    assert field_of(ticket, "equity").text == "50,000.75"
    assert ticket.request
    assert ticket.request.equity == 50_000.75


def test_only_sound_changes_of_the_account_are_to_be_kept(panel: Panel):
    world = world_of(panel)
    settings = world.reading.settings
    texts = {"equity": "5000", "risk": "90%", "stop": "3atr", "max_weight": "25%", "entry": "50", "cash": "100"}
    ticket = fill(world, "IWM", texts)
    kept = {field.question.key: dict(account(field, settings)) for field in ticket.fields}
    assert {key: found for key, found in kept.items() if found} == {
        "equity": {"equity": 5000.0},
        "stop": {"stop_atr": 3.0},
    }
    assert account(field_of(fill(world, "IWM", {"stop": "1"}), "stop"), settings) == {}


@pytest.mark.parametrize(
    ("key", "text", "up", "down"),
    [
        ("side", "long", "short", "short"),
        ("entry", "100", "101.00", "99.00"),
        ("entry", "0.05", "0.05050", "0.04950"),
        ("stop", "2atr", "2.5atr", "1.5atr"),
        ("stop", "0.5atr", "1atr", "0.5atr"),
        ("stop", "10", "10.10", "9.90"),
        ("target", "", "", ""),
        ("equity", "100,000.5", "101,000.5", "99,000.5"),
        ("equity", "900", "1,900", "900"),
        ("cash", "", "101,000", "99,000"),
        ("cash", "500", "1,500", "500"),
        ("risk", "1%", "1.25%", "0.75%"),
        ("risk", "10%", "10%", "9.75%"),
        ("risk", "many", "many", "many"),
        ("max_weight", "25%", "30%", "20%"),
        ("target_vol", "0.2", "21%", "19%"),
    ],
)
def test_a_field_is_stepped_as_far_as_it_stays_sound(panel: Panel, key: str, text: str, up: str, down: str):
    field = field_of(fill(world_of(panel), "IWM", {key: text}), key)
    assert (nudged(field, 1, 100_000.0), nudged(field, -1, 100_000.0)) == (up, down)


def test_without_an_atr_a_price_is_needed_and_that_is_said_at_the_stop(panel: Panel):
    world = world_of(panel.until(panel["SPY"].sessions[5]))
    ticket = fill(world, "IWM", {})
    assert problems(ticket) == {"stop": "stop 2atr: the ATR is missing or 0; give a price"}
    close = world.reading.panel["IWM"].close[-1]
    given = fill(world, "IWM", {"stop": f"{close * 0.9:.2f}"})
    assert given.sizing
    assert any("volatility" in words for words in given.sizing.warnings)
