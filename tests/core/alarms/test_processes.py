"""Armed alerts stay through kills, full disks and two processes at once.

Limits, file systems and kills belong to a process, so what needs one is a function here that is run in one of its own.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.slate import removed

from tests.core.alarms.conftest import ALERT, LABEL, add, armed, refused

ROOT = Path(__file__).resolve().parents[3]
KILLS, PROCESSES, EACH = 16, 2, 40


def add_for_ever(path: Path) -> None:
    """Arm alerts and disarm those before the last five, and say of each that it is armed."""
    alarms, n = Alarms(path, os.fsync), 0
    sys.stdin.readline()
    while True:
        n += 1
        alert = ALERT._replace(words=f"{os.getpid()} {n} " + "x" * (n * 7919 % 20_000))
        old = alarms.read().slate.alerts[:-5]
        alarms.update([add(alert), *(partial(removed, alert=each) for each in old)])
        print(os.getpid(), n, flush=True)


def add_some(path: Path) -> None:
    alarms = Alarms(path, os.fsync)
    sys.stdin.readline()
    for n in range(EACH):
        alarms.update([add(ALERT._replace(words=f"{os.getpid()} {n}"))])
        print(os.getpid(), n, flush=True)


def command(scenario: Callable[[Path], None], path: Path, *before: str) -> list[str]:
    code = f"from pathlib import Path; from {__name__} import {scenario.__name__} as s; s(Path({str(path)!r}))"
    return [*before, sys.executable, "-W", "error", "-c", code]


def run(scenario: Callable[[Path], None], path: Path, *before: str) -> None:
    """Run a scenario in a process of its own; fail with what it says when it fails."""
    done = subprocess.run(
        command(scenario, path, *before), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def begun(scenario: Callable[[Path], None], path: Path) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    writer = subprocess.Popen(command(scenario, path), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    assert writer.stdin
    writer.stdin.write("\n")
    writer.stdin.flush()
    return writer


def test_kills_lose_nothing_that_was_said_to_be_armed(alarms: Alarms):
    chance, newest = random.Random(20261121), ""
    for _ in range(KILLS):
        with begun(add_for_ever, alarms.path) as writer:
            assert writer.stdout
            said = [writer.stdout.readline() for _ in range(chance.randint(1, 6))]
            timer = threading.Timer(chance.uniform(0.0, 0.01), writer.kill)
            timer.start()
            said += writer.stdout.readlines()
            timer.join()
            assert writer.wait() == -signal.SIGKILL
        newest = [line.strip() for line in said if line.endswith("\n")][-1]
        kept = alarms.read()
        assert kept.trouble == ()
        # At most one more was armed than was said.
        assert newest in [" ".join(alert.words.split()[:2]) for alert in kept.slate.alerts[-2:]]
    assert alarms.update([add(ALERT)]).slate.alerts[-1].words == ALERT.words


def test_two_processes_at_once_lose_nothing_and_never_take_the_same_name(alarms: Alarms):
    writers = [begun(add_some, alarms.path) for _ in range(PROCESSES)]
    said = [line for writer in writers for line in writer.communicate(timeout=60)[0].splitlines()]
    assert len(said) == PROCESSES * EACH
    slate = alarms.read().slate
    assert sorted(alert.words for alert in slate.alerts) == sorted(said)
    assert [alert.name for alert in slate.alerts] == [f"a{n}" for n in range(1, PROCESSES * EACH + 1)]


def a_limit_on_the_size_of_files(folder: Path) -> None:
    alarms = Alarms(folder / "alerts.json", os.fsync)
    alarms.update([add(ALERT)])
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    refused(alarms, "File too large|.*size")
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    alarms.update([add(LABEL)])
    assert armed(alarms) == [ALERT.words, LABEL.words]


def a_full_file_system(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    alarms = Alarms(folder / "alerts.json", os.fsync)
    alarms.update([add(ALERT)])
    filler = os.open(folder / "other", os.O_CREAT | os.O_WRONLY)
    room = os.statvfs(folder)
    os.posix_fallocate(filler, 0, room.f_bavail * room.f_bsize)
    refused(alarms, "No space left on device")
    os.ftruncate(filler, 0)
    alarms.update([add(LABEL)])
    assert armed(alarms) == [ALERT.words, LABEL.words]


def a_file_system_that_is_only_read(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    alarms = Alarms(folder / "alerts.json", os.fsync)
    alarms.update([add(ALERT)])
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    refused(alarms, "Read-only file system")
    assert armed(alarms) == [ALERT.words]


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path):
    run(a_limit_on_the_size_of_files, tmp_path)


@pytest.mark.parametrize("scenario", [a_full_file_system, a_file_system_that_is_only_read])
def test_a_real_file_system(scenario: Callable[[Path], None], tmp_path: Path):
    able = ["unshare", "-rm", "true"]
    if not shutil.which("unshare") or subprocess.run(able, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of their own: what it does is tested without, above")
    run(scenario, tmp_path, "unshare", "-rm")
