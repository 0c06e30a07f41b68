"""A Dask cluster on this machine: a scheduler and two workers of one thread, for as long as it is wanted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

HERE = ("--host", "127.0.0.1", "--no-dashboard")


@contextmanager
def cluster() -> Iterator[str]:
    """The scheduler's address while it runs with two workers, a process each."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        scheduler = ("distributed.cli.dask_scheduler", *HERE, "--port", "0")
        address = stack.enter_context(_running(scheduler, "Scheduler at:")).split()[-1]
        worker = ("distributed.cli.dask_worker", address, *HERE, "--no-nanny", "--nthreads", "1")
        for _ in range(2):
            stack.enter_context(_running((*worker, "--local-directory", folder), "Registered to:"))
        yield address


@contextmanager
def _running(command: Sequence[str], says: str) -> Iterator[str]:
    """A Dask program while it runs, and the line on which it says that it is ready."""
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    child = subprocess.Popen([sys.executable, "-m", *command], stderr=subprocess.PIPE, text=True, env=env)
    assert child.stderr is not None
    with child, child.stderr:
        line = next(line for line in child.stderr if says in line)
        # A scheduler that can't get its log out stands still.
        drain = threading.Thread(target=child.stderr.read)
        drain.start()
        try:
            yield line
        finally:
            child.terminate()
            drain.join()
