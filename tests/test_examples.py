"""Every example in README, CONTRIBUTING, docs and `--help` is run as it stands, without a network, and works."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted
from smallcap.tui.arguments import parser

from tests.conftest import ROOT
from tests.live.store import filled
from tests.loopback import Loopback, World

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
THEN = "2026-11-21T15:00:00Z"
PATIENCE = 60.0
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
)
RUN_BY_A_SHELL = re.compile(r"(smallcap|make|pip|pipx|uv|ssh|git|python -m)($| )")
NOT_RUN = {
    "make run": "installs from the registry; it opens the app, which tests/tui/test_start.py does",
    "make test": "is what runs this",
    "make check": "is run by .ci/run",
    "make bench": "takes half an hour",
    "make pictures": "rewrites the pictures of docs, with git as the judge of what changed",
    "make faults": "takes minutes, and tests/live has each of its faults",
    "python -m benchmarks": "as make bench, which it is",
    "python -m benchmarks.coverage": "as make bench, which it is a part of",
    "pipx install .": "installs from the registry; tests/test_packaging.py installs the wheel",
    "uv tool install .": "as pipx install",
    "pip install 'smallcap[cluster]'": "installs from the registry",
    "pip install 'smallcap[serve]'": "installs from the registry",
    "ssh -C -t HOST smallcap": "asks another machine; tests/test_ssh.py logs in to this one",
    "ssh -L 8001:127.0.0.1:8001 HOST": "as ssh -C; tests/tui/test_serving.py has a port of another number",
    "tmux new -A -s smallcap smallcap": "as tests/test_ssh.py begins it",
    "screen -U -S smallcap smallcap": "as tests/test_ssh.py begins it",
    "pipx uninstall smallcap": "as pipx install",
    "uv tool uninstall smallcap": "as pipx install",
    "ssh -t": "is a part of the line above",
    "ssh -tt": "is how tests/test_ssh.py calls another program",
    "make reliability": "takes hours; tests has a small part of each of its scripts",
    "make locked": "installs from the registry",
    "make lock": "resolves at the registry",
    "make audit": "asks the registry",
    "python -m benchmarks.fuzz": "as make reliability, which it is a part of",
    "python -m benchmarks.random_keys": "as make reliability, which it is a part of",
    "python -m benchmarks.slow_link": "as make reliability, which it is a part of",
    "python -m benchmarks.many_users": "as make reliability, which it is a part of",
    "python -m benchmarks.long_days": "as make reliability, which it is a part of",
    "smallcap fetch --since 2024-01-01": "asks anew for every ticker, one a second; tests/core/live has its parts",
    "smallcap COMMAND --help": "stands for every command; the helps are looked at below",
}
"""Why an example is left out."""
FETCHING = ("smallcap fetch", "smallcap --source yahoo")
"""What needs Yahoo and FRED: run in turn against those of tests/loopback."""
ENDLESS = {"watch", "serve"}
NO_NETWORK = dict.fromkeys(
    ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"), "http://127.0.0.1:9"
)
"""A proxy that nobody is behind."""


class Example(NamedTuple):
    """A line as it is to be typed, and where it stands."""

    line: str
    where: str


def of_page(page: Path) -> Iterator[Example]:
    """The lines of a page's blocks for a shell, and whatever else in it is set as code and begins like a command."""
    text = page.read_text(encoding="utf-8")
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if language == "sh":
            yield from (Example(shlex.join(shlex.split(line, comments=True)), page.name) for line in block.splitlines())
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"`([^`\n]+)`", prose):
        if RUN_BY_A_SHELL.match(span):
            yield Example(span, page.name)


def commands(path: str, command: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """A command and all beneath it."""
    yield path, command
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, one in action.choices.items():
                yield from commands(f"{path} {name}", one)


COMMANDS = dict(commands("smallcap", parser()))


def of_help(path: str) -> list[Example]:
    """The lines below the heading at the help's end."""
    _, _, below = COMMANDS[path].format_help().rpartition("\nExample")
    return [Example(line.strip(), f"{path} --help") for line in below.splitlines()[1:]]


EVERYWHERE = [example for page in PAGES for example in of_page(page)] + [e for path in COMMANDS for e in of_help(path)]
EXAMPLES = [*dict.fromkeys(example.line for example in EVERYWHERE)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a saved plan, p1, in it."""
    home = tmp_path_factory.mktemp("examples") / "home"
    subprocess.run([SMALLCAP, "plan", "active", "--save"], env=around(home), capture_output=True, check=True)
    return home


def around(home: Path) -> dict[str, str]:
    """An environment with a home of its own, a clock that is set, and no way out."""
    return {**os.environ, **NO_NETWORK, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": THEN}


def begun(words: list[str], home: Path) -> tuple[int, str]:
    """The exit code of a command that never ends by itself, ended after its first line, and all it said."""
    if words[0] == "serve":
        if find_spec("textual_serve") is None:
            pytest.skip("there is no textual-serve here")
        words = [*words, "--port", "0"]
    process = subprocess.Popen(
        [SMALLCAP, *words], env=around(home), cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    hanging = threading.Timer(PATIENCE, process.kill)
    hanging.start()
    try:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate()
    finally:
        hanging.cancel()
        process.kill()
    return process.returncode, first + rest


@pytest.mark.parametrize("line", [line for line in EXAMPLES if line not in {*NOT_RUN, *FETCHING}])
def test_an_example_does_its_work_without_a_network(line: str, saved: Path, tmp_path: Path):
    home = tmp_path / "home"
    shutil.copytree(saved, home)
    program, *words = shlex.split(line)
    assert program == "smallcap", f"{line!r} is neither run here nor left out for a reason"
    if ENDLESS & set(words) and "--once" not in words:
        code, said = begun(words, home)
        made = said
    else:
        done = subprocess.run(
            [SMALLCAP, *words],
            env=around(home),
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        code, said = done.returncode, done.stderr
        output = next((home / name for flag, name in pairwise(words) if flag == "--output"), None)
        made = output.read_text(encoding="utf-8") if output else done.stdout
    # What `doctor` finds is this machine's, which may well lack something.
    assert code in ({0, 1} if words[:1] == ["doctor"] else {0}), said
    assert "Traceback" not in said
    assert made or "delete" in words


def test_what_needs_yahoo_and_fred_works_with_them(tmp_path: Path):
    now = datetime(2024, 10, 9, 23, 30, tzinfo=UTC)
    tickers, series = wanted(Settings())
    world = World(now, tickers, date(2022, 1, 3), series)
    # One request a second is sent: all but these two is there already.
    filled(tmp_path, world, now, [ticker for ticker in tickers if ticker not in {"IWM", "SPY"}])
    with Loopback(world) as net:
        led = net.environment(tmp_path / "client") | {"SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": now.isoformat()}
        for line in FETCHING:
            done = subprocess.run(
                [SMALLCAP, *shlex.split(line)[1:]], env=led, capture_output=True, text=True, check=False, timeout=180
            )
            assert (line, done.returncode) == (line, 0), done.stderr
    assert done.stdout.count("\n") > 20
    assert "SIMULATED" not in done.stdout


def test_whatever_is_left_out_is_an_example_still():
    missing = {*NOT_RUN, *FETCHING} - set(EXAMPLES)
    assert missing <= {"pip install 'smallcap[serve]'"}, missing


@pytest.mark.parametrize("line", [line for line in EXAMPLES if line.startswith("make ")])
def test_a_target_of_make_is_there(line: str):
    done = subprocess.run(["make", "-n", *line.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_every_command_is_worth_reading(path: str):
    """It says in sentences what the command is for, and shows it at work: itself, not another."""
    command = COMMANDS[path]
    words = f"{command.description} {(command.epilog or '').partition('Example')[0]}"
    assert len(words.split()) >= 20, words
    assert words.strip().count(".") >= 2
    examples = of_help(path)
    assert examples
    assert all(one.line.startswith("smallcap ") for one in examples)
    name = path.removeprefix("smallcap")
    assert any(one.line.startswith(path) and (not name or f"{name} " in f"{one.line} ") for one in examples)
    assert any(one.line not in {*NOT_RUN, *FETCHING} for one in examples) or path == "smallcap fetch"
    for action in command._actions:
        assert action.help or action.choices, action
    for one in examples:
        assert one.line in command.format_help()


def test_the_main_help_has_the_exit_codes_and_the_installed_command_prints_it():
    said = subprocess.run(
        [SMALLCAP, "--help"], env={**os.environ, "COLUMNS": "100"}, capture_output=True, text=True, check=True
    ).stdout
    flat = " ".join(said.split())
    assert "0 done; 1 could not be done; 2 wrong usage; 3 done, but on stale or partial data" in flat
    for path in COMMANDS:
        if path.count(" ") == 1:
            assert f"\n    {path.removeprefix('smallcap ')} " in said
