"""The charts of a plan on the screen: legends, inks, and letters where there is no colour."""

from __future__ import annotations

import numpy as np
import pytest
from smallcap.core.bars import Panel
from smallcap.core.framework.curve import Curve
from smallcap.tui.palette import palette_from
from smallcap.tui.theme import DARK
from smallcap.tui.widgets.plan_chart import Look, plan_chart, shown

from tests.tui.plan_view.conftest import DAYS, look, plan_of
from tests.tui.stage import staged

PALETTE = palette_from(DARK.variables, DARK.background or "")
GROWTH = Curve("Value", DAYS, (("IWM", np.linspace(1e5, 9e5, 335)), ("VTWO", np.linspace(1e5, 9.5e5, 335))), "$")
WEIGHT = Curve("Weight", DAYS, (("target", np.linspace(0.05, 0.15, 335)),), "%", "the target as it would have been")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_chart_has_a_legend_with_the_last_values(panel: Panel, size: tuple[int, int]):
    rows = look(staged(panel), size, lambda view: view.show(plan_of(panel, "passive"), (GROWTH,)))
    text = "\n".join(rows)
    for words in ("Value", "IWM $900,000", "VTWO $950,000", "900000"):
        assert words in text, words
    assert any("\u2800" < character < "\u2900" for character in text)


def test_shares_are_drawn_as_percentages(panel: Panel):
    text = "\n".join(look(staged(panel), (80, 24), lambda view: view.show(plan_of(panel, "core"), (WEIGHT,))))
    assert "target 15.0%" in text
    assert "the target as it would have been" in text
    assert "15.0 " in text.replace("15.0%", "")


def test_the_stop_alone_is_drawn_in_the_ink_of_what_is_bad_and_the_target_in_that_of_what_is_good(panel: Panel):
    lines = tuple((name, np.linspace(1.0, place, 335)) for place, name in enumerate(("IWM", "entry", "stop", "target")))
    rows = plan_chart(Curve("Trade", DAYS, lines), 100, 10, Look(PALETTE))
    inks = {segment.text.strip(): segment.style for strip in rows for segment in strip if segment.style}
    found = {name: next(style for text, style in inks.items() if text.startswith(name)) for name, _ in lines}
    assert (found["stop"], found["target"]) == (PALETTE.risk_off, PALETTE.risk_on)
    assert found["IWM"] == PALETTE.a
    assert found["entry"] not in (PALETTE.risk_off, PALETTE.risk_on, PALETTE.slow, PALETTE.down)


def test_a_target_weight_is_no_level(panel: Panel):
    (title, *_) = plan_chart(WEIGHT, 100, 10, Look(PALETTE))
    assert any(segment.text.strip().startswith("target") and segment.style == PALETTE.a for segment in title)


def test_a_low_screen_has_no_chart(panel: Panel):
    def charted(height: int) -> bool:
        rows = look(staged(panel), (80, height), lambda view: view.show(plan_of(panel), (GROWTH,)))
        return "VTWO $950,000" in "\n".join(rows)

    assert charted(18)
    assert not charted(17)


def test_without_colour_a_letter_names_each_line(panel: Panel):
    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True, colourless=True))
    text = "\n".join(look(app, (120, 40), lambda view: view.show(plan_of(panel, "passive"), (GROWTH,))))
    assert text.isascii()
    assert "V=VTWO $950,000" in text
    assert "  IWM $900,000" in text


def test_lines_with_the_same_first_letter_have_letters_of_their_own(panel: Panel):
    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(colourless=True))
    lines = tuple((name, np.linspace(1.0, place, 335)) for place, name in enumerate(("close", "stop", "sum", "ss"), 2))
    curve = Curve("Lines", DAYS, lines)
    text = " ".join(look(app, (200, 60), lambda view: view.show(plan_of(panel), (curve,))))
    for legend in ("s=stop 3.00", "u=sum 4.00", "1=ss 5.00", "  close 2.00"):
        assert legend in text, legend


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (999.5, "$", "$999.50"),
        (1000.0, "$", "$1,000"),
        (0.075, "%", "7.5%"),
        (1.5, "", "1.50"),
        (float("nan"), "$", "--"),
    ],
)
def test_a_value_is_written_in_its_unit(value: float, unit: str, words: str):
    assert shown(value, unit) == words
