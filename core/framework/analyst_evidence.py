"""The analyst's panels of evidence: what the labels, the sizing and the folklore were worth by the window's end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from .. import format as fmt
from ..claims.card import Card
from ..claims.claims import claims
from ..claims.verdict import VERDICTS
from ..evidence.quote import HORIZON, quotes_of
from ..evidence.report import between
from ..evidence.table import Evidence, evidence
from ..evidence.worth import ASSUMED, worth
from ..reading import Reading
from .analyst_window import Window
from .plan import Row

KINDS = ("regime", "leadership", "confirmation", "market")


def rows(window: Window) -> Iterator[Row]:
    """What followed every regime and every state of the axes, then what the sizing was worth."""
    reading = window.reading
    for one in evidence(reading.history, reading.panel, horizons=(HORIZON,), kinds=KINDS):
        if one.target == reading.pair.a and one.days:
            yield Row(f"after {one.label}", one.verdict, _how(one))
    found = worth(reading.history, reading.panel, reading.settings)
    for each in found.rows if found else ():
        yield Row(each.name, each.shown(), each.words())
    if found:
        yield Row("assumed", "", ASSUMED)
    else:
        yield Row("sizing", fmt.UNKNOWN, "less than a year of it: nothing to compare")


def finding(window: Window) -> str:
    """What the labels at the window's end were worth, in a sentence."""
    said = [quote.words() for quote in quotes_of(window.reading)]
    return f"What the labels at its end were worth before: {'. '.join(said)}." if said else ""


def claim_rows(window: Window) -> Iterator[Row]:
    """Every claim with its verdict and what was found."""
    for card in claims_of(window.reading):
        yield Row(card.claim, card.verdict, card.words or card.missing)


def claim_finding(window: Window) -> str:
    """How many claims have which verdict."""
    counted = Counter(card.verdict for card in claims_of(window.reading))
    named = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS if counted[verdict])
    return f"Of {fmt.count(counted.total(), 'claim')} about small caps, on what was known by then: {named}."


@lru_cache(1)
def claims_of(reading: Reading) -> tuple[Card, ...]:
    """The claims as of a reading, kept while it is the newest one asked about: rows and finding need them both."""
    return claims(reading.panel, reading.as_of)


def _how(one: Evidence) -> str:
    means = f"{one.target} {fmt.percent(one.mean)} against {fmt.percent(one.others_mean)} in {one.horizon} sessions"
    vols = f"vol {fmt.share(one.vol)} against {fmt.share(one.others_vol)}, {one.vol_verdict}"
    episodes = f"{fmt.count(one.days, 'session')} in {fmt.count(one.episodes, 'episode')}"
    return f"{means}, difference {between(one.ci95)}; {vols}; {episodes}"
