"""What the macro screen says a series means: the first rule that fits, and each explained."""

from __future__ import annotations

import math
from datetime import date

import pytest
from smallcap.core.bars import Panel
from smallcap.core.macro import MACRO, MacroReading, RateCycle
from smallcap.tui.screens.explain import Explain
from smallcap.tui.widgets.macro_meaning import MEANINGS, meaning
from smallcap.tui.widgets.macro_view import viewed
from smallcap.tui.widgets.macro_words import explain_macro
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, staged


def reading_of(
    name: str, value: float = 0.0, change: float = 0.0, percentile: float = 0.5, **more: object
) -> MacroReading:
    row = next(row for row in MACRO if row.series == name)
    made = MacroReading(row, value, change, percentile, 252, date(2022, 6, 14), 1, stale=False)
    return made._replace(**more)  # type: ignore[arg-type]


CUTTING = RateCycle("CUTTING", -0.01, 0.03, date(2022, 6, 14), 0.04, date(2022, 1, 3))


@pytest.mark.parametrize(
    ("read", "cycle", "state"),
    [
        (reading_of("DGS2", change=0.0025), None, "rising"),
        (reading_of("DGS2", change=-0.0025), None, "falling"),
        (reading_of("DGS2", change=0.0024), None, "steady"),
        (reading_of("DGS10", change=0.01), None, "rising"),
        (reading_of("DGS10", change=-0.01), None, "falling"),
        (reading_of("DGS10"), None, "steady"),
        (reading_of("T10Y2Y", -0.005, 0.001), None, "inverted, steepening"),
        (reading_of("T10Y2Y", -0.005, -0.001), None, "inverted"),
        (reading_of("T10Y2Y", 0.005, 0.001), None, "steepening"),
        (reading_of("T10Y2Y", 0.005, -0.001), None, "flattening"),
        (reading_of("T10Y2Y", 0.005, 0.0), None, "unchanged"),
        (reading_of("DFF"), CUTTING, "cutting"),
        (reading_of("DFF"), CUTTING._replace(state="HIKING"), "hiking"),
        (reading_of("DFF"), CUTTING._replace(state="HOLD"), "on hold"),
        (reading_of("DFF"), None, "no state"),
        (reading_of("BAMLH0A0HYM2", percentile=0.8), None, "wide"),
        (reading_of("BAMLH0A0HYM2", percentile=0.2), None, "tight"),
        (reading_of("BAMLH0A0HYM2", change=0.001), None, "widening"),
        (reading_of("BAMLH0A0HYM2", change=-0.001), None, "tightening"),
        (reading_of("BAMLH0A0HYM2"), None, "unchanged"),
        (reading_of("VIXCLS", percentile=0.9), None, "high"),
        (reading_of("VIXCLS", percentile=0.1), None, "low"),
        (reading_of("VIXCLS"), None, "middling"),
        (reading_of("VIXCLS", percentile=0.9, stale=True), None, "stale"),
        (reading_of("VIXCLS", change=math.nan), None, "new"),
    ],
)
def test_a_state_is_named_by_the_first_rule_that_fits(read: MacroReading, cycle: RateCycle | None, state: str):
    said, words = meaning(read, cycle)
    assert said == state
    assert words
    assert len(f" {said}: {words}") <= 78


def test_every_series_has_rules_and_none_speaks_of_the_future():
    assert {rule.series for rule in MEANINGS} == {row.series for row in MACRO}
    for rule in MEANINGS:
        assert len(f" {rule.state}: {rule.words}") <= 78
        assert not {"will", "soon", "expect", "should", "likely"} & set(rule.words.split())


def test_e_explains_every_series_the_rules_and_the_chart(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "e")
        assert isinstance(app.screen, Explain)
        assert "2-year yield" in app.text()
        topics = explain_macro(viewed(app.shown.reading))
        keys = [topic.key for topic in topics]
        assert keys == [
            *(f"macro.{row.series}" for row in MACRO),
            "rates",
            "macro.change_21",
            "macro.meaning",
            "macro.chart",
        ]
        await press(pilot, "e", "tab", "e")
        assert app.shown.focus == "banner"
        assert "regime" in app.text()

    play(staged(known), use)
