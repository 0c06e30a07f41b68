"""What every number of the macro screen is: the series' own explanations, and those of what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import explain_context
from ...core.explanation import Explanation, Input
from ...core.funds import Facts
from .macro_meaning import HIGH, LOW, MEANINGS, MOVED
from .macro_view import SHORT, MacroView


def explain_macro(view: MacroView) -> tuple[Explanation, ...]:
    """A topic a series and one for the rate cycle, then the rules and the chart."""
    return (*explain_context.macro(view.reading, "", Facts(())), *_beside(view))


def _beside(view: MacroView) -> Iterator[Explanation]:
    made = view.reading
    changes = tuple(
        Input(known.row.name, known.row.shown_change(known.change_21), known.reading.observed)
        for known in view.rows
        if known.reading
    )
    formula = f"value now less the one known {SHORT} sessions before"
    yield Explanation(
        "macro.change_21", "macro", f"change over {SHORT} sessions", "one a row", formula, changes, made.origin.name
    )
    rules = tuple(Input(f"{rule.series} {rule.state}", rule.words, None) for rule in MEANINGS)
    formula = (
        f"the first rule that fits; rising and falling from {100 * MOVED:g}pp in 63 sessions, high and wide from the "
        f"{100 * HIGH:g}th percentile, low and tight up to the {100 * LOW:g}th; it describes and forecasts nothing"
    )
    source = "a table of this program; claims of this kind are not tested here"
    yield Explanation("macro.meaning", "macro", "for small caps", "in words", formula, rules, source)
    formula = (
        f"the series as it was known on each session; {made.pair} is laid over it so that both are equally high, "
        "which says nothing of their sizes; a line ends where its newest observation is too old"
    )
    yield Explanation("macro.chart", "macro", "chart", "two lines", formula, (), made.origin.name)
