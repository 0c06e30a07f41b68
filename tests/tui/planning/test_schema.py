"""A plan's JSON: every profile's is to the letter of the schema, which is strict and says what every key is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.document import as_json
from smallcap.core.framework import wizard
from smallcap.core.framework.analyst_divergences import DIVERGENCES
from smallcap.core.framework.document import document
from smallcap.core.framework.profile import Profile, World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.settings import Settings
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW, random_panel
from tests.tui.planning.conftest import ANSWERS, SCHEMA, checked, validator


def parts(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema within a schema, with its path."""
    if isinstance(node, dict):
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from parts(value, (*path, str(key)))


def world_of(panel: Panel, day: date, **chosen: object) -> World:
    made = reading.build(panel, day, replace(Settings(), **chosen), closed=day)
    return World(made, funds.read())


def planned(profile: Profile, world: World, texts: Mapping[str, str]) -> dict[str, Any]:
    """A plan's document as a script gets it; it must be one that the schema allows."""
    return checked(as_json(document(wizard.made(profile, world, {**ANSWERS.get(profile.key, {}), **texts}))))


MORE: dict[str, list[dict[str, str]]] = {
    "passive": [
        {"fund": "SCHA", "against": "IWM", "monthly": "500", "switch_cost": "9000"},
        {"fund": "IWM", "against": "VTWO", "fee": "0.1%", "fee_against": "0.1%"},
        {"fund": "AAA", "against": "BBB", "fee": "1%", "fee_against": "0"},
    ],
    "active": [{"side": "short", "target": ""}, {"risk": "0", "target": ""}, {"cash": "10", "stop": "3atr"}],
    "core": [{"value": "5000", "held": ""}, {"held": "IWM=400 SPY=10", "value": "900000", "cost": "5"}],
    "analyst": [{"pair": "IWM/QQQ"}, {"pair": "QQQ/SPY", "panels": "macro"}, {"panels": "divergences axes"}],
}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_every_profile_of_a_random_walk_is_to_the_letter(profile: Profile):
    for seed in range(4):
        panel = random_panel(seed=seed)
        for row in (40, 130, 300, 699):
            world = world_of(panel, to_day(panel["SPY"].sessions[row]))
            for texts in ({}, *MORE.get(profile.key, ())):
                planned(profile, world, texts)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_every_profile_of_the_simulated_market_is_to_the_letter(profile: Profile):
    panel = open_source("demo", Store(None)).load(NOW)
    world = world_of(panel, to_day(panel["SPY"].sessions[-1]))
    for texts in ({}, *MORE.get(profile.key, ())):
        assert planned(profile, world, texts)["reading"]["source"]["simulated"] is True


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
@pytest.mark.parametrize("day", ["2000-06-30", "2001-03-13", "2008-10-10", "2020-03-23", "2022-12-30"])
def test_every_profile_of_a_real_day_is_to_the_letter(real_panel: Panel, profile: Profile, day: str):
    world = world_of(real_panel, date.fromisoformat(day))
    for texts in ({}, *MORE.get(profile.key, ())):
        assert planned(profile, world, texts)["reading"]["as_of"] == day


def test_the_schema_is_itself_valid_strict_and_says_what_every_key_is():
    Draft202012Validator.check_schema(SCHEMA)
    (pattern,) = SCHEMA["$defs"]["analyst"]["patternProperties"]
    assert all(re.fullmatch(pattern, f"divergence_{row.key}") for row in DIVERGENCES)
    for path, part in parts(SCHEMA):
        if "properties" in part and path[-1:] != ("properties",) and "allOf" not in path:
            assert part["additionalProperties"] is False, path
            assert set(part["properties"]) - set(part["required"]) == ({"id", "saved"} if path == () else set()), path
            assert all("$ref" in p or p["description"] for p in part["properties"].values()), path
        elif part.get("type") == "object":
            assert isinstance(part["additionalProperties"], dict), path


SPOILS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key nobody knows": lambda d: d.update(extra=1),
    "one in the decision": lambda d: d["decision"].update(extra=1),
    "one in a row": lambda d: d["rows"][0].update(unit="$"),
    "a key that is gone": lambda d: d.pop("why"),
    "one of the decision's": lambda d: d["decision"].pop("sessions"),
    "another profile's decision": lambda d: d.update(profile="active"),
    "a profile nobody knows": lambda d: d.update(profile="day trader"),
    "a number as text": lambda d: d["decision"].update(return_a="0.1"),
    "another date": lambda d: d["reading"].update(as_of="23.3.2020"),
    "another word": lambda d: d["reading"].update(regime="risk-on"),
    "half a saved plan": lambda d: d.update(id="p1"),
    "an answer that is no text": lambda d: d["answers"].update(panels=None),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_the_schema_refuses(panel: Panel, spoil: Callable[[dict[str, Any]], object]):
    made = planned(
        next(row for row in PROFILES if row.key == "analyst"), world_of(panel, to_day(panel["SPY"].sessions[-1])), {}
    )
    spoil(made)
    with pytest.raises(ValidationError):
        validator().validate(made)
