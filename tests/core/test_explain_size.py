"""The sizing screen's explanations: every step, the outcome and what stands beside, with the inputs as they stand."""

from __future__ import annotations

import re

import pytest
from smallcap.core import funds, reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.explain_size import explain_size
from smallcap.core.explanation import Explanation
from smallcap.core.framework.profile import World
from smallcap.core.framework.ticket import fill
from smallcap.core.settings import Settings


def explained(panel: Panel, row: int = -1, **texts: str) -> dict[str, Explanation]:
    day = to_day(panel["SPY"].sessions[row])
    made = reading.build(panel, day, Settings(), closed=day)
    topics = explain_size(made, "IWM", fill(World(made, funds.read()), "IWM", texts))
    assert len({topic.key for topic in topics}) == len(topics)
    for topic in topics:
        for words in (topic.name, topic.value, topic.formula, topic.source, *(part.value for part in topic.inputs)):
            assert words.strip()
            assert not re.search(r"\b(nan|inf|None)\b", words), topic
    return {topic.name: topic for topic in topics}


@pytest.mark.parametrize("side", ["long", "short"])
def test_every_number_on_the_screen_has_its_explanation(panel: Panel, side: str):
    found = explained(panel, side=side)
    names = " ".join(found)
    for name in ("risk budget", "stop", "shares at that stop", "multiplier", "position cap", "volatility cap", "cash"):
        assert name in names
    for name in ("whole shares", "at risk", "weight", "target", "what if", "by label", "shares by risk and stop"):
        assert name in found
    assert "what would change it" in found
    assert "p - (1 - p) / R" in found["Kelly"].formula
    assert ("borrowing" in found) == (side == "short")
    assert "binds" in names


def test_it_is_of_the_inputs_as_they_stand(panel: Panel):
    found = explained(panel, entry="50", stop="45", target="65", equity="20000", max_weight="100%", target_vol="200%")
    assert found["risk budget"].inputs[0].value == "20,000 x 1%"
    assert found["stop"].value == "45.00"
    assert found["target"].value == "3.00 R"
    assert found["target"].inputs[0].value == "15.00 / 5.00"


def test_without_volatility_the_cap_says_so(panel: Panel):
    found = explained(panel, 5, entry="50", stop="45", target="")
    assert found["volatility cap"].value == "not known"
    assert "target" not in found


def test_a_wrong_input_is_why_there_is_no_size(panel: Panel):
    found = explained(panel, equity="lots")
    assert list(found) == ["size of IWM"]
    assert "equity 'lots' is not a number" in found["size of IWM"].formula
