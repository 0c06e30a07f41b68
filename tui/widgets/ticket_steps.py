"""The sizing screen's steps: each a row of its formula with the numbers that go in, the number that comes out, and
whether it binds."""

from __future__ import annotations

from textwrap import wrap

from ...core import format as fmt
from ...core.framework.ticket import Ticket
from ...core.sizing import Sizing, Step
from ..rows import Line, Word

BINDS = " binds"
WIDE = 48
"""From here on the word has room in the row; in less it stands once above, for the mark."""

BRIEF = {"shares at that stop": "at that stop"}


def waterfall(ticket: Ticket, width: int, room: int, *, unfinished: bool = False) -> list[Line]:
    """The steps, the one that bound lit, and the outcome; or why there is none; warnings where there is room.

    unfinished: they are not of the inputs as they stand, but of the last sound ones, and say so. In a room that is too
    low the outcome stays, then the step that bound, then the last ones.
    """
    if ticket.sizing is None:
        return [Line([("STEPS", "muted")]), *_said(f" none: {ticket.why}", width)]
    sized = ticket.sizing
    title: list[Word] = [("STEPS of the last sound inputs", "warn") if unfinished else ("STEPS", "muted")]
    rows = [
        Line(title, [("▸ binds", "muted")] if width < WIDE and not unfinished else ()),
        *(_step(step, width, quiet=unfinished) for step in sized.steps[:-1]),
        _outcome(sized, width, quiet=unfinished),
    ]
    notes = [line for words in sized.warnings for line in _said(f" ! {words}", width)]
    if len(rows) + len(notes) <= room:
        return [*rows, *notes]
    stays = [False, *(step.bound for step in sized.steps[:-1]), True]
    last = sorted(range(len(rows)), key=lambda at: (stays[at], at))[-room:]
    return [rows[at] for at in sorted(last)]


def _said(words: str, width: int) -> list[Line]:
    return [Line([(line, "warn")]) for line in wrap(words, width, drop_whitespace=False, subsequent_indent="   ")]


def _step(step: Step, width: int, *, quiet: bool) -> Line:
    ink = "muted" if quiet else "spike" if step.bound else "text"
    name = f"{'▸' if step.bound else ' '}{step.name if width >= WIDE else BRIEF.get(step.name, step.name)}"
    binds = (BINDS if step.bound else " " * len(BINDS)) if width >= WIDE else ""
    formula, shown = _fitted(step, width - len(name) - len(binds) - 2, 10 if width >= WIDE else 7)
    return Line([(name, ink)], [(f"{formula} ", "muted"), (f"{shown}{binds}", ink)])


def _fitted(step: Step, room: int, usual: int) -> tuple[str, str]:
    """The formula, and the value in its usual width; narrower, and without tenths of a share, where none fits else."""
    value = step.shown()
    whole = value.partition(".")[0] if step.unit == "shares" else value
    forms = ((step.fitting(room - len(shown)), shown) for shown in (f"{value:>{usual}}", value, whole))
    return next((form for form in forms if form[0]), ("", value))


def _outcome(sized: Sizing, width: int, *, quiet: bool) -> Line:
    """What it comes to; of no shares, what one takes."""
    left = f" → {fmt.count(sized.shares, 'share')}"
    risk, weight = f"{fmt.dollars(sized.risk_dollars)} at risk", fmt.share(sized.weight, 1)
    forms = [f"{risk}  {fmt.dollars(sized.notional)}  {weight}", f"{risk}  {weight}", risk, ""]
    if sized.one_takes:
        forms = [*(f"{one}{sized.one_takes}" for one in ("one takes ", "1 takes ", "1: ")), "too little for one"]
    right = next((form for form in forms if len(left) + 2 + len(form) <= width), "")
    ink = "muted" if quiet else "risk_on" if sized.shares else "warn"
    return Line([(left, ink)], [(right, "muted" if quiet else "text")])
