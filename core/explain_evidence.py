"""Explanations of the evidence: what each of today's labels was worth, with the numbers it is said by."""

from __future__ import annotations

from collections.abc import Sequence

from . import format as fmt
from .evidence.bootstrap import Interval
from .evidence.quote import Quote
from .evidence.worth import ASSUMED, Compared
from .explanation import Explanation, Input, at_close
from .reading import Reading

FORMULA = (
    "mean simple total return over 21 sessions from the close of the next one on, after days with the label less after "
    "all other days; 95% interval by circular block bootstrap, 2,000 draws, widened for overlap and few episodes; no "
    "edge where it spans zero"
)


def evidence(reading: Reading, quotes: Sequence[Quote], sized: Compared | None) -> tuple[Explanation, ...]:
    """A card for each label of the banner, and one for the sizing where it is known what that was worth."""
    cards = [_label(reading, quote) for quote in quotes]
    return (*cards, _sizing(reading, sized)) if sized else tuple(cards)


def _label(reading: Reading, quote: Quote) -> Explanation:
    row, day = quote.row, reading.as_of
    vol = fmt.percent(row.vol - row.others_vol)
    inputs = (
        Input("days, episodes", f"{row.days:,} in {fmt.count(row.episodes, 'episode')}", day),
        Input(f"{row.target} after them", fmt.percent(row.mean, 2), day),
        Input("after other days", fmt.percent(row.others_mean, 2), day),
        Input("difference", _between(row.difference, row.ci95), day),
        Input("volatility", f"{fmt.share(row.vol, 1)} against {fmt.share(row.others_vol, 1)}: {vol}", day),
        Input("deepest fall", f"{fmt.percent(row.worst_fall)} against {fmt.percent(row.others_worst_fall)}", day),
    )
    name = f"evidence: {quote.name} {row.label}"
    return Explanation(f"evidence.{row.kind}", "banner", name, quote.found(), FORMULA, inputs, at_close(reading))


def _sizing(reading: Reading, sized: Compared) -> Explanation:
    inputs = tuple(
        Input(name, f"{fmt.percent(held.annual_return)} a year, vol {fmt.share(held.volatility, 1)}", sized.last)
        for name, held in (("sized", sized.sized), ("held constant", sized.constant))
    )
    name = f"evidence: {sized.name}, {sized.first} to {sized.last}"
    return Explanation("evidence.sizing", "banner", name, sized.shown(), ASSUMED, inputs, at_close(reading))


def _between(value: float, found: Interval) -> str:
    low, high = fmt.percent(found.low, 2), fmt.percent(found.high, 2)
    return f"{fmt.percent(value, 2)}, 95% interval {low} to {high}"
