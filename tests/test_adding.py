"""A signal, a chart, a source and a profile are each one file and one row: those of CONTRIBUTING.md, added and used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from smallcap.core.composite import SIGNALS
from smallcap.tui.charts import CHARTS

from .terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^`([\w/]+\.py)`\n\n```(python|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text())
END = "\x1b[F"
NOW = "2026-11-20T22:00:00Z"

Run = Callable[..., str]


def changed(text: str, diff: str) -> str:
    """A file's text after a diff without line numbers: what follows a line that stays goes behind it."""
    was = ""
    for line in diff.splitlines():
        sign, words = line[0], f"{line[1:]}\n"
        if sign == "+":
            assert text.count(was) == 1
            text = text.replace(was, words if was.startswith("\0") else was + words)
        else:
            assert text.count(words) == 1, words
            was = words if sign == " " else f"\0{words}"
            text = text if sign == " " else text.replace(words, was)
    return text.replace("\0", "")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with everything added that CONTRIBUTING.md adds, as a folder to import `smallcap` from."""
    folder = tmp_path_factory.mktemp("grown")
    for top in ("core", "tui", "styles", "seeds"):
        shutil.copytree(ROOT / top, folder / "smallcap" / top, ignore=shutil.ignore_patterns("__pycache__"))
    for name, kind, text in BLOCKS:
        path = folder / "smallcap" / name
        assert path.exists() == (kind == "diff")
        path.write_text(changed(path.read_text(), text) if kind == "diff" else text)
    return folder


@pytest.fixture
def env(grown: Path, tmp_path: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(grown), "SMALLCAP_HOME": str(tmp_path / "home"), "SMALLCAP_NOW": NOW}


@pytest.fixture
def run(env: dict[str, str], tmp_path: Path) -> Run:
    """What a command of the grown project prints."""

    def command(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "smallcap.tui", *args],
            env={**os.environ, **env}, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return command


@pytest.fixture
def terminal(env: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """The app of the grown project, on its first screen."""
    opened = Terminal([sys.executable, "-m", "smallcap.tui"], env, tmp_path)
    opened.wait_for("COMPOSITE")
    yield opened
    opened.kill()


def test_each_of_the_four_is_one_file_and_one_row():
    assert [kind for _, kind, _ in BLOCKS] == ["python", "diff"] * 4
    for _, kind, text in BLOCKS:
        if kind == "diff":
            rows = [line for line in text.splitlines() if line.startswith("+") and "import" not in line]
            assert len(rows) == 1


def test_what_is_added_is_written_as_the_house_is(grown: Path):
    files = [str(grown / "smallcap" / name) for name, _, _ in BLOCKS]
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    for what in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *what, "--no-cache", "--config", str(ROOT / "pyproject.toml"), *files],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_signal_is_weighed_reported_and_explained(run: Run):
    told = json.loads(run("report", "--format", "json"))
    schema = json.loads((ROOT / "docs" / "schema" / "report.schema.json").read_text())
    Draft202012Validator(schema).validate(told)
    composite, votes = told["composite"], {row["key"]: row["vote"] for row in told["composite"]["signals"]}
    assert list(votes) == [*(signal.key for signal in SIGNALS), "streak"]
    assert composite["of"] == composite["present"] == len(votes)
    assert composite["score"] == pytest.approx(50 + 50 * sum(votes.values()) / len(votes))
    assert told["explain"]["composite.signals.streak"]["formula"] == "mean sign of the last five changes of the close"
    text = run("report")
    assert f"of 100, {len(votes)} of {len(votes)} signals" in text
    assert re.search(rf"  streak +[+]?{votes['streak']:.2f}\b", text)


def test_a_new_signal_can_be_given_a_weight(run: Run, env: dict[str, str]):
    home = Path(env["SMALLCAP_HOME"])
    home.mkdir()
    (home / "smallcap.toml").write_text("[composite_weights]\nstreak = 0\n")
    told = json.loads(run("report", "--format", "json"))["composite"]
    others = [row["vote"] for row in told["signals"] if row["key"] != "streak"]
    assert told["score"] == pytest.approx(50 + 50 * sum(others) / len(others))


def test_a_new_signal_is_on_the_dashboard_and_says_its_formula(terminal: Terminal):
    terminal.wait_for(f"{len(SIGNALS) + 1} of {len(SIGNALS) + 1} signals")
    terminal.wait_for("streak")
    terminal.press("\t" * 7)
    terminal.press("e")
    terminal.wait_for("composite of IWM")
    terminal.press(END)
    terminal.wait_for("signal: streak")


def test_a_new_chart_is_drawn_when_its_turn_comes(terminal: Terminal):
    terminal.wait_for("daily  line")
    for chart in (*CHARTS[1:], None):
        terminal.press("c")
        terminal.wait_for(f"daily  {chart.key if chart else 'strokes'}")
    top, bottom = (
        next(at for at, row in enumerate(terminal.screen.display) if w in row) for w in ("daily  strokes", "◊ IWM/SPY")
    )
    drawn = "".join(row[:80] for row in terminal.screen.display[top + 1 : bottom])
    assert sum("⠀" < c <= "⣿" for c in drawn) > 100
    assert not set("┃╿╽┒┧┚┦┨") & set(drawn)
    terminal.press("g")
    terminal.wait_for("sessions  strokes")


def test_a_new_source_is_chosen_by_its_name_and_says_what_it_is(run: Run):
    told = json.loads(run("--source", "calm", "report", "--format", "json"))
    assert told["source"] == {
        "name": "calm market", "simulated": True, "fetched_at": "2026-11-20T22:00:00+00:00", "age_sessions": 0
    }  # fmt: skip
    assert "calm market" in run("--source", "calm", "report")
    assert "demo|yahoo|calm|DIR" in run("--help")


def test_a_new_source_is_marked_on_the_screen(env: dict[str, str], tmp_path: Path):
    opened = Terminal([sys.executable, "-m", "smallcap.tui", "--source", "calm"], env, tmp_path)
    try:
        opened.wait_for("SIMULATED")
        opened.press("e")
        opened.wait_for("calm market")
    finally:
        opened.kill()


def test_a_new_profile_is_a_command_and_its_plan_is_listed(run: Run):
    assert "plan monthly purchases" in run("plan", "--help")
    assert "--monthly N" in run("plan", "saver", "--help")
    assert "'smallcap plan saver'" in run("config", "--completion", "bash")
    told = json.loads(run("plan", "saver", "--monthly", "2500", "--save", "--format", "json"))
    schema = json.loads((ROOT / "docs" / "schema" / "plan.schema.json").read_text())
    Draft202012Validator(schema).validate(told)
    assert told["decision"]["shares"] == 2500 // told["decision"]["price"]
    assert re.search(r"p1 .* saver  \d+ IWM a month", run("plan", "list"))
    assert "saver plan" in run("plan", "show", "p1")
    assert "IWM closes above 2,500.00" in run("plan", "review", "p1")


def test_a_new_profile_is_asked_by_the_wizard_saved_and_listed(terminal: Terminal, run: Run):
    terminal.press("w")
    terminal.wait_for("5  saver")
    terminal.press("5")
    terminal.wait_for("How many dollars are saved a month?")
    terminal.wait_for("IWM a month")
    terminal.press("\r")
    terminal.wait_for("whole shares.")
    terminal.press("\r")
    terminal.wait_for("saved as p1")
    terminal.press("p")
    terminal.wait_for("PLANS")
    terminal.wait_for("saver")
    assert re.search(r"p1 .* saver ", run("plan", "list"))
