"""The wizard's rows: whom a plan is for, the open question with what its answer means, and all answers so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import NamedTuple

from ...core.framework.profile import Profile, World
from ...core.framework.question import Question
from ...core.framework.wizard import Wizard
from ..rows import Line, Word

NAME, TEXT, WIDE = 13, 18, 100


class Step(NamedTuple):
    """The open question: the wizard at it, in its world, what its answer means, and what is wrong with it."""

    wizard: Wizard
    world: World
    meaning: str = ""
    problem: str = ""
    before: Mapping[str, str] = {}
    """What the answers given mean, by their questions' keys."""


def people(
    profiles: Sequence[Profile], chosen: int, begun: Mapping[str, Wizard], width: int, *, brief: bool = False
) -> list[Line]:
    """Every profile with what it is for, the chosen one only when `brief`; how far one got that was begun."""
    lines = [Line([("Which decision is it?", "text")]), Line(())]
    for place, profile in enumerate(profiles):
        here = place == chosen
        name = f"{'▸' if here else ' '} {place + 1}  {profile.name}"
        answered = begun[profile.key].at if profile.key in begun else 0
        said = f"{answered} answered: enter goes on, x starts over" if answered else ""
        lines.append(Line([(name, "a" if here else "text")], [(said, "muted")]))
        if brief and not here:
            continue
        lines += _folded(profile.words, width, "muted", "     ")
        if not brief:
            lines.append(Line(()))
    return lines


def head(step: Step, width: int) -> list[Line]:
    """Which question it is, and the question itself."""
    question, ahead = step.wizard.question(step.world), len(step.wizard.ahead(step.world))
    title = f"PLAN  {step.wizard.profile.name}"
    if question is None:
        return [Line([(title, "muted")]), Line(()), Line([("Working it out ...", "text")])]
    place = f"question {step.wizard.at + 1} of {ahead}"
    return [Line([(title, "muted")], [(place, "muted")]), Line(()), *_folded(question.ask, width, "text")[:1]]


def told(step: Step, width: int) -> list[Line]:
    """Beneath the field: what the answer means or what is wrong with it, why it is asked, and every answer."""
    question = step.wizard.question(step.world)
    if question is None:
        return []
    means = (
        _folded(step.problem, width, "warn", "  ", "! ")
        if step.problem
        else _folded(step.meaning, width, "text", "  ", "→ ")
    )
    return [
        *(means or [Line(())]),
        *_folded(question.why, width, "muted", "  "),
        *(Line([(f"  {choice.word:<13}", "text"), (choice.words, "muted")]) for choice in question.choices),
        Line(()),
        *_answers(step, width),
    ]


def _answers(step: Step, width: int) -> list[Line]:
    """All questions with the answers given, and with what is taken for granted of those to come."""
    return [_answer(step, place, question, width) for place, question in enumerate(step.wizard.ahead(step.world))]


def _answer(step: Step, place: int, question: Question, width: int) -> Line:
    at, text = step.wizard.at, step.wizard.text(question) or "--"
    name = question.key.replace("_", " ")
    if place == at:
        return Line([(f"▸ {name}", "a")])
    if place > at:
        return Line([(f"  {name:<{NAME}}{text}", "muted")])
    words: list[Word] = [(f"✓ {name:<{NAME}}", "muted"), (f"{text:<{TEXT}}", "text")]
    means = step.before.get(question.key, "")
    if width >= WIDE or len(means) < width - NAME - TEXT - 3:
        words.append((f" {means}", "muted"))
    return Line(words)


def _folded(text: str, width: int, ink: str, indent: str = "", first: str | None = None) -> list[Line]:
    """Words in rows of a width."""
    start = indent if first is None else first
    return [Line([(part, ink)]) for part in wrap(text, max(width, 20), initial_indent=start, subsequent_indent=indent)]
