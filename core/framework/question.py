"""Questions: what a profile asks, why, what it takes for granted, and how the text of an answer becomes a value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from .. import format as fmt
from ..bars import TICKER
from ..errors import UsageError, bare, nearest
from ..settings import number

MOST_DIGITS = 12
Value = float | str | date | Mapping[str, int] | None
Answers = Mapping[str, Value]
Parse = Callable[[str, str], Value]
"""From a question's key and the text of its answer to the value; UsageError naming key, value and what is right."""


class Choice(NamedTuple):
    """One of the answers that are possible: the word to answer with, and what it means."""

    word: str
    words: str


class Question(NamedTuple):
    """One thing to know: `default` is the text that is taken for the answer when nothing is typed, empty for none.

    `key` is the answer's name in the plan and the command's flag; `why` one sentence on what it is for.
    """

    key: str
    ask: str
    why: str
    default: str
    parse: Parse
    choices: tuple[Choice, ...] = ()


def amount(low: float = 0.0, high: float = math.inf, *, above: bool = True, unit: str = "") -> Parse:
    """A finite number from `low` (or above it) to `high`, such as `25,000` or `1%`."""
    return partial(_amount, low=low, high=high, above=above, unit=unit)


def optional(parse: Parse) -> Parse:
    """The same, or nothing: None for an empty text."""
    return lambda key, text: parse(key, text) if text.strip() else None


def one_of(choices: tuple[Choice, ...]) -> Parse:
    """One of the choices' words, in small letters."""
    return partial(_choice, words=[choice.word for choice in choices])


def ticker(key: str, text: str) -> str:
    """A ticker in capitals."""
    found = text.strip().upper()
    if not TICKER.fullmatch(found):
        raise UsageError(f"{key} {text!r} is not a ticker like IWM")
    return found


def day(key: str, text: str) -> date:
    """A date like 2020-03-23."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{key} {text!r} is not a date like 2020-03-23") from None


def holdings(key: str, text: str) -> Mapping[str, int]:
    """Whole shares by ticker, from a text like `IWM=120 SPY=40`; empty for no holdings."""
    found: dict[str, int] = {}
    for word in text.replace(",", " ").split():
        name, _, shares = word.partition("=")
        name = ticker(key, name)
        if not shares.isdecimal() or len(shares) > MOST_DIGITS:
            raise UsageError(f"{key} {word[:40]!r} is not a ticker and whole shares like IWM=120")
        if name in found:
            raise UsageError(f"{key} names {name} twice")
        found[name] = int(shares)
    return found


def _amount(key: str, text: str, *, low: float, high: float, above: bool, unit: str) -> float:
    found = number(key, text)
    if found > high or found < low or (above and found == low):
        least = f"above {_shown(low, unit)}" if above else f"from {_shown(low, unit)}"
        most = f" to {_shown(high, unit)}" if math.isfinite(high) else ""
        raise UsageError(f"{key} {bare(text)} is not {least}{most}")
    return found


def _shown(value: float, unit: str) -> str:
    return fmt.trimmed(value) if unit == "%" else f"{value:g}"


def _choice(key: str, text: str, *, words: list[str]) -> str:
    found = text.strip().lower()
    if found not in words:
        hint = nearest(found, words) or f"; it is one of {', '.join(words)}"
        raise UsageError(f"{key} {text!r} is not an answer{hint}")
    return found
