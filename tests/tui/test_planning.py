"""`smallcap plan` as a script sees it: every profile, the saved plans, and what is said when something is wrong."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.document import as_json
from smallcap.core.framework import wizard
from smallcap.core.framework.analyst_divergences import DIVERGENCES
from smallcap.core.framework.document import document
from smallcap.core.framework.profile import Profile, World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import resolve
from smallcap.core.settings import Settings
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW, ROOT, random_panel

SMALLCAP = Path(sys.executable).with_name("smallcap")
THEN = "2026-11-21T15:00:00Z"
Run = Callable[..., subprocess.CompletedProcess[str]]
SCHEMA = json.loads((ROOT / "docs" / "schema" / "plan.schema.json").read_text())


def validator(part: str = "") -> Draft202012Validator:
    """The schema of a plan, or of one of its $defs: "review" or "list"."""
    registry = Registry().with_resource("plan", DRAFT202012.create_resource(SCHEMA))
    where = {"$ref": f"plan#/$defs/{part}" if part else "plan"}
    return Draft202012Validator(where, registry=registry, format_checker=FormatChecker())


def checked(text: str, part: str = "") -> Any:
    """JSON that the schema allows."""
    made = json.loads(text)
    validator(part).validate(made)
    return made


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


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the installed command with a home of its own and a clock that is set."""

    def command(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        home = {**os.environ, "SMALLCAP_HOME": str(tmp_path / "home"), "SMALLCAP_NOW": THEN, **env}
        return subprocess.run([str(SMALLCAP), "plan", *args], capture_output=True, text=True, env=home, check=False)

    return command


def test_the_flags_are_the_questions(panel: Panel):
    day = to_day(panel["SPY"].sessions[-1])
    world = World(reading.build(panel, day, Settings(), closed=day), funds.read())
    for profile in PROFILES:
        asked = set(resolve(profile, world, ANSWERS.get(profile.key, {})))
        flags = {key for key, _, _ in profile.command.flags}
        # Every command takes --pair, and the analyst's question has it for its default.
        assert flags == asked - ({"pair"} if profile.key == "analyst" else set()), profile.key


ANSWERS: dict[str, dict[str, str]] = {
    "passive": {},
    "active": {},
    "core": {"value": "100000", "held": ""},
    "analyst": {},
}
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


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("passive", "--fund", "IWM", "--against", "SCHA", "--years", "20"),
            "SIMULATED  IWM against SCHA over 20 years",
        ),
        (("active", "--side", "short", "--stop-atr", "3", "--risk", "0.5%"), "SIMULATED  short "),
        (("core", "--value", "100000", "--held", "IWM=20 SPY=50"), "SIMULATED  "),
        (
            ("analyst", "--from", "2026-01-01", "--to", "2026-06-30", "--panels", "regimes,axes", "--pair", "QQQ/SPY"),
            "SIMULATED  QQQ/SPY from 2026-01-02 to 2026-06-30: ",
        ),
    ],
)
def test_each_profile_comes_to_a_plan(run: Run, args: tuple[str, ...], words: str):
    done = run(*args)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(words)
    assert done.stdout.endswith("A planning aid, not advice.\n")
    assert done.stdout.count("A planning aid, not advice.") == 1
    made = checked(run(*args, "--format", "json").stdout)
    assert {"schema", "profile", "answers", "reading", "decision", "why", "invalidated_by"} <= made.keys()
    assert made["profile"] == args[0]
    assert made["reading"]["source"]["simulated"] is True
    markdown = run(*args, "--format", "md").stdout
    assert markdown.startswith("# SIMULATED  ")
    page = run(*args, "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert page.index('class="badge">SIMULATED<') < page.index("<h1>")
    assert page.count("A planning aid, not advice.") == 1
    assert html.escape(made["title"]) in page


def test_the_same_size_as_size_says(run: Run, tmp_path: Path):
    flags = (
        "--equity",
        "50000",
        "--risk",
        "0.5%",
        "--entry",
        "300",
        "--stop",
        "290",
        "--target",
        "330",
        "--cash",
        "9000",
    )
    made = json.loads(run("active", *flags, "--max-weight", "50%", "--target-vol", "10%", "--format", "json").stdout)
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": THEN}
    command = [str(SMALLCAP), "size", *flags, "--max-weight", "50%", "--target-vol", "10%", "--format", "json"]
    sized = json.loads(subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout)
    for key in ("shares", "side", "entry", "stop", "risk_dollars", "weight", "r_multiple", "multiplier", "bound_by"):
        assert made["decision"][key] == sized[key], key


def test_a_plan_is_saved_listed_shown_reviewed_and_deleted(run: Run):
    assert "saved as p1" in run("active", "--stop-atr", "1.5", "--save").stderr
    assert "saved as p2" in run("passive", "--save").stderr
    first, second = run("list").stdout.splitlines()
    assert first.startswith("SIMULATED  p1  2026-11-20  active  long ")
    assert "made in " in first
    assert "stop " in first
    assert " away" in first
    assert second.startswith("SIMULATED  p2  2026-11-20  passive  ")
    shown = run("show", "p1")
    assert shown.stdout == run("active", "--stop-atr", "1.5").stdout
    page = run("show", "p1", "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "<figure>" not in page
    assert checked(run("show", "p1", "--format", "json").stdout)["id"] == "p1"
    later = run("review", "p1", SMALLCAP_NOW="2027-02-01T15:00:00Z")
    assert later.returncode == 0
    both = [checked(run("review", one, "--format", "json").stdout, "review") for one in ("p1", "p2")]
    assert checked(run("list", "--format", "json").stdout, "list") == both
    checked(run("review", "p1", "--format", "json", SMALLCAP_NOW="2027-02-01T15:00:00Z").stdout, "review")
    assert "made in " in later.stdout
    assert "no longer" in later.stdout
    assert "the same trade from each of" in later.stdout
    refused = run("delete", "p1")
    assert refused.returncode == 2
    assert "is deleted only with --yes" in refused.stderr
    assert run("delete", "p1", "--yes").stderr == "smallcap: p1 is deleted\n"
    assert [one["id"] for one in json.loads(run("list", "--format", "json").stdout)] == ["p2"]
    gone = run("show", "p1")
    assert gone.returncode == 1
    assert gone.stderr == "smallcap: plan p1 was deleted on 2026-11-21\n"
    assert "saved as p3" in run("active", "--save").stderr


def test_without_a_plan_the_list_is_empty_and_says_how_to_begin(run: Run):
    done = run("list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no plan is saved yet" in done.stderr
    assert run("list", "--format", "json").stdout == "[]\n"
    assert checked("[]", "list") == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("passive", "--years", "0"), "years 0 is not"),
        (("passive", "--against", "IWM"), "IWM"),
        (("active", "--entry", "x"), "entry 'x' is not a number"),
        (("active", "--stop", "1", "--stop-atr", "2"), "--stop and --stop-atr are two stops"),
        (("active", "--stop-atr", "-2"), "--stop-atr -2 is not above 0"),
        (("active", "--max-weight", "200%"), "--max-weight 200% is not above 0 and at most 1"),
        (("active", "--ticker", "NOPE"), "ticker NOPE has no bars"),
        (("core", "--held", "IWM"), "held 'IWM' is not a ticker and whole shares"),
        (("core", "--value", "100", "--low", "20%", "--high", "10%"), "low"),
        (("analyst", "--from", "yesterday"), "from 'yesterday' is not a date like 2020-03-23"),
        (("analyst", "--to", "2027-01-01"), "to 2027-01-01 is after 2026-11-20, the session that is read"),
        (("analyst", "--to", "2020-01-02"), "to 2020-01-02 is before from, 2025-11-20"),
        (("analyst", "--panels", "weather"), "panels 'weather' is not a panel"),
        ((), "arguments are required: WHAT"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_exit_two(run: Run, args: tuple[str, ...], words: str):
    done = run(*args)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_nothing_is_saved_by_a_plan_that_could_not_be_made(run: Run, tmp_path: Path):
    assert run("active", "--entry", "x", "--save").returncode == 2
    assert not (tmp_path / "home" / "plans.jsonl").exists()


def test_a_damaged_journal_is_said_and_the_rest_is_listed(run: Run, tmp_path: Path):
    run("active", "--save")
    journal = tmp_path / "home" / "plans.jsonl"
    journal.write_text('{"schema": 1, "id": "p7", "torn\n' + journal.read_text())
    done = run("list")
    assert done.returncode == 3
    assert "line 1" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_an_analysts_report_is_kept_and_reviewed_on_its_own_pair(run: Run, tmp_path: Path):
    """It stands on its last session: what came after is what the review looks at."""
    kept = run("analyst", "--from", "2025-06-02", "--to", "2026-03-31", "--pair", "QQQ/SPY", "--save")
    assert (kept.returncode, "saved as p1" in kept.stderr) == (0, True)
    line = run("list").stdout
    assert line.startswith("SIMULATED  p1  2026-03-31  analyst  QQQ/SPY from 2025-06-02 to 2026-03-31: ")
    found = checked(run("review", "p1", "--format", "json").stdout, "review")
    label, low, high = found["review"]["checks"]
    assert None not in (label["met"], low["met"], high["met"])
    assert found["plan"]["reading"]["as_of"] == "2026-03-31"
    assert found["review"]["state"] is None
    target = tmp_path / "report.html"
    done = run("analyst", "--panels", "divergences", "--format", "html", "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text().count('role="img"') == 2


def test_time_travel_and_an_earlier_end_are_the_same_report(run: Run):
    window = ("--from", "2025-06-02", "--to", "2026-03-31", "--format", "json")
    assert run("analyst", *window).stdout == run("analyst", *window, "--as-of", "2026-03-31").stdout
    late = run("analyst", *window, "--as-of", "2026-03-30")
    assert late.returncode == 2
    assert "to 2026-03-31 is after 2026-03-30" in late.stderr


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
