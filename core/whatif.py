"""What if: the suggested shares at other risks, stops, states and entries, and Kelly's fraction beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from . import format as fmt
from .axes import CONFIRMATION, LEADERSHIP
from .errors import UsageError
from .label import AxisReading
from .regime import INSUFFICIENT, REGIMES, label_of
from .sizing import Climate, Request, Sizing, size

HAIR = 1e-6
"""How far below a named entry another one is tried, as a fraction of it."""
STATES = (1, 0, -1)
AXES = {axis.key: axis for axis in (LEADERSHIP, CONFIRMATION)}
"""The axes that the multiplier is read from, by key, which is also the name of their state in a Climate."""
Cell = tuple[int, int]


class WhatIf(NamedTuple):
    """One cell of the multiplier's table: both states, their words, and what would be suggested there."""

    leadership: int
    confirmation: int
    words: str
    multiplier: float
    shares: int
    risk_dollars: float
    bound_by: str


class RegimeRange(NamedTuple):
    """The fewest and the most shares under one label, and in words the cells of the table it can go with."""

    label: str
    low: int
    high: int
    cells: str


class Change(NamedTuple):
    """One price that would change the suggestion, in words, with the multiplier and the whole shares then.

    `close` is that price, NaN where any close would do; `closes` for how many closes in a row, 0 for an entry price.
    """

    words: str
    close: float
    closes: int
    multiplier: float
    shares: int


class Kelly(NamedTuple):
    """Kelly's fraction of equity to risk, below 0 where there is no edge; the part of it that is used; in words."""

    full: float
    used: float
    words: str


def grid(
    request: Request, climate: Climate, risks: Sequence[float], stops: Sequence[float]
) -> tuple[tuple[int | None, ...], ...]:
    """Whole shares for every risk fraction (rows) and every stop in ATR (columns); None where sizing refuses.

    The request's own stop price, risk fraction and stop in ATR are not looked at.
    """
    free = replace(request, stop=None)
    return tuple(
        tuple(_shares(replace(free, risk_fraction=risk, stop_atr=stop), climate) for stop in stops) for risk in risks
    )


def _shares(request: Request, climate: Climate) -> int | None:
    try:
        return size(request, climate).shares
    except UsageError:
        return None


def kelly(win_rate: float, r_multiple: float, fraction: float = 0.25) -> Kelly:
    """The fraction of equity p - (1 - p) / b that makes it grow fastest, as a reference; no sizing is made from it.

    win_rate: p, 0..1; r_multiple: b, R won per R lost, above 0; fraction: the part of it to use, 0..1; none where p and
    b give no edge. UsageError, naming the argument, outside these. Source: Kelly (1956), A New Interpretation of
    Information Rate.
    """
    for name, share in (("win_rate", win_rate), ("fraction", fraction)):
        if not 0 <= share <= 1:
            raise UsageError(f"{name} {share:.15g} is not from 0 to 1")
    if not 0 < r_multiple < math.inf:
        raise UsageError(f"r_multiple {r_multiple:.15g} is not a finite number above 0")
    full = win_rate - (1.0 - win_rate) / r_multiple
    used = fraction * max(0.0, full)
    words = (
        f"Kelly (1956) would risk {fmt.trimmed(max(0.0, full))} of equity, of which {fmt.trimmed(fraction)} is "
        f"{fmt.trimmed(used)}, if {fmt.trimmed(win_rate)} of trades win {r_multiple:g} R each, "
        "every loss is exactly 1 R, and trades are independent"
    )
    return Kelly(full, used, words)


def by_state(request: Request, climate: Climate) -> tuple[WhatIf, ...]:
    """The nine cells of the table, LEADING to LAGGING and in each CONFIRMED to DENIED; errors as `size`."""
    return tuple(_what_if(request, climate, (row, column)) for row in STATES for column in STATES)


def _what_if(request: Request, climate: Climate, cell: Cell) -> WhatIf:
    leadership, confirmation = cell
    words = f"{LEADERSHIP.word(leadership)}, {CONFIRMATION.word(confirmation)}"
    moved = replace(climate, leadership=leadership, confirmation=confirmation, words=words.lower())
    made = size(request, moved)
    return WhatIf(leadership, confirmation, words, made.multiplier, made.shares, made.risk_dollars, made.bound_by)


def by_regime(request: Request, climate: Climate, confirmation_known: bool) -> tuple[RegimeRange, ...]:
    """For every label the fewest and the most shares over the cells that it can go with; errors as `size`.

    A label isn't a cell: the market's trend goes into it too. Without a known confirmation only MIXED is looked at, as
    sizing then does.
    """
    shares = {(row.leadership, row.confirmation): row.shares for row in by_state(request, climate)}
    rows = []
    for label in (regime.label for regime in REGIMES if regime is not INSUFFICIENT):
        cells = _cells(label, STATES if confirmation_known else (0,))
        counts = [shares[cell] for cell in cells]
        rows.append(RegimeRange(label, min(counts), max(counts), _cell_words(cells, confirmation_known)))
    return tuple(rows)


def _cells(label: str, confirmations: Sequence[int]) -> list[Cell]:
    """The cells that some trend of the market makes this label with."""
    return [
        (leadership, confirmation)
        for leadership in STATES
        for confirmation in confirmations
        if any(label_of(leadership, confirmation, market).label == label for market in STATES)
    ]


def _cell_words(cells: Sequence[Cell], confirmation_known: bool) -> str:
    """`LEADING with CONFIRMED or MIXED; FLAT with any confirmation`."""
    said = []
    for leadership in dict.fromkeys(row for row, _ in cells):
        columns = [CONFIRMATION.word(column) for row, column in cells if row == leadership]
        beside = "any confirmation" if len(columns) == len(STATES) else " or ".join(columns)
        said.append(LEADERSHIP.word(leadership) + (f" with {beside}" if confirmation_known else ""))
    return "; ".join(said)


def changes(request: Request, reading_axes: Sequence[AxisReading], climate: Climate) -> tuple[Change, ...]:
    """The prices that would change the suggestion: closes that turn an axis, then the entry where what binds changes.

    A turn is of one axis, the other staying as it is, with the request's entry and today's ATR; turns that leave the
    shares as they are are left out. Errors as `size`.
    """
    made = size(request, climate)
    turned = tuple(row for axis in reading_axes if axis.key in AXES for row in _turns(request, climate, axis))
    return tuple(row for row in turned if row.shares != made.shares) + _crossing(request, climate, made)


def _turns(request: Request, climate: Climate, axis: AxisReading) -> list[Change]:
    rows = []
    for turn in axis.turns:
        state = AXES[axis.key].states.index(turn.to) - 1
        cell = (state, climate.confirmation) if axis.key == LEADERSHIP.key else (climate.leadership, state)
        then = _what_if(request, climate, cell)
        words = f"{turn.words()}: {turn.to}, x {then.multiplier:.2f}, {fmt.count(then.shares, 'share')}"
        rows.append(Change(words, turn.close, turn.closes, then.multiplier, then.shares))
    return rows


def _crossing(request: Request, climate: Climate, made: Sizing) -> tuple[Change, ...]:
    """The entry above which the tightest cap binds, and below which the risk budget does, the stop k ATR from it.

    Every cap's shares are its notional / entry, so the same cap is the tightest at every entry, while the risk-based
    shares depend on k ATR alone: they meet at notional / risk-based shares. None with a stop price of one's own, which
    would not move along, with nothing at risk, and where sizing refuses that entry or one a hair below it.
    """
    _, _, _, wanted, *caps, _ = made.steps
    if request.stop is not None or wanted.value == 0:
        return ()
    tightest = min(caps, key=lambda cap: cap.value)
    price = request.entry * (tightest.value / wanted.value)
    below, shares = (_shares(replace(request, entry=p, target=None), climate) for p in (price * (1 - HAIR), price))
    if below is None or shares is None:
        return ()
    above = made.bound_by != tightest.name
    side, binding = ("above", tightest.name) if above else ("below", "risk budget")
    words = f"entry {side} {fmt.price(price)}: {binding} binds"
    return (Change(words, price, 0, made.multiplier, shares),)
