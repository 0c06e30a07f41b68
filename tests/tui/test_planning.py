"""`smallcap plan` as a script sees it: every profile, the saved plans, and what is said when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import resolve
from smallcap.core.settings import Settings
from smallcap.tui.plan_flags import PLANS

SMALLCAP = Path(sys.executable).with_name("smallcap")
THEN = "2026-11-21T15:00:00Z"
Run = Callable[..., subprocess.CompletedProcess[str]]


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
    assert {profile.key for profile in PROFILES} == set(PLANS)
    for profile in PROFILES:
        asked = set(resolve(profile, world, ANSWERS[profile.key]))
        assert {key for key, _, _ in PLANS[profile.key].flags} == asked, profile.key


ANSWERS: dict[str, dict[str, str]] = {"passive": {}, "active": {}, "core": {"value": "100000", "held": ""}}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("passive", "--fund", "IWM", "--against", "SCHA", "--years", "20"),
            "SIMULATED  IWM against SCHA over 20 years",
        ),
        (("active", "--side", "short", "--stop-atr", "3", "--risk", "0.5%"), "SIMULATED  short "),
        (("core", "--value", "100000", "--held", "IWM=20 SPY=50"), "SIMULATED  "),
    ],
)
def test_each_profile_comes_to_a_plan(run: Run, args: tuple[str, ...], words: str):
    done = run(*args)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(words)
    assert done.stdout.endswith("A planning aid, not advice.\n")
    assert done.stdout.count("A planning aid, not advice.") == 1
    made = json.loads(run(*args, "--format", "json").stdout)
    assert {"schema", "profile", "answers", "reading", "decision", "why", "invalidated_by"} <= made.keys()
    assert made["profile"] == args[0]
    assert made["reading"]["source"]["simulated"] is True
    markdown = run(*args, "--format", "md").stdout
    assert markdown.startswith("# SIMULATED  ")


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
    later = run("review", "p1", SMALLCAP_NOW="2027-02-01T15:00:00Z")
    assert later.returncode == 0
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
