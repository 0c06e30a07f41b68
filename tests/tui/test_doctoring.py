"""`smallcap doctor`: each check in each of its states, what a terminal answers, and providers on 127.0.0.1."""

from __future__ import annotations

import argparse
import errno
import fcntl
import io
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock
from jsonschema import Draft202012Validator
from smallcap.core.diagnosis import Check
from smallcap.core.errors import SmallcapError
from smallcap.core.live.child import lock_of
from smallcap.tui import (
    doctor_asking,
    doctor_files,
    doctor_machine,
    doctor_network,
    doctor_program,
    doctor_terminal,
    doctoring,
)
from smallcap.tui.doctor_asking import Heard, told
from smallcap.tui.doctor_reaching import Reply, reach
from smallcap.tui.surroundings import Surroundings, look_around

from tests.conftest import ROOT
from tests.live.store import filled
from tests.loopback import Loopback, World

SMALLCAP = Path(sys.executable).with_name("smallcap")
NOW = "2024-10-09T22:00:00Z"
AT = datetime.fromisoformat(NOW)
BARE = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
XTERM = {"TERM": "xterm-256color"}
DEADLINE = 60.0
ANSWERS = {
    b"\x1b[c": b"\x1b[?64;4;22c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b]11;?": b"\x1b]11;rgb:ffff/fafa/f0f0\x07",
    b"\x1bP$qm": b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
}

Look = Callable[..., Surroundings]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def around(home: Path) -> Look:
    """What the checks look at: an environment, a home, what the terminal and the providers answer."""

    def look(
        *, heard: Heard | None = None, replies: tuple[Reply, ...] | None = None, source: str | None = None, **env: str
    ) -> Surroundings:
        args = argparse.Namespace(online=replies is not None, offline=replies is None, source=source)
        here = look_around(args, {"SMALLCAP_HOME": str(home), **env}, lambda: heard or Heard("no terminal"))
        fields = {name: getattr(here, name) for name in Surroundings.__slots__}
        return Surroundings(**fields | {"reach": lambda: replies or ()})

    return look


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output as a terminal."""
    # Not sys.stdout itself: pytest puts its own there between a fixture and its test.
    terminal = SimpleNamespace(isatty=lambda: True, fileno=lambda: 1)
    monkeypatch.setattr(doctor_terminal, "sys", SimpleNamespace(stdout=terminal))


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The installed command without a terminal."""
    return subprocess.run(
        [str(SMALLCAP), "doctor", *args],
        capture_output=True, text=True, env={**BARE, **env}, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def checked(text: str) -> dict[str, Any]:
    made = json.loads(text)
    Draft202012Validator(json.loads((ROOT / "docs" / "schema" / "doctor.schema.json").read_text())).validate(made)
    return made


def states(made: Mapping[str, Any]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in made["checks"]}


def says(check: Check, state: str, *words: str) -> None:
    """The state, the words, and advice wherever something isn't right."""
    assert check.state == state, check
    assert all(word in f"{check.found} {check.advice}" for word in words), check
    assert check.advice or state == "ok", check


# --- the command ---------------------------------------------------------------------------------------------------


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


# --- the program ---------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other packages than those that are installed: their versions and what they ask for."""

    def pretend(versions: Mapping[str, str], wants: Mapping[str, list[str]]) -> None:
        def version(name: str) -> str:
            if name not in versions:
                raise metadata.PackageNotFoundError(name)
            return versions[name]

        monkeypatch.setattr(doctor_program.metadata, "version", version)
        monkeypatch.setattr(doctor_program.metadata, "requires", wants.get)

    return pretend


def test_a_package_within_its_pin_is_ok_and_outside_it_a_failure_with_the_command(installed):
    installed({"numpy": "2.3"}, {"smallcap": ["numpy<3,>=2.2"]})
    says(doctor_program.package("numpy", "numpy"), "ok", "2.3", ">=2.2,<3")
    installed({"numpy": "1.26"}, {"smallcap": ["numpy<3,>=2.2"]})
    says(doctor_program.package("numpy", "numpy"), "failure", "1.26", "-m pip install 'numpy>=2.2,<3'")
    installed({}, {"smallcap": ["numpy<3,>=2.2"]})
    says(doctor_program.package("numpy", "numpy"), "failure", "not installed", "-m pip install 'numpy>=2.2,<3'")
    installed({"numpy": "2.3"}, {"smallcap": []})
    says(doctor_program.package("numpy", "numpy"), "warning", "older install")


def test_conflicts_are_found_anywhere_in_the_tree_and_nowhere_else(installed):
    wants = {
        "smallcap": ["textual>=8"],
        "textual": ["rich>=14", 'tzdata; sys_platform == "win32"'],
        "other": ["rich<1"],
    }
    installed({"smallcap": "1", "textual": "8.2", "rich": "14.1", "other": "1"}, wants)
    says(doctor_program.packages(None), "ok", "2 packages fit together")
    installed({"smallcap": "1", "textual": "8.2", "rich": "13.0", "other": "1"}, wants)
    says(doctor_program.packages(None), "failure", "textual needs rich>=14, 13.0 is installed", "install 'rich>=14'")
    installed({"smallcap": "1", "textual": "8.2"}, wants)
    says(doctor_program.packages(None), "failure", "textual needs rich>=14, which is not installed")


def test_packages_that_need_each_other_end(installed):
    installed({"smallcap": "1", "A": "1", "B": "1"}, {"smallcap": ["A"], "A": ["B"], "B": ["A"]})
    says(doctor_program.packages(None), "ok", "2 packages")


def test_textual_plotext_is_a_warning(installed):
    installed({"textual-plotext": "1.0"}, {})
    says(doctor_program.strangers(None), "warning", "textual-plotext 1.0", "pip uninstall textual-plotext")


def test_a_foreign_package_called_core_is_a_warning_and_our_own_folder_is_not(
    installed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    installed({}, {})
    says(doctor_program.strangers(None), "ok")
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    says(doctor_program.strangers(None), "warning", "'core'", str(tmp_path))
    monkeypatch.undo()


def test_python_is_held_against_what_is_required(monkeypatch: pytest.MonkeyPatch):
    says(doctor_program.python(None), "ok", sys.executable)
    monkeypatch.setattr(doctor_program.platform, "python_version", lambda: "3.9.1")
    says(doctor_program.python(None), "failure", "3.9.1", "3.11")


def test_smallcap_that_is_not_installed_is_a_failure(installed):
    installed({}, {})
    says(doctor_program.ours(None), "failure", "without being installed", "pip install --editable")
    installed({"smallcap": "0.1.0"}, {})
    says(doctor_program.ours(None), "ok", "0.1.0")


# --- the terminal --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "heard"),
    [
        (b"", Heard()),
        (b"\x1b[?62;22c", Heard(device="62;22")),
        (b"\x1b[?c", Heard(device="?")),
        (b"\x1b[?2026;2$y\x1b[?1c", Heard(device="1", frames=True)),
        (b"\x1b[?2026;0$y\x1b[?1c", Heard(device="1", frames=False)),
        (b"\x1b[?2026;4$y\x1b[?1c", Heard(device="1", frames=False)),
        (b"\x1b]11;rgb:0000/8080/ffff\x1b\\\x1b[?1c", Heard(device="1", ground=(0.0, 0x8080 / 0xFFFF, 1.0))),
        (b"\x1b]11;rgb:00/80/ff\x07\x1b[?1c", Heard(device="1", ground=(0.0, 128 / 255, 1.0))),
        (b"\x1bP1$r0;48;2;1;2;3m\x1b\\\x1b[?1c", Heard(device="1", truecolor=True)),
        (b"\x1bP1$r48:2::1:2:3m\x1b\\\x1b[?1c", Heard(device="1", truecolor=True)),
        (b"\x1bP1$r0;48:5:16m\x1b\\\x1b[?1c", Heard(device="1", truecolor=False)),
        (b"\x1bP0$r\x1b\\\x1b[?1c", Heard(device="1")),
        (b"typed ahead\x1b[?62c and more", Heard(device="62")),
    ],
)
def test_what_terminals_answer(answers: bytes, heard: Heard):
    assert told(answers) == heard


def test_the_answers_in_words(around: Look):
    mute, full = Heard(), Heard("", "64;4", True, True, (1.0, 0.98, 0.94))
    says(doctor_terminal.device(around()), "ok", "not asked", "no terminal")
    says(doctor_terminal.device(around(heard=mute)), "warning", "DA1")
    says(doctor_terminal.device(around(heard=full)), "ok", "VT420")
    says(doctor_terminal.frames(around(heard=mute)), "ok", "not known")
    says(doctor_terminal.frames(around(heard=full)), "ok", "yes")
    says(doctor_terminal.frames(around(heard=Heard("", "64", frames=False))), "ok", "no (mode 2026")
    says(doctor_terminal.ground(around(heard=mute)), "ok", "not known")
    says(doctor_terminal.ground(around(heard=full)), "ok", "#fffaf0, light", "--theme light")
    dark = doctor_terminal.ground(around(heard=Heard("", "64", ground=(0.1, 0.1, 0.1))))
    assert (dark.found, dark.advice) == ("#1a1a1a, dark", "")


def test_a_dumb_terminal_is_a_warning_only_where_there_is_one(around: Look, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    says(doctor_terminal.kind(around(TERM="dumb")), "ok", "TERM=dumb", "COLORTERM=(not set)")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    says(doctor_terminal.kind(around(TERM="dumb")), "warning", "TERM=dumb")
    says(doctor_terminal.kind(around(TERM="xterm", COLORTERM="truecolor")), "ok", "COLORTERM=truecolor")


@pytest.mark.parametrize(
    ("columns", "lines", "state"), [(60, 16, "ok"), (59, 16, "warning"), (60, 15, "warning"), (200, 60, "ok")]
)
def test_a_small_terminal_is_a_warning(
    around: Look, screen: None, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int, state: str
):
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, lines)))
    says(doctor_terminal.size(around()), state, f"{columns}x{lines}", "60x16")


@pytest.mark.parametrize(
    ("env", "truecolor", "state", "words"),
    [
        ({"COLORTERM": "truecolor", **XTERM}, None, "ok", "truecolor"),
        ({"COLORTERM": "24bit", "TERM": "xterm"}, True, "ok", "as the terminal says too"),
        ({"COLORTERM": "truecolor", **XTERM}, False, "warning", "unset COLORTERM"),
        (XTERM, True, "warning", "export COLORTERM=truecolor"),
        (XTERM, None, "ok", "256 colours"),
        (XTERM, False, "ok", "256 colours"),
        ({"TERM": "xterm"}, None, "warning", "export TERM=xterm-256color"),
        ({"NO_COLOR": "1", "COLORTERM": "truecolor", **XTERM}, True, "ok", "unset NO_COLOR"),
        ({"TERM": "dumb"}, None, "ok", "none here"),
    ],
)
def test_colours(around: Look, screen: None, env: dict[str, str], truecolor: bool | None, state: str, words: str):
    says(doctor_terminal.colours(around(heard=Heard("", "64", truecolor=truecolor), **env)), state, words)


@pytest.mark.parametrize(
    ("env", "state", "words"),
    [
        ({}, "ok", "direct"),
        ({"SSH_CONNECTION": "1 2 3 4", **XTERM}, "ok", "ssh -C"),
        ({"TMUX": "/tmp/t", "TERM": "tmux-256color"}, "ok", "tmux"),
        ({"TMUX": "/tmp/t", "TERM": "screen"}, "warning", "tmux-256color"),
        ({"STY": "1.pts", "TERM": "screen-256color"}, "warning", "screen before 5.0"),
        ({"TMUX": "/tmp/t", "SSH_TTY": "/dev/pts/1", "TERM": "tmux-256color"}, "ok", "tmux in ssh"),
    ],
)
def test_what_lies_between(around: Look, env: dict[str, str], state: str, words: str):
    says(doctor_terminal.between(around(**env)), state, words)


def test_the_pattern_fits_40_cells_and_is_without_colours_where_none_are_wanted(screen: None):
    coloured = doctor_terminal.pattern({**XTERM})
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in coloured) <= 40
    for words in ("\x1b[41m", "\x1b[107m", "\x1b[48;5;255m", "\x1b[48;2;"):
        assert any(words in line for line in coloured)
    plain = doctor_terminal.pattern({"NO_COLOR": "1", **XTERM})
    assert plain == coloured[: len(plain)]
    assert "\x1b" not in "".join(plain)


# --- a real terminal -----------------------------------------------------------------------------------------------


class Tty:
    """A program in a pty whose other side answers questions, or not; what it wrote is in `seen`."""

    def __init__(self, command: list[str], env: Mapping[str, str], answers: Mapping[bytes, bytes]) -> None:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        self.before = termios.tcgetattr(self._slave)
        self.answers, self.seen, self._looked = answers, b"", 0
        self.process = subprocess.Popen(
            command, env={**BARE, **env}, stdin=self._slave, stdout=self._slave, stderr=self._slave
        )

    def wait_for(self, words: bytes = b"") -> None:
        """Read and answer until the words are there, or without words until the program ends."""
        end = time.monotonic() + DEADLINE
        while words not in self.seen if words else self.process.poll() is None:
            assert time.monotonic() < end, self.seen
            self._read(0.02)
        while self._read(0):
            pass

    def type(self, data: bytes) -> None:
        os.write(self._master, data)

    def left_over(self) -> int:
        """How many bytes the next program would read."""
        raw = termios.tcgetattr(self._slave)
        raw[3] &= ~termios.ICANON
        termios.tcsetattr(self._slave, termios.TCSANOW, raw)
        return struct.unpack("i", fcntl.ioctl(self._slave, termios.FIONREAD, b"\0" * 4))[0]

    def as_before(self) -> bool:
        return termios.tcgetattr(self._slave) == self.before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._slave)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        self.seen += os.read(self._master, 1 << 16)
        fresh, self._looked = self.seen[self._looked :], len(self.seen)
        found = sorted((fresh.rfind(question), answer) for question, answer in self.answers.items())
        for at, answer in found:
            if at >= 0:
                os.write(self._master, answer)
        return True


@pytest.fixture
def tty() -> Iterator[Callable[..., Tty]]:
    opened: list[Tty] = []

    def start(command: list[str], env: Mapping[str, str], answers: Mapping[bytes, bytes] = ANSWERS) -> Tty:
        opened.append(Tty(command, env, answers))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


DOCTOR = [str(SMALLCAP), "doctor"]
KEEPING = """
import os, sys, time
from smallcap.tui.doctor_asking import listening
with listening(os.environ) as hear:
    print("heard", hear(), flush=True)
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.01)
"""


def test_a_terminal_that_answers_everything_is_told_as_it_is_and_left_as_it_was(tty, home: Path):
    ran = tty([*DOCTOR, "--json"], {"SMALLCAP_HOME": str(home), **XTERM})
    ran.wait_for()
    made = checked(ran.seen[ran.seen.index(b"{") :].decode())
    found = {check["name"]: check["found"] for check in made["checks"]}
    assert found["answers"] == "like VT420 (64;4;22)"
    assert found["whole frames"].startswith("yes")
    assert found["background"] == "#fffaf0, light"
    assert found["size"].startswith("100x50")
    assert states(made)["colours"] == "warning"
    assert (ran.process.returncode, ran.as_before(), ran.left_over()) == (0, True, 0)


def test_a_mute_terminal_is_a_warning_after_a_short_while(tty, home: Path):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), **XTERM}, {})
    ran.wait_for()
    assert b"DA1" in ran.seen
    assert ran.seen.count(b"\x1b[c") == 1
    assert b"\x1b[?2026$p" not in ran.seen
    assert (ran.process.returncode, ran.as_before(), ran.left_over()) == (0, True, 0)


def test_the_page_in_a_terminal_has_colours_and_the_pattern_and_with_no_color_neither_colour(tty, home: Path):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), "COLORTERM": "truecolor", **XTERM})
    ran.wait_for()
    page = ran.seen.decode()
    assert "\x1b[32m+ ok" in page
    assert "⣶" in page
    assert "\x1b[48;5;255m" in page
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), "NO_COLOR": "1", **XTERM})
    ran.wait_for()
    page = ran.seen.decode()
    assert "⣶" in page
    assert "\x1b[32m" not in page
    assert "\x1b[48;5;" not in page


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {}])
def test_a_dumb_terminal_is_asked_nothing_and_sent_no_sequence(tty, home: Path, env: dict[str, str]):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), **env})
    ran.wait_for()
    assert b"\x1b" not in ran.seen
    assert b"! warning  TERM" in ran.seen
    assert ran.process.returncode == 0


@pytest.mark.parametrize("env", [{"TERM": "screen"}, {"TERM": "linux"}, {"STY": "1", **XTERM}])
def test_what_would_print_the_question_for_the_style_is_not_asked_it(tty, home: Path, env: dict[str, str]):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), **env})
    ran.wait_for()
    assert b"\x1bP$q" not in ran.seen
    assert b"\x1b[?2026$p" in ran.seen


def test_an_answer_that_comes_late_is_not_left_in_the_input_and_not_echoed(tty, tmp_path: Path):
    ran = tty([sys.executable, "-c", KEEPING, str(tmp_path / "go")], XTERM, {})
    ran.wait_for(b"heard Heard(why='', device=''")
    ran.type(b"\x1b[?62;22c")
    (tmp_path / "go").touch()
    ran.wait_for()
    assert b"?62;22c" not in ran.seen
    assert (ran.process.returncode, ran.as_before(), ran.left_over()) == (0, True, 0)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_in_the_middle_leaves_the_terminal_as_it_was(tty, tmp_path: Path, kind: signal.Signals):
    ran = tty([sys.executable, "-c", KEEPING, str(tmp_path / "never")], XTERM)
    ran.wait_for(b"heard")
    assert not ran.as_before()
    ran.process.send_signal(kind)
    ran.wait_for()
    assert ran.process.returncode
    assert (ran.as_before(), ran.left_over()) == (True, 0)


def test_in_the_background_the_terminal_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(sys, stream, SimpleNamespace(isatty=lambda: True, fileno=lambda: 0))
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
    with doctor_asking.listening(XTERM) as hear:
        assert "background" in hear().why


# --- the machine ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "output", "state"),
    [
        ({"LANG": "en_US.UTF-8"}, "utf-8", "ok"),
        ({"LANG": "C", "LC_ALL": "de_DE.utf8"}, "utf-8", "ok"),
        ({"LANG": "C"}, "utf-8", "warning"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", "warning"),
        ({"LC_CTYPE": "en_US.UTF-8"}, "utf-8", "ok"),
        ({}, "utf-8", "warning"),
        ({"LANG": "en_US.UTF-8"}, "iso8859-1", "warning"),
    ],
)
def test_encoding(around: Look, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], output: str, state: str):
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(encoding=output))
    check = doctor_machine.encoding(around(**env))
    says(check, state, output)
    assert ("--ascii" in check.advice) == (state == "warning")


def test_new_york_without_a_time_zone_database_is_a_failure(around: Look, monkeypatch: pytest.MonkeyPatch):
    says(doctor_machine.time_zone(around(TZ="Europe/Vienna", SMALLCAP_NOW=NOW)), "ok", "Europe/Vienna", "18:00")

    def none(_: datetime) -> str:
        raise SmallcapError("this machine has no time zone database")

    monkeypatch.setattr(doctor_machine, "new_york_minute", none)
    says(doctor_machine.time_zone(around()), "failure", "no time zone database", "pip install tzdata")


def reply(name: str = "Yahoo", status: int = 200, error: str = "", ahead: float | None = 0.2, **fields: Any) -> Reply:
    return Reply(name, status, error, fields.get("known", status == 200), 0.3, ahead)


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (0.4, "ok", "agrees"),
        (-59.0, "ok", "59 s behind"),
        (61.0, "warning", "61 s ahead of"),
        (-299.0, "warning", "5 min behind"),
        (301.0, "failure", "5 min ahead of"),
        (-400_000.0, "failure", "5 days behind"),
        (None, "ok", "not compared"),
    ],
)
def test_the_clock_against_the_providers(around: Look, ahead: float | None, state: str, words: str):
    says(doctor_machine.clock(around(replies=(reply(ahead=ahead),))), state, words)


def test_of_two_providers_the_one_that_agrees_is_believed(around: Look):
    says(doctor_machine.clock(around(replies=(reply(ahead=4000.0), reply("FRED", ahead=1.5)))), "ok", "2 s ahead")


def test_a_clock_that_is_not_compared_says_so(around: Look):
    says(doctor_machine.clock(around()), "ok", "not compared")


def test_a_replay_is_a_warning_and_an_instant_that_is_none_a_failure(around: Look):
    says(doctor_machine.replay(around()), "ok")
    says(doctor_machine.replay(around(SMALLCAP_NOW=NOW)), "warning", "2024-10-09 18:00 ET", "unset SMALLCAP_NOW")
    says(doctor_machine.replay(around(SMALLCAP_NOW="noon")), "failure", "'noon' is not an ISO instant")


# --- the files -----------------------------------------------------------------------------------------------------


def test_the_config_is_told_with_its_path_or_its_fault(around: Look, home: Path):
    file = home / "smallcap.toml"
    says(doctor_files.config(around()), "ok", str(file), "default")
    file.write_text('source = "demo"\n')
    says(doctor_files.config(around()), "ok", str(file), "source demo")
    file.write_text("range = 7\n")
    says(doctor_files.config(around()), "failure", str(file), "range")
    file.unlink()
    file.mkdir()
    says(doctor_files.config(around()), "failure", "can't be read")


def test_the_data_folder_must_be_writable_and_roomy(around: Look, home: Path, monkeypatch: pytest.MonkeyPatch):
    says(doctor_files.data(around()), "ok", str(home), "MB free")
    says(doctor_files.data(around(SMALLCAP_HOME=str(home / "a" / "b"))), "ok", "made when first needed")
    assert list(home.iterdir()) == []
    for spare, state in ((199, "warning"), (19, "failure"), (200, "ok")):
        monkeypatch.setattr(doctor_files.shutil, "disk_usage", lambda _, n=spare: SimpleNamespace(free=n * 2**20))
        says(doctor_files.data(around()), state, f"{spare} MB free")

    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(doctor_files.tempfile, "TemporaryFile", refuse)
    says(doctor_files.data(around()), "failure", "Read-only file system", "SMALLCAP_HOME")


def test_the_store_is_told_with_its_age_in_sessions(around: Look, home: Path):
    says(doctor_files.store(around()), "ok", "nothing was fetched yet")
    says(doctor_files.store(around(source="yahoo")), "warning", "smallcap fetch")
    filled(home, World(AT, ("IWM", "SPY")), AT)
    says(doctor_files.store(around(source="yahoo", SMALLCAP_NOW=NOW)), "ok", "2 tickers", "2024-10-09", "up to date")
    later = around(source="yahoo", SMALLCAP_NOW="2024-10-14T22:00:00Z")
    says(doctor_files.store(later), "warning", "3 sessions behind", "smallcap fetch")
    says(doctor_files.store(around(source="demo", SMALLCAP_NOW="2024-10-14T22:00:00Z")), "ok", "3 sessions behind")


def test_a_store_that_is_no_database_is_a_failure(around: Look, home: Path):
    (home / "store.sqlite3").write_text("no database at all, nothing like one" * 9)
    says(doctor_files.store(around()), "failure", "not a database")


def test_plans_that_cannot_be_read_are_named(around: Look, home: Path):
    says(doctor_files.plans(around()), "ok", "none saved")
    (home / "plans.jsonl").write_text("nonsense\nmore\n")
    says(doctor_files.plans(around()), "warning", "line 1", "1 more")
    (home / "plans.jsonl").unlink()
    (home / "plans.jsonl").mkdir()
    says(doctor_files.plans(around()), "failure", "can't be read")


def test_alerts_that_cannot_be_read_are_named(around: Look, home: Path):
    says(doctor_files.alerts(around()), "ok", "none armed")
    file = home / "alerts.json"
    file.write_text(json.dumps({"schema": 1, "highest": 0, "alerts": [], "history": []}))
    says(doctor_files.alerts(around()), "ok", "0 armed")
    file.write_text(json.dumps({"schema": 1, "highest": 1, "alerts": [7], "history": []}))
    says(doctor_files.alerts(around()), "warning", "entry 1 of alerts")
    file.write_text("{")
    says(doctor_files.alerts(around()), "failure", "left alone")


def test_who_fetches_is_seen_by_the_lock(around: Look, home: Path, monkeypatch: pytest.MonkeyPatch):
    says(doctor_files.fetcher(around()), "ok", "nobody")
    assert list(home.iterdir()) == []
    with FileLock(lock_of(home / "store.sqlite3"), is_singleton=False):
        says(doctor_files.fetcher(around()), "ok", "another smallcap fetches")
    lock_of(home / "store.sqlite3").touch()
    monkeypatch.setattr(doctor_files.os, "access", lambda *_: False)
    says(doctor_files.fetcher(around()), "warning", "another user")


# --- the network ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://joe:secret@proxy:3128", "http://***@proxy:3128"),
        ("http://joe:sec@ret@proxy:3128", "http://***@proxy:3128"),
        ("http://joe:sec/ret@proxy:3128", "http://***@proxy:3128"),
        ("joe:secret@proxy:3128", "***@proxy:3128"),
        ("curl: (5) bad 'http://joe:secret@proxy:x'", "curl: (5) bad 'http://***@proxy:x'"),
    ],
)
def test_no_password_is_shown(value: str, shown: str):
    assert doctor_network.without_credentials(value) == shown


def test_a_proxy_is_shown_and_one_without_a_sound_address_is_a_failure(around: Look):
    says(doctor_network.proxy(around()), "ok", "none")
    says(
        doctor_network.proxy(around(HTTPS_PROXY="http://joe:secret@proxy:80")), "ok", "HTTPS_PROXY=http://***@proxy:80"
    )
    says(doctor_network.proxy(around(NO_PROXY="localhost,127.0.0.1")), "ok", "localhost")
    broken = doctor_network.proxy(around(https_proxy="http://joe:secret@proxy:port"))
    says(broken, "failure", "port", "export https_proxy")
    assert "secret" not in broken.found + broken.advice
    says(doctor_network.proxy(around(ALL_PROXY="http://")), "failure", "names no host")


def test_a_certificate_file_must_be_there(around: Look, tmp_path: Path):
    says(doctor_network.certificates(around()), "ok", "usual")
    missing = str(tmp_path / "none.pem")
    says(doctor_network.certificates(around(SSL_CERT_FILE=missing)), "failure", missing, "SSL_CERT_FILE")
    Path(missing).touch()
    says(doctor_network.certificates(around(SSL_CERT_FILE=missing, CURL_CA_BUNDLE=missing)), "ok", "CURL_CA_BUNDLE")


@pytest.mark.parametrize(
    ("came", "state", "words"),
    [
        (reply(), "ok", "answered in 0.3 s"),
        (reply(status=429), "warning", "pause"),
        (reply(status=403), "failure", "403"),
        (reply(status=502), "failure", "502"),
        (reply(known=False), "failure", "not Yahoo"),
        (reply(status=0, error="curl: (6) Could not resolve host: x"), "failure", "network connection"),
        (reply(status=0, error="curl: (60) SSL certificate problem"), "failure", "SSL_CERT_FILE"),
        (reply(status=0, error="curl: (5) Could not resolve proxy: x"), "failure", "proxy variables"),
        (reply(status=0, error="curl: (28) Connection timed out"), "failure", "HTTPS_PROXY"),
        (reply(status=0, error="curl: (7) Failed to connect"), "failure", "HTTPS_PROXY"),
        (reply("FRED"), "failure", "said nothing"),
    ],
)
def test_what_came_of_a_request(around: Look, came: Reply, state: str, words: str):
    says(doctor_network.endpoint("Yahoo", around(replies=(came,))), state, words)


def test_nobody_is_asked_unless_the_source_is_yahoo_or_it_is_wished(home: Path):
    def online(source: str | None, **flags: bool) -> bool:
        args = argparse.Namespace(**{"online": False, "offline": False, "source": source, **flags})
        return look_around(args, {"SMALLCAP_HOME": str(home)}, Heard).online

    assert [online(None), online("yahoo"), online("yahoo", offline=True), online("demo", online=True)] == [
        False, True, False, True
    ]  # fmt: skip
    (home / "smallcap.toml").write_text('source = "yahoo"')
    assert online(None)
    assert not online("demo")


def test_who_is_not_asked_is_said_with_how_to(around: Look):
    says(doctor_network.unasked(around()), "ok", "demo", "--online")
    says(doctor_network.unasked(around(source="yahoo")), "ok", "--offline")


def test_no_password_is_shown_when_the_client_repeats_it(around: Look):
    came = reply(status=0, error="curl: (5) Unsupported proxy syntax in 'http://joe:secret@proxy:x'")
    check = doctor_network.endpoint("Yahoo", around(replies=(came,)))
    says(check, "failure", "http://***@proxy", "proxy variables")
    assert "secret" not in check.found


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Yahoo and FRED on 127.0.0.1."""
    with Loopback(World(AT, ("SPY",))) as loopback:
        yield SimpleNamespace(loopback=loopback, env=loopback.environment(tmp_path_factory.mktemp("client")))


def asked(net: SimpleNamespace, home: Path, *flags: str, **env: str) -> tuple[dict[str, Any], int]:
    """The whole command with the loopback as its network; the checks by name, and the exit code."""
    led = {**net.env, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": NOW, **env}
    done = subprocess.run([*DOCTOR, "--json", *flags], capture_output=True, text=True, env=led, check=False)
    assert done.stderr == ""
    return {check["name"]: check for check in checked(done.stdout)["checks"]}, done.returncode


def test_both_providers_are_asked_once_with_the_fetchers_client_and_their_clock_is_compared(net, home: Path):
    net.loopback.clear()
    made, code = asked(net, home, "--online")
    assert [made[name]["state"] for name in ("Yahoo", "FRED", "proxy", "certificates")] == ["ok"] * 4
    assert sorted((request.kind, request.status) for request in net.loopback.requests) == [
        ("chart", 200),
        ("fred", 200),
    ]
    assert net.loopback.leaks == []
    # The loopback's answers are dated in its own 2024.
    assert (made["clock"]["state"], code) == ("failure", 1)
    assert "days ahead of" in made["clock"]["found"]


def test_offline_asks_nobody_even_with_the_source_yahoo(net, home: Path):
    net.loopback.clear()
    made, code = asked(net, home, "--offline", "--source", "yahoo")
    assert (net.loopback.requests, code, made["providers"]["state"]) == ([], 0, "ok")


def test_faults_of_the_providers_are_told_one_by_one(net, home: Path):
    net.loopback.fault("chart", "429")
    net.loopback.fault("fred", "html")
    made, code = asked(net, home, "--source", "yahoo")
    net.loopback.heal()
    assert (made["Yahoo"]["state"], made["FRED"]["state"], code) == ("warning", "failure", 1)
    assert "not FRED" in made["FRED"]["found"]


def test_a_provider_that_hangs_ends_after_five_seconds(net, home: Path):
    net.loopback.fault("chart", "hang")
    began = time.monotonic()
    made, _ = asked(net, home, "--online")
    net.loopback.heal()
    assert time.monotonic() - began < 15
    assert (made["Yahoo"]["state"], made["FRED"]["state"]) == ("failure", "ok")
    assert "timed out" in made["Yahoo"]["found"]


def test_a_certificate_that_is_not_trusted_and_a_proxy_that_is_not_there_are_failures_with_advice(net, home: Path):
    strange = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), "")
    made, _ = asked(net, home, "--online", **strange)
    assert "certificate" in made["Yahoo"]["found"]
    assert "SSL_CERT_FILE" in made["Yahoo"]["advice"]
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://joe:secret@127.0.0.1:9")
    made, _ = asked(net, home, "--online", **nowhere)
    assert made["FRED"]["state"] == "failure"
    assert "secret" not in json.dumps(made)


def test_one_of_the_usual_certificate_variables_is_enough_as_for_the_fetcher(net, home: Path):
    only = dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), "")
    unset = {name: value for name, value in net.env.items() if name not in only}
    made, _ = asked(SimpleNamespace(env=unset), home, "--online")
    assert (made["Yahoo"]["state"], made["FRED"]["state"]) == ("ok", "ok")


def test_a_process_that_asks_and_breaks_or_hangs_is_one_sentence():
    broken = (sys.executable, "-c", "raise SystemExit('no client here')")
    with pytest.raises(SmallcapError, match="no client here"):
        reach(AT, broken)
    with pytest.raises(SmallcapError, match="was not done after"):
        reach(AT, (sys.executable, "-c", "import time; time.sleep(60)"), 0.5)
    with pytest.raises(SmallcapError, match="can't be started"):
        reach(AT, ("/nonexistent/python",))
