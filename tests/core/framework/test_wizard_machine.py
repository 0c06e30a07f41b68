"""The wizard of every profile through anything: answers right and wrong, forth and back, while the market goes on."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from smallcap.core import funds, reading
from smallcap.core.bars import to_day
from smallcap.core.errors import SmallcapError
from smallcap.core.framework.document import document, plan_of
from smallcap.core.framework.profile import Profile, World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import Wizard, made
from smallcap.core.settings import Settings

from tests.conftest import random_panel
from tests.machines import extent

PANEL = random_panel(400)
FACTS = funds.read()
DAYS = (399, 398, 380, 330)
WRONG = ("", "x", "-1", "1e400", "nan", "0", "%", "9" * 5000, "IWM=1 IWM=2", "2020-02-30", "\x1b[31m", "no such")
LONG = ("%" * 2000, "IWM=" + "9" * 5000, "IWM=" + "9" * 400, "9" * 400)
RIGHT = (
    *("1", "10", "100,000", "2%", "0.05", "5", "IWM", "spy", "QQQ", "long", "short", "2atr", "none", "all", "IWM/QQQ"),
    *("IWM=120 SPY=40", "2015-06-01", "2016-01-04", "20", "90", "IWM/SPY", "95", "110"),
)


@cache
def world(row: int, price: float) -> World:
    """What is known on a session, with a last price of IWM."""
    day = to_day(PANEL["SPY"].sessions[row])
    found = reading.build(PANEL, day, Settings(), closed=to_day(PANEL["SPY"].sessions[-1]))
    return World(found, FACTS, {"IWM": price} if price else {})


class WizardMachine(RuleBasedStateMachine):
    """One person; `typed` are the texts that were last left in each field."""

    @initialize(profile=st.sampled_from(PROFILES))
    def begin(self, profile: Profile) -> None:
        self.world = world(DAYS[0], 0.0)
        self.wizard = Wizard(profile)

    @property
    def typed(self) -> dict[str, str]:
        return dict(self.wizard.texts)

    @rule(text=st.none() | st.sampled_from(RIGHT + WRONG + LONG) | st.text(max_size=12))
    def somebody_answers(self, text: str | None) -> None:
        """With what is in the field, or another text: on by one question, or nowhere."""
        question = self.wizard.question(self.world)
        if question is None:
            assert self.wizard.answered(self.world, text or "") == self.wizard
            return
        given = self.wizard.text(question) if text is None else text
        try:
            following = self.wizard.answered(self.world, given)
        except SmallcapError:
            return
        assert following.at == self.wizard.at + 1
        assert following.text(question).strip() == given.strip()
        others = {key: kept for key, kept in self.typed.items() if key != question.key}
        assert {key: kept for key, kept in following.texts.items() if key != question.key} == others
        back = following.back()
        again = back.question(self.world)
        assert again is not None
        assert again._replace(parse=question.parse) == question
        assert back.answered(self.world, back.text(question)) == following
        self.wizard = following

    @rule(text=st.sampled_from(RIGHT + WRONG + LONG))
    def somebody_leaves_a_field_half_typed(self, text: str) -> None:
        if question := self.wizard.question(self.world):
            self.wizard = self.wizard.typed(question, text)
            assert self.wizard.text(question) == text or text.strip() == question.default

    @rule(text=st.sampled_from(RIGHT + WRONG + LONG))
    def what_it_would_mean_is_asked(self, text: str) -> None:
        before = self.wizard
        with suppress(SmallcapError):
            assert isinstance(self.wizard.consequence(self.world, text), str)
        assert self.wizard == before

    @rule(steps=st.integers(1, 4))
    def somebody_goes_back(self, steps: int) -> None:
        for _ in range(steps):
            before = self.wizard
            self.wizard = self.wizard.back()
            assert self.wizard.at == max(0, before.at - 1)
            assert self.wizard.texts == before.texts

    @rule(row=st.sampled_from(DAYS), price=st.sampled_from((0.0, 50.0, 90.0, 105.13, 300.0)))
    def the_market_goes_on(self, row: int, price: float) -> None:
        """Answers that won't do any more are asked for again, and none is thrown away."""
        self.world = world(row, price)
        texts = self.typed
        at = self.wizard.at
        self.wizard, why = self.wizard.sound(self.world)
        assert self.wizard.texts == texts
        assert (self.wizard.at < at) == bool(why)

    @precondition(lambda self: self.wizard.question(self.world) is None)
    @rule()
    def a_plan_is_made(self) -> None:
        """Of the answers and nothing else, whole, the same from the texts alone and after a journey through JSON."""
        try:
            plan = self.wizard.plan(self.world)
            self.wizard.curves(self.world)
        except SmallcapError:
            return
        asked = [question.key for question in self.wizard.asked(self.world)]
        assert list(plan.answers) == asked
        assert document(made(self.wizard.profile, self.world, plan.answers)) == document(plan)
        assert document(plan_of(json.loads(json.dumps(document(plan), allow_nan=False)))) == document(plan)

    @invariant()
    def the_open_question_comes_after_those_answered(self) -> None:
        asked = [question.key for question in self.wizard.asked(self.world)]
        assert len(set(asked)) == len(asked)
        assert 0 <= self.wizard.at <= len(asked)
        assert list(self.wizard.answers(self.world)) == asked[: self.wizard.at]
        meanings = self.wizard.meanings(self.world)
        assert list(meanings) == asked[: self.wizard.at]
        ahead = [question.key for question in self.wizard.ahead(self.world)]
        assert ahead[: self.wizard.at] == asked[: self.wizard.at]

    @invariant()
    def it_is_the_same_from_its_texts(self) -> None:
        assert replace(self.wizard) == self.wizard


def test_whatever_is_typed_the_wizard_asks_on_or_says_why_not():
    WizardMachine.TestCase.settings = extent(16, 20)
    WizardMachine.TestCase("runTest").runTest()
