"""The wizard: forth and back without loss, questions that come and go with the answers, one way to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.errors import UsageError
from smallcap.core.framework.plan import Plan, Standing
from smallcap.core.framework.profile import Command, Profile, World
from smallcap.core.framework.question import Answers, Choice, Question, amount, one_of
from smallcap.core.framework.wizard import Wizard, made, resolve

KINDS = (Choice("plain", "nothing more"), Choice("fancy", "one question more"))
WORLD = World(None, None)  # type: ignore[arg-type]  this profile looks at neither


def questions(world: World, answers: Answers) -> tuple[Question, ...]:
    first = (
        Question("kind", "Which?", "It matters.", "plain", one_of(KINDS), KINDS),
        Question("much", "How much?", "It counts.", "10", amount()),
    )
    more = Question("extra", "And?", "For the fancy.", "", amount(high=answers.get("much", 1.0)))  # type: ignore[arg-type]
    return (*first, more) if answers.get("kind") == "fancy" else first


def consequence(world: World, answers: Answers, key: str) -> str:
    return f"{key} is {answers[key]}"


def plan(world: World, answers: Answers, texts: Mapping[str, str]) -> Plan:
    standing = Standing("2026-11-20", "IWM/SPY", "NEUTRAL", "2026-11-02", None, "x", True)
    return Plan("odd", "odd", texts, standing, {key: str(value) for key, value in answers.items()}, (), ())


ODD = Profile("odd", "odd", "an odd one", questions, consequence, plan, Command("do odd things", "", (), ()))


def at(wizard: Wizard) -> str:
    question = wizard.question(WORLD)
    return question.key if question else "plan"


def test_from_the_first_question_to_the_plan():
    wizard = Wizard(ODD)
    assert at(wizard) == "kind"
    wizard = wizard.answered(WORLD, "plain")
    assert at(wizard) == "much"
    wizard = wizard.answered(WORLD, "20")
    assert at(wizard) == "plan"
    assert wizard.plan(WORLD).answers == {"kind": "plain", "much": "20"}
    assert wizard.plan(WORLD).decision == {"kind": "plain", "much": "20.0"}
    assert wizard.answered(WORLD, "more") == wizard
    assert wizard.consequence(WORLD, "more") == ""


def test_an_answer_that_will_not_do_keeps_the_question_open_and_what_was_typed():
    wizard = Wizard(ODD).answered(WORLD, "plain")
    with pytest.raises(UsageError, match="much -1 is not above 0"):
        wizard.answered(WORLD, "-1")
    with pytest.raises(UsageError, match="much 'x' is not a number"):
        wizard.consequence(WORLD, "x")
    question = wizard.question(WORLD)
    assert question
    typed = wizard.typed(question, "-1")
    assert at(typed) == "much"
    assert typed.text(question) == "-1"
    assert typed.back().answered(WORLD, "plain").text(question) == "-1"


def test_going_back_loses_nothing():
    wizard = Wizard(ODD).answered(WORLD, "fancy").answered(WORLD, "20").answered(WORLD, "7")
    back = wizard.back().back().back()
    assert at(back) == at(back.back()) == "kind"
    again = back
    for _ in range(3):
        question = again.question(WORLD)
        assert question
        again = again.answered(WORLD, again.text(question))
    assert again == wizard


def test_a_default_that_was_accepted_follows_the_answers_before_it():
    profile = ODD._replace(questions=doubled)
    wizard = Wizard(profile).answered(WORLD, "10").answered(WORLD, "20.0")
    question = wizard.back().question(WORLD)
    assert question
    changed = wizard.back().back().answered(WORLD, "30")
    assert changed.text(question._replace(default="60.0")) == "60.0"
    assert wizard.plan(WORLD).answers == {"half": "10", "whole": "20.0"}


def doubled(world: World, answers: Answers) -> tuple[Question, ...]:
    half = answers.get("half", 1.0)
    assert isinstance(half, float)
    return (
        Question("half", "Half?", "It counts.", "1", amount()),
        Question("whole", "Whole?", "It counts.", f"{2 * half}", amount()),
    )


def test_a_question_that_disappears_comes_back_with_its_answer():
    wizard = Wizard(ODD).answered(WORLD, "fancy").answered(WORLD, "20").answered(WORLD, "7")
    plain = wizard.back().back().back().answered(WORLD, "plain").answered(WORLD, "20")
    assert at(plain) == "plan"
    assert plain.plan(WORLD).answers == {"kind": "plain", "much": "20"}
    fancy = plain.back().back().answered(WORLD, "fancy").answered(WORLD, "20")
    question = fancy.question(WORLD)
    assert question
    assert fancy.text(question) == "7"


def test_an_earlier_answer_that_makes_a_later_one_wrong_is_met_where_the_later_one_is_asked():
    wizard = Wizard(ODD).answered(WORLD, "fancy").answered(WORLD, "20").answered(WORLD, "7")
    less = wizard.back().back().answered(WORLD, "5")
    question = less.question(WORLD)
    assert question
    assert less.text(question) == "7"
    with pytest.raises(UsageError, match="extra 7 is not above 0 to 5"):
        less.answered(WORLD, "7")


def test_the_consequence_of_what_is_being_typed():
    assert Wizard(ODD).consequence(WORLD, "Fancy") == "kind is fancy"


def test_texts_alone_come_to_the_same_plan():
    texts = {"kind": "fancy", "extra": "3"}
    assert made(ODD, WORLD, texts).answers == {"kind": "fancy", "much": "10", "extra": "3"}
    assert resolve(ODD, WORLD, texts, 1) == {"kind": "fancy"}
    with pytest.raises(UsageError, match="extra '' is not a number"):
        made(ODD, WORLD, {"kind": "fancy"})


@given(st.lists(st.one_of(st.just(None), st.sampled_from(["plain", "fancy", "3", "20", "-1", "", "x"])), max_size=25))
def test_whatever_is_pressed_the_open_question_is_one_that_is_asked(moves: list[str | None]):
    wizard = Wizard(ODD)
    for move in moves:
        if move is None:
            wizard = wizard.back()
            continue
        with suppress(UsageError):
            wizard = wizard.answered(WORLD, move)
        assert 0 <= wizard.at <= len(wizard.asked(WORLD))
        assert list(wizard.answers(WORLD)) == [question.key for question in wizard.asked(WORLD)][: wizard.at]
