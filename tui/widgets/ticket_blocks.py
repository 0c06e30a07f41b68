"""The sizing screen's what ifs: other states, other labels, other closes, other risks, and Kelly, as rows of words."""

from __future__ import annotations

from textwrap import wrap

from ...core import format as fmt
from ...core import whatif
from ...core.axes import CONFIRMATION, LEADERSHIP
from ...core.errors import UsageError
from ...core.framework.ticket import Cell, Ticket
from ...core.reading import Reading
from ...core.whatif import Change
from ..rows import Line, Word
from ..scene import Scene

MULTIPLIED_BY = ("ratio trend", "sectors")
SENTENCES = 48
RISKS = (0.0025, 0.005, 0.01, 0.02)
STOPS = (1.0, 1.5, 2.0, 3.0, 4.0)
WIN_RATE = 0.5
SIGNS = ((" above ", " > "), (" below ", " < "), (" for ", " x"), (" closes", ""), ("volatility", "vol"))
CELLS = tuple(Cell(leadership, confirmation) for leadership in (1, 0, -1) for confirmation in (1, 0, -1))


def heading(words: str, right: str = "") -> Line:
    """A block's quiet first line."""
    return Line([(words, "muted")], [(right, "muted")] if right else ())


def cells(ticket: Ticket, now: Cell, assumed: Cell | None) -> list[Line]:
    """Whole shares in each cell of the multiplier's table; brackets around the one that the steps are for."""
    if ticket.request is None or ticket.sizing is None:
        return []
    head = "".join(f"{word:>10}" for word in reversed(CONFIRMATION.states))
    lines = [heading("WHAT IF ratio and sectors were"), Line([(f"{'':<8}{head}", "muted")])]
    found = {(row.leadership, row.confirmation): row for row in whatif.by_state(ticket.request, ticket.climate)}
    for leadership in (1, 0, -1):
        words: list[Word] = [(f" {LEADERSHIP.word(leadership):<7}", "muted")]
        for confirmation in (1, 0, -1):
            cell = Cell(leadership, confirmation)
            shown = counted(found[cell].shares, 7)
            words.append(
                (f"{f'[{shown}]':>10}" if cell == (assumed or now) else f"{shown:>9} ", _cell(cell, now, assumed))
            )
        lines.append(Line(words))
    return lines


def labels(ticket: Ticket, reading: Reading) -> list[Line]:
    """The fewest and the most shares that each label can go with."""
    if ticket.request is None or ticket.sizing is None:
        return []
    known = reading.axis("confirmation") is not None
    rows = whatif.by_regime(ticket.request, ticket.climate, known)
    label = reading.regime.regime.label
    lines = [heading("BY LABEL", "shares")]
    for row in rows:
        low, high = counted(row.low, 9), counted(row.high, 9)
        span = low if low == high else f"{low} to {high}"
        now = row.label == label
        lines.append(Line([(f"{'▸' if now else ' '}{row.label}", "text" if now else "muted")], [(span, "text")]))
    return lines


def grid(ticket: Ticket, width: int) -> list[Line]:
    """Whole shares over the share of equity at risk and the stop's distance in ATR."""
    if ticket.request is None or ticket.sizing is None:
        return []
    rows = whatif.grid(ticket.request, ticket.climate, RISKS, STOPS)
    cell = min(9, (width - 7) // len(STOPS))
    head = "".join(f"{k:>{cell}g}" for k in STOPS)
    lines = [heading("SHARES by risk, stop in ATR"), Line([(f"{'':<7}{head}", "muted")])]
    for risk, row in zip(RISKS, rows, strict=True):
        shown = "".join(f"{'--' if shares is None else counted(shares, cell - 1):>{cell}}" for shares in row)
        lines.append(Line([(f" {fmt.trimmed(risk):<6}", "muted"), (shown, "text")]))
    return lines


def turns(ticket: Ticket, reading: Reading, width: int) -> list[Line]:
    """The closes, and the entry, that would change the suggestion."""
    if ticket.request is None or ticket.sizing is None:
        return []
    rows = whatif.changes(ticket.request, reading.axes, ticket.climate)
    if not rows:
        return [heading("WHAT WOULD CHANGE IT"), Line([(" no single price: what binds stays", "muted")])]
    brief = any(len(row.words) >= width for row in rows)
    lines = [_brief_turn(row, width) if brief else Line([(f" {row.words}", "text")]) for row in rows]
    return [heading("WHAT WOULD CHANGE IT", "to shares" if brief else ""), *lines]


def _brief_turn(row: Change, width: int) -> Line:
    """The price and, for closes, the shares then; the whole sentence in signs where there is little room."""
    when, _, then = row.words.partition(": ")
    shown = then if not row.closes else counted(row.shares, 7)
    signs = when
    for words, sign in SIGNS if len(when) + len(shown) + 3 > width else ():
        signs, shown = signs.replace(words, sign), shown.replace(words, sign)
    return Line([(f" {signs}", "text")], [(shown, "text")])


def counted(shares: int, room: int) -> str:
    """A number of shares, in thousands, millions or billions where all its digits have no room."""
    for size, mark in ((1, ""), (1_000, "K"), (1_000_000, "M"), (1_000_000_000, "B")):
        if len(shown := f"{shares // size:,}{mark}") <= room:
            return shown
    return f"{shares:.0e}"


def evidence(scene: Scene, width: int) -> list[Line]:
    """What the multiplier stands on was worth, and the whole sizing beside the same average exposure held constant."""
    found = [quote for quote in scene.quotes if quote.name in MULTIPLIED_BY]
    rows = [f"{quote.name}: {quote.found()}" for quote in found]
    if any(len(row) >= width for row in rows):
        rows = [f"{quote.name}: {quote.brief()}" for quote in found]
    if scene.sized:
        rows.append(scene.sized.words() if width >= SENTENCES else f"sized: {scene.sized.shown()}")
    lines = [line for words in rows for line in wrap(words, width, initial_indent=" ", subsequent_indent="   ")]
    return [heading("EVIDENCE", "h: all of it"), *(Line([(line, "text")]) for line in lines)] if lines else []


def reference(ticket: Ticket) -> list[Line]:
    """Kelly's fraction, which nothing here uses."""
    made = ticket.sizing.r_multiple if ticket.sizing else None
    if made is None:
        return []
    try:
        kelly = whatif.kelly(WIN_RATE, made)
    except UsageError:
        return []
    full = fmt.share(max(kelly.full, 0.0), 1)
    return [
        heading("KELLY, for reference", f"1/4 of {full}: {fmt.share(kelly.used, 1)}"),
        Line([(f" if {fmt.share(WIN_RATE)} win {made:.2f} R, a loss is 1 R,", "muted")]),
        Line([(" and no trade hangs on another", "muted")]),
    ]


def _cell(cell: Cell, now: Cell, assumed: Cell | None) -> str:
    return "spike" if cell == assumed else "a" if cell == now else "text"
