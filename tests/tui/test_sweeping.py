"""Sweeping: the same results wherever the chunks run, told on the way, and stopped at once."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import active_children
from typing import Any

import numpy as np
import pytest
from smallcap.core.bars import Panel
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.evidence import fragility, universe
from smallcap.core.history import parse_pair
from smallcap.tui import sweeping
from smallcap.tui.sweeping import Stopped, Telling, sweep

import benchmarks.cluster

IWM_SPY = parse_pair("IWM/SPY")


def squared(x: int) -> int:
    return x * x


def refused(x: int) -> int:
    if x == 3:
        raise SmallcapError("three is refused")
    return x


def slow(x: int) -> int:
    time.sleep(0.1)
    return refused(x)


def gone(x: int) -> int:
    os._exit(1)


def surroundings(_: int) -> tuple[int, str | None, bool]:
    held_back = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS"), held_back


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a scheduler on this machine with two workers, a process each."""
    with benchmarks.cluster.cluster() as address:
        yield address


def work_of(panel: Panel) -> fragility.Work:
    return fragility.work(panel, IWM_SPY, "NEUTRAL", draws=200)


def test_81_settings_are_the_same_bit_for_bit_here_in_two_processes_and_on_a_cluster(panel: Panel, cluster: str):
    work = work_of(panel)
    here = sweep(work, fragility.CHUNKS, workers=1)
    assert sum(map(len, here)) == 81
    assert len({one.evidence.ci95 for row in here for one in row if one.evidence}) > 9
    assert repr(sweep(work, fragility.CHUNKS, workers=2)) == repr(here)
    assert repr(sweep(work, fragility.CHUNKS, cluster=cluster)) == repr(here)


def test_a_universe_is_the_same_bit_for_bit_wherever_it_was_swept(panel: Panel, cluster: str):
    work, pairs = universe.work(panel, panel.bars, draws=200), universe.pairs_of(panel.bars)
    chunks = [pairs[:7], pairs[7:20], pairs[20:]]
    here, there = sweep(work, chunks, workers=1), sweep(work, chunks, cluster=cluster)
    assert repr(universe.ranked(here)) == repr(universe.ranked(there))


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_chunks_order_and_each_is_told_once(workers: int):
    told: list[tuple[int, int]] = []
    found = sweep(squared, range(7), workers=workers, telling=Telling(lambda *step: told.append(step)))
    assert found == [0, 1, 4, 9, 16, 25, 36]
    assert told == sorted(set(told))
    assert told[-1] == (7, 7)


def test_a_cluster_gives_results_in_the_chunks_order_and_an_error_as_it_was(cluster: str):
    told: list[int] = []
    assert sweep(squared, range(5), cluster=cluster, telling=Telling(lambda n, _: told.append(n))) == [0, 1, 4, 9, 16]
    assert told[-1] == 5
    with pytest.raises(SmallcapError, match="three is refused"):
        sweep(refused, range(5), cluster=cluster)


def test_nothing_to_do_is_nothing_done():
    assert sweep(squared, [], workers=2) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_chunk_is_the_sweeps_error(workers: int):
    with pytest.raises(SmallcapError, match="three is refused"):
        sweep(refused, range(5), workers=workers)


def test_the_first_error_ends_the_sweep():
    began = time.monotonic()
    with pytest.raises(SmallcapError, match="three is refused"):
        sweep(slow, range(600), workers=2)
    assert time.monotonic() - began < 15


def test_a_worker_that_dies_is_said_in_a_sentence():
    with pytest.raises(SmallcapError, match="a worker process ended before its work was done"):
        sweep(gone, range(2), workers=2)


@pytest.mark.parametrize(
    ("error", "raised", "said"),
    [
        (OSError("handle is closed"), SmallcapError, "a worker process ended before its work was done"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), OSError, "temporarily unavailable"),
    ],
)
def test_work_handed_to_a_pool_that_is_closing_is_told_from_a_system_without_room(
    monkeypatch: pytest.MonkeyPatch, error: OSError, raised: type[Exception], said: str
):
    submit = ProcessPoolExecutor.submit
    handed: list[object] = []

    def closing(self: ProcessPoolExecutor, *work: Any) -> Future[object]:
        if handed:
            raise error
        handed.append(work)
        return submit(self, *work)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", closing)
    with pytest.raises(raised, match=said):
        sweep(surroundings, range(4), workers=2)
    assert active_children() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sweep_told_to_stop_stops_after_the_chunks_at_hand(workers: int):
    done: list[int] = []
    telling = Telling(lambda n, _: done.append(n), lambda: bool(done))
    began = time.monotonic()
    with pytest.raises(Stopped):
        sweep(time.sleep, [0.1] * 600, workers=workers, telling=telling)
    assert done[-1] < 20
    assert time.monotonic() - began < 15


def test_a_cluster_told_to_stop_is_free_for_the_next(cluster: str):
    began = time.monotonic()
    with pytest.raises(Stopped):
        sweep(time.sleep, [0.2] * 600, cluster=cluster, telling=Telling(stopped=lambda: True))
    assert sweep(squared, [3], cluster=cluster) == [9]
    assert time.monotonic() - began < 15


def test_nothing_but_the_result_is_written(cluster: str):
    script = "import sys; from smallcap.tui.sweeping import sweep; print(sweep(abs, [-3], cluster=sys.argv[1]))"
    failing = f"{script}\ntry: sweep(len, [3], cluster=sys.argv[1])\nexcept TypeError: print('refused')"
    ran = subprocess.run([sys.executable, "-c", failing, cluster], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("[3]\nrefused\n", "")


def test_workers_that_hang_are_told_of(cluster: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweeping, "ANSWER", 1.0)
    with sweeping._client(cluster) as client:
        pids = client.run(os.getpid).values()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(SmallcapError, match=re.escape(f"the workers at {cluster} don't answer within 1 seconds")):
            sweep(squared, [3], cluster=cluster)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    monkeypatch.undo()
    assert sweep(squared, [3], cluster=cluster) == [9]


@pytest.mark.parametrize(
    "address", ["", "cluster", "127.0.0.1:8786", "tcp://127.0.0.1", "http://x:1", "tcp://a b:1", "tcp://x:99999"]
)
def test_what_is_no_address_is_refused_with_one_that_is(address: str):
    with pytest.raises(UsageError, match=re.escape(f"cluster {address!r} is not an address like tcp://127.0.0.1:8786")):
        sweep(squared, [1], cluster=address)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    monkeypatch.setattr(sweeping, "PATIENCE", 0.5)
    with pytest.raises(SmallcapError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9 within 0\.5 seconds"):
        sweep(squared, [1], cluster="tcp://127.0.0.1:9")
    assert capfd.readouterr() == ("", "")


def test_a_port_on_which_nothing_is_said_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweeping, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(SmallcapError, match=f"no Dask scheduler answers at {address}"):
            sweep(squared, [1], cluster=address)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=re.escape("pip install 'smallcap[cluster]'")):
        sweep(squared, [1], cluster="tcp://127.0.0.1:8786")


def test_no_workers_at_all_are_refused():
    with pytest.raises(UsageError, match="workers 0 is not 1 or more"):
        sweep(squared, [1], workers=0)


class Client:
    """A cluster whose workers answer with what they are told to."""

    def __init__(self, answer: dict[str, str] | ImportError) -> None:
        self.answer = answer

    def run(self, function: Callable[[], str], *, callback_timeout: float) -> dict[str, str]:
        assert callback_timeout == sweeping.ANSWER
        if isinstance(self.answer, ImportError):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "the scheduler at tcp://x:1 has no workers"),
        (ImportError("smallcap"), "the workers at tcp://x:1 have no smallcap"),
        ({"a": f"smallcap 0.1.0, numpy {np.__version__}", "b": "smallcap 0.1.0, numpy 1.0"}, "have smallcap 0.1.0, n"),
    ],
)
def test_a_cluster_that_would_reckon_otherwise_is_refused(answer: dict[str, str] | ImportError, said: str):
    with pytest.raises(SmallcapError, match=said):
        sweeping._same_here_and_there(Client(answer), "tcp://x:1")


def test_dask_and_the_pool_are_imported_only_when_they_are_asked_for():
    code = "import sys, smallcap.tui.sweeping; print({'distributed', 'concurrent.futures.process'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
