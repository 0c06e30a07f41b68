"""What the numbers of the evidence screen are: formula and source, the same for every reading."""

from __future__ import annotations

from ...core import format as fmt
from ...core.claims.report import RULE
from ...core.evidence.bootstrap import DRAWS, SEED
from ...core.evidence.table import ENOUGH_EPISODES
from ...core.evidence.worth import ASSUMED
from ...core.explanation import Explanation, Input
from ...core.reading import Reading

INTERVALS = "docs/decisions/0021-intervals-that-cover.md"
CLAIMS = "docs/decisions/0022-claims.md"


BY_CHANCE = (Input("draws", fmt.price(DRAWS, 0), None), Input("seed", str(SEED), None))
ROWS = (
    (
        "after", "returns after a label",
        "mean simple return from the close of the session after the label's over the horizon, over all its days",
        (Input("known", "every label was known on the close it is of", None),), INTERVALS,
    ),
    (
        "others", "other days",
        "the same over all days on which the kind was known and another of its labels held", (), INTERVALS,
    ),
    (
        "episodes", "eps",
        f"stretches of days in a row; fewer than {ENOUGH_EPISODES} on either side are too few to tell", (),
        INTERVALS,
    ),
    (
        "interval", "difference, 95%",
        "circular block bootstrap of the difference of both means, blocks of max(60, 2 horizons) sessions, widened "
        "for overlap, few blocks and few episodes", BY_CHANCE, f"Politis and Romano (1992); {INTERVALS}",
    ),
    (
        "vol", "vol/oth",
        "mean annualised standard deviation of daily log returns within the horizon, after it and after other days;"
        " * where the interval of their difference leaves out zero", (), INTERVALS,
    ),
    ("sizing", "sizing", ASSUMED, BY_CHANCE, "Sharpe ratio: mean daily return x 252 over its volatility"),
    (
        "walk", "walk forward",
        "what the evidence said at each year's end, on sessions whose horizon was over by then, and the difference "
        "that the year after showed", (), INTERVALS,
    ),
    (
        "analogues", "distance",
        "root mean square of the features' differences from this close, in their standard deviations",
        (), "features of the label and of the pair's first ticker, each known on its close",
    ),
    (
        "fragility", "fragility", "the label and its evidence by 81 settings of windows, dwell, enter and exit",
        BY_CHANCE, "[ ] marks the rule as it is; nothing was chosen by its result",
    ),
    ("claims", "claims", RULE, BY_CHANCE, f"Benjamini and Hochberg (1995); {CLAIMS}"),
)  # fmt: skip
"""A kind of number: its key, its name, how it is worked out, from what, and where that is from."""


def explain_evidence(reading: Reading) -> list[Explanation]:
    """One explanation a kind of number, section by section."""
    source = f"{reading.origin.name}, closes up to {reading.as_of}"
    return [
        Explanation(f"evidence.{key}", "evidence", name, "", formula, inputs, f"{source}; {said}")
        for key, name, formula, inputs, said in ROWS
    ]
