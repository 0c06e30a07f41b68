"""The processes that sweep: a core is left, no ear for Ctrl-C, and nothing of them left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from smallcap.tui.sweeping import sweep

from tests.tui.test_sweeping import surroundings

PROGRAM = """
import os, sys, time
from smallcap.tui.sweeping import Telling, sweep
if __name__ == "__main__":
    told = lambda done, of: print("done", done, flush=True)
    sweep(time.sleep, [0.2] * 500, workers=2, telling=Telling(told))
"""


def test_workers_are_other_processes_with_one_thread_of_algebra_and_no_ear_for_ctrl_c(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    found = sweep(surroundings, range(4), workers=2)
    assert os.getpid() not in {pid for pid, *_ in found}
    assert {tuple(rest) for _, *rest in found} == {("1", True)}
    assert surroundings(0) == (os.getpid(), None, False)


@pytest.mark.parametrize(("cores", "processes"), [(None, 1), (1, 1), (2, 1), (3, 2)])
def test_apart_nothing_is_done_here_and_a_core_is_left(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, processes: int
):
    begun: list[int] = []
    pool = ProcessPoolExecutor.__init__

    def counted(self: ProcessPoolExecutor, count: int, *rest: Any) -> None:
        begun.append(count)
        pool(self, count, *rest)

    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(ProcessPoolExecutor, "__init__", counted)
    found = sweep(surroundings, range(4), apart=True)
    assert os.getpid() not in {pid for pid, *_ in found}
    assert begun == [processes]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start a program that sweeps for a minute in two processes, in a group of its own, once it has begun."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        child = subprocess.Popen([sys.executable, str(script)], start_new_session=True, **pipes)
        started.append(child)
        # Two lots may be done between two looks.
        assert child.stdout.readline().startswith("done ")
        return child

    yield start
    for child in started:
        # Workers that outlived it would hold its pipes open.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def members(group: int) -> list[int]:
    """The processes of a group that are still running."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(of) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def empty_within(group: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not members(group):
            return True
        time.sleep(0.02)
    return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


@needs_proc
def test_ctrl_c_ends_the_sweep_and_its_workers_say_nothing(program: Callable[[], subprocess.Popen[str]]):
    child = program()
    assert len(members(child.pid)) >= 3
    os.killpg(child.pid, signal.SIGINT)
    _, errors = child.communicate(timeout=15)
    assert child.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1
    assert "SpawnProcess" not in errors
    assert empty_within(child.pid, 10)


@needs_proc
def test_a_killed_sweep_leaves_no_process_behind(program: Callable[[], subprocess.Popen[str]]):
    child = program()
    child.kill()
    child.wait()
    assert empty_within(child.pid, 10)
