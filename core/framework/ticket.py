"""The ticket: every input of the sizing at once, each with what is wrong in it, and what they come to together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from ..axes import CONFIRMATION, LEADERSHIP
from ..errors import SmallcapError, UsageError
from ..reading import climate
from ..sizing import Climate, Request, Sizing, size
from .profile import World
from .question import Question, Value
from .trade import limits, questions, request

NOT_HERE = ("ticker", "commission", "spread")
"""Questions of a plan that change nothing in its size, and the one that the screen answers itself."""


class Cell(NamedTuple):
    """A cell of the multiplier's table: the ratio's trend and the sectors' confirmation as -1, 0 or +1."""

    leadership: int
    confirmation: int

    @property
    def words(self) -> str:
        """`LEADING, MIXED`."""
        return f"{LEADERSHIP.word(self.leadership)}, {CONFIRMATION.word(self.confirmation)}"


class Field(NamedTuple):
    """One input: its question, the text in it, and what is wrong with that; empty when nothing is."""

    question: Question
    text: str
    problem: str = ""


class Ticket(NamedTuple):
    """The fields, and what they come to: None where a field is wrong or nothing can be sized, with `why` not."""

    fields: tuple[Field, ...]
    climate: Climate
    request: Request | None
    sizing: Sizing | None
    why: str = ""


def fill(world: World, ticker: str, texts: Mapping[str, str], assumed: Cell | None = None) -> Ticket:
    """The ticket of these texts, defaults where there are none, in the market as it is or as `assumed`.

    A field that is wrong doesn't hide what is wrong in the next one: those after it are judged by its default.
    SourceError for a ticker without bars.
    """
    fields, answers = _fields(world, ticker, texts)
    here = climate(world.reading, ticker)
    if assumed is not None:
        words = f"{assumed.words.lower()} assumed"
        here = replace(here, leadership=assumed.leadership, confirmation=assumed.confirmation, words=words)
    if wrong := next((field.problem for field in fields if field.problem), ""):
        return Ticket(fields, here, None, None, wrong)
    asked = request(world, answers)
    try:
        return Ticket(fields, here, asked, size(asked, here))
    except SmallcapError as error:
        return Ticket(fields, here, asked, None, str(error))


def _fields(world: World, ticker: str, texts: Mapping[str, str]) -> tuple[tuple[Field, ...], dict[str, Value]]:
    answers: dict[str, Value] = {"ticker": ticker}
    fields: list[Field] = []
    while open_ := [q for q in (*questions(world, answers), *limits(world)) if q.key not in answers]:
        question = open_[0]
        text, problem = texts.get(question.key, question.default), ""
        try:
            answers[question.key] = question.parse(question.key, text)
        except UsageError as error:
            problem = str(error)
            answers[question.key] = _assumed(question)
        if question.key not in NOT_HERE:
            fields.append(Field(question, text, problem))
    return tuple(fields), answers


def _assumed(question: Question) -> Value:
    """The default's value; None where even that won't do, as when the price it hangs on is wrong."""
    try:
        return question.parse(question.key, question.default)
    except UsageError:
        return None
