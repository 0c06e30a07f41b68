"""The rule that makes a label of closes: its windows, its thresholds and its dwell, as numbers that can be varied."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One setting of the rule; the defaults are the rule itself, whose windows the words and names everywhere quote.

    `short`, `long` and `place` are the sessions of the 50-day and 200-day means and of the 63-day range, `slope` how
    far back the short mean is looked at. `enter` multiplies the score at which each axis is entered; `exit` is the
    share of the way from the score at which it is left towards that at which it is entered, 0 or more and below 1.
    `dwell` is how many closes in a row must ask for a state.
    """

    short: int = 50
    long: int = 200
    slope: int = 20
    place: int = 63
    enter: float = 1.0
    exit: float = 0.0
    dwell: int = 10


RULE = Rule()
