"""Alerts: armed from a text or a plan, held against a reading and last prices, each told once until it is re-armed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import format as fmt
from .bars import Days, Floats, to_day
from .calendar import hours, next_session_after
from .errors import UsageError
from .framework.document import plain
from .framework.plan import Condition, Plan
from .history import parse_pair
from .publication import opens_at
from .reading import Reading
from .triggers import BY_KEY, NOTHING, Look, Trigger, closes, described, known, level_words, met, sound, value_words

SPLIT = 0.005
LONGEST = 200
NIGHT = timedelta(1)


class Last(NamedTuple):
    """Last prices of a session in progress by ticker, and the minute they are of on New York clocks."""

    by_ticker: Mapping[str, float] = {}
    at: str = ""


class Fired(NamedTuple):
    """When an alert was told, the session of the close that met it (None for a last price), the value, and words."""

    at: datetime
    session: date | None
    value: float
    words: str


class Reference(NamedTuple):
    """The close by which a level was chosen: where the bars have another one today, they were split since."""

    session: date
    close: float


class Alert(NamedTuple):
    """Something to be told of once; two are the same alert when `trigger`, `words` and `simulated` are.

    Closes count from the session `since` on. `quiet` is one that was met when it was armed again: it has to be known
    not to be met once before it is told. `fired` is set in the history only.
    """

    name: str
    trigger: Trigger
    words: str
    armed_at: datetime
    since: date
    simulated: bool
    reference: Reference | None = None
    quiet: bool = False
    snoozed_until: datetime | None = None
    fired: Fired | None = None

    def same(self, other: Alert) -> bool:
        """Whether they are on the same thing."""
        return (self.trigger, self.words, self.simulated) == (other.trigger, other.words, other.simulated)

    def told(self) -> str:
        """`IWM below 210.00: close of 2026-11-20 is 209.31`."""
        return f"{self.words}: {self.fired.words}" if self.fired else self.words


class Newest(NamedTuple):
    """The newest value of what an alert is on, whether it meets it, the level's scale; a last price where `last`."""

    value: float
    met: bool
    scale: float
    last: bool


class _Seen(NamedTuple):
    """The sessions that count, their values, whether each meets the trigger, and what the level is multiplied by."""

    days: Days
    values: Floats
    met: NDArray[np.bool_]
    scale: float


def arm(trigger: Trigger, reading: Reading, last: Last, now: datetime) -> Alert:
    """The alert, without a name yet; SmallcapError where the source has no such ticker.

    One that is met already fires at the next check: a stop that has been passed is what somebody needs to know first,
    and an alert that waited for it to be unmet might never come. A last price makes the close before it count no more.
    """
    kind = BY_KEY[trigger.kind]
    trigger = sound(trigger if trigger.on else trigger._replace(on=str(reading.pair)))
    for ticker in trigger.on.split("/"):
        _ = reading.panel[ticker]
    if kind.key in {"composite", "regime"} and trigger.on != str(reading.pair):
        raise UsageError(f"{kind.key} of {trigger.on} is not what is read: that is {reading.pair}")
    priced = kind.last and trigger.on in last.by_ticker
    since = _after(reading) if priced else reading.as_of
    simulated = reading.origin.simulated
    return Alert("", trigger, described(trigger), now, since, simulated, _reference(trigger, reading))


def of_plan(plan: Plan, name: str, reading: Reading, now: datetime) -> tuple[Alert, ...]:
    """An alert for each thing that ends the plan and that a reading can tell; `name` is the plan's, if it has one.

    Only closes count, as a plan's words have it. SmallcapError for a plan on other data than the reading's.
    """
    if plan.standing.simulated != reading.origin.simulated:
        then, here = ("simulated", "real") if plan.standing.simulated else ("real", "simulated")
        raise UsageError(f"the plan was made on {then} data and {reading.origin.name} is {here}: no alert is armed")
    found = []
    for condition in plan.invalidated_by:
        words = plain(condition.words)[:LONGEST] + (f" ({name})" if name else "")
        for trigger in _triggers(condition, plan):
            made = plan.decision.get("close") if plan.decision.get("ticker") == trigger.on else None
            day = date.fromisoformat(plan.standing.as_of)
            reference = _reference(trigger, reading)
            if isinstance(made, float) and made > 0:
                reference = Reference(day, made)
            found.append(Alert("", trigger, words, now, reading.as_of, plan.standing.simulated, reference))
    return tuple(found)


def _triggers(condition: Condition, plan: Plan) -> Iterable[Trigger]:
    if condition.close is not None and condition.ticker:
        kind = "ratio" if "/" in condition.ticker else "close"
        yield sound(Trigger(kind, condition.ticker, "<" if condition.below else ">", condition.close))
    if condition.regime:
        yield sound(Trigger("regime", str(parse_pair(plan.standing.pair)), "is not", label=condition.regime))


def check(alerts: Iterable[Alert], reading: Reading, last: Last, now: datetime) -> tuple[Alert, ...]:
    """Those of the alerts that are other than they were: the ones that fire now have `fired` set.

    The rest are no longer quiet, or their snooze is over. What isn't known (no bar, NaN, another pair, simulated data
    for an alert on real data) neither fires nor counts as not met. Every close since arming is looked at, so that one
    that came while nobody was there, or during a snooze, is told late rather than never; a last price is not.
    """
    look = Look(reading)
    after = ((alert, _checked(alert, look, last, now)) for alert in alerts)
    return tuple(new for old, new in after if new is not old)


def _checked(alert: Alert, look: Look, last: Last, now: datetime) -> Alert:
    if alert.snoozed_until:
        if now < alert.snoozed_until:
            return alert
        alert = alert._replace(snoozed_until=None)
    seen = _seen(alert, look)
    unmet = np.flatnonzero(~seen.met)
    start = 0 if not alert.quiet else int(unmet[0]) if len(unmet) else len(seen.met)
    if len(hits := np.flatnonzero(seen.met[start:])):
        return alert._replace(fired=_by_close(alert, seen, start + int(hits[0]), look.reading.as_of, now))
    price = _price(alert, look, last)
    if price is None:
        return alert
    if not met(alert.trigger, np.array([price]), seen.scale)[0]:
        return alert._replace(quiet=False, since=_after(look.reading)) if alert.quiet else alert
    if alert.quiet and not len(unmet):
        return alert
    words = f"last price {last.at} ET is {value_words(alert.trigger, price)}{_split(alert, seen.scale)}"
    return alert._replace(fired=Fired(now, None, price, words))


def _by_close(alert: Alert, seen: _Seen, row: int, as_of: date, now: datetime) -> Fired:
    day, value = to_day(seen.days[row]), float(seen.values[row])
    verb = "is" if day == as_of else "was"
    words = f"{BY_KEY[alert.trigger.kind].noun} of {day} {verb} {value_words(alert.trigger, value)}"
    return Fired(now, day, value, words + _split(alert, seen.scale))


def _split(alert: Alert, scale: float) -> str:
    return "" if scale == 1.0 else f", its level after a split {level_words(alert.trigger, scale)}"


def _seen(alert: Alert, look: Look) -> _Seen:
    """What is known of the sessions that count."""
    days, values = known(alert.trigger, look) if looked_at(alert, look.reading) else NOTHING
    first = int(np.searchsorted(days, np.datetime64(alert.since)))
    scale = _scale(alert, look.reading)
    return _Seen(days[first:], values[first:], met(alert.trigger, values[first:], scale), scale)


def looked_at(alert: Alert, reading: Reading) -> bool:
    """Whether the reading can tell: simulated data say nothing of an alert armed on real ones, nor these of those."""
    return alert.simulated == reading.origin.simulated


def _price(alert: Alert, look: Look, last: Last) -> float | None:
    """The last price that counts; None where none does, or it is no number."""
    if not BY_KEY[alert.trigger.kind].last or not looked_at(alert, look.reading):
        return None
    price = last.by_ticker.get(alert.trigger.on, np.nan)
    return price if np.isfinite(price) else None


def _after(reading: Reading) -> date:
    return reading.as_of + NIGHT


def _reference(trigger: Trigger, reading: Reading) -> Reference | None:
    """The newest close, for what a split would change."""
    days, values = closes(reading.panel, trigger.on) if _splits(trigger) else NOTHING
    return Reference(to_day(days[-1]), float(values[-1])) if len(days) else None


def _splits(trigger: Trigger) -> bool:
    return trigger.kind in {"price", "close", "ratio"}


def _scale(alert: Alert, reading: Reading) -> float:
    """What a split since has multiplied the closes by; 1 where none has, or where that isn't known."""
    if alert.reference is None or not _splits(alert.trigger):
        return 1.0
    days, values = closes(reading.panel, alert.trigger.on)
    at = int(np.searchsorted(days, np.datetime64(alert.reference.session)))
    if at == len(days) or days[at] != np.datetime64(alert.reference.session):
        return 1.0
    scale = float(values[at]) / alert.reference.close
    return scale if abs(scale - 1.0) > SPLIT else 1.0


def newest(alert: Alert, look: Look, last: Last) -> Newest | None:
    """How what the alert is on stands now; None where that isn't known."""
    scale, reading = _scale(alert, look.reading), look.reading
    value = _price(alert, look, last)
    priced = value is not None
    if value is None and looked_at(alert, reading):
        days, values = known(alert.trigger, look)
        value = float(values[-1]) if len(days) and days[-1] == np.datetime64(reading.as_of) else None
    if value is None:
        return None
    return Newest(value, bool(met(alert.trigger, np.array([value]), scale)[0]), scale, priced)


def distance(alert: Alert, look: Look, last: Last) -> str:
    """How far it is from firing: `last 218.20, 2.2% above 213.40`; what is missing where that isn't known."""
    found, trigger, reading = newest(alert, look, last), alert.trigger, look.reading
    if found is None:
        if not looked_at(alert, reading):
            return f"armed on {'simulated' if alert.simulated else 'real'} data: not looked at here"
        return f"not known: {trigger.on} has no {BY_KEY[trigger.kind].noun} of {reading.as_of}"
    value = f"{'last' if found.last else BY_KEY[trigger.kind].noun} {value_words(trigger, found.value)}"
    if trigger.level is None:
        return f"{BY_KEY[trigger.kind].noun} is {value_words(trigger, found.value)}"
    if trigger.kind == "volume":
        return f"{value_words(trigger, found.value)} its mean, an event from {value_words(trigger, trigger.level)}"
    level = trigger.level * found.scale
    gap = found.value - level
    size = fmt.share(abs(gap) / level, 1) if _splits(trigger) else fmt.price(abs(gap))
    return f"{value}, {size} {'above' if gap >= 0 else 'below'} {level_words(trigger, found.scale)}"


def again(alert: Alert, reading: Reading, last: Last, now: datetime) -> Alert:
    """The alert armed again, from the closes after the reading's on; quiet unless it is known not to be met now."""
    found = newest(alert, Look(reading), last)
    quiet = found is None or found.met
    return alert._replace(armed_at=now, since=_after(reading), quiet=quiet, snoozed_until=None, fired=None)


def next_open(now: datetime) -> datetime:
    """The instant of the exchange's next opening after `now`."""
    found = hours(now)
    return opens_at(next_session_after(found.session)) if found.open else found.changes_at
