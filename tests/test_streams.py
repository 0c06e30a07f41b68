"""What every command owes to a script: data on standard output, all else on standard error, one of four exit codes.

Each row is the installed command run in the worst of surroundings: bare C locale, ASCII, a dumb terminal of 40 columns
that isn't even there, standard input closed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from smallcap.core.bars import Panel
from smallcap.tui import cli

from tests.conftest import as_csv, random_panel

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
THEN = "2026-11-21T15:00:00Z"
WORST = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "TERM": "dumb", "COLUMNS": "40"}
NARROW = 40
ON_STALE = "--source stale"
"""Bars that end years ago; a fixture makes the folder."""


def is_text(text: str) -> None:
    assert text.endswith("\n")


def is_narrow(text: str) -> None:
    """No line is wider than 40, but for one that is a single word, set in or not."""
    is_text(text)
    assert [line for line in text.splitlines() if len(line) > NARROW and " " in line.strip()] == []


def is_csv(text: str) -> None:
    first, *others = csv.reader(io.StringIO(text))
    assert others
    assert {len(row) for row in others} == {len(first)}


def is_json(text: str) -> None:
    json.loads(text, parse_constant=_no_number)


def is_lines(text: str) -> None:
    assert all(isinstance(json.loads(line, parse_constant=_no_number), dict) for line in text.splitlines())


def is_page(text: str) -> None:
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>\n")


def _no_number(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")


class Row(NamedTuple):
    """A command, the exit code that it ends in, what is on standard output, and what standard error begins with."""

    line: str
    code: int
    holds: Callable[[str], None]
    says: str = ""


SIMULATED = "SIMULATED"
MISSING = "smallcap: "
ROWS = (
    Row("", 0, is_text),
    Row("report", 0, is_text),
    Row("report --format json", 0, is_json),
    Row(f"report --format json {ON_STALE}", 3, is_json, MISSING),
    Row("history", 0, is_csv, SIMULATED),
    Row(f"history {ON_STALE}", 3, is_csv, MISSING),
    Row("indicators KRE", 0, is_csv, SIMULATED),
    Row(f"indicators IWM --format json {ON_STALE}", 3, is_json, MISSING),
    Row("size", 0, is_narrow),
    Row("size --format json", 0, is_json),
    Row(f"size {ON_STALE}", 3, is_narrow, MISSING),
    Row("plan passive", 0, is_narrow),
    Row("plan active --save", 0, is_narrow, "smallcap: saved as p"),
    Row("plan core --value 100000 --held IWM=20", 0, is_narrow),
    Row("plan analyst", 0, is_narrow),
    Row("plan analyst --format html", 0, is_page),
    Row(f"plan active {ON_STALE}", 3, is_narrow, MISSING),
    Row("plan list", 0, is_narrow),
    Row("plan list --format json", 0, is_json),
    Row("plan show p1", 0, is_narrow),
    Row("plan review p1 --format json", 0, is_json),
    Row(f"plan list {ON_STALE}", 3, is_narrow, MISSING),
    Row("evidence --workers 1 --draws 100", 0, is_narrow),
    Row("evidence --workers 1 --draws 100 --format csv", 0, is_csv, SIMULATED),
    Row(f"evidence --workers 1 --draws 100 --format json {ON_STALE}", 3, is_json, MISSING),
    Row("claims --draws 100", 0, is_narrow),
    Row("claims fee_drag", 0, is_narrow),
    Row(f"claims fee_drag --format md {ON_STALE}", 3, is_text, MISSING),
    Row("watch --once", 0, is_text),
    Row("watch --once --format json --alert 'IWM > 1'", 0, is_lines),
    Row(f"watch --once {ON_STALE}", 3, is_text, MISSING),
    Row("doctor --offline", 0, is_narrow),
    Row("doctor --json --offline", 0, is_json),
    Row("config", 0, is_narrow),
    Row("config --format json", 0, is_json),
    Row("config --path", 0, is_text),
    Row("config --completion bash", 0, is_text),
    Row("--version", 0, is_text),
    Row("plan --help", 0, is_text),
)
READING = ("report", "history", "indicators IWM", "size", "plan active", "evidence", "claims", "watch --once")
"""What reads a source."""
WRITING = ("history", "size", "plan list", "claims fee_drag", "doctor --offline", "config", "config --path")
"""What takes --output."""
EVERY = (
    *READING, "", "plan", "plan passive", "plan core", "plan analyst", "plan list", "plan show p1", "plan review p1",
    "plan delete p1", "fetch", "serve", "doctor", "config",
)  # fmt: skip
WRONG = (
    ("report --frobnicate", 2, "smallcap: error: unrecognized arguments: --frobnicate"),
    *((f"{line} --source nowhere", 1, "nowhere is not a folder") for line in (*READING, "serve --port 0")),
    *((f"{line} --output no/file", 1, "smallcap: --output no/file can't be written: No such") for line in WRITING),
    *((f"{line} --as-of 2020-02-30", 2, "'2020-02-30' is not a date like 2020-03-23") for line in ("history", "watch")),
    *((f"{line} --pair IWM", 2, "pair 'IWM' is not two different tickers") for line in ("plan core", "config")),
    ("indicators KRX", 1, "smallcap: ticker 'KRX' is not in simulated market"),
    ("history --format html", 2, "invalid choice: 'html'"),
    ("plan show p9", 1, "smallcap: "),
    ("plan delete p1", 2, "is deleted only with --yes"),
    ("claims folklore", 2, "smallcap: "),
    ("evidence --draws 1", 2, "smallcap: --draws 1 is not from 100"),
    ("config --completion tcsh", 2, "invalid choice: 'tcsh'"),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with old bars in `stale`, and a home with a saved plan in it."""
    folder = tmp_path_factory.mktemp("streams")
    (folder / "stale" / "daily").mkdir(parents=True)
    for ticker, bars in random_panel().bars.items():
        (folder / "stale" / "daily" / f"{ticker}.csv").write_text(as_csv(bars))
    assert run("plan active --save", folder).returncode == 0
    return folder


def around(place: Path, **more: str) -> dict[str, str]:
    """The environment of a command; buffered, as it is unless somebody asks for something else."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**own, "SMALLCAP_HOME": str(place / "home"), "SMALLCAP_NOW": THEN, **more}


def run(line: str, place: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": around(place), **options}
    return subprocess.run([SMALLCAP, *shlex.split(line)], cwd=place, text=True, check=False, **streams)


def closed(number: int) -> Callable[[], None]:
    """What closes a stream before the command begins."""
    return lambda: os.close(number)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.line or "app")
def test_each_command_in_the_worst_of_surroundings(row: Row, place: Path):
    done = run(row.line, place, env=around(place, **WORST), preexec_fn=closed(0))
    assert done.returncode == row.code, done.stderr
    row.holds(done.stdout)
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr.startswith(row.says) if row.says else done.stderr == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("line", "code", "says"), WRONG)
def test_what_is_wrong_is_said_on_standard_error_alone(line: str, code: int, says: str, place: Path):
    done = run(line, place)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("smallcap")
    assert code == 2 or done.stderr.count("\n") == 1 + done.stderr.count(SIMULATED)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", EVERY)
def test_a_flag_that_no_command_has_is_wrong_usage(line: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        cli.run([*shlex.split(line), "--frobnicate"])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert "usage: smallcap" in said.err


def test_bad_rows_are_named_and_the_rest_is_used(place: Path, panel: Panel):
    folder = place / "partial"
    shutil.copytree(place / "stale", folder)
    file = folder / "daily" / "QQQ.csv"
    file.write_text(file.read_text() + "2099-13-01,1,1,1,1,1,1\n")
    done = run(f"size --format json --source partial --as-of {panel['SPY'].sessions[-1]}", place)
    assert done.returncode == 3
    assert f"daily/QQQ.csv line {len(panel['QQQ'].sessions) + 2}: " in done.stderr
    assert json.loads(done.stdout)["ticker"] == "IWM"


@pytest.mark.parametrize(
    "line",
    ["report", "history --format json", "plan passive", "doctor", "watch --once", "--version", "--help"],
)
@pytest.mark.parametrize("full", [False, True], ids=["closed", "full"])
def test_a_standard_output_that_takes_nothing_is_one_sentence(line: str, full: bool, place: Path):
    why = "No space left on device" if full else "Bad file descriptor"
    with open("/dev/full" if full else os.devnull, "w") as out:
        done = run(line, place, stdout=out, preexec_fn=None if full else closed(1))
    said = [line for line in done.stderr.splitlines() if not line.startswith(SIMULATED)]
    assert (done.returncode, said) == (1, [f"smallcap: standard output can't be written: {why}"])


@pytest.mark.parametrize(
    ("line", "at_once"),
    [
        ("report", True),
        ("history", False),
        ("history", True),
        ("indicators KRE --format json", False),
        ("plan analyst --format html", True),
        ("watch", False),
        ("watch", True),
        ("--help", True),
    ],
)
def test_a_reader_that_goes_away_is_no_error(line: str, at_once: bool, place: Path):
    process = subprocess.Popen(
        [SMALLCAP, *shlex.split(line)], cwd=place, env=around(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    if not at_once:
        assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr
    said = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(), [line for line in said.splitlines() if not line.startswith(SIMULATED)]) == (0, [])


def test_without_a_standard_error_no_data_is_lost(place: Path):
    done = run("history --to 2006-12-29", place, stderr=None, preexec_fn=closed(2))
    is_csv(done.stdout)
    assert done.returncode == 0


def test_a_file_gets_what_standard_output_would(place: Path):
    """But unfolded: a file has no width."""
    for line in ("history --to 2006-12-29", "size --format json"):
        assert run(f"{line} --output made", place).stdout == ""
        assert (place / "made").read_text() == run(line, place).stdout
    assert run("plan passive --output made", place, env=around(place, COLUMNS="40")).returncode == 0
    assert (place / "made").read_text() == run("plan passive", place).stdout
