"""A diagnosis: what was looked at, how it is, what to do about it; as text of any width and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from . import format as fmt

SCHEMA = 1
OK, WARNING, FAILURE = "ok", "warning", "failure"
SIGNS = {OK: "+", WARNING: "!", FAILURE: "x"}
NAME, SET_IN, ROOMY = 12, 4, 72
ARROW = "-> "

Paint = Callable[[str, str], str]


class Check(NamedTuple):
    """One thing that was looked at: its state (ok, warning or failure), what was found, what to do (or nothing)."""

    name: str
    state: str
    found: str
    advice: str = ""


class Section(NamedTuple):
    """Checks of one kind."""

    title: str
    checks: tuple[Check, ...]


def ok(name: str, found: str, advice: str = "") -> Check:
    """Nothing is wrong; `advice` may still make it better."""
    return Check(name, OK, found, advice)


def warning(name: str, found: str, advice: str) -> Check:
    """It works, but not as well as it could, or not as one may think."""
    return Check(name, WARNING, found, advice)


def failure(name: str, found: str, advice: str) -> Check:
    """Something can't work like this."""
    return Check(name, FAILURE, found, advice)


def count(sections: Iterable[Section], state: str) -> int:
    """How many checks are in that state."""
    return sum(check.state == state for section in sections for check in section.checks)


def document(sections: Sequence[Section]) -> dict[str, Any]:
    """The diagnosis as JSON: null where there is nothing to do."""
    checks = [
        {"section": section.title, **check._asdict(), "advice": check.advice or None}
        for section in sections
        for check in section.checks
    ]
    numbers = {"failures": count(sections, FAILURE), "warnings": count(sections, WARNING)}
    return {"schema": SCHEMA, **numbers, "checks": checks}


def text(section: Section, width: int, paint: Paint) -> list[str]:
    """A section as lines of at most `width` cells, but for words that are longer: a path or a command stays whole.

    `paint` gets a state and words of it, and returns the words, perhaps in colour.
    """
    return [section.title, *(line for check in section.checks for line in _lines(check, width, paint))]


def summary(sections: Sequence[Section]) -> str:
    """How many failures and warnings there are, in a line."""
    failures, warnings, fine = (count(sections, state) for state in (FAILURE, WARNING, OK))
    return f"{fmt.count(failures, 'failure')}, {fmt.count(warnings, 'warning')}, {fine} ok"


def _lines(check: Check, width: int, paint: Paint) -> list[str]:
    """Side by side where there is room, else what was found under its name."""
    word = f"{SIGNS[check.state]} {check.state:<7}"
    if width >= ROOMY:
        head = f"  {word}  {check.name:<{NAME}}  "
        first, *rest = _wrapped(check, width - len(head)) or [""]
        painted = head.replace(word, paint(check.state, word), 1)
        return [f"{painted}{first}".rstrip(), *(f"{' ' * len(head)}{line}" for line in rest)]
    head = f"{paint(check.state, f'{SIGNS[check.state]} {check.state}')}: {check.name}"
    return [head, *(f"{' ' * SET_IN}{line}" for line in _wrapped(check, width - SET_IN))]


def _wrapped(check: Check, width: int) -> list[str]:
    return [*_folded(check.found, width), *(_folded(ARROW + check.advice, width) if check.advice else ())]


def _folded(words: str, width: int) -> list[str]:
    return wrap(
        words,
        max(width, 1),
        subsequent_indent=" " * len(ARROW) if words.startswith(ARROW) else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
