"""The ticket: every input of the sizing at once, each with what is wrong in it, and what they come to together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from .. import format as fmt
from ..axes import CONFIRMATION, LEADERSHIP
from ..errors import SmallcapError, UsageError
from ..reading import climate
from ..settings import Settings
from ..sizing import Climate, Request, Sizing, places, size
from .profile import World
from .question import Question, Value
from .trade import ByAtr, limits, questions, request

NOT_HERE = ("ticker", "commission", "spread")
"""Questions of a plan that change nothing in its size, and the one that the screen answers itself."""

ACCOUNT = {"equity": "equity", "risk": "risk_fraction", "max_weight": "max_weight", "target_vol": "target_vol"}
"""The fields that make the account, and the settings that they are."""

NUDGES = {"equity": 1_000.0, "cash": 1_000.0, "risk": 0.0025, "max_weight": 0.05, "target_vol": 0.01}
"""What a step up adds to a field of money or of a share; prices move by PRICE_NUDGE of themselves."""

PRICE_NUDGE, ATR_NUDGE = 0.01, 0.5


class Cell(NamedTuple):
    """A cell of the multiplier's table: the ratio's trend and the sectors' confirmation as -1, 0 or +1."""

    leadership: int
    confirmation: int

    @property
    def words(self) -> str:
        """`LEADING, MIXED`."""
        return f"{LEADERSHIP.word(self.leadership)}, {CONFIRMATION.word(self.confirmation)}"


class Field(NamedTuple):
    """One input: its question, the text in it, what that comes to, and what is wrong with it; empty when nothing is.

    An empty text is the default where it is no answer of its own. The value of a wrong one is the default's.
    """

    question: Question
    text: str
    value: Value
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
        words = f"if {assumed.words.lower()}"
        here = replace(here, leadership=assumed.leadership, confirmation=assumed.confirmation, words=words)
    if wrong := next((field.problem for field in fields if field.problem), ""):
        return Ticket(fields, here, None, None, wrong)
    asked = request(world, answers)
    try:
        return Ticket(fields, here, asked, size(asked, here))
    except SmallcapError as error:
        return Ticket(fields, here, asked, None, str(error))


def account(field: Field, settings: Settings) -> Mapping[str, float]:
    """The settings that a field would change if it were kept; none where it is wrong or is as they are."""
    if field.problem:
        return {}
    if isinstance(field.value, ByAtr):
        found = {"stop_atr": field.value.atrs}
    elif field.question.key in ACCOUNT and isinstance(field.value, float):
        found = {ACCOUNT[field.question.key]: field.value}
    else:
        return {}
    return {name: value for name, value in found.items() if getattr(settings, name) != value}


def nudged(field: Field, way: int, equity: float) -> str:
    """The field's text a step up (+1) or down (-1), the other side for a side; its own where that would be wrong.

    A cash that is left open is stepped from `equity`.
    """
    text = _step(field, way, equity)
    try:
        field.question.parse(field.question.key, text)
    except UsageError:
        return field.text
    return text


def _step(field: Field, way: int, equity: float) -> str:
    key, value = field.question.key, equity if field.question.key == "cash" and field.value is None else field.value
    if key == "side":
        return "long" if value == "short" else "short"
    if field.problem or not isinstance(value, float):
        return field.text
    if isinstance(value, ByAtr):
        return f"{value.atrs + way * ATR_NUDGE:g}atr"
    if key not in NUDGES:
        return fmt.price(value * (1 + way * PRICE_NUDGE), places(value))
    moved = value + way * NUDGES[key]
    return f"{moved:,.15g}" if NUDGES[key] >= 1 else fmt.trimmed(moved)


def _fields(world: World, ticker: str, texts: Mapping[str, str]) -> tuple[tuple[Field, ...], dict[str, Value]]:
    answers: dict[str, Value] = {"ticker": ticker}
    fields: list[Field] = []
    while open_ := [q for q in (*questions(world, answers), *limits(world)) if q.key not in answers]:
        question = open_[0]
        text, problem = texts.get(question.key, question.default), ""
        try:
            answers[question.key] = question.parse(question.key, text)
        except UsageError as error:
            answers[question.key] = _assumed(question)
            problem = str(error) if text.strip() or answers[question.key] is None else ""
        if question.key not in NOT_HERE:
            fields.append(Field(question, text, answers[question.key], problem))
    return tuple(fields), answers


def _assumed(question: Question) -> Value:
    """The default's value; None where even that won't do, as when the price it hangs on is wrong."""
    try:
        return question.parse(question.key, question.default)
    except UsageError:
        return None
