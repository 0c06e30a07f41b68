"""The wizard as a state machine: which question is open, what was answered, forth and back without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from ..errors import UsageError
from .curve import Curve
from .plan import Plan
from .profile import Profile, World
from .question import Answers, Question, Value


@dataclass(frozen=True, slots=True)
class Wizard:
    """Where somebody is: `at` counts the questions answered, `texts` are all answers ever given, by key.

    Answers stay when one goes back, and when an earlier answer makes their question disappear: they are there again
    if it comes back.
    """

    profile: Profile
    at: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)

    def question(self, world: World) -> Question | None:
        """The question that is open; None when all are answered and the plan is there."""
        asked = self.asked(world)
        return asked[self.at] if self.at < len(asked) else None

    def asked(self, world: World) -> tuple[Question, ...]:
        """Every question that the answers so far lead to."""
        return self.profile.questions(world, self.answers(world))

    def answers(self, world: World) -> Answers:
        """The values of the questions answered, by key."""
        return resolve(self.profile, world, self.texts, self.at)

    def text(self, question: Question) -> str:
        """What is in the question's field: the answer given before, or the default."""
        return self.texts.get(question.key, question.default)

    def typed(self, question: Question, text: str) -> Wizard:
        """With what is in the field kept, right or wrong, so that nothing is lost by leaving."""
        # A default that was accepted stays one: it may be another once an earlier answer is changed.
        others = {key: kept for key, kept in self.texts.items() if key != question.key}
        return replace(self, texts=others if text.strip() == question.default else {**others, question.key: text})

    def answered(self, world: World, text: str) -> Wizard:
        """On to the next question; UsageError, naming the field, for an answer that won't do."""
        question = self.question(world)
        if question is None:
            return self
        following = replace(self.typed(question, text), at=self.at + 1)
        following.asked(world)
        return following

    def back(self) -> Wizard:
        """At the question before; the first one stays."""
        return replace(self, at=max(0, self.at - 1))

    def ahead(self, world: World) -> tuple[Question, ...]:
        """Every question as far as it can be seen: those to come as the answers in their fields would have them."""
        found = dict(self.answers(world))
        asked = self.profile.questions(world, found)
        while len(found) < len(asked):
            question = asked[len(found)]
            try:
                found[question.key] = question.parse(question.key, self.text(question))
                asked = self.profile.questions(world, found)
            except UsageError:
                break
        return asked

    def sound(self, world: World) -> tuple[Wizard, str]:
        """Itself, or back at the first question whose answer won't do in this world, and what is wrong with it."""
        for n in range(1, self.at + 1):
            try:
                replace(self, at=n).asked(world)
            except UsageError as error:
                return replace(self, at=n - 1), str(error)
        return self, ""

    def consequence(self, world: World, text: str) -> str:
        """What the text, given as the answer, would mean; UsageError for one that won't do."""
        question = self.question(world)
        if question is None:
            return ""
        answers = {**self.answers(world), question.key: question.parse(question.key, text)}
        return self.profile.consequence(world, answers, question.key)

    def meanings(self, world: World) -> Mapping[str, str]:
        """What each answer given means, by its question's key."""
        answers, found = self.answers(world), dict[str, str]()
        for n, key in enumerate(answers, 1):
            found[key] = self.profile.consequence(world, dict(islice(answers.items(), n)), key)
        return found

    def plan(self, world: World) -> Plan:
        """The plan, once every question is answered."""
        return made(self.profile, world, self.texts)

    def curves(self, world: World) -> tuple[Curve, ...]:
        """The plan's charts, once every question is answered."""
        return self.profile.curves(world, self.answers(world))


def resolve(profile: Profile, world: World, texts: Mapping[str, str], n: int | None = None) -> Answers:
    """The values of the first `n` questions, all unless told: each from its text, or its default where there is none.

    UsageError for a text that won't do, and for a question that has neither text nor default.
    """
    found: dict[str, Value] = {}
    while n is None or len(found) < n:
        asked = profile.questions(world, found)
        if len(found) >= len(asked):
            break
        question = asked[len(found)]
        found[question.key] = question.parse(question.key, texts.get(question.key, question.default))
    return found


def made(profile: Profile, world: World, texts: Mapping[str, str]) -> Plan:
    """The plan of these answers, defaults where there are none; UsageError for one that won't do."""
    answers = resolve(profile, world, texts)
    asked = {question.key: question for question in profile.questions(world, answers)}
    kept = {key: texts.get(key, question.default) for key, question in asked.items()}
    return profile.plan(world, answers, kept)
