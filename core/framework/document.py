"""A plan as the contract's JSON document and back, and text from outside as text and Markdown can show it."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from ..errors import SmallcapError
from ..macro import CYCLE_WORDS
from .plan import SCHEMA, Condition, Figure, Plan, Row, Standing, of_cycle

Json = dict[str, Any]
T = TypeVar("T", str, bool, int, dict[str, object], list[object])

KINDS = {str: "text", bool: "true or false", int: "a whole number", dict: "a table", list: "a list"}
CYCLES = {each.words: each.rate_cycle for each in map(of_cycle, (*CYCLE_WORDS.values(), None))}
MARKUP = re.compile(r"[\\`*_\[\]<>|~#&@]|^[-+=]|(?<=:)//|(?<=www)[.]")
NUMBERED = re.compile(r"^([0-9]+)([.)])(?=\s|$)")


class Saved(NamedTuple):
    """A plan that was saved: its name in the journal, such as `p7`, the instant, and the plan."""

    id: str
    saved: datetime
    plan: Plan


def document(plan: Plan) -> Json:
    """The plan as the contract's JSON document: null for what is not known, never NaN."""
    made = plan.standing
    return {
        "schema": SCHEMA,
        "profile": plan.profile,
        "title": plan.title,
        "opening": list(plan.opening),
        "answers": dict(plan.answers),
        "reading": {
            "as_of": made.as_of,
            "pair": made.pair,
            "regime": made.regime,
            "since": made.since,
            "composite": _known(made.composite),
            "source": {"name": made.source, "simulated": made.simulated},
        },
        "decision": {name: _known(value) for name, value in plan.decision.items()},
        "rows": [row._asdict() for row in plan.rows],
        "why": list(plan.why),
        "invalidated_by": [{**c._asdict(), "close": _known(c.close)} for c in plan.invalidated_by],
        "warnings": list(plan.warnings),
    }


def plan_of(found: object) -> Plan:
    """The plan that a document holds, keys that are not its own left out.

    SmallcapError naming the first field that is missing or of another kind.
    """
    if field(found, "schema", int) != SCHEMA:
        raise SmallcapError(f"its plan's schema is not {SCHEMA}")
    answers = field(found, "answers", dict)
    return Plan(
        profile=field(found, "profile", str),
        title=field(found, "title", str),
        answers={key: field(answers, key, str) for key in answers},
        standing=_standing(field(found, "reading", dict)),
        decision={key: _figure(key, value) for key, value in field(found, "decision", dict).items()},
        rows=tuple(Row(*(field(row, key, str) for key in Row._fields)) for row in field(found, "rows", list)),
        why=_texts(found, "why"),
        invalidated_by=tuple(_condition(each) for each in field(found, "invalidated_by", list)),
        warnings=_texts(found, "warnings"),
        # Plans that were saved earlier have none.
        opening=_texts(found, "opening") if isinstance(found, dict) and "opening" in found else (),
    )


def field(found: object, key: str, kind: type[T]) -> T:
    """What a table holds under `key`; SmallcapError, naming the key, when that is nothing or of another kind."""
    value = found.get(key) if isinstance(found, dict) else None
    # True is an int as well.
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise SmallcapError(f"{key[:40]!a} is not {KINDS[kind]}")
    return value


def instant(found: object, key: str) -> datetime:
    """The instant that a table holds under `key`; SmallcapError, naming the key, when it is none with a time zone."""
    try:
        at = datetime.fromisoformat(field(found, key, str))
    except ValueError:
        at = datetime.min
    if at.tzinfo is None:
        raise SmallcapError(f"{key!a} is not an instant with a time zone, like 2020-03-23T20:00:00+00:00")
    return at


def _texts(found: object, key: str) -> tuple[str, ...]:
    return tuple(field({key: text}, key, str) for text in field(found, key, list))


def _standing(found: dict[str, object]) -> Standing:
    source = field(found, "source", dict)
    return Standing(
        as_of=_day(found, "as_of"),
        pair=field(found, "pair", str),
        regime=field(found, "regime", str),
        since=_day(found, "since"),
        composite=_number("composite", found.get("composite")),
        source=field(source, "name", str),
        simulated=field(source, "simulated", bool),
    )


def _condition(found: object) -> Condition:
    close = found.get("close") if isinstance(found, dict) else None
    return Condition(
        words=field(found, "words", str),
        ticker=field(found, "ticker", str),
        below=field(found, "below", bool),
        close=_number("close", close),
        regime=field(found, "regime", str),
        rate_cycle=_cycle_of(found),
    )


def _cycle_of(found: object) -> str:
    """The rate cycle that a condition means; plans saved before it had a field of its own have it in words alone."""
    if isinstance(found, dict) and "rate_cycle" not in found:
        return CYCLES.get(field(found, "words", str), "")
    return field(found, "rate_cycle", str)


def _day(found: object, key: str) -> str:
    text = field(found, key, str)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise SmallcapError(f"{key!a} is not a date like 2020-03-23") from None
    return text


def _figure(key: str, value: object) -> Figure:
    return value if isinstance(value, str | bool) else _number(key, value)


def _number(key: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        raise SmallcapError(f"{key[:40]!a} is not a number")
    return value


def _finite(value: float) -> bool:
    """Whether it is a number that a double can hold: a whole number of any length may come in."""
    return -sys.float_info.max <= value <= sys.float_info.max


def _known(value: Figure) -> Figure:
    return None if isinstance(value, float) and not _finite(value) else value


def plain(text: str) -> str:
    """The text on one line, with what a terminal would obey, or what would turn the direction, spelled out."""
    return "".join(c if c.isprintable() else " " if c.isspace() else ascii(c)[1:-1] for c in text)


def escaped(text: str) -> str:
    """The text on one line as Markdown that shows it and nothing else."""
    return NUMBERED.sub(r"\1\\\2", MARKUP.sub(lambda found: f"\\{found[0]}", plain(text).strip()))
