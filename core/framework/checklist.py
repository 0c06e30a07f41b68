"""The checklist: what of the reading speaks for a trade and what against it, one row a question."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from .. import format as fmt
from ..calendar import events
from ..reading import Reading
from ..signals import event_kind
from ..studies import Studies

FOR, AGAINST, NEUTRAL, UNKNOWN = "for", "against", "neutral", "not known"
RSI_BAND = (35.0, 42.0)
EVENTS_WITHIN = timedelta(days=14)
GOOD = {"long": ("RISK-ON",), "short": ("RISK-OFF", "NARROW")}
BAD = {"long": ("RISK-OFF", "NARROW"), "short": ("RISK-ON",)}


class Check(NamedTuple):
    """One row: what is looked at, what it is now, and whether that is for the trade, against it, or neither."""

    name: str
    value: str
    verdict: str
    why: str


class Trade(NamedTuple):
    """What is checked: the ticker's studies and the side, +1 for long and -1 for short."""

    reading: Reading
    ticker: str
    side: str
    studies: Studies

    @property
    def sign(self) -> int:
        """+1 for long, -1 for short."""
        return 1 if self.side == "long" else -1


def checklist(reading: Reading, ticker: str, side: str) -> tuple[Check, ...]:
    """Every row of CHECKS for a trade in `ticker`; SourceError for a ticker without bars."""
    trade = Trade(reading, ticker, side, Studies(reading.panel[ticker]))
    return tuple(check(trade) for check in CHECKS)


def _regime(trade: Trade) -> Check:
    regime = trade.reading.regime
    label = regime.regime.label
    verdict = FOR if label in GOOD[trade.side] else AGAINST if label in BAD[trade.side] else NEUTRAL
    return Check("regime", f"{label} since {regime.since}", verdict, regime.regime.means(*trade.reading.pair))


def _composite(trade: Trade) -> Check:
    name = f"composite of {trade.reading.pair.a}"
    score = trade.reading.composite.score
    if math.isnan(score):
        return Check(name, fmt.UNKNOWN, UNKNOWN, "fewer than five of its signals are known")
    return Check(name, f"{score:.0f} of 100", _side(trade, score - 50.0, 5.0), "above 50 its signals are up on balance")


def _rsi(trade: Trade) -> Check:
    value = float(trade.studies.rsi14[-1])
    low, high = RSI_BAND
    if math.isnan(value):
        return Check("RSI(14)", fmt.UNKNOWN, UNKNOWN, "too few sessions")
    inside = low <= value <= high
    where = f"{'inside' if inside else 'outside'} the {low:g}-{high:g} band that people buy dips in"
    return Check("RSI(14)", f"{value:.1f}", NEUTRAL, f"{where}; whether that pays is a claim, not a rule")


def _volume(trade: Trade) -> Check:
    relative, kind = float(trade.studies.relative_volume[-1]), event_kind(trade.studies)
    if math.isnan(relative):
        return Check("volume", fmt.UNKNOWN, UNKNOWN, "too few sessions")
    up = {"breakout": 1, "falling day": -1}.get(kind or "", 0)
    return Check("volume", f"{relative:.2f}x, {kind or 'no event'}", _side(trade, up, 0.0), "2x or more is an event")


def _fibonacci(trade: Trade) -> Check:
    swing = trade.studies.last_swing
    place = float(swing.retracement[-1])
    if math.isnan(place):
        return Check("Fibonacci", fmt.UNKNOWN, UNKNOWN, "too few sessions")
    value = f"{fmt.share(place, 1)} back from the swing's end"
    return Check("Fibonacci", value, NEUTRAL, "the share of the last 126 sessions' swing that is undone")


def _ratio(trade: Trade) -> Check:
    axis = trade.reading.axis("leadership")
    if axis is None:
        return Check("ratio", fmt.UNKNOWN, UNKNOWN, "this pair has no leadership")
    why = axis.pending_words() or f"{fmt.count(axis.sessions_in_state, 'session')} in this state"
    return Check(f"ratio {trade.reading.pair}", axis.state, _side(trade, axis.sign, 0.0), why)


def _sectors(trade: Trade) -> Check:
    axis = trade.reading.axis("confirmation")
    if axis is None:
        return Check("sectors", fmt.UNKNOWN, UNKNOWN, "this pair has no sectors that could confirm it")
    why = axis.pending_words() or f"{fmt.count(axis.sessions_in_state, 'session')} in this state"
    return Check("sectors", axis.state, _side(trade, axis.sign, 0.0), why)


def _calendar(trade: Trade) -> Check:
    day = trade.reading.as_of
    ahead = events(day + timedelta(1), day + EVENTS_WITHIN)
    if not ahead:
        return Check("calendar", "nothing within two weeks", NEUTRAL, "holidays, half days, Russell reconstitutions")
    first, *more = ahead
    value = f"{first.name} on {fmt.day(first.date)}" + (f" and {len(more)} more" if more else "")
    return Check("calendar", value, NEUTRAL, "volume and gaps are not the usual ones around it")


def _side(trade: Trade, value: float, least: float) -> str:
    """For or against by the sign of a value that is more than `least` from 0."""
    if abs(value) <= least:
        return NEUTRAL
    return FOR if value * trade.sign > 0 else AGAINST


CHECKS: tuple[Callable[[Trade], Check], ...] = (
    _regime, _composite, _ratio, _sectors, _rsi, _volume, _fibonacci, _calendar
)  # fmt: skip
