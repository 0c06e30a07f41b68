"""The alerts as rows: armed, silent and fired, the chosen one marked, each with how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import set_cell_size
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.alerts import Alert, Last, distance
from ...core.calendar import new_york
from ...core.reading import Reading
from ...core.slate import Slate
from ...core.triggers import KINDS, Look, described, parse
from ..palette import Palette
from ..printable import printable
from ..rows import Word, column, row
from ..scene import Prices, Scene
from ..states import heading
from .strips import StripWidget

NAME, WIDE = 5, 130
WIDEST = 64


FORMS = tuple((kind, described(parse(kind.example)._replace(on=kind.on))) for kind in KINDS)
"""Every kind with its example in words."""


class Entry(NamedTuple):
    """An alert with its shape, the ink of it, and what is said beside it."""

    alert: Alert
    shape: str
    ink: str
    beside: str


class AlertList(StripWidget):
    """A column that scrolls so that the chosen alert is in sight; distances follow the reading and last prices."""

    KINDS = ("prices",)

    prices: var[Prices] = var(Prices(), init=False)
    slate: var[Slate | None] = var(None, init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._at = 0
        self._look: Look | None = None

    @property
    def chosen(self) -> Alert | None:
        """The alert that keys are for; None when there is none."""
        alerts = _in_order(self.slate)
        return alerts[self._at] if alerts else None

    def choose(self, step: int) -> None:
        """The next alert, or one before; round and round."""
        if alerts := _in_order(self.slate):
            self._at = (self._at + step) % len(alerts)
            self.redraw()

    def watch_slate(self, old: Slate | None, new: Slate | None) -> None:
        """Show the new slate; the alert that was chosen stays so wherever it went."""
        before, after = _in_order(old), _in_order(new)
        if before:
            was = before[self._at]
            same = [at for at, alert in enumerate(after) if was.same(alert)]
            exact = [at for at in same if after[at].armed_at == was.armed_at]
            self._at = max(0, min([*exact, *same, self._at][0], len(after) - 1))
        self.redraw()

    def watch_prices(self) -> None:
        """Show how far it is from the new prices."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, then each alert in a row or two, under a heading for those that are alike."""
        rows: list[list[Word]] = []
        at, top = 0, 0
        for title, entries in self._groups(scene.reading):
            rows += [[], [(f" {title}", "muted")]]
            for entry in entries:
                top = len(rows) if at == self._at else top
                rows += _rows(entry, size.width, marked=at == self._at)
                at += 1
        rows = rows if at else _nothing()
        room = size.height - 1
        top = max(0, min(top - room // 2, len(rows) - room))
        head = heading(size.width, palette, scene.state("prices"), [("ALERTS", "muted")], right=[_counts(self.slate)])
        strips = [row(size.width, palette, words) for words in rows[top : top + room]]
        return column([head, *strips], size.width, size.height, palette)

    def _groups(self, reading: Reading) -> Iterator[tuple[str, list[Entry]]]:
        """The alerts in their order, those that are alike together."""
        if self._look is None or self._look.reading is not reading:
            self._look = Look(reading)
        slate, last = self.slate or Slate(), Last(self.prices.by_ticker, self.prices.at)
        armed = [self._waiting(alert, self._look, last) for alert in slate.alerts if not alert.snoozed_until]
        silent = [_silent(alert) for alert in slate.alerts if alert.snoozed_until]
        told = [_told(alert) for alert in slate.history]
        titles = ("ARMED", "SILENT", "FIRED  newest first")
        yield from ((title, found) for title, found in zip(titles, (armed, silent, told), strict=True) if found)

    @staticmethod
    def _waiting(alert: Alert, look: Look, last: Last) -> Entry:
        beside = distance(alert, look, last)
        return Entry(alert, "●", "text", f"{beside}; met when armed again" if alert.quiet else beside)


def _in_order(slate: Slate | None) -> tuple[Alert, ...]:
    """Every alert in the order of the rows."""
    if slate is None:
        return ()
    silent = [alert for alert in slate.alerts if alert.snoozed_until]
    return (*(alert for alert in slate.alerts if not alert.snoozed_until), *silent, *slate.history)


def _silent(alert: Alert) -> Entry:
    assert alert.snoozed_until is not None
    until = new_york(alert.snoozed_until)
    return Entry(alert, "○", "muted", f"until {fmt.day(until.date())} {until:%H:%M} ET")


def _told(alert: Alert) -> Entry:
    assert alert.fired is not None
    at = new_york(alert.fired.at)
    return Entry(alert, "▲", "warn", f"{alert.fired.words}; told {at:%Y-%m-%d %H:%M} ET")


def _rows(entry: Entry, width: int, *, marked: bool) -> list[list[Word]]:
    """One row where there is room for what is beside the alert, else a second one for it."""
    alert = entry.alert
    head: list[Word] = [
        ("▸" if marked else " ", "text"),
        (f"{entry.shape} ", entry.ink),
        (f"{alert.name:<{NAME}}", "muted"),
    ]
    if width >= WIDE:
        return [[*head, (f"{set_cell_size(printable(alert.words), WIDEST)}  ", "text"), (entry.beside, "muted")]]
    return [[*head, (alert.words, "text")], [(" " * (NAME + 5), "text"), (entry.beside, "muted")]]


def _nothing() -> list[list[Word]]:
    """How to begin."""
    rows: list[list[Word]] = [[], [(" none yet: n asks for one, written like", "text")], []]
    for kind, words in FORMS:
        rows.append([(f"   {kind.example:<18}", "text"), (words, "muted")])
    return rows


def _counts(slate: Slate | None) -> Word:
    alerts, history = (slate.alerts, slate.history) if slate else ((), ())
    silent = sum(alert.snoozed_until is not None for alert in alerts)
    return f"{len(alerts) - silent} armed, {silent} silent, {len(history)} fired", "muted"
