"""A pool of daemon threads for requests: the most urgent first, none waited for at the end, a hang noticed."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from typing import NamedTuple

THREADS = 3


class Task(NamedTuple):
    """A piece of work: the most urgent has the lowest priority number; `key` tells it from others."""

    priority: int
    key: str
    work: Callable[[], object]


class Outcome(NamedTuple):
    """What a task brought: its result, or the exception that ended it."""

    key: str
    result: object


class Pool:
    """`THREADS` threads; `tell` gets every outcome, on the thread that made it.

    A thread can't be stopped while a request hangs in it, so all are daemons and the process may end at any time.
    """

    def __init__(self, tell: Callable[[Outcome], None], clock: Callable[[], float]) -> None:
        self._tell, self._clock = tell, clock
        self._queue: queue.PriorityQueue[tuple[int, int, Task]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._began: dict[int, float] = {}
        self.waiting: set[str] = set()
        for at in range(THREADS):
            threading.Thread(target=self._serve, args=(at,), daemon=True, name=f"fetch-{at}").start()

    def put(self, task: Task) -> None:
        """Have it done, unless the same is waiting or under way."""
        if task.key not in self.waiting:
            self.waiting.add(task.key)
            self._queue.put((task.priority, next(self._order), task))

    def settle(self, key: str) -> None:
        """The outcome of a task has been dealt with: the same may be put again."""
        self.waiting.discard(key)

    def oldest(self) -> float:
        """For how many seconds the oldest task under way has been at it; 0 when none is."""
        began = list(self._began.values())
        return self._clock() - min(began) if began else 0.0

    def _serve(self, at: int) -> None:
        while True:
            task = self._queue.get()[2]
            self._began[at] = self._clock()
            try:
                result: object = task.work()
            except Exception as error:
                result = error
            except BaseException as error:
                # A thread that ended here would take a part of the pool and the task's key with it.
                result = RuntimeError(f"{type(error).__name__}: {error}")
            del self._began[at]
            self._tell(Outcome(task.key, result))
