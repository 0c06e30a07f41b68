"""A profile: one kind of person, what it is asked, what each answer means, and the plan that it ends in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..funds import Facts
from ..reading import Reading
from .curve import Curve
from .plan import Plan
from .question import Answers, Question


@dataclass(frozen=True, eq=False, slots=True)
class World:
    """What the rules may look at: a reading, the facts on funds, and last prices newer than the reading's closes.

    `looked_at` is the ticker that is on the screen; empty where there is none.
    """

    reading: Reading
    facts: Facts
    prices: Mapping[str, float] = field(default_factory=dict)
    looked_at: str = ""

    def price(self, ticker: str) -> float:
        """The newest close, in dollars; SourceError for a ticker without bars."""
        return float(self.reading.panel[ticker].close[-1])


class Command(NamedTuple):
    """A profile as `smallcap plan KEY`: what it does, what its help says beside that, and examples that work offline.

    `flags` are one a question: its key, the letter or word for a value, and the help; a question whose answer every
    command takes, as `--pair`, has none.
    """

    does: str
    words: str
    examples: tuple[str, ...]
    flags: tuple[tuple[str, str, str], ...]


class Profile(NamedTuple):
    """One kind of person.

    `questions` are those that the answers so far lead to, in order; an answer may change what comes after it, never
    what came before. `consequence` says in one line what the answer to a question's key means, empty where nothing is
    to be said yet. `plan` needs an answer to every question. UsageError from any of them for answers that contradict
    each other, naming the one to change.
    """

    key: str
    name: str
    words: str
    questions: Callable[[World, Answers], tuple[Question, ...]]
    consequence: Callable[[World, Answers, str], str]
    plan: Callable[[World, Answers, Mapping[str, str]], Plan]
    command: Command
    curves: Callable[[World, Answers], tuple[Curve, ...]] = lambda _world, _answers: ()
