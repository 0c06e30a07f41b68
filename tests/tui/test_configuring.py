"""`config` as a script sees it: values and where they are from, the file it writes, and what is wrong with one."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from smallcap.core import account, settings
from smallcap.core.composite import KEYS as SIGNALS
from smallcap.core.settings import KEYS, Settings
from smallcap.core.template import literal
from smallcap.tui import cli, keymap
from smallcap.tui.standpoint import FLAGS, configured

SMALLCAP = Path(sys.executable).with_name("smallcap")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    """Run the installed command with a home of its own."""

    def command(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        around = {**os.environ, "SMALLCAP_HOME": str(home), **env}
        return subprocess.run(
            [str(SMALLCAP), *args], capture_output=True, text=True, env=around, cwd=tmp_path, check=False
        )

    return command


def written(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "smallcap.toml").write_text(text, encoding="utf-8")
    return home / "smallcap.toml"


def row(text: str, name: str) -> list[str]:
    """Origin and value of a line of the text."""
    return next(line.split(maxsplit=2)[1:] for line in text.splitlines() if line.split(maxsplit=1)[:1] == [name])


def test_without_a_file_every_value_is_there_with_its_default(run: Run, home: Path):
    said = run("config")
    assert (said.returncode, said.stderr) == (0, "")
    assert str(home / "smallcap.toml") in said.stdout
    assert "`smallcap config --init` writes it" in said.stdout
    for key in KEYS:
        if key.name != "keys":
            assert row(said.stdout, key.name)[0] == "default"
    for key in keymap.KEYS:
        assert row(said.stdout, key.name)[0] == "default"
    assert row(said.stdout, "SMALLCAP_HOME")[1].startswith(str(home))
    assert not home.exists()


def test_each_value_says_where_it_is_from(run: Run, home: Path):
    written(
        home,
        'equity = 5000\nrange = "1Y"\ntheme = "light"\n'
        '[composite_weights]\nrsi = 2\n[keys]\nsizing = "j"\nquit = "q"\n',
    )
    account.remember(home / "account.json", {"theme": "contrast"})
    made = json.loads(
        run("config", "--format", "json", "--pair", "KRE/SPY", SMALLCAP_NOW="2026-11-20T15:00:00Z").stdout
    )
    found = {name: (one["value"], one["origin"]) for name, one in made["settings"].items()}
    assert found["equity"] == (5000.0, "smallcap.toml")
    assert found["range"] == ("1Y", "smallcap.toml")
    assert found["theme"] == ("contrast", "account.json")
    assert found["pair"] == ("KRE/SPY", "flag")
    assert found["composite_weights"] == ({"rsi": 2.0}, "smallcap.toml")
    assert found["bell"] == (True, "default")
    assert made["keys"]["sizing"] == {"keys": ["j"], "origin": "smallcap.toml"}
    assert made["keys"]["next_ticker"] == {"keys": ["down"], "origin": "smallcap.toml"}
    assert made["keys"]["quit"] == {"keys": ["q"], "origin": "smallcap.toml"}
    assert made["keys"]["help"] == {"keys": ["?"], "origin": "default"}
    assert made["environment"] == {"SMALLCAP_HOME": str(home), "SMALLCAP_NOW": "2026-11-20T15:00:00Z"}
    assert made["file"] == {"path": str(home / "smallcap.toml"), "exists": True}
    assert "j is sizing and no longer next_ticker, whose keys are now: down" in made["warnings"]


def test_text_and_json_say_the_same(run: Run, home: Path):
    written(home, 'risk_fraction = "0.5%"\n[keys]\nquiz = []\n')
    text, made = run("config").stdout, json.loads(run("config", "--format", "json").stdout)
    for name, one in made["settings"].items():
        value = tuple(one["value"]) if isinstance(one["value"], list) else one["value"]
        assert row(text, name) == [one["origin"], literal(value)]
    for name, one in made["keys"].items():
        assert row(text, name) == [one["origin"], " ".join(one["keys"]) or "none"]
    assert list(made["settings"]) == [key.name for key in KEYS if key.name != "keys"]


@pytest.mark.parametrize("name", FLAGS)
def test_every_flag_that_sets_is_said_to_be_one_even_when_it_repeats_the_default(run: Run, name: str):
    flag = {"source": "demo", "pair": "IWM/SPY", "price_ratio": None, "theme": "dark", "low_bandwidth": None}[name]
    said = run("config", f"--{name.replace('_', '-')}", *filter(None, [flag]))
    assert row(said.stdout, name)[0] == "flag"


def test_the_path_alone_is_printed_for_scripts(run: Run, home: Path):
    written(home, "nothing of sense")
    said = run("config", "--path")
    assert (said.returncode, said.stdout, said.stderr) == (0, f"{home / 'smallcap.toml'}\n", "")


def test_a_written_file_is_private_and_stays_as_it_is_the_second_time(run: Run, home: Path):
    said = run("config", "--init")
    file = home / "smallcap.toml"
    assert (said.returncode, said.stdout, said.stderr) == (0, f"{file}\n", "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [one.name for one in home.iterdir()] == ["smallcap.toml"]
    file.write_text("equity = 5\n")
    again = run("config", "--init")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"smallcap: {file} is there already, and stays as it is\n"
    assert file.read_text() == "equity = 5\n"


def test_a_folder_that_can_not_be_written_is_said(run: Run, home: Path):
    home.write_text("a file in the folder's place")
    said = run("config", "--init")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"smallcap: {home / 'smallcap.toml'} can't be written: ")
    assert said.stderr.count("\n") == 1


def test_the_written_file_is_the_defaults_as_it_is_and_with_every_comment_taken_away(run: Run, home: Path):
    assert run("config", "--init").returncode == 0
    file = home / "smallcap.toml"
    assert configured(file) == (Settings(), frozenset(), ())
    file.write_text(re.sub(r"(?m)^# (\[?\w+(\]$| = ))", r"\1", file.read_text(encoding="utf-8")), encoding="utf-8")
    found = configured(file)
    assert found.names == {key.name for key in KEYS}
    assert dict(found.settings.composite_weights) == dict.fromkeys(SIGNALS, 1.0)
    assert keymap.effective(found.settings.keys) == keymap.KEYS
    assert keymap.bound(found.settings.keys).warnings == ()
    assert replace(found.settings, composite_weights=(), keys=()) == Settings()
    assert set(dict(found.settings.keys)) == {key.name for key in keymap.KEYS} - keymap.FIXED


def test_the_written_file_says_what_each_key_is_for_and_what_it_may_be(run: Run, home: Path):
    assert run("config", "--init").returncode == 0
    text = (home / "smallcap.toml").read_text(encoding="utf-8")
    for key in KEYS:
        assert f"# {key.words[0].upper()}{key.words[1:]}." in text
        assert all(choice in text for choice in key.choices)
    assert "Above 0, at most 0.1." in text
    assert max(map(len, text.splitlines())) <= 120
    assert all(key.words in text for key in keymap.KEYS if key.name not in keymap.FIXED)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("equty = 5", "'equty' is not a key; did you mean equity?"),
        ('[keys]\nnxt_ticker = "n"', "keys.nxt_ticker is not an action; did you mean next_ticker?"),
        ('[keys]\nsizing = "ctrl+"', "keys.sizing 'ctrl+' is not a key; write one like j, R, <, space, f5, ctrl+n"),
        ('[keys]\nsizing = "n"\nchart = "n"', "keys.chart 'n' is the key of sizing too; give one of them another"),
        ("[keys]\nquit = []", "keys.quit is left without a key"),
        ('[keys]\nfind = "q"', "keys.quit is left without a key"),
        ('[keys]\nzoom = "Z"', "keys.zoom can't be changed: these keys are the chart's own"),
    ],
)
@pytest.mark.parametrize("command", ["config", "report"])
def test_a_wrong_file_is_one_sentence_that_names_it(run: Run, home: Path, text: str, says: str, command: str):
    file = written(home, text)
    said = run(command)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith(f"smallcap: {file}: {says}")
    assert said.stderr.count("\n") == 1


def test_two_things_can_not_be_asked_at_once(run: Run):
    assert run("config", "--init", "--path").returncode == 2


def test_the_configuration_is_written_to_a_file_when_that_is_asked(run: Run, tmp_path: Path):
    said = run("config", "--format", "json", "--output", "made.json")
    assert (said.returncode, said.stdout) == (0, "")
    assert json.loads((tmp_path / "made.json").read_text())["schema"] == 1


def test_hostile_text_of_the_file_is_printed_harmlessly(run: Run, home: Path):
    written(home, 'source = "\\u001b[2J\\u009b\\u202e[red]"\n')
    said = run("config")
    assert said.returncode == 0
    assert all(one.isprintable() for one in said.stdout.replace("\n", ""))
    value = row(said.stdout, "source")[1]
    assert tomllib.loads(f"source = {value}") == {"source": "\x1b[2J\x9b\u202e[red]"}


def test_an_old_name_is_said_and_still_holds(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(settings, "RENAMED", {"capital": "equity"})
    monkeypatch.setenv("SMALLCAP_HOME", str(home))
    file = written(home, "capital = 5000\n")
    says = f"{file}: 'capital' is now called 'equity': rename it"
    assert cli.run(["config"]) == 0
    shown = capsys.readouterr()
    assert row(shown.out, "equity") == ["smallcap.toml", "5000.0"]
    assert f"! {says}" in shown.out
    assert cli.run(["size", "--format", "json"]) == 0
    assert capsys.readouterr().err == f"smallcap: {says}\n"
