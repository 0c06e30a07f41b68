"""How a panel says how fresh its numbers are: a shape for each state, and the heading that has room for its word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.strip import Strip

from ..core.freshness import State
from .palette import Palette
from .rows import Word, row

SHAPES = {
    "LIVE": "●",
    "CLOSED": "□",
    "DELAYED": "≈",
    "STALE": "!",
    "CACHED": "○",
    "SUSPECT": "?",
    "SIMULATED": "◊",
    "REPLAY": "«",
}
"""Of the old code pages, so that every font has them; one cell wide."""

EVERYWHERE = frozenset({"SIMULATED", "REPLAY"})
"""States of the whole app: the banner has their word at all times, so that a panel's may give way to its numbers."""

WORST = ("SUSPECT", "STALE", "CACHED", "DELAYED", "REPLAY", "SIMULATED", "CLOSED", "LIVE")
"""From what matters most to what matters least."""


def ink(state: State) -> str:
    """The ink of a state: quiet while nothing is wrong."""
    return "muted" if state.calm else "warn"


def urgent(state: State) -> bool:
    """Whether the panel has to say the state's word itself."""
    return not state.calm and state.word not in EVERYWHERE


def shaped(state: State) -> str:
    """The state in full, behind its shape."""
    return f"{SHAPES[state.word]} {state}"


def heading(
    width: int,
    palette: Palette,
    state: State,
    title: Sequence[Word],
    *,
    beside: Sequence[Word] = (),
    right: Sequence[Word] = (),
) -> Strip:
    """A panel's first row: the state's shape, the title, what stands beside it, the state's word, the right words.

    The word and as much of its detail as fits end where the right words begin, so that numbers which change their width
    don't move it. An urgent one drives out what is beside the title and then the right words, the last ones first; any
    other is left out where it has no room.
    """
    mark = (f"{SHAPES[state.word]} ", ink(state))
    for left, ends in _forms(title, beside, right):
        room = width - _width(mark, *left, *ends) - 1
        said = _said(state, room - 2 * bool(ends))
        if said:
            return row(width, palette, [mark, *left], [(said + "  " * bool(ends), ink(state)), *ends])
        if room >= 0 and not urgent(state):
            return row(width, palette, [mark, *left], ends)
    return row(width, palette, [mark, *title])


def _forms(
    title: Sequence[Word], beside: Sequence[Word], right: Sequence[Word]
) -> Iterator[tuple[list[Word], list[Word]]]:
    """The words at the left and at the right, with fewer and fewer of them."""
    for kept in range(len(beside), -1, -1):
        yield [*title, *beside[:kept]], [*right]
    for kept in range(len(right) - 1, -1, -1):
        yield [*title], [*right[:kept]]


def _said(state: State, room: int) -> str:
    """What fits of a state: of a calm one no more than its word; nothing where not even the word does."""
    if len(state.word) > room:
        return ""
    return state.word if state.calm else state.short(room)


def _width(*words: Word) -> int:
    return sum(cell_len(text) for text, _ in words)
