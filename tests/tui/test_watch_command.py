"""The installed `smallcap watch` as a process: its signals, its streams, its command, and nothing left when it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from smallcap.core.bars import Panel

from tests.live.process import ended, until

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
BEFORE_MIDNIGHT = "2026-11-12T04:59:57Z"
"""Three seconds later it is midnight in New York, and the simulated market has a session more: a new label."""
PATIENCE = 60.0


class Watching:
    """A `smallcap watch` of its own home, what it printed and what it said so far."""

    def __init__(self, home: Path, *flags: str, now: str = BEFORE_MIDNIGHT, **env: str) -> None:
        environment = {**os.environ, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": now, **env}
        self._process = subprocess.Popen(
            [SMALLCAP, "watch", *flags],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.printed: list[str] = []
        self.said: list[str] = []
        streams = ((self._process.stdout, self.printed), (self._process.stderr, self.said))
        self._readers = [threading.Thread(target=self._read, args=each, daemon=True) for each in streams]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def prints(self, words: str) -> str:
        """The first line with these words, waited for."""
        return self._wait(self.printed, words)

    def says(self, words: str) -> str:
        return self._wait(self.said, words)

    def ends(self) -> int:
        """Its exit code, once everything that it wrote is here."""
        code = self._process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code

    def _wait(self, lines: list[str], words: str) -> str:
        def here() -> str | None:
            return next((line for line in list(lines) if words in line), None)

        until(lambda: here() or self._process.poll() is not None, f"{words!r} in {self.printed} {self.said}", PATIENCE)
        found = here()
        assert found, (words, self.printed, self.said)
        return found

    @staticmethod
    def _read(stream: object, lines: list[str]) -> None:
        for line in stream:  # type: ignore[attr-defined]
            lines.append(line.rstrip("\n"))  # noqa: PERF401  each as it comes


Open = Callable[..., Watching]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    running: list[Watching] = []

    def start(*flags: str, **options: str) -> Watching:
        running.append(Watching(tmp_path / "home", *flags, **options))
        return running[-1]

    yield start
    for each in running:
        each.__exit__(None, None, None)


def hook(folder: Path, *lines: str) -> str:
    path = folder / "hook"
    path.write_text("\n".join(("#!/bin/sh", f"cd '{folder}'", *lines)) + "\n")
    path.chmod(0o755)
    return str(path)


def run(home: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": BEFORE_MIDNIGHT}
    return subprocess.run(
        [SMALLCAP, "watch", *flags], env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def test_a_new_session_is_told_alerted_and_handed_to_a_command(opened: Open, tmp_path: Path):
    command = hook(tmp_path, "cat >document.new", "mv document.new document", "echo from the hook")
    watch = opened("--alert", "regime RISK-ON", "--exec", command)
    assert watch.prints("watching").startswith("SIMULATED 2026-11-12T04:59:5")
    assert watch.prints(" regime ") == watch.printed[0]
    assert watch.prints("regime NEUTRAL ->").startswith("SIMULATED 2026-11-12T05:00:0")
    watch.prints("alert regime of IWM/SPY becomes RISK-ON: label of 2026-11-11 is RISK-ON")
    watch.says("from the hook")
    made = json.loads((tmp_path / "document").read_text())
    assert (made["as_of"], made["regime"]["label"]) == ("2026-11-11", "RISK-ON")
    watch.send(signal.SIGTERM)
    assert watch.ends() == 0
    assert watch.said == ["from the hook"]
    assert all(line.startswith("SIMULATED 2026-11-12T0") for line in watch.printed)


def test_control_c_ends_it_with_130_and_json_is_lines_of_it(opened: Open):
    watch = opened("--format", "json")
    watch.prints('"what": "regime"')
    watch.send(signal.SIGINT)
    assert watch.ends() == 130
    assert watch.said == []
    assert [json.loads(line)["what"] for line in watch.printed][:2] == ["watching", "regime"]


def test_hanging_up_reads_the_configuration_anew(opened: Open, tmp_path: Path):
    watch = opened()
    watch.prints("watching IWM/SPY")
    watch.prints("2026-11-11 regime")
    config = tmp_path / "home" / "smallcap.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text("par = 'IWM/QQQ'")
    watch.send(signal.SIGHUP)
    watch.says("'par' is not a key; did you mean pair?; the configuration stays as it was")
    config.write_text("pair = 'IWM/QQQ'")
    watch.send(signal.SIGHUP)
    # Its clock runs on, though SMALLCAP_NOW is read anew as well.
    assert " 2026-11-11 watching" in watch.prints("watching IWM/QQQ")
    watch.send(signal.SIGTERM)
    assert watch.ends() == 0
    assert sum(" watching " in line for line in watch.printed) == 2


def test_a_command_that_hangs_is_ended_and_the_watch_goes_on(opened: Open, tmp_path: Path):
    command = hook(tmp_path, "exec sleep 600")
    watch = opened("--exec", command, "--exec-timeout", "0.5", "--alert", "IWM > 1")
    watch.says(f"smallcap: --exec {command} took longer than 0.5 s and was ended")
    watch.prints("regime NEUTRAL -> RISK-ON")
    watch.send(signal.SIGTERM)
    assert watch.ends() == 0


def test_an_ending_watch_takes_its_command_along(opened: Open, tmp_path: Path):
    watch = opened("--exec", hook(tmp_path, "echo $$ >pid.new; mv pid.new pid", "exec sleep 600"), "--alert", "IWM > 1")
    until((tmp_path / "pid").exists, "the command", PATIENCE)
    child = int((tmp_path / "pid").read_text())
    watch.send(signal.SIGTERM)
    assert watch.ends() == 0
    until(lambda: ended(child), "the end of the command", PATIENCE)


def test_one_look_ends_by_itself_and_waits_for_its_command(tmp_path: Path):
    done = run(
        tmp_path / "home",
        "--once",
        "--alert",
        "IWM > 1",
        "--exec",
        hook(tmp_path, "cat >document", "sleep 0.3; exit 3"),
    )
    assert done.returncode == 0
    assert [line.split()[3] for line in done.stdout.splitlines()] == ["watching", "alert"]
    assert done.stderr == f"smallcap: --exec {tmp_path}/hook ended with exit code 3\n"
    assert json.loads((tmp_path / "document").read_text())["schema"] == 1


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (("--as-of", "2020-03-23"), 2, "a watch follows what comes: it can't begin --as-of 2020-03-23, which is over"),
        (("--every", "0"), 2, "--every 0 is not from 0.1 to 3600 seconds"),
        (("--alert", "IWM ? 3"), 2, "alert 'IWM ? 3' can't be read: write it like one of"),
        (("--alert", "IWMM < 3"), 1, "ticker 'IWMM' is not in simulated market up to 2026-11-10; did you mean IWM?"),
        (("--exec", "it's"), 2, "can't be read: no closing quotation"),
        (("--source", "nowhere"), 1, "nowhere is not a folder"),
        (("--once", "--source", "yahoo"), 1, "nothing of Yahoo's is in the store yet: run `smallcap fetch`"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence_and_a_code(
    tmp_path: Path, flags: tuple[str, ...], code: int, says: str
):
    done = run(tmp_path / "home", *flags)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_one_look_at_old_data_ends_in_three_and_says_so_once(
    panel: Panel, write_folder: Callable[..., Path], tmp_path: Path
):
    done = run(tmp_path / "home", "--once", "--source", str(write_folder(panel)))
    assert (done.returncode, done.stdout.count("\n")) == (3, 1)
    assert "sessions missing since" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path):
    line = f"'{SMALLCAP}' watch 2>'{tmp_path}/err' | head -n 1"
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": "2026-11-20T15:00:00Z"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], env=env, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert (tmp_path / "err").read_text() == ""


@pytest.mark.parametrize("to_a_file", [False, True])
def test_a_terminal_that_is_gone_ends_it_and_its_command(tmp_path: Path, to_a_file: bool):
    """As when an SSH connection drops; standard output may well be a file then."""
    main, inner = pty.openpty()
    command = hook(tmp_path, "echo $$ >pid.new; mv pid.new pid", "exec sleep 600")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [SMALLCAP, "watch", "--alert", "IWM > 1", "--exec", command],
            env={**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": "2026-11-20T15:00:00Z"},
            stdin=inner,
            stdout=log if to_a_file else inner,
            stderr=inner,
            start_new_session=True,
        )
    os.close(inner)
    try:
        until((tmp_path / "pid").exists, "the command", PATIENCE)
        os.close(main)
        assert process.wait(PATIENCE) == 0
        child = int((tmp_path / "pid").read_text())
        until(lambda: ended(child), "the end of the command", PATIENCE)
    finally:
        process.kill()
        process.wait()
