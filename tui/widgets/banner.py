"""The banner: which regime, since when, what is pending, what it stands on, as of when and from where."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.axes import DWELL
from ...core.calendar import Hours
from ...core.flips import Flip, nearness
from ...core.freshness import Freshness, State
from ...core.label import AxisReading, RegimeReading
from ...core.reading import Reading
from ..palette import Palette
from ..rows import Word, beside, column, row
from ..scene import Prices, Scene
from ..states import SHAPES, WORST, urgent
from .strips import StripWidget

SIGNS = {1: "▲", 0: "■", -1: "▼"}
INKS = {1: "risk_on", 0: "muted", -1: "risk_off"}
WIDE = 108
GAP: Word = (" ", "text")
NAMES = {"leadership": "ratio", "confirmation": "sectors", "market": "market"}


class Row(NamedTuple):
    """What stands at the left, from its longest form to its shortest, and at the right."""

    forms: Sequence[Sequence[Word]]
    right: Sequence[Word]


class Banner(StripWidget):
    """Three rows: a badge with the label, the reasons in the middle, the date and the source at the right."""

    READS = ("reading", "travelling", "trouble", "hours", "quotes")
    KINDS = Freshness._fields
    PANELS = ("banner",)
    AHEAD = True

    prices: var[Prices] = var(Prices(), init=False)

    def watch_prices(self, old: Prices, new: Prices) -> None:
        """The minute of the last tick is part of the as-of."""
        if old.at != new.at:
            self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The badge beside the rest."""
        badge = _badge(scene.reading.regime, palette)
        width = max(size.width - badge[0].cell_length, 1)
        rows = (self._wide if size.width >= WIDE else self._narrow)(scene, self._state(scene, width // 2))
        rest = [_row(one, width, palette) for one in rows]
        lines = [beside(b, r).crop(0, size.width) for b, r in zip(badge, rest, strict=True)]
        return column(lines, size.width, size.height, palette)

    def _wide(self, scene: Scene, state: list[Word]) -> list[Row]:
        reading = scene.reading
        since, date = _sinces(reading.regime)
        worth, waiting = [f"evidence: {form}" for form in _worth(scene)], pendings(reading)
        # What turns into what says more than for how many sessions the label has stood.
        pending = [f"{told}; {form}" for form in waiting or ["nothing pending"] for told in (since, date)]
        pending.append(since)
        # Where there isn't room for both, what was found says more than that nothing is pending.
        alone = [] if waiting else [f"{since}; {form}" for form in worth]
        pending = [*(f"{pending[0]}; {form}" for form in worth), *alone, *pending]
        return [
            Row([[word for axis in reading.axes for word in _axis(axis, NAMES[axis.key])]], [(_as_of(scene), "text")]),
            Row([[(form, "text")] for form in pending], state),
            Row([[(form, "muted")] for form in ways(reading)], [(_coverage(reading.regime), "muted")]),
        ]

    def _narrow(self, scene: Scene, state: list[Word]) -> list[Row]:
        reading = scene.reading
        states = [_axis(axis, "") for axis in reading.axes]
        told = _sinces(reading.regime)
        sinces = [*(f"{since}; {form}" for form in _worth(scene) for since in told), *told]
        axes = [[*chain(*states)], [word for state, _ in states for word in (state, GAP)]]
        return [
            Row([[(since, "text")] for since in sinces], [(_as_of(scene), "text")]),
            Row(axes, state[:1]),
            Row([[(form, "muted")] for form in pendings(reading) or ways(reading)], state[1:]),
        ]

    def _state(self, scene: Scene, room: int) -> list[Word]:
        """What the data is: simulated or not, and then travelled to, not refreshed, the worst state, or the hours."""
        simulated = scene.reading.origin.simulated
        worst, state = _worst(scene)
        if scene.trouble:
            now: Word = (f"NOT REFRESHED  {scene.trouble}", "warn")
        elif scene.travelling:
            now = (f"{SHAPES['REPLAY']} REPLAY  T: back to now", "warn")
        elif urgent(state):
            now = (f"{SHAPES[state.word]} {worst}{state.short(room - len(worst) - 2)}", "warn")
        else:
            now = (_calm(scene, self.prices.at), "muted")
        return [(f"{SHAPES['SIMULATED']} SIMULATED  " if simulated else "", "warn"), now]


def _calm(scene: Scene, ticked: str) -> str:
    """When the last tick was, or until when the exchange is open or closed; with the state's word."""
    said = f"ticks {ticked} ET" if ticked else _hours(scene.hours)
    if scene.reading.origin.simulated:
        return said
    word = scene.state("prices").word
    return f"{SHAPES[word]} {f'{word}  {said}' if word == 'LIVE' else _hours(scene.hours)}"


def _worst(scene: Scene) -> tuple[str, State]:
    """The worst state of all kinds, and whose it is where prices and closes don't share it: `macro `."""
    states = {kind: scene.state(kind) for kind in Freshness._fields}
    kind = min(states, key=lambda one: WORST.index(states[one].word))
    shared = states["prices"].word == states["daily"].word == states[kind].word
    return "" if shared else f"{kind} ", states[kind]


def _hours(hours: Hours | None) -> str:
    """`OPEN until 16:00 ET` or `CLOSED until Mon 09:30 ET`."""
    if hours is None:
        return "CLOSED"
    at = f"{hours.changes_at:%H:%M} ET"
    return f"OPEN until {at}" if hours.open else f"CLOSED until {fmt.day(hours.session)[:3]} {at}"


def _badge(regime: RegimeReading, palette: Palette) -> list[Strip]:
    label = f" {regime.regime.shape} {regime.regime.label} "
    ground = palette.tag(getattr(palette, regime.regime.ink))
    width = max(len(label) + 1, 14)
    return [Strip([Segment(text.ljust(width), ground)], width) for text in ("", label, "")]


def _axis(axis: AxisReading, name: str) -> list[Word]:
    label: list[Word] = [(f"{name} ", "muted")] if name else []
    state = (f"{SIGNS[axis.sign]} {axis.state}", INKS[axis.sign])
    return [*label, state, (f" {axis.score_words()}  ", "text")]


def _row(one: Row, width: int, palette: Palette) -> Strip:
    """The longest form that has room, rather than one that is cut."""
    right = [*one.right, (" ", "text")]
    room = width - sum(cell_len(text) for text, _ in right) - 4
    fitting = (form for form in one.forms if sum(cell_len(text) for text, _ in form) <= room)
    return row(width, palette, [("  ", "text"), *next(fitting, one.forms[-1])], right)


def _as_of(scene: Scene) -> str:
    return f"{fmt.day(scene.reading.as_of)} close"


def _sinces(regime: RegimeReading) -> tuple[str, str]:
    date = f"since {regime.since}"
    return f"{date}, {fmt.count(regime.sessions, 'session')}", date


def pendings(reading: Reading) -> list[str]:
    """What is pending, from its longest form to its shortest; nothing when nothing is."""
    pending = [axis for axis in reading.axes if axis.pending]
    short = [f"{axis.state} -> {axis.pending} {axis.closes}/{DWELL}" for axis in pending]
    shortest = [f"-> {axis.pending} {axis.closes}/{DWELL}" for axis in pending]
    full = [axis.pending_words() for axis in pending[:1] if len(pending) == 1]
    return [*full, "; ".join(short), "; ".join(shortest), f"{len(pending)} pending", ""] if pending else []


def _worth(scene: Scene) -> list[str]:
    """What days with this label were followed by, from the longest form to the shortest; none before it is known."""
    found = next((quote for quote in scene.quotes if quote.name == "regime"), None)
    return [found.found(), found.brief(), found.row.verdict.removesuffix(" to tell")] if found else []


def _coverage(regime: RegimeReading) -> str:
    return f"coverage {regime.present}/{regime.inputs}"


def ways(reading: Reading) -> list[str]:
    """The ways out of the label that a close could open, from the longest form to the shortest.

    The nearest one comes first, and each label is named once. The first ticker's own close says the same as the
    ratio's, so it is left to the explanation.
    """
    found = sorted((f for f in reading.regime.flips if f.ticker != reading.pair.a), key=nearness)
    if not found:
        return [*reading.regime.no_flips, ""]
    by_label = {to: [flip for flip in found if flip.to == to] for to in dict.fromkeys(flip.to for flip in found)}
    nearest = {found[0].to: found[:1]}
    forms = [_named(of, form) for of in (by_label, nearest) for form in (_way, _close)]
    forms.append(_named(nearest, _end))
    return sorted({*forms, ""}, key=len, reverse=True)


def _named(by_label: Mapping[str, Sequence[Flip]], form: Callable[[Flip], str]) -> str:
    return "; ".join(f"{to} if {' or '.join(map(form, flips))}" for to, flips in by_label.items())


def _way(flip: Flip) -> str:
    """`SPY < 347.39 (-11.8%) x10`: the close, and how many of them in a row."""
    return f"{flip.where()} x{flip.closes}"


def _close(flip: Flip) -> str:
    """The same without how far it is."""
    return f"{flip.ticker} {'at any close' if math.isnan(flip.close) else flip.level()} x{flip.closes}"


def _end(flip: Flip) -> str:
    """The same by the nearer end alone."""
    if math.isnan(flip.close):
        return _close(flip)
    side = "at" if not math.isnan(flip.until) else "<" if flip.below else ">"
    return f"{flip.ticker} {side} {flip.end()} x{flip.closes}"
