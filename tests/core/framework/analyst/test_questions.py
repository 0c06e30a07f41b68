"""The analyst's questions: their defaults, what each answer means, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.calendar import same_day
from smallcap.core.errors import UsageError
from smallcap.core.framework.analyst import ANALYST, consequence, questions
from smallcap.core.framework.analyst_panels import PANELS
from smallcap.core.framework.profile import World
from smallcap.core.framework.wizard import Wizard
from smallcap.core.regime import REGIMES

from tests.conftest import random_bars
from tests.core.framework.analyst.conftest import day_of, planned, world


def test_the_questions_and_their_defaults(panel: Panel, here: World):
    last = here.reading.as_of
    assert [(question.key, question.default) for question in questions(here, {})] == [
        ("pair", "IWM/SPY"), ("from", str(same_day(last, -12))), ("to", str(last)), ("panels", "all"),
    ]  # fmt: skip
    early = world(panel, 100)
    asked = {question.key: question.default for question in questions(early, {})}
    assert asked["from"] == day_of(panel, 0)
    assert list(planned(here).answers.items()) == [
        ("pair", "IWM/SPY"), ("from", str(same_day(last, -12))), ("to", str(last)), ("panels", "all"),
    ]  # fmt: skip


def test_the_wizard_says_what_each_answer_means(here: World):
    at, said = Wizard(ANALYST), {}
    while question := at.question(here):
        said[question.key] = at.consequence(here, question.default)
        at = at.answered(here, question.default)
    past, first = here.reading.history, np.datetime64(same_day(here.reading.as_of, -12))
    codes = past.codes[past.sessions >= first].tolist()
    longest = max(set(codes), key=codes.count)
    now = REGIMES[codes[-1]].label
    most = f"the longest {REGIMES[longest].label} with {codes.count(longest)} sessions"
    words = f"{len(codes)} sessions; {len(set(codes))} labels, {most}"
    assert said["pair"] == f"700 sessions since {past.sessions[0]}, with sectors; {now} on {here.reading.as_of}"
    assert said["from"] == said["to"] == words
    counts = [int(part.split()[0]) for part in said["panels"].split(": ")[1].split(", ")]
    assert said["panels"].startswith(f"{sum(counts)} rows: ")
    assert len(planned(here).rows) == sum(counts) + 4


def test_a_later_answer_is_judged_by_the_earlier_ones(here: World, panel: Panel):
    one = {"pair": "QQQ/SPY", "from": to_day(panel["SPY"].sessions[-40])}
    assert consequence(here, one, "from").startswith("40 sessions; ")
    two = {**one, "to": to_day(panel["SPY"].sessions[-21])}
    assert consequence(here, two, "to").startswith("20 sessions; ")
    assert consequence(here, {"pair": "IWM/QQQ"}, "pair").startswith("700 sessions since 2015-01-02, without sectors")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"pair": "IWM"}, "pair 'IWM' is not two different tickers"),
        ({"pair": "IWN/SPY"}, "pair IWN/SPY: ticker 'IWN' is not in random walk"),
        ({"pair": "IWM/IWM"}, "pair 'IWM/IWM' is not two different tickers"),
        ({"since": "x"}, "from 'x' is not a date like 2020-03-23"),
        ({"since": "2015-01-01"}, "from 2015-01-01 is not from 2015-01-02 to 2017-10-11"),
        ({"since": "2017-10-12"}, "from 2017-10-12 is not from 2015-01-02 to 2017-10-11"),
        ({"to": "2017-10-12"}, "to 2017-10-12 is after 2017-10-11, the session that is read"),
        ({"to": "2016-01-04"}, "to 2016-01-04 is before from, 2016-10-11: one of them must be another date"),
        ({"since": "2017-10-07", "to": "2017-10-08"}, "to 2017-10-08: there is no session from 2017-10-07 to it"),
        ({"panels": "axis"}, "panels 'axis' is not a panel; did you mean axes?; they are regimes, axes"),
        ({"panels": " , "}, "panels is empty: name one or more of regimes, axes"),
    ],
)
def test_what_is_wrong_names_the_question_and_what_is_right(here: World, texts: dict[str, str], words: str):
    with pytest.raises(UsageError) as caught:
        planned(here, **texts)
    assert str(caught.value).startswith(words)


def test_two_tickers_that_never_met_are_refused(panel: Panel):
    late = {**panel.bars, "NEW": random_bars("NEW", 50, 1, first="2017-01-03"), "OLD": random_bars("OLD", 50, 2)}
    with pytest.raises(UsageError, match="pair NEW/OLD: its tickers have no session in common in random walk"):
        planned(world(replace(panel, bars=late)), pair="NEW/OLD")


def test_panels_come_in_the_tables_order_and_only_those(here: World):
    plan = planned(here, panels="macro,  regimes")
    names = [row.name for row in plan.rows[4:]]
    assert names[-1] == "macro"
    assert all(name.endswith(" in all") or name.startswith(("label from", "earlier labels")) for name in names[:-1])
    assert [*planned(here, panels="regimes macro").rows] == [*plan.rows]
    assert len(planned(here, panels="ALL, axes").rows) == len(planned(here).rows)
    for section in PANELS:
        assert len(planned(here, panels=section.word).rows) > 4, section.word
