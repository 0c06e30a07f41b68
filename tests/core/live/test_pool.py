"""The pool: the most urgent first, nothing twice, every end an outcome, and nobody waits for a thread that hangs."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from smallcap.core.live.pool import THREADS, Outcome, Pool, Task

DEADLINE = 10.0


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Desk:
    """A pool whose outcomes are read one by one, and tasks that go on when they are told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.outcomes: queue.Queue[Outcome] = queue.Queue()
        self.pool = Pool(self.outcomes.put, self.clock)
        self.began: queue.Queue[str] = queue.Queue()
        self.gates: list[threading.Event] = []

    def block(self, key: str) -> threading.Event:
        """Put a task that is under way until its gate opens, and wait until it is."""
        gate = threading.Event()
        self.gates.append(gate)

        def work() -> str:
            self.began.put(key)
            assert gate.wait(DEADLINE)
            return key

        self.pool.put(Task(0, key, work))
        assert self.began.get(timeout=DEADLINE) == key
        return gate

    def next(self) -> Outcome:
        return self.outcomes.get(timeout=DEADLINE)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    for gate in made.gates:
        gate.set()


def test_a_task_brings_its_result(desk: Desk):
    desk.pool.put(Task(0, "a", lambda: 42))
    assert desk.next() == Outcome("a", 42)


def test_the_most_urgent_goes_first_and_equals_in_their_order(desk: Desk):
    gates = [desk.block(f"busy {n}") for n in range(THREADS)]
    done: queue.Queue[str] = queue.Queue()
    for priority, key in ((3, "c"), (1, "a1"), (2, "b"), (1, "a2"), (0, "first"), (1, "a3")):
        desk.pool.put(Task(priority, key, lambda key=key: done.put(key)))
    gates[0].set()  # one thread alone does all that waits
    assert [done.get(timeout=DEADLINE) for _ in range(6)] == ["first", "a1", "a2", "a3", "b", "c"]


def test_as_many_run_at_once_as_there_are_threads(desk: Desk):
    together, lock, active, most = threading.Barrier(THREADS), threading.Lock(), [0], [0]

    def work() -> None:
        with lock:
            active[0] += 1
            most[0] = max(most[0], active[0])
        together.wait(DEADLINE)  # passes only when so many are here
        with lock:
            active[0] -= 1

    for n in range(20 * THREADS):
        desk.pool.put(Task(0, str(n), work))
    assert [desk.next().result for _ in range(20 * THREADS)] == [None] * 20 * THREADS
    assert most[0] == THREADS


def test_the_same_is_not_done_twice_while_it_waits_or_is_under_way(desk: Desk):
    gate = desk.block("a")
    desk.pool.put(Task(0, "a", lambda: "twice"))
    assert desk.pool.waiting == {"a"}
    gate.set()
    assert desk.next() == Outcome("a", "a")
    desk.pool.put(Task(0, "a", lambda: "before it was dealt with"))
    desk.pool.put(Task(0, "b", lambda: "b"))
    assert desk.next() == Outcome("b", "b")
    assert desk.outcomes.empty()


def test_the_same_is_done_again_once_its_outcome_was_dealt_with(desk: Desk):
    for n in range(3):
        desk.pool.put(Task(0, "a", lambda n=n: n))
        assert desk.next() == Outcome("a", n)
        desk.pool.settle("a")
        assert desk.pool.waiting == set()


def test_settling_what_nobody_put_is_no_mistake(desk: Desk):
    desk.pool.settle("never heard of")


def test_an_exception_is_an_outcome_and_costs_no_thread(desk: Desk):
    error = OSError("no connection")

    def fails() -> object:
        raise error

    for n in range(4 * THREADS):
        desk.pool.put(Task(0, f"bad {n}", fails))
    assert all(desk.next().result is error for _ in range(4 * THREADS))
    desk.pool.put(Task(0, "good", lambda: "good"))
    assert desk.next() == Outcome("good", "good")


def test_a_library_that_wants_to_end_the_program_costs_no_thread_either(desk: Desk):
    for n in range(2 * THREADS):
        desk.pool.put(Task(0, f"exit {n}", lambda: sys.exit(1)))
    assert all(isinstance(desk.next().result, Exception) for _ in range(2 * THREADS))
    desk.pool.put(Task(0, "good", lambda: "good"))
    assert desk.next() == Outcome("good", "good")


def test_the_oldest_task_under_way_tells_how_long_it_hangs(desk: Desk):
    assert desk.pool.oldest() == 0.0
    desk.block("a")
    desk.clock.at += 30
    desk.block("b")
    desk.clock.at += 5
    assert desk.pool.oldest() == 35.0
    desk.gates[0].set()
    desk.next()
    assert desk.pool.oldest() == 5.0
    desk.gates[1].set()
    desk.next()
    assert desk.pool.oldest() == 0.0


def test_what_only_waits_is_not_taken_for_hanging(desk: Desk):
    for n in range(THREADS):
        desk.block(f"busy {n}")
    desk.pool.put(Task(0, "late", lambda: desk.clock.at))
    desk.clock.at += 100
    gate = desk.gates[0]
    gate.set()
    assert {desk.next().key, desk.next().key} == {"busy 0", "late"}
    for gate in desk.gates[1:]:
        gate.set()
    desk.next()
    desk.next()
    assert desk.pool.oldest() == 0.0


def test_a_process_ends_while_requests_hang():
    hanging = """
import threading, time
from smallcap.core.live.pool import Pool, Task
began = threading.Semaphore(0)
pool = Pool(lambda outcome: None, time.monotonic)
for n in range(3):
    pool.put(Task(0, str(n), lambda: (began.release(), threading.Event().wait())))
for n in range(3):
    assert began.acquire(timeout=10)
"""
    at = time.monotonic()
    subprocess.run([sys.executable, "-c", hanging], check=True, timeout=30)
    assert time.monotonic() - at < 10
