"""A plan as text and as Markdown, to keep or to send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .. import format as fmt
from ..reading import ADVICE
from .document import escaped, plain
from .plan import Plan, Row
from .profiles import name_of


def as_text(plan: Plan) -> str:
    """The plan as plain text, a line for each thing however long it is."""
    return _joined(
        [
            f"{_badge(plan)}{plain(plan.title)}",
            plain(_origin(plan)),
            *map(plain, plan.opening),
            "",
            *(_row_line(row) for row in plan.rows),
            *_listed("Why", plan.why),
            *_listed("No longer valid if", [condition.words for condition in plan.invalidated_by]),
            *_listed("Answers", [f"{key}: {text}" for key, text in plan.answers.items()]),
            *_listed("Notes", plan.warnings),
            "",
            ADVICE,
        ]
    )


def as_markdown(plan: Plan) -> str:
    """The plan as Markdown; what is not our own text can't become markup, a link or a new line in it."""
    rows = [f"| {escaped(row.name)} | {escaped(row.value)} | {escaped(row.how)} |" for row in plan.rows]
    return _joined(
        [
            f"# {_badge(plan)}{escaped(plan.title)}",
            "",
            escaped(_origin(plan)),
            *(line for sentence in plan.opening for line in ("", escaped(sentence))),
            *(["", "| Decision | Value | How |", "|---|---|---|", *rows] if rows else []),
            *_section("Why", plan.why),
            *_section("No longer valid if", [condition.words for condition in plan.invalidated_by]),
            *_section("Answers", [f"{key}: {text}" for key, text in plan.answers.items()]),
            *_section("Notes", plan.warnings),
            "",
            ADVICE,
        ]
    )


def _badge(plan: Plan) -> str:
    return "SIMULATED  " if plan.standing.simulated else ""


def _origin(plan: Plan) -> str:
    made = plan.standing
    score = "not known" if made.composite is None else f"{fmt.price(made.composite, 0)} of 100"
    when = fmt.day(date.fromisoformat(made.as_of))
    label = f"{made.regime} since {made.since}, composite {score}"
    return f"{name_of(plan.profile)} plan, {made.pair} as of {when} close, {made.source}: {label}"


def _row_line(row: Row) -> str:
    return plain(f"  {row.name}: {row.value}" + (f"  ({row.how})" if row.how else ""))


def _listed(name: str, texts: Sequence[str]) -> list[str]:
    return ["", name, *(f"  {plain(text)}" for text in texts)] if texts else []


def _section(name: str, texts: Sequence[str]) -> list[str]:
    return ["", f"## {name}", "", *(f"- {escaped(text)}" for text in texts)] if texts else []


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
