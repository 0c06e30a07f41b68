"""The slate: the alerts that are armed and the history of those that fired, and every change that may be made to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from .alerts import Alert

MOST, REMEMBERED = 200, 200


class Slate(NamedTuple):
    """The alerts that are armed, those that fired with the newest first, and the highest number ever given."""

    alerts: tuple[Alert, ...] = ()
    history: tuple[Alert, ...] = ()
    highest: int = 0


Change = Callable[[Slate], Slate]


def added(slate: Slate, alert: Alert) -> Slate:
    """With the alert, under a name of its own; as it was when the same is armed already."""
    if any(alert.same(each) for each in slate.alerts):
        return slate
    if alert.name and all(alert.name != each.name for each in slate.alerts):
        return slate._replace(alerts=(*slate.alerts, alert))
    number = slate.highest + 1
    return slate._replace(alerts=(*slate.alerts, alert._replace(name=f"a{number}")), highest=number)


def removed(slate: Slate, alert: Alert) -> Slate:
    """Without the alert, which is told no more."""
    return slate._replace(alerts=tuple(each for each in slate.alerts if not alert.same(each)))


def changed(slate: Slate, alerts: Iterable[Alert]) -> Slate:
    """With these in the place of the same ones, those that fired in the history; one that has gone stays away."""
    for alert in alerts:
        there = next((each for each in slate.alerts if alert.same(each)), None)
        if there is None:
            continue
        new = alert._replace(name=there.name)
        if new.fired:
            slate = removed(slate, new)._replace(history=(new, *slate.history)[:REMEMBERED])
        else:
            slate = slate._replace(alerts=tuple(new if each is there else each for each in slate.alerts))
    return slate


def full(slate: Slate) -> str:
    """Why no more can be armed; empty when some can."""
    return f"{MOST} alerts are armed, the most there can be: disarm one first" if len(slate.alerts) >= MOST else ""


def fresh(before: Slate, after: Slate) -> tuple[Alert, ...]:
    """What has come into the history since, oldest first; each arming of an alert is told once."""
    old = [(each.trigger, each.words, each.simulated, each.armed_at) for each in before.history]
    new = reversed(after.history)
    return tuple(each for each in new if (each.trigger, each.words, each.simulated, each.armed_at) not in old)
