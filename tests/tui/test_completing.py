"""Completion in real shells: what tab offers after what was typed, and the scripts' cover of the whole parser."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from smallcap.tui.arguments import SHELLS, parser
from smallcap.tui.completing import WRITERS, script

SMALLCAP = Path(sys.executable).with_name("smallcap")
ZSH = """\
compdef() { :; }
_describe() { local list one; shift $(( $# - 1 )); for one in ${(P)1}; print -r -- "${one%%:*}"; }
compadd() { shift; print -rl -- "$@"; }
_files() { print -rl -- *(N); }
compset() { :; }
source $1
shift
words=("$@"); CURRENT=$#
_smallcap
"""
"""The shell's own functions replaced by ones that print: the script's use of them is what is tried."""


def installed(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"there is no {shell} here")
    return found


def offers(shell: str, folder: Path, *typed: str) -> list[str]:
    """What the shell offers for the last word of what was typed."""
    made = folder.parent / f"smallcap.{shell}"
    made.write_text(script(shell, parser()))
    command = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](made, typed)
    said = subprocess.run(
        [installed(shell), *command], capture_output=True, text=True, cwd=folder, env={**os.environ}, check=False
    )
    assert said.stderr == ""
    now = typed[-1].rpartition("=")[2]
    words = [line.partition("\t")[0] for line in said.stdout.splitlines()]
    return [word for word in words if word.startswith(now)]


def _bash(made: Path, typed: tuple[str, ...]) -> list[str]:
    words = " ".join(map(shlex.quote, typed))
    lines = f"source {made}; COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _smallcap"
    return ["--norc", "-c", f'{lines}; printf "%s\\n" "${{COMPREPLY[@]}}"']


def _zsh(made: Path, typed: tuple[str, ...]) -> list[str]:
    return ["-f", "-c", ZSH, "zsh", str(made), *typed]


def _fish(made: Path, typed: tuple[str, ...]) -> list[str]:
    return ["--no-config", "-c", f'source {made}; complete --do-complete "{" ".join(typed)}"']


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "here"
    place.mkdir()
    (place / "a file.json").touch()
    (place / "report").mkdir()
    return place


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_is_completed_from_its_beginning(shell: str, folder: Path):
    assert "evidence" in offers(shell, folder, "smallcap", "ev")
    assert offers(shell, folder, "smallcap", "plan", "act")[0] == "active"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_flag_is_completed_where_its_command_has_it(shell: str, folder: Path):
    assert "--format" in offers(shell, folder, "smallcap", "evidence", "--form")
    assert "--format" in offers(shell, folder, "smallcap", "--ascii", "report", "--form")
    assert "--format" not in offers(shell, folder, "smallcap", "fetch", "--form")
    assert "--draws" not in offers(shell, folder, "smallcap", "report", "--d")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_flags_choices_are_those_of_the_command(shell: str, folder: Path):
    assert set(offers(shell, folder, "smallcap", "report", "--format", "")) >= {"text", "json"}
    assert "csv" not in offers(shell, folder, "smallcap", "report", "--format", "")
    assert offers(shell, folder, "smallcap", "history", "--format", "c") == ["csv"]
    assert offers(shell, folder, "smallcap", "--theme", "li") == ["light"]


@pytest.mark.parametrize("shell", SHELLS)
def test_files_are_offered_where_files_go_and_nowhere_else(shell: str, folder: Path):
    assert any("a file.json" in one for one in offers(shell, folder, "smallcap", "report", "--output", ""))
    assert {"demo", "yahoo"} <= set(offers(shell, folder, "smallcap", "--source", ""))
    assert not any("a file.json" in one for one in offers(shell, folder, "smallcap", "size", "--equity", ""))
    assert not any("a file.json" in one for one in offers(shell, folder, "smallcap", ""))


@pytest.mark.parametrize("shell", SHELLS)
def test_the_value_of_a_flag_is_no_command(shell: str, folder: Path):
    offered = offers(shell, folder, "smallcap", "--source", "report", "pl")
    assert "plan" in offered
    assert "evidence" in offers(shell, folder, "smallcap", "--source", "plan", "ev")


def test_in_bash_a_value_behind_an_equals_sign_is_completed_too(folder: Path):
    assert offers("bash", folder, "smallcap", "report", "--format", "=", "js") == ["json"]
    made = folder.parent / "smallcap.bash"
    command = _bash(made, ("smallcap", "report", "--format", "="))
    said = subprocess.run([installed("bash"), *command], capture_output=True, text=True, check=True)
    assert set(said.stdout.split()) >= {"text", "json"}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_flag_is_in_every_script(shell: str):
    root = parser()
    made = script(shell, root)
    (named,) = (action for action in root._actions if isinstance(action.choices, dict))
    for name, command in named.choices.items():
        assert f"smallcap {name}" in made
        for action in command._actions:
            for form in action.option_strings:
                assert (f"--long-option {form[2:]} " if shell == "fish" and form.startswith("--") else form) in made


def test_every_shell_that_can_be_asked_for_has_its_script():
    assert set(SHELLS) == set(WRITERS)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_installed_command_prints_the_script_even_where_the_settings_are_wrong(shell: str, tmp_path: Path):
    (tmp_path / "smallcap.toml").write_text("nothing of sense")
    home = {**os.environ, "SMALLCAP_HOME": str(tmp_path)}
    said = subprocess.run(
        [str(SMALLCAP), "config", "--completion", shell], capture_output=True, text=True, env=home, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == script(shell, parser())
