"""The JSON documents: to the letter of docs/schema, nothing missing that is known, and every number explained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from smallcap.core import funds, reading, tables
from smallcap.core.bars import Panel
from smallcap.core.document import as_json, document, heading, sizing_document
from smallcap.core.history import compute, parse_pair
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW, ROOT, random_panel

NAMES = ("report", "size", "history")
FACTS = funds.read()
Json = dict[str, Any]


@cache
def schema(name: str) -> Json:
    return json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text())


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name), format_checker=FormatChecker())


def read(panel: Panel, day: str, **chosen: object) -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), **chosen), closed=asked)


def report(panel: Panel, day: str, **chosen: object) -> Json:
    """The report, through JSON and back, as a script gets it; it must be one that the schema allows."""
    made = json.loads(as_json(document(read(panel, day, **chosen), FACTS)))
    validator("report").validate(made)
    return made


def parts(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every schema within a schema, with its path."""
    if isinstance(node, dict):
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from parts(value, (*path, str(key)))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_itself_valid_strict_and_says_what_every_key_is(name: str):
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for path, part in parts(schema(name)):
        if "properties" in part and path[-1:] != ("properties",):
            assert part["additionalProperties"] is False, path
            assert set(part["required"]) <= set(part["properties"])
            assert all("$ref" in p or p["description"] for p in part["properties"].values()), path
        elif "object" in np.atleast_1d(part.get("type", [])):
            # What is keyed by names says what each value is.
            assert isinstance(part["additionalProperties"], dict), path


def test_a_size_is_the_same_thing_in_both_documents():
    alone, within = schema("size"), schema("report")
    inside = within["properties"]["sizing"]["properties"]
    assert {**inside, **alone["properties"]} == alone["properties"]
    assert set(alone["properties"]) - set(inside) == {"schema", "as_of", "source"}
    assert alone["$defs"]["step"] == within["$defs"]["step"]


SPOILS: dict[str, Any] = {
    "a key nobody knows": lambda d: d.update(extra=1),
    "one further in": lambda d: d["macro"][0].update(extra=1),
    "one in a step": lambda d: d["sizing"]["steps"][0].update(unit="$"),
    "a key that is gone": lambda d: d.pop("rates"),
    "one further in that is gone": lambda d: d["regime"]["flips"][0].pop("closes"),
    "a number as text": lambda d: d["ratio"].update(value="0.58"),
    "a percentage": lambda d: d["macro"][0].update(percentile_252=58.0),
    "another date": lambda d: d.update(as_of="23.3.2020"),
    "another word": lambda d: d["axes"]["market"].update(state="up"),
    "another axis's word": lambda d: d["axes"]["market"]["turns"][0].update(to="LEADING"),
    "null where there is none": lambda d: d["regime"].update(label=None),
    "no number": lambda d: d["composite"].update(score=True),
    "seven signals": lambda d: d["composite"]["signals"].pop(),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_the_schema_refuses(real_panel: Panel, spoil: Any):
    made = report(real_panel, "2018-09-20")
    spoil(made)
    with pytest.raises(ValidationError):
        validator("report").validate(made)


@pytest.mark.parametrize("day", ["2000-06-15", "2001-03-13", "2003-06-02", "2008-10-10", "2018-09-20", "2022-12-30"])
def test_a_real_day_is_to_the_letter(real_panel: Panel, day: str):
    assert report(real_panel, day)["as_of"] == day


@pytest.mark.parametrize("pair", ["KRE/SPY", "IWM/QQQ", "QQQ/SPY", "VTWO/IWM"])
def test_another_pair_is_to_the_letter(real_panel: Panel, pair: str):
    made = report(real_panel, "2021-11-16", pair=pair, price_ratio=True)
    assert (made["pair"], made["ratio"]["basis"]) == (pair, "price")
    assert ("confirmation" in made["axes"]) == pair.endswith("/SPY") == bool(made["sectors"])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100), st.one_of(st.integers(0, 60), st.integers(61, 699)))
def test_a_random_walk_is_to_the_letter_at_any_age(seed: int, row: int):
    panel = random_panel(seed=seed)
    made = report(panel, str(panel["SPY"].sessions[row]))
    assert (made["sizing"] is None) == (row < 14)
    assert made["macro"] == []
    assert (made["rate_cycle"], made["rates"], made["credit"]) == (None, None, None)
    assert unexplained(made) == []


def test_the_simulated_market_is_to_the_letter():
    source = open_source("demo", Store(None))
    panel = source.load(NOW)
    made = report(panel, str(panel["SPY"].sessions[-1]))
    assert made["source"]["simulated"] is True
    assert unexplained(made) == []


def late(panel: Panel, *tickers: str) -> Panel:
    return Panel({t: b.until(b.sessions[-3 if t in tickers else -1]) for t, b in panel.bars.items()}, panel.origin)


@pytest.mark.parametrize("ticker", ["IWM", "QQQ", "XLF"])
def test_a_late_ticker_leaves_a_report_to_the_letter(real_panel: Panel, ticker: str):
    made = report(late(real_panel.until(np.datetime64("2021-11-16")), ticker), "2021-11-16")
    assert any(ticker in warning for warning in made["warnings"])
    assert (made["ratio"]["value"] is None) == (ticker == "IWM")
    assert unexplained(made) == []


def test_a_watchlist_with_an_unknown_ticker_is_to_the_letter(panel: Panel):
    made = report(panel, str(panel["SPY"].sessions[-1]), watchlist=("IWM", "NOPE"))
    assert made["watch"][1] == {
        "ticker": "NOPE", "last": None, "change": None, "relative_performance_20": None, "date": None,
    }  # fmt: skip


@pytest.mark.parametrize("side", ["long", "short"])
def test_a_size_is_to_the_letter(real_panel: Panel, side: str):
    made = read(real_panel, "2021-11-16")
    base = reading.request_for(made.settings, made.panel["KRE"])
    target = base.entry * (1.2 if side == "long" else 0.8)
    for request in (replace(base, side=side), replace(base, side=side, target=target, cash=0.0)):
        sized = made.size(request, "KRE")
        whole = json.loads(as_json({**heading(made), "ticker": "KRE", **sizing_document(sized)}))
        validator("size").validate(whole)
        assert (whole["r_multiple"] is None) == (request.target is None)
        assert whole["steps"][-1] == {
            "name": "whole shares", "formula": "rounded down", "value": whole["shares"], "bound": False,
        }  # fmt: skip


@pytest.mark.parametrize("pair", ["IWM/SPY", "VTWO/IWM"])
def test_a_history_is_to_the_letter(real_panel: Panel, pair: str):
    rows = list(tables.history_rows(compute(real_panel, parse_pair(pair))))
    validator("history").validate(json.loads(as_json(rows[:260] + rows[260::40])))


SAMPLE = {
    "": "schema as_of source pair ratio axes regime composite breadth sectors macro rate_cycle volume sizing events "
    "warnings",
    "source": "name simulated fetched_at age_sessions",
    "ratio": "value basis sma50 sma200 rising",
    "axes": "leadership confirmation market",
    "axes.leadership": "score state pending closes sessions_in_state",
    "axes.confirmation": "score state pending closes sessions_in_state",
    "axes.market": "score state pending closes sessions_in_state",
    "regime": "label since coverage why against flips",
    "regime.flips.0": "to when ticker close",
    "composite": "score signals",
    "composite.signals.0": "key value vote why",
    "sectors.0": "ticker group ratio_vs_sma50 sign",
    "macro.0": "series value change_63 percentile_252 date age_sessions",
    "volume": "relative event",
    "sizing": "shares side entry stop risk_dollars weight r_multiple multiplier bound_by steps warnings",
    "sizing.steps.0": "name formula value bound",
    "events.0": "date name",
}
"""Every key of the contract's sample."""


@pytest.mark.parametrize("place", SAMPLE)
def test_every_key_of_the_contract_is_there_by_its_name(real_panel: Panel, place: str):
    node: Any = report(real_panel, "2018-09-20")
    for step in filter(None, place.split(".")):
        node = node[int(step) if step.isdigit() else step]
    assert set(SAMPLE[place].split()) <= set(node)


def test_the_document_has_the_readings_numbers_in_full(real_panel: Panel):
    made = read(real_panel, "2020-03-23")
    whole = document(made, FACTS)
    assert whole["ratio"]["value"] == made.ratio.value
    assert [axis["score"] for axis in whole["axes"].values()] == [axis.score for axis in made.axes]
    assert [row["value"] for row in whole["macro"]] == [row.value for row in made.macro]
    assert whole["composite"]["score"] == made.composite.score
    assert whole["warnings"] == list(made.warnings)
    assert json.loads(as_json(whole)) == whole


def test_what_is_not_finite_cannot_be_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"value": float("nan")})


IDENTITY = ("ticker", "series", "key", "date", "name")


def name_of(item: Any, at: int) -> str:
    if not isinstance(item, dict):
        return str(at)
    if "figure" in item:
        return f"{item['subject']}.{item['figure']}"
    return str(next((item[key] for key in IDENTITY if key in item), at))


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every leaf with its place, the items of a list by what they are about."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for at, item in enumerate(node):
            yield from leaves(item, (*path, name_of(item, at)))
    else:
        yield ".".join(path), node


def unexplained(made: Json) -> list[str]:
    """The places of the numbers that nothing in `explain` is about."""
    topics = tuple(f"{key}." for key in made["explain"])
    return [
        place
        for place, leaf in leaves({key: value for key, value in made.items() if key not in ("schema", "explain")})
        if isinstance(leaf, int | float) and not isinstance(leaf, bool)
        if place != "source.age_sessions" and not f"{place}.".startswith(topics)
    ]


@pytest.mark.parametrize("day", ["2000-06-15", "2003-06-02", "2020-03-23", "2021-11-16", "2022-12-30"])
def test_every_number_of_a_real_day_is_explained(real_panel: Panel, day: str):
    made = report(real_panel, day)
    assert sum(isinstance(leaf, float) for _, leaf in leaves(made)) > 60
    assert unexplained(made) == []
    # Not by its list as a whole, but each by itself.
    topics = set(made["explain"])
    assert topics >= {f"macro.{row['series']}" for row in made["macro"]}
    assert topics >= {f"composite.signals.{row['key']}" for row in made["composite"]["signals"]}
    assert topics >= {f"watch.{row['ticker']}" for row in made["watch"]}
    assert topics >= {f"axes.{key}" for key in made["axes"]}
    assert not topics & {"macro", "watch", "sectors", "facts", "breadth"}


def test_a_number_without_an_explanation_would_be_found(real_panel: Panel):
    made = report(real_panel, "2020-03-23")
    del made["explain"]["macro.DGS2"]
    assert unexplained(made)[0] == "macro.DGS2.value"


def test_nothing_is_null_where_the_data_exists(real_panel: Panel):
    nulls = {place for place, leaf in leaves(report(real_panel, "2020-03-23")) if leaf is None}
    pending = {f"axes.{key}.pending" for key in ("leadership", "confirmation", "market")}
    assert nulls == {*pending, "volume.kind", "sizing.r_multiple"}
