"""No start warns: with every warning an error, each help is printed, commands do their work and the app opens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .terminal import Terminal
from .test_examples import COMMANDS

STRICT = [sys.executable, "-W", "error"]
HELPS = """
import sys
from smallcap.tui.cli import run
for line in sys.stdin.read().splitlines():
    try:
        run([*line.split()[1:], "--help"])
    except SystemExit as end:
        assert not end.code, line
"""
WORK = (
    "report",
    "report --format json",
    "history --from 2026-10-01",
    "indicators KRE --from 2026-10-01",
    "size",
    "plan passive",
    "plan active --format html",
    "plan list",
    "config",
    "doctor --offline",
    "watch --once",
    "claims fee_drag --draws 100",
)


def quiet(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


def test_no_help_warns(tmp_path: Path):
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path)}
    said = subprocess.run(
        [*STRICT, "-c", HELPS], input="\n".join(COMMANDS), env=env, capture_output=True, text=True, check=False
    )
    quiet(said)
    assert said.stdout.count("usage: smallcap") == len(COMMANDS)


@pytest.mark.parametrize("command", WORK)
def test_no_command_warns(command: str, tmp_path: Path):
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": "2026-11-20T22:00:00Z"}
    line = [*STRICT, "-m", "smallcap.tui", *command.split()]
    quiet(subprocess.run(line, env=env, capture_output=True, text=True, check=False))


def test_the_app_opens_and_closes_without_a_warning(tmp_path: Path):
    terminal = Terminal([*STRICT, "-m", "smallcap.tui"], {"SMALLCAP_HOME": str(tmp_path)}, tmp_path)
    try:
        terminal.wait_for("COMPOSITE")
        for key, words in (("g", "sessions  line"), ("w", "2  active"), ("\x1b", "COMPOSITE")):
            terminal.press(key)
            terminal.wait_for(words)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert "Warning" not in terminal.text()
    except AssertionError:
        terminal.kill()
        raise
