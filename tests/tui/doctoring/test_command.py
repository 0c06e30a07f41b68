"""`smallcap doctor` as a command: its exit codes, its page, its JSON, and nothing made that was not there."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

import pytest
from smallcap.core.diagnosis import Check
from smallcap.tui import doctoring
from smallcap.tui.surroundings import Surroundings

from tests.tui.doctoring.conftest import BARE, NOW, SMALLCAP, XTERM, Look, checked, says


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The installed command without a terminal."""
    return subprocess.run(
        [str(SMALLCAP), "doctor", *args],
        capture_output=True, text=True, env={**BARE, **env}, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def test_a_machine_in_order_has_no_failure_and_the_json_fits_its_schema(home: Path):
    done = run("--json", SMALLCAP_HOME=str(home))
    made = checked(done.stdout)
    assert (done.returncode, done.stderr, made["failures"]) == (0, "", 0)
    names = [check["name"] for check in made["checks"]]
    assert len(names) == len(set(names))
    again = checked(run("--format", "json", SMALLCAP_HOME=str(home)).stdout)
    assert [check["name"] for check in again["checks"]] == names


def test_a_failure_is_exit_code_1_and_a_warning_is_not(home: Path):
    assert run(SMALLCAP_HOME=str(home), SMALLCAP_NOW=NOW).returncode == 0
    (home / "smallcap.toml").write_text('sorce = "demo"')
    done = run(SMALLCAP_HOME=str(home))
    assert (done.returncode, done.stderr) == (1, "")
    assert "x failure  config" in done.stdout
    assert "did you mean source?" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 failure, ")


@pytest.mark.parametrize("env", [{}, {"TERM": "dumb"}, {"LANG": "C", "LC_ALL": "C"}, {"NO_COLOR": "1", **XTERM}])
def test_without_a_terminal_it_is_plain_text_of_the_width_asked_for(home: Path, env: dict[str, str]):
    done = run(SMALLCAP_HOME=str(home), COLUMNS="40", PYTHONIOENCODING="ascii", **env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout
    assert [line for line in done.stdout.splitlines() if len(line) > 40 and "/" not in line] == []


def test_text_from_outside_commands_no_terminal(home: Path):
    hostile = f"{home}\x1b]0;owned\x07"
    done = run(SMALLCAP_HOME=hostile, TERM="\x1b[31mxterm", HTTPS_PROXY="http://\x1b[2Jhost:1")
    assert set(done.stdout) & {"\x1b", "\x07"} == set()
    assert "?[31mxterm" in done.stdout


def test_the_output_can_be_a_file(home: Path, tmp_path: Path):
    done = run("--json", "--output", str(tmp_path / "doctor.json"), SMALLCAP_HOME=str(home))
    assert (done.stdout, done.returncode) == ("", 0)
    checked((tmp_path / "doctor.json").read_text())


def test_it_makes_nothing_that_was_not_there(tmp_path: Path):
    run(SMALLCAP_HOME=str(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_breaks_is_a_failure_that_says_so(around: Look):
    def broken(_: Surroundings) -> Check:
        raise OSError(errno.EIO, "the disk \x1b[31mburns")

    says(doctoring.held("store", broken, around()), "failure", "could not be looked at", "the disk ?[31mburns")


def test_online_and_offline_exclude_each_other(home: Path):
    assert run("--online", "--offline", SMALLCAP_HOME=str(home)).returncode == 2
