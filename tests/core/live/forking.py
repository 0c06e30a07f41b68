"""Forks that refresh until they are killed: a new interpreter takes longer to import everything than to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.core.live.refreshing import refresh_from

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def forking() -> Iterator[subprocess.Popen[str]]:
    """A process that forks when it is told to; it and what it forked are killed at the end."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.core.live.forking"]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as started:
        try:
            yield started
        finally:
            os.killpg(started.pid, signal.SIGKILL)


def said_until_killed(forks: subprocess.Popen[str], path: Path, generation: int, steps: int, after: float) -> list[str]:
    """Have a fork refresh the archive at `path`, kill it so long after it has said so many lines, and all it said."""
    assert forks.stdin
    assert forks.stdout
    said_to = path.with_name("said")
    if not said_to.exists():
        os.mkfifo(said_to)
    forks.stdin.write(json.dumps([str(path), generation, str(said_to)]) + "\n")
    forks.stdin.flush()
    fork = int(forks.stdout.readline())
    with said_to.open() as lines:
        first = [lines.readline() for _ in range(steps)]
        timer = threading.Timer(after, os.kill, (fork, signal.SIGKILL))
        timer.start()
        said = [*first, *lines]
        timer.join()
    assert os.waitstatus_to_exitcode(int(forks.stdout.readline())) == -signal.SIGKILL
    return said


def main() -> None:
    """A fork for every line; its process, and once it has ended its status, on standard output."""
    for line in sys.stdin:
        path, generation, said_to = json.loads(line)
        if fork := os.fork():
            print(fork, flush=True)
            print(os.waitpid(fork, 0)[1], flush=True)
        else:
            os.dup2(os.open(said_to, os.O_WRONLY), sys.stdout.fileno())
            refresh_from(Path(path), generation)


if __name__ == "__main__":
    main()
