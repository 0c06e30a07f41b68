"""`smallcap plan` as a script sees it: every profile, its flags, and what is said when something is wrong."""

from __future__ import annotations

import html
import json
import os
import subprocess
from pathlib import Path

import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import resolve
from smallcap.core.settings import Settings

from tests.tui.planning.conftest import ANSWERS, SMALLCAP, THEN, Run, checked


def test_the_flags_are_the_questions(panel: Panel):
    day = to_day(panel["SPY"].sessions[-1])
    world = World(reading.build(panel, day, Settings(), closed=day), funds.read())
    for profile in PROFILES:
        asked = set(resolve(profile, world, ANSWERS.get(profile.key, {})))
        flags = {key for key, _, _ in profile.command.flags}
        # Every command takes --pair, and the analyst's question has it for its default.
        assert flags == asked - ({"pair"} if profile.key == "analyst" else set()), profile.key


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


def test_time_travel_and_an_earlier_end_are_the_same_report(run: Run):
    window = ("--from", "2025-06-02", "--to", "2026-03-31", "--format", "json")
    assert run("analyst", *window).stdout == run("analyst", *window, "--as-of", "2026-03-31").stdout
    late = run("analyst", *window, "--as-of", "2026-03-30")
    assert late.returncode == 2
    assert "to 2026-03-31 is after 2026-03-30" in late.stderr
