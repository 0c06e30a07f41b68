"""The sizing screen's fields: each a row with its text, the cursor where it is edited, and what it means or what is
wrong with it."""

from __future__ import annotations

from rich.style import Style

from ...core import format as fmt
from ...core.framework.ticket import Field, Ticket, account
from ...core.settings import Settings
from ...core.sizing import places
from ..rows import Line, Word
from .ticket_edit import Draft, window

NAMES = {"max_weight": "max weight", "target_vol": "target vol"}
NAME = 12
CURSOR = Style(reverse=True)
"""An attribute, not a colour: it is there without colours too."""


def inputs(
    ticket: Ticket, numbers: Ticket, chosen: int, cursor: int | None, *, width: int, kept: Settings
) -> list[Line]:
    """Every field in a row: what is in it and, where there is room, what that means.

    numbers: the ticket that the meanings are taken from; cursor: where it stands in the chosen field, None when that
    isn't edited; kept: the settings, to say which of the account's fields are not as they are remembered.
    """
    lines = []
    for place, field in enumerate(ticket.fields):
        here = place == chosen
        left = _typed(field, cursor, width - NAME) if here and cursor is not None else [_quiet(field, here=here)]
        words = "" if field.problem else _means(field, numbers, kept)
        room = width - NAME - sum(len(text) for text, _ in left) - 1
        fitting = next((form for form in (words, words.partition(", ")[0]) if len(form) <= room), "")
        lines.append(Line([_name(field, here=here), *left], [(fitting, "muted")] if fitting else ()))
    return lines


def wrong(line: Line, field: Field) -> Line:
    """A wrong field's row for the whole width of the screen: what is wrong is said beside it."""
    return Line([*line.left, (f"  ! {_problem(field)}", "warn")])


def _problem(field: Field) -> str:
    """What is wrong, without the name and the text that stand before it already."""
    said = field.problem.removeprefix(f"{field.question.key} ")
    for text in (repr(field.text), field.text.strip()):
        if text and said.startswith(f"{text} is "):
            return said[len(text) + 1 :]
    return said


def _name(field: Field, *, here: bool) -> Word:
    name = NAMES.get(field.question.key, field.question.key)
    return f"{'▸' if here else ' '}{name:<{NAME - 1}}", _ink(field, here=here)


def _quiet(field: Field, *, here: bool) -> Word:
    return field.text.strip() or fmt.UNKNOWN, _ink(field, here=here)


def _typed(field: Field, cursor: int, room: int) -> list[Word]:
    text, at = window(Draft(field.text, cursor), room)
    ink = _ink(field, here=True)
    return [(text[:at], ink), (text[at : at + 1] or " ", CURSOR), (text[at + 1 :], ink)]


def _ink(field: Field, *, here: bool) -> str:
    return "warn" if field.problem else "a" if here else "text"


def _means(field: Field, ticket: Ticket, kept: Settings) -> str:
    """What a sound field comes to, in few words."""
    if not field.text.strip() and field.question.default:
        none = field.value is None
        return "none" if none else f"{field.question.default} when empty"
    key, asked, sized = field.question.key, ticket.request, ticket.sizing
    if asked is None or sized is None:
        return ""
    words = {
        "side": f"x {sized.multiplier:.2f}{', borrow extra' if asked.side == 'short' else ''}",
        "stop": f"{fmt.price(sized.stop, places(asked.entry))}, {_away(abs(asked.entry - sized.stop), ticket)}",
        "target": "none" if sized.r_multiple is None else f"{sized.r_multiple:.2f} R",
        "cash": "all of it" if asked.cash is None else "",
        "risk": fmt.dollars(asked.equity * asked.risk_fraction),
        "max_weight": fmt.dollars(asked.equity * asked.max_weight),
        "target_vol": f"its own {_vol(ticket)}",
    }.get(key, "")
    return ", ".join(part for part in (words, "not kept" if account(field, kept) else "") if part)


def _vol(ticket: Ticket) -> str:
    vol = ticket.climate.realized_vol
    return fmt.share(vol, 1) if vol > 0 else "not known"


def _away(distance: float, ticket: Ticket) -> str:
    return f"{distance / ticket.climate.atr:.1f} ATR" if ticket.climate.atr > 0 else "ATR not known"
