"""Verdicts: SUPPORTED, NOT SUPPORTED, REVERSED or CAN'T TELL, by one rule for all claims.

The rule was written down before any claim was worked out (docs/decisions/0022-claims.md):

- CAN'T TELL when something the claim needs is missing, fewer than 5 years lie between the first and the last session
  that counts, fewer than 5 separate episodes are on either side of a comparison, or the interval is unknown.
- A claim of a direction is SUPPORTED when its 95 % interval lies wholly on the claimed side of zero and its p-value
  survives Benjamini and Hochberg at 10 % over the table, REVERSED when it lies wholly on the other side and survives,
  else NOT SUPPORTED.
- A claim of a range is SUPPORTED when the result, and its interval where it has one, lies inside the range, else NOT
  SUPPORTED; it has no p-value. Arithmetic has no interval and needs no years.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from .. import format as fmt
from ..evidence.table import ENOUGH_EPISODES
from .card import Estimate

SUPPORTED, NOT_SUPPORTED, REVERSED, CANT_TELL = "SUPPORTED", "NOT SUPPORTED", "REVERSED", "CAN'T TELL"
VERDICTS = (SUPPORTED, NOT_SUPPORTED, REVERSED, CANT_TELL)
ENOUGH_YEARS = 5
DISCOVERY = 0.10
"""The share of finds that may be false, over the whole table."""


class Direction(NamedTuple):
    """A claim that something is above zero (+1) or below it (-1)."""

    side: int


class Range(NamedTuple):
    """A claim that something lies between two values, both included."""

    low: float
    high: float


Rule = Direction | Range


def shortfall(found: Estimate) -> str:
    """What is missing for a verdict, in words; empty where nothing is."""
    if found.ci95 is None:
        return ""
    if found.years < ENOUGH_YEARS:
        return f"{fmt.price(found.years, 1)} years of sessions, {ENOUGH_YEARS} are needed"
    if found.separate is not None and found.separate < ENOUGH_EPISODES:
        return f"{fmt.count(found.separate, 'separate episode')}, {ENOUGH_EPISODES} are needed on either side"
    if not all(map(math.isfinite, (found.result, found.ci95.low, found.ci95.high))):
        return "the interval can't be told from these sessions"
    return ""


def p_value(rule: Rule, found: Estimate) -> float:
    """The p-value that counts in the table: NaN for a range, and for what can't be told."""
    tested = isinstance(rule, Direction) and found.ci95 is not None and not shortfall(found)
    return found.ci95.p if tested and found.ci95 is not None else float("nan")


def judge(rule: Rule, found: Estimate, q: float) -> str:
    """The verdict on what was found; `q` is its p-value after Benjamini and Hochberg, NaN for a range."""
    if shortfall(found):
        return CANT_TELL
    low, high = (found.result, found.result) if found.ci95 is None else (found.ci95.low, found.ci95.high)
    if isinstance(rule, Range):
        inside = rule.low <= min(low, found.result) and max(high, found.result) <= rule.high
        return SUPPORTED if inside else NOT_SUPPORTED
    if not (q <= DISCOVERY and (low > 0.0 or high < 0.0)):
        return NOT_SUPPORTED
    return SUPPORTED if (low > 0.0) == (rule.side > 0) else REVERSED


def close_call(p: float, q: float, draws: int) -> bool:
    """Whether other random draws may turn what survives: q is within two standard errors of the 10 %.

    A p-value is twice a count of draws over their number, and a count varies by its square root. False for NaN.
    """
    if not p > 0.0:
        return False
    return abs(q - DISCOVERY) < 2.0 * q * math.sqrt(2.0 / (p * (draws + 1)))
