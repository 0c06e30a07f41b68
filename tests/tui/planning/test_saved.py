"""The plans that `smallcap plan` saves: listed, shown, reviewed and deleted, from a damaged journal, too."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tui.planning.conftest import Run, checked


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
