"""Many spoilt examples to one reader of outside text: what it took, what it refused, and whatever else it did."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from .mutate import Mutator

LONGEST = 1.0
"""Seconds of the processor that one case may take."""


class Target(NamedTuple):
    """A reader: `take` is given a text and says whether anything of it was taken; anything raised is a fault of it.

    Errors that it may raise are caught by `take` itself, which holds their words to be fit for a terminal, and says no.
    """

    name: str
    examples: Callable[[], Sequence[bytes]]
    take: Callable[[bytes], bool]
    share: int


class Hang(BaseException):
    """A case took longer than it may."""


@dataclass
class Result:
    """What came of the cases of one target; `broke` has one case for each kind of fault, and how many there were."""

    name: str
    cases: int = 0
    taken: int = 0
    refused: int = 0
    slowest: float = 0.0
    faults: int = 0
    broke: dict[str, bytes] = field(default_factory=dict)


def fuzz(target: Target, seed: int, cases: int, longest: float = LONGEST) -> Result:
    """So many cases, the same ones for a seed; the examples as they are come first, and must be taken."""
    mutator, found = Mutator(f"{target.name} {seed}"), Result(target.name)
    examples = target.examples()
    for example in examples:
        assert target.take(example), f"{target.name} refuses {example[:200]!r}"
    with _limited(longest) as limit:
        for _ in range(cases):
            body = mutator.spoilt(mutator.chance.choice(examples))
            limit()
            _one(target, body, found)
    return found


def _one(target: Target, body: bytes, found: Result) -> None:
    found.cases += 1
    began = time.perf_counter()
    try:
        taken = target.take(body)
    except (Exception, Hang) as error:
        found.faults += 1
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/core/" in frame.filename or "/tui/" in frame.filename]
        where = (ours or frames)[-1]
        found.broke.setdefault(f"{type(error).__name__} at {where.filename}:{where.lineno}: {str(error)[:160]}", body)
    else:
        found.taken += taken
        found.refused += not taken
    found.slowest = max(found.slowest, time.perf_counter() - began)


@contextmanager
def _limited(longest: float) -> Iterator[Callable[[], None]]:
    """Hang from whatever takes longer; the time begins anew with each call of what is given."""

    def late(*_: object) -> None:
        raise Hang(f"more than {longest:g} s")

    before = signal.signal(signal.SIGPROF, late)
    try:
        yield lambda: signal.setitimer(signal.ITIMER_PROF, longest)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fit(words: str) -> bool:
    """No: nothing was taken. AssertionError for words that a terminal would obey, or that are no one sentence."""
    assert words.isprintable(), f"not printable: {words!r}"
    assert words.strip(), "no words"
    return False
