"""Saved plans stay through kills, full disks and two processes at once.

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
from contextlib import ExitStack
from pathlib import Path

import pytest
from smallcap.core.errors import SmallcapError
from smallcap.core.journal import Journal

from tests.core.journal.conftest import NOW, PLAN, names, titled

ROOT = Path(__file__).resolve().parents[3]
KILLS, PROCESSES, EACH = 32, 2, 50
NOBODY = 65534


def save_for_ever(path: Path) -> None:
    """Save plans of many sizes, and say of each that it is saved."""
    journal, n = Journal(path, os.fsync), 0
    sys.stdin.readline()
    while True:
        n += 1
        saved = journal.save(titled(f"{n} " + "x" * (n * 7919 % 20_000)), NOW)
        print(saved.id, saved.plan.title.split()[0], flush=True)


def save_some(path: Path) -> None:
    journal = Journal(path, os.fsync)
    sys.stdin.readline()
    for n in range(EACH):
        print(journal.save(titled(f"{os.getpid()} {n}"), NOW).id, flush=True)


def command(scenario: Callable[[Path], None], path: Path, *before: str) -> list[str]:
    code = f"from pathlib import Path; from {__name__} import {scenario.__name__} as s; s(Path({str(path)!r}))"
    return [*before, sys.executable, "-W", "error", "-c", code]


def run(scenario: Callable[[Path], None], path: Path, *before: str) -> None:
    """Run a scenario in a process of its own; fail with what it says when it fails."""
    done = subprocess.run(
        command(scenario, path, *before), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def saving(path: Path) -> subprocess.Popen[str]:
    """A process that saves for ever once it is told to begin."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(save_for_ever, path), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def killed(writer: subprocess.Popen[str], lines: int, patience: float) -> list[list[str]]:
    """Let it begin, and kill it some time after it has said so many lines; all that it said, in words."""
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write("\n")
    writer.stdin.flush()
    said = [writer.stdout.readline() for _ in range(lines)]
    timer = threading.Timer(patience, writer.kill)
    timer.start()
    said += writer.stdout.readlines()
    timer.join()
    assert writer.wait() == -signal.SIGKILL
    return [line.split() for line in said if line.endswith("\n")]


def test_kills_lose_nothing_that_was_said_to_be_saved(journal: Journal):
    chance, path = random.Random(20261121), journal.path
    told: dict[str, str] = {}
    with ExitStack() as stack:
        following = stack.enter_context(saving(path))
        for _ in range(KILLS):
            # The next one starts while this one is at work.
            now, following = following, stack.enter_context(saving(path))
            stack.callback(following.kill)
            new = dict(killed(now, chance.randint(1, 6), chance.uniform(0.0, 0.01)))
            assert not new.keys() & told.keys(), "a name was given twice"
            told |= new
            there = {saved.id: saved.plan.title.split()[0] for saved in journal.all()}
            assert {name: there.get(name) for name in told} == told
            assert len(journal.trouble) <= KILLS
    assert int(journal.save(PLAN, NOW).id[1:]) > max(int(name[1:]) for name in told)
    assert len(told) > KILLS


def test_two_processes_at_once_never_take_the_same_name(journal: Journal):
    pipe = subprocess.PIPE
    writers = [
        subprocess.Popen(command(save_some, journal.path), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for _ in range(PROCESSES)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=60)[0].split() for writer in writers]
    assert [len(each) for each in said] == [EACH] * PROCESSES
    every = [f"p{n}" for n in range(1, PROCESSES * EACH + 1)]
    assert sorted(name for each in said for name in each) == sorted(every)
    assert (names(journal), journal.trouble) == (every, ())
    assert len({saved.plan.title for saved in journal.all()}) == PROCESSES * EACH


def refused(journal: Journal, why: str) -> None:
    """Nothing can be saved or deleted, the file stays as it is, and the caller has the plan still."""
    before = journal.path.read_bytes() if journal.path.exists() else b""
    acts = [lambda: journal.save(titled("x" * 50_000), NOW)]
    for act in [*acts, lambda: journal.delete("p1", NOW)] if "size" not in why and "space" not in why else acts:
        with pytest.raises(SmallcapError, match=f"can't be written, so nothing in it was changed: {why}"):
            act()
    assert (journal.path.read_bytes() if journal.path.exists() else b"") == before


def a_limit_on_the_size_of_files(folder: Path) -> None:
    journal = Journal(folder / "plans.jsonl", os.fsync)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    refused(journal, "File too large|.*size")
    assert journal.path.stat().st_size == 0
    journal.save(PLAN, NOW)
    journal.path.write_bytes(journal.path.read_bytes() + b'{"torn')
    refused(journal, "File too large|.*size")
    assert names(journal) == ["p1"]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    journal.save(titled("x" * 50_000), NOW)
    assert names(journal) == ["p1", "p3"]


def a_full_file_system(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    journal = Journal(folder / "plans.jsonl", os.fsync)
    journal.save(PLAN, NOW)
    filler = os.open(folder / "other", os.O_CREAT | os.O_WRONLY)
    room = os.statvfs(folder)
    os.posix_fallocate(filler, 0, room.f_bavail * room.f_bsize)
    refused(journal, "No space left on device")
    assert names(journal) == ["p1"]
    os.ftruncate(filler, 0)
    journal.save(titled("x" * 50_000), NOW)
    assert (names(journal), journal.trouble) == (["p1", "p2"], ())


def a_file_system_that_is_only_read(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    journal = Journal(folder / "plans.jsonl", os.fsync)
    journal.save(PLAN, NOW)
    journal.path.write_bytes(journal.path.read_bytes() + b'{"torn')
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    refused(journal, "Read-only file system")
    assert names(journal) == ["p1"]
    assert len(journal.trouble) == 1


def a_folder_of_somebody_else(folder: Path) -> None:
    journal = Journal(folder / "data" / "plans.jsonl", os.fsync)
    journal.save(PLAN, NOW)
    journal.path.chmod(0o444)
    journal.path.parent.chmod(0o555)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    refused(journal, "Permission denied")
    assert names(journal) == ["p1"]


def in_a_namespace(scenario: Callable[[Path], None], path: Path) -> None:
    """Run a scenario where it may mount file systems."""
    able = ["unshare", "-rm", "true"]
    if not shutil.which("unshare") or subprocess.run(able, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of their own: what it does is tested without, above")
    run(scenario, path, "unshare", "-rm")


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path):
    run(a_limit_on_the_size_of_files, tmp_path)


def test_a_folder_of_somebody_else_is_read_all_the_same():
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="smallcap-test-"))
    try:
        run(a_folder_of_somebody_else, folder)
    finally:
        (folder / "data").chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize("scenario", [a_full_file_system, a_file_system_that_is_only_read])
def test_a_real_file_system(scenario: Callable[[Path], None], tmp_path: Path):
    in_a_namespace(scenario, tmp_path)
