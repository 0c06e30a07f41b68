"""The checklist: what of the reading speaks for a trade and what against it, one row a question."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from .. import format as fmt
from ..calendar import events
from ..label import AxisReading
from ..reading import Reading
from ..regime import INSUFFICIENT
from ..signals import event_kind
from ..studies import Studies

FOR, AGAINST, NEUTRAL, UNKNOWN = "for", "against", "neutral", "not known"
RSI_BAND = (35.0, 42.0)
EVENTS_WITHIN = timedelta(days=14)
GOOD = {"long": ("RISK-ON",), "short": ("RISK-OFF", "NARROW")}
BAD = {"long": ("RISK-OFF", "NARROW"), "short": ("RISK-ON",)}

EVEN, NEARLY = 50.0, 5.0
"""The composite on which its signals balance, and how far from it they nearly do."""
VOLUME = {
    "breakout": (1, "a close at its 63-session high on 2x the usual volume or more"),
    "rising day": (0, "a rise on 2x the usual volume or more, but no 63-session high"),
    "unchanged day": (0, "2x the usual volume or more, and the price where it was"),
    "falling day": (-1, "a fall on 2x the usual volume or more"),
    "": (0, "less than 2x the usual volume"),
}
"""By the kind of volume event, empty for none: which way it points, and why."""
SECTORS = {
    1: "cyclical sectors do better than defensive ones",
    0: "neither cyclical nor defensive sectors do better",
    -1: "defensive sectors do better than cyclical ones",
}
"""What the state of the confirmation axis says, by its sign."""


class Check(NamedTuple):
    """One row: what is looked at, what it is now, and whether that is for the trade, against it, or neither."""

    name: str
    value: str
    verdict: str
    why: str

    def how(self, side: str) -> str:
        """`for a long: IWM leads SPY, for 31 sessions`."""
        return f"{f'{self.verdict} a {side}' if self.verdict in (FOR, AGAINST) else self.verdict}: {self.why}"


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
    verdict = UNKNOWN if regime.regime is INSUFFICIENT else verdict
    return Check("regime", f"{label} since {regime.since}", verdict, regime.regime.means(*trade.reading.pair))


def _composite(trade: Trade) -> Check:
    name = f"composite of {trade.reading.pair.a}"
    score = trade.reading.composite.score
    if math.isnan(score):
        return Check(name, fmt.UNKNOWN, UNKNOWN, "fewer than five of its signals are known")
    apart = score - EVEN
    if abs(apart) <= NEARLY:
        why = f"from {EVEN - NEARLY:g} to {EVEN + NEARLY:g} its signals are nearly even"
    elif apart > 0:
        why = f"above {EVEN + NEARLY:g}, its signals are up on balance"
    else:
        why = f"below {EVEN - NEARLY:g}, its signals are down on balance"
    return Check(name, f"{score:.0f} of 100", _side(trade, apart, NEARLY), why)


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
    up, why = VOLUME[kind or ""]
    return Check("volume", f"{relative:.2f}x, {kind or 'no event'}", _side(trade, up, 0.0), why)


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
    a, b = trade.reading.pair
    says = {1: f"{a} leads {b}", 0: f"{a} neither leads nor lags {b}", -1: f"{a} lags {b}"}[axis.sign]
    return Check(f"ratio {trade.reading.pair}", axis.state, _side(trade, axis.sign, 0.0), _lasting(says, axis))


def _sectors(trade: Trade) -> Check:
    axis = trade.reading.axis("confirmation")
    if axis is None:
        return Check("sectors", fmt.UNKNOWN, UNKNOWN, "this pair has no sectors that could confirm it")
    return Check("sectors", axis.state, _side(trade, axis.sign, 0.0), _lasting(SECTORS[axis.sign], axis))


def _calendar(trade: Trade) -> Check:
    day = trade.reading.as_of
    ahead = events(day + timedelta(1), day + EVENTS_WITHIN)
    if not ahead:
        return Check("calendar", "nothing within two weeks", NEUTRAL, "no holiday, half day or Russell reconstitution")
    first, *more = ahead
    value = f"{first.name} on {fmt.day(first.date)}" + (f" and {len(more)} more" if more else "")
    return Check("calendar", value, NEUTRAL, "volume and gaps are not the usual ones around it")


def _lasting(says: str, axis: AxisReading) -> str:
    """What a state says, for how long it has, and what it may become: until it does, it counts."""
    pending = axis.pending_words()
    turns = f"; that counts until {pending}, are complete" if pending else ""
    return f"{says}, for {fmt.count(axis.sessions_in_state, 'session')}{turns}"


def _side(trade: Trade, value: float, least: float) -> str:
    """For or against by the sign of a value that is more than `least` from 0."""
    if abs(value) <= least:
        return NEUTRAL
    return FOR if value * trade.sign > 0 else AGAINST


CHECKS: tuple[Callable[[Trade], Check], ...] = (
    _regime, _composite, _ratio, _sectors, _rsi, _volume, _fibonacci, _calendar
)  # fmt: skip
