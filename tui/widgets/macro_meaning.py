"""What a macro series means for small caps as it stands: a table of rules, the first that fits says it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from ...core import format as fmt
from ...core.macro import MacroReading, RateCycle

MOVED = 0.0025
"""A quarter of a percentage point in 63 sessions, as for the rate cycle: less is little."""
HIGH, LOW = 0.8, 0.2
"""The percentiles from which on a value is high or low against its window."""


class Standing(NamedTuple):
    """What a rule looks at: value and change over 63 sessions (fractions for percent), percentile, rate cycle."""

    value: float
    change: float
    percentile: float
    cycle: str


class Meaning(NamedTuple):
    """A rule: whose it is, the state it stands for, when it fits, and what that means. It forecasts nothing."""

    series: str
    state: str
    fits: Callable[[Standing], bool]
    words: str


MEANINGS = (
    Meaning("DGS2", "rising", lambda s: s.change >= MOVED, "bank loans, which small firms live on, get dearer"),
    Meaning("DGS2", "falling", lambda s: s.change <= -MOVED, "bank loans, which small firms live on, get cheaper"),
    Meaning("DGS2", "steady", lambda s: True, "little changed: neither help nor burden from short rates"),
    Meaning("DGS10", "rising", lambda s: s.change >= MOVED, "long loans get dearer, far earnings are worth less"),
    Meaning("DGS10", "falling", lambda s: s.change <= -MOVED, "long loans get cheaper, far earnings are worth more"),
    Meaning("DGS10", "steady", lambda s: True, "little changed: neither help nor burden from long rates"),
    Meaning(
        "T10Y2Y",
        "inverted, steepening",
        lambda s: s.value < 0 < s.change,
        "lending still pays banks little, less so than it did",
    ),
    Meaning("T10Y2Y", "inverted", lambda s: s.value < 0, "lending pays banks little; small caps hold many banks"),
    Meaning("T10Y2Y", "steepening", lambda s: s.change > 0, "lending pays banks more; small caps hold many banks"),
    Meaning("T10Y2Y", "flattening", lambda s: s.change < 0, "lending pays banks less; small caps hold many banks"),
    Meaning("T10Y2Y", "unchanged", lambda s: True, "lending pays banks as it did"),
    Meaning(
        "DFF", "cutting", lambda s: s.cycle == "CUTTING", "floating debt gets cheaper; cuts often meet weak growth"
    ),
    Meaning("DFF", "hiking", lambda s: s.cycle == "HIKING", "floating debt gets dearer; small caps have more of it"),
    Meaning("DFF", "on hold", lambda s: s.cycle == "HOLD", "the cost of floating debt stays as it is"),
    Meaning(
        "BAMLH0A0HYM2",
        "wide",
        lambda s: s.percentile >= HIGH,
        "weak borrowers pay more than usual of late: risk is shunned",
    ),
    Meaning(
        "BAMLH0A0HYM2",
        "tight",
        lambda s: s.percentile <= LOW,
        "weak borrowers pay less than usual of late: risk is wanted",
    ),
    Meaning("BAMLH0A0HYM2", "widening", lambda s: s.change > 0, "weak borrowers pay more than they did"),
    Meaning("BAMLH0A0HYM2", "tightening", lambda s: s.change < 0, "weak borrowers pay less than they did"),
    Meaning("BAMLH0A0HYM2", "unchanged", lambda s: True, "weak borrowers pay what they did"),
    Meaning(
        "VIXCLS",
        "high",
        lambda s: s.percentile >= HIGH,
        "more fear than usual of late: small caps swing more than large ones",
    ),
    Meaning(
        "VIXCLS",
        "low",
        lambda s: s.percentile <= LOW,
        "calmer than usual of late: says little about small against large",
    ),
    Meaning(
        "VIXCLS",
        "middling",
        lambda s: not math.isnan(s.percentile),
        "neither fear nor calm against what was usual of late",
    ),
)


def meaning(known: MacroReading, cycle: RateCycle | None) -> tuple[str, str]:
    """The state of a series and what it means; of a stale one, or before 63 sessions of it, that it means nothing."""
    if known.stale:
        return "stale", f"its newest observation is of {known.observed}: it says nothing of now"
    if math.isnan(known.change_63):
        return "new", "fewer than 63 sessions are known: no state yet"
    standing = Standing(known.value, known.change_63, known.percentile, cycle.state if cycle else fmt.UNKNOWN)
    for rule in MEANINGS:
        if rule.series == known.row.series and rule.fits(standing):
            return rule.state, rule.words
    return "no state", "what its state hangs on is not known"
