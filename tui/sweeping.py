"""Sweeping: one function over many chunks of work, in this process, in several, or on a Dask cluster."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager, redirect_stderr
from functools import partial
from multiprocessing import active_children, get_context, parent_process, resource_tracker
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from ..core.errors import SmallcapError, UsageError

if TYPE_CHECKING:
    from distributed import Client

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

ADDRESS = re.compile(r"tcp://(?P<host>[\w.-]+|\[[\da-fA-F:]+\]):(?P<port>\d{1,5})")
LAST_PORT = 65535
PATIENCE = 5.0
"""Seconds that a scheduler has to answer."""
GENTLY = 10
"""How much later than others a worker process gets its turn: on two cores a screen would stutter beside two of them."""
ANSWER = 30.0
"""Seconds that a cluster's workers have to say what they are."""
LOOK_EVERY = 0.1
"""Seconds between two looks at whether the sweep is to stop."""


class Stopped(SmallcapError):
    """The sweep was told to stop; nothing of it is left running."""


class Telling(NamedTuple):
    """What a sweep says and is asked on its way, in the thread that called it: after every chunk how many are done and
    of how many, and at least every tenth of a second whether it is to stop."""

    progress: Callable[[int, int], None] = lambda done, of: None
    stopped: Callable[[], bool] = lambda: False


SILENT = Telling()


def sweep(
    function: Callable[[Chunk], Result],
    chunks: Sequence[Chunk],
    *,
    workers: int | None = None,
    apart: bool = False,
    cluster: str | None = None,
    telling: Telling = SILENT,
) -> list[Result]:
    """What the function makes of every chunk, in the chunks' order, the same wherever it ran.

    workers: processes, as many as there are cores by default; 1 stays in this one. apart: none of it in this process,
    and a core left to it, for a program that has to answer meanwhile; workers count as given. cluster: the address of a
    Dask scheduler, tcp://host:port, whose workers do it instead. The function goes to each worker once, so that what it
    holds may be large; it and the chunks must pickle. UsageError for a wrong address or no workers, SmallcapError when
    a worker or the scheduler can't be had, Stopped when `telling` says so.
    """
    if cluster is not None:
        return _on_cluster(function, chunks, cluster, telling)
    if workers is not None and workers < 1:
        raise UsageError(f"workers {workers} is not 1 or more")
    count = min(workers or max((os.cpu_count() or 1) - apart, 1), len(chunks))
    if not count or (count == 1 and not apart):
        return _here(function, chunks, telling)
    return _in_processes(function, chunks, count, telling)


def _here(function: Callable[[Chunk], Result], chunks: Sequence[Chunk], telling: Telling) -> list[Result]:
    results = []
    for chunk in chunks:
        if telling.stopped():
            raise Stopped("stopped")
        results.append(function(chunk))
        telling.progress(len(results), len(chunks))
    return results


class Worker:
    """What a worker process was given at its start."""

    function: Callable[..., object]


def _in_processes(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], count: int, telling: Telling
) -> list[Result]:
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor  # noqa: PLC0415  one core needs none

    # Never fork: threads are alive, and a copy of the terminal's state would be, too.
    context = get_context("spawn")
    _start_tracker()
    others = set(active_children())
    pool = ProcessPoolExecutor(count, context, partial(_begin, function))
    try:
        with _as_children_should_start():
            futures = [pool.submit(_do, chunk) for chunk in chunks]
        return cast("list[Result]", _gather(futures, telling))
    except (BrokenProcessPool, OSError) as error:
        # A worker begun while another's end is being seen is waited for, but never told to end.
        for child in set(active_children()) - others:
            child.kill()
        if isinstance(error, OSError) and error.errno:
            raise
        # Without a number it is not the system's: work was handed to a pool that was just closing for a worker's end.
        raise SmallcapError("a worker process ended before its work was done; try it with one worker") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_tracker() -> None:
    """Begin the process that minds the semaphores; it is handed standard error, which must be one with a descriptor."""
    with redirect_stderr(sys.__stderr__):
        resource_tracker.ensure_running()


@contextmanager
def _as_children_should_start() -> Iterator[None]:
    """Processes begun in here inherit that Ctrl-C is not for them, and that linear algebra needs one thread only."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # A mask, not a handler: it is set in this thread alone, which need not be the main one, and holds from their start.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if before is None:
            del os.environ["OPENBLAS_NUM_THREADS"]
        else:
            os.environ["OPENBLAS_NUM_THREADS"] = before
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _begin(function: Callable[..., object]) -> None:
    """In a worker, first of all."""
    Worker.function = staticmethod(function)
    os.nice(GENTLY)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker waits for work forever, also when whoever would send it was killed."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _do(chunk: object) -> object:
    """In a worker: what the function makes of a chunk."""
    return Worker.function(chunk)


def _gather(futures: Sequence[Future[Result]], telling: Telling) -> list[Result]:
    """The results in order, once all are there; the first error as soon as it is."""
    pending = set(futures)
    while pending:
        if telling.stopped():
            raise Stopped("stopped")
        done, pending = wait(pending, LOOK_EVERY, FIRST_COMPLETED)
        for future in done:
            future.result()
        if done:
            telling.progress(len(futures) - len(pending), len(futures))
    return [future.result() for future in futures]


def _on_cluster(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], address: str, telling: Telling
) -> list[Result]:
    with _client(address) as client:
        _same_here_and_there(client, address)
        held = client.scatter(function, hash=False, broadcast=True)
        executor = client.get_executor(pure=False)
        try:
            # What is still waiting when the sweep ends is dropped with the connection.
            return _gather([executor.submit(_call, held, chunk) for chunk in chunks], telling)
        except CancelledError as error:
            raise SmallcapError(f"the cluster at {address} was lost before its work was done") from error


def _client(address: str) -> Client:
    """A connection to the scheduler of that address."""
    found = ADDRESS.fullmatch(address)
    if not found or int(found["port"]) > LAST_PORT:
        raise UsageError(f"cluster {address!r} is not an address like tcp://127.0.0.1:8786")
    try:
        from distributed import Client  # noqa: PLC0415  an extra, and a second of importing
        from distributed.versions import VersionMismatchWarning  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("cluster needs Dask: pip install 'smallcap[cluster]'") from error
    # What matters is said by this file; a log or a warning on standard error would be drawn across the screen.
    warnings.simplefilter("ignore", VersionMismatchWarning)
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        _hear(found["host"].strip("[]"), int(found["port"]))
        return Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise SmallcapError(f"no Dask scheduler answers at {address} within {PATIENCE:g} seconds") from error


def _hear(host: str, port: int) -> None:
    """Wait until something there speaks first, as schedulers do: a client would wait for it without end."""
    with socket.create_connection((host, port), PATIENCE) as connection:
        if not connection.recv(1):
            raise ConnectionError("closed without a word")


def _same_here_and_there(client: Client, address: str) -> None:
    """Refuse a cluster that would reckon with something else than is here: its numbers would not be the same."""
    mine = _versions()
    try:
        # Client.run passes the limit on to the wait itself: a worker that hangs would hang this program too.
        theirs = client.run(_versions, callback_timeout=ANSWER)
    except ImportError as error:
        raise SmallcapError(f"the workers at {address} have no smallcap: install {mine} on them") from error
    except TimeoutError as error:
        raise SmallcapError(f"the workers at {address} don't answer within {ANSWER:g} seconds") from error
    if not theirs:
        raise SmallcapError(f"the scheduler at {address} has no workers: start one with `dask worker {address}`")
    if other := next((found for found in theirs.values() if found != mine), ""):
        raise SmallcapError(f"the workers at {address} have {other}; here it is {mine}: they must be the same")


def _versions() -> str:
    """What decides a result's last bit, in words."""
    from importlib.metadata import version  # noqa: PLC0415  only a cluster needs it

    return ", ".join(f"{name} {version(name)}" for name in ("smallcap", "numpy"))


def _call(function: Callable[[Chunk], Result], chunk: Chunk) -> Result:
    """In a cluster's worker."""
    return function(chunk)
