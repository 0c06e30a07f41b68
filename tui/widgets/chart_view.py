"""Where one looks on the chart screen: the sessions in sight, and the one that the crosshair is on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...core.bars import Days

CLOSEST = 10
IN, OUT = 2 / 3, 3 / 2


class View(NamedTuple):
    """What was chosen, by dates, so that it means the same for another ticker and at another time.

    `cursor`: the crosshair's session, none while it is None. `count`: how many days, those of the range while it is
    None. `end`: the last one in sight, the newest while it is None.
    """

    cursor: np.datetime64 | None = None
    shown: int | None = None
    end: np.datetime64 | None = None


class Window(NamedTuple):
    """The rows in sight, `first` to `last`, both included, and the crosshair's row among them (None = it has none)."""

    first: int
    last: int
    cursor: int | None

    @property
    def shown(self) -> int:
        """How many sessions are in sight."""
        return self.last - self.first + 1

    @property
    def at(self) -> int:
        """The row that is read out."""
        return self.last if self.cursor is None else self.cursor


def window(view: View, days: Days, start: np.datetime64) -> Window:
    """What is in sight of at least one session, in a range from `start` on."""
    n = len(days)
    count = n - min(int(np.searchsorted(days, start)), n - 1) if view.shown is None else min(view.shown, n)
    last = max(n - 1 if view.end is None else _row(days, view.end), count - 1)
    first = last - count + 1
    cursor = None if view.cursor is None else min(max(_row(days, view.cursor), first), last)
    return Window(first, last, cursor)


def moved(view: View, days: Days, start: np.datetime64, steps: int) -> View:
    """The crosshair so many sessions on; the window follows it by a quarter of its width or more."""
    now = window(view, days, start)
    target = min(max(now.at + steps, 0), len(days) - 1)
    return _at(view, days, now, target)


def to_edge(view: View, days: Days, start: np.datetime64, way: int) -> View:
    """The crosshair on the first (way < 0) or last session in sight; from there on the first or last of all."""
    now = window(view, days, start)
    edge, farthest = (now.first, 0) if way < 0 else (now.last, len(days) - 1)
    return _at(view, days, now, farthest if now.cursor == edge else edge)


def zoomed(view: View, days: Days, start: np.datetime64, way: int) -> View:
    """Fewer (way > 0) or more sessions; the crosshair, or else the right edge, stays where it is."""
    now, n = window(view, days, start), len(days)
    count = max(round(now.shown * IN), min(CLOSEST, now.shown)) if way > 0 else max(round(now.shown * OUT), 2)
    count = min(count, n)
    share = (now.at - now.first) / max(now.shown - 1, 1)
    first = min(max(now.at - round(share * (count - 1)), 0), n - count)
    return _in_sight(view, days, first, count)


def _at(view: View, days: Days, now: Window, target: int) -> View:
    view = view._replace(cursor=days[target])
    beyond = max(now.first - target, target - now.last)
    if beyond <= 0:
        return view
    shift = max(beyond, now.shown // 4) * (1 if target > now.last else -1)
    first = min(max(now.first + shift, 0), len(days) - now.shown)
    return _in_sight(view, days, first, now.shown)


def _in_sight(view: View, days: Days, first: int, count: int) -> View:
    last = first + count - 1
    return view._replace(shown=count, end=None if last == len(days) - 1 else days[last])


def _row(days: Days, session: np.datetime64) -> int:
    """The row of a session, or of the one before it."""
    return max(int(np.searchsorted(days, session, "right")) - 1, 0)
