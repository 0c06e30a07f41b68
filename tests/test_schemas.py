"""The JSON that scripts read, held against docs/schema: every command's, and the report of 200 real dates."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from smallcap.core import document, reading, watching
from smallcap.core.bars import Panel, to_day
from smallcap.core.settings import KEYS, Settings
from smallcap.core.studies import STUDIES
from smallcap.tui import keymap
from smallcap.tui.arguments import parser
from smallcap.tui.standpoint import Standpoint

from tests.conftest import NOW, ROOT

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
SCHEMAS = ROOT / "docs" / "schema"
THEN = "2026-11-21T15:00:00Z"
SEED, DATES, BY_COMMAND = 20200323, 200, 4
Json = dict[str, Any]


@cache
def schema(name: str) -> Json:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name), format_checker=FormatChecker())


def checked(name: str, text: str) -> Any:
    """JSON that its schema allows; NaN and infinity are none."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    made = json.loads(text, parse_constant=refuse)
    validator(name).validate(made)
    return made


def around(home: Path) -> dict[str, str]:
    return {**os.environ, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": THEN}


def printed(home: Path, *args: str) -> str:
    done = subprocess.run(
        [SMALLCAP, *args], env=around(home), cwd=home, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def parts(node: object) -> Iterator[Json]:
    """Every schema within a schema."""
    if isinstance(node, dict):
        yield node
        for one in node.values():
            yield from parts(one)
    elif isinstance(node, list):
        for one in node:
            yield from parts(one)


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name.partition(".")[0])
def test_a_schema_is_itself_valid_strict_and_says_what_everything_is(path: Path):
    made = schema(path.name.removesuffix(".schema.json"))
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["title"].startswith("smallcap ")
    assert made["description"]
    for part in parts(made):
        if part.get("type") == "object" and isinstance(part.get("properties"), Mapping):
            assert part["additionalProperties"] is False, part
            assert all("$ref" in one or one["description"] for one in part["properties"].values()), part


def test_config_as_it_is_and_as_it_was_changed(tmp_path: Path):
    made = checked("config", printed(tmp_path, "config", "--format", "json"))
    assert set(made["settings"]) == {key.name for key in KEYS} - {"keys"}
    assert set(made["keys"]) == {key.name for key in keymap.KEYS}
    (tmp_path / "smallcap.toml").write_text(
        'equity = 5000\nwatchlist = ["IWM"]\n[composite_weights]\nrsi = 2\n[keys]\nsizing = "j"\nquiz = []\n'
    )
    made = checked("config", printed(tmp_path, "config", "--format", "json", "--theme", "light"))
    assert made["settings"]["composite_weights"] == {"value": {"rsi": 2.0}, "origin": "smallcap.toml"}
    assert made["keys"]["quiz"]["keys"] == []
    for name, value in (("equity", 0), ("theme", "pink"), ("bell", 1), ("risk_fraction", 0.2), ("pair", "IWM")):
        spoilt = {**made, "settings": {**made["settings"], name: {"value": value, "origin": "default"}}}
        with pytest.raises(ValidationError):
            validator("config").validate(spoilt)


def test_the_schema_of_the_settings_has_their_ranges():
    for key in KEYS:
        if key.kind is float:
            value = schema("config")["properties"]["settings"]["properties"][key.name]["properties"]["value"]
            assert (value["exclusiveMinimum"], value.get("maximum", float("inf"))) == (key.low, key.high)


def test_indicators_of_a_stock_and_of_an_index(tmp_path: Path):
    for ticker in ("KRE", "^VIX"):
        made = checked("indicators", printed(tmp_path, "indicators", ticker, "--format", "json"))
        assert made[0]["sma200"] is None
    assert list(made[0]) == ["date", *(row.key for row in STUDIES)]
    with pytest.raises(ValidationError):
        validator("indicators").validate([{**made[0], "rsi14": 101.0}])


def test_the_lines_of_a_watch_and_what_its_command_is_given(tmp_path: Path):
    flags = ("--alert", "IWM > 1", "--exec", "sh -c 'cat >document'")
    lines = printed(tmp_path, "watch", "--once", "--format", "json", *flags).splitlines()
    assert [checked("watch", line)["what"] for line in lines] == ["watching", "alert"]
    made = checked("report", (tmp_path / "document").read_text())
    assert made["as_of"] == checked("watch", lines[0])["as_of"]


def test_every_kind_of_line_that_a_watch_can_tell(panel: Panel):
    before, after = (
        reading.build(panel, day, Settings(), closed=day)
        for day in (to_day(panel["SPY"].sessions[row]) for row in (100, -1))
    )
    told = (watching.opening(before, 1, NOW), *watching.changes(before, after, NOW))
    found = [checked("watch", line.document()) for line in told]
    assert {line["what"] for line in found} == set(schema("watch")["properties"]["what"]["enum"]) - {"alert"}
    with pytest.raises(ValidationError):
        validator("watch").validate({**found[-1], "before": None})


def test_the_report_of_200_real_dates(real_market_dir: Path, tmp_path: Path):
    """Any date, sessions or not; made as the command makes it, which a few runs of the command itself confirm."""
    args = parser().parse_args(["report", "--source", str(real_market_dir), "--format", "json"])
    standpoint = Standpoint.from_environment(args, around(tmp_path))
    panel, facts = standpoint.load(), standpoint.facts()
    first, last = (to_day(panel["IWM"].sessions[row]) for row in (0, -1))
    chance = random.Random(SEED)
    days = [first + timedelta(chance.randrange((last - first).days)) for _ in range(DATES)]
    made: dict[date, str] = {}
    for day in days:
        there = standpoint.but(asked=day)
        made[day] = document.as_json(document.document(there.read(panel), facts, there.hours()))
        found = checked("report", made[day])
        as_of = date.fromisoformat(found["as_of"])
        assert timedelta(0) <= day - as_of < timedelta(8)
        seen = [row["date"] for row in found["macro"]]
        assert all(date.fromisoformat(one) <= day for one in seen if one), found["macro"]
    labels = {json.loads(text)["regime"]["label"] for text in made.values()}
    assert {"RISK-ON", "NARROW", "NEUTRAL", "RISK-OFF"} <= labels
    for day in days[:BY_COMMAND]:
        flags = ("--source", str(real_market_dir), "--format", "json", "--as-of", day.isoformat())
        said = subprocess.run([SMALLCAP, "report", *flags], env=around(tmp_path), capture_output=True, check=False)
        assert said.stdout.decode() == made[day]
