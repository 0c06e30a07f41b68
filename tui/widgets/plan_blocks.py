"""A plan's blocks as rows of words, each wrapped to any width: its head, its figures, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len, chop_cells, set_cell_size

from ...core import format as fmt
from ...core.framework.document import plain
from ...core.framework.plan import Plan, Row
from ...core.framework.profiles import name_of
from ...core.framework.review import lines
from ...core.framework.review_words import Stand
from ...core.reading import ADVICE
from ..rows import Line, Word

INDENT = 3
LONGEST_NAME, LONGEST_VALUE = 26, 14
NOT_SAVED = "NOT SAVED, in memory only: u tries again"
LATER = ", after the date on screen; press T to go back to now"
BEHIND = ", after the newest close that is here; press r to read the source again"
TOKEN = re.compile(r"\s*\S+")


def flowed(words: Sequence[Word], width: int, indent: int = INDENT) -> list[Line]:
    """Words in as many rows as they need, broken between words, every row but the first indented."""
    return _laid([(token, ink) for text, ink in words for token in _tokens(plain(text))], width, indent)


def kept_whole(words: Sequence[Word], width: int, indent: int = INDENT) -> list[Line]:
    """The same, but each of them in one row, blanks and all, unless it is wider than a row."""
    return _laid([(plain(text), ink) for text, ink in words], width, indent)


def _laid(tokens: Sequence[Word], width: int, indent: int) -> list[Line]:
    rows: list[list[Word]] = [[]]
    used = 0
    for token, ink in _chopped(tokens, max(width - indent, 2)):
        broken = used and used + cell_len(token) > width
        if broken:
            rows.append([(" " * indent, "text")])
            used = indent
        rows[-1].append((token.lstrip() if broken else token, ink))
        used += cell_len(rows[-1][-1][0])
    return [Line(words) for words in rows]


def folded(line: Line, width: int) -> list[Line]:
    """A row as it is where it fits, else in as many as it needs."""
    needed = sum(cell_len(plain(text)) for text, _ in (*line.left, *line.right)) + bool(line.right)
    apart: list[Word] = [("  ", "text")] if line.right else []
    return [line] if needed <= width else flowed([*line.left, *apart, *line.right], width)


def head(plan: Plan, width: int) -> list[Line]:
    """The title, SIMULATED before it where the data were, the reading it was made on, and what is said first of all."""
    made = plan.standing
    badge: list[Word] = [("SIMULATED  ", "warn")] if made.simulated else []
    when = fmt.day(date.fromisoformat(made.as_of))
    origin = f"{name_of(plan.profile)} plan, {made.pair} as of {when} close, {made.source}: {made.regime}"
    opening = [line for sentence in plan.opening for line in flowed([(sentence, "text")], width)]
    return [*flowed([*badge, (plan.title, "a")], width), *flowed([(origin, "muted")], width), *opening]


def unknown(stand: Stand | None, *, travelling: bool) -> list[Line]:
    """Why there is no telling how a plan stands; none where there is. None for a plan that was never written."""
    if stand is None:
        return [Line([(NOT_SAVED, "warn")])]
    what = "" if not stand.later else LATER if travelling else BEHIND
    return [] if stand.found else [Line([(f"{stand.why}{what}", "warn")])]


def today(stand: Stand | None) -> list[Line]:
    """How a plan stands, a row for each thing; none where that isn't known."""
    if stand is None or stand.found is None:
        return []
    return [heading(f"AS ON {stand.found.as_of}"), *(Line([(f" · {said}", "text")]) for said in lines(stand.found))]


def figures(plan: Plan, width: int) -> list[Line]:
    """What the plan comes to: names, values in a column, and how each came about beside or under it."""
    if not plan.rows:
        return []
    names = min(max(cell_len(plain(row.name)) for row in plan.rows), LONGEST_NAME, width // 3)
    short = [cell_len(plain(row.value)) for row in plan.rows]
    values = max((value for value in short if value <= LONGEST_VALUE), default=0)
    return [heading("FIGURES"), *(line for row in plan.rows for line in _figure(row, names, values, width))]


def ends(plan: Plan, width: int) -> list[Line]:
    """What makes the plan invalid."""
    return _listed("NO LONGER VALID IF", [condition.words for condition in plan.invalidated_by], width)


def reasons(plan: Plan, width: int) -> list[Line]:
    """Why it is what it is."""
    return _listed("WHY", plan.why, width)


def warnings(plan: Plan, width: int) -> list[Line]:
    """What was missing or doubtful."""
    return _listed("NOTES", plan.warnings, width, "warn", "!")


def answers(plan: Plan, width: int) -> list[Line]:
    """What was answered, one after the other."""
    said = ", ".join(f"{key} {text or '(none)'}" for key, text in plan.answers.items())
    return [heading("ANSWERS"), *flowed([(f" {said}", "muted")], width, 1)] if said else []


def advice(width: int) -> list[Line]:
    """What a plan is not."""
    return flowed([(ADVICE, "muted")], width)


def heading(words: str) -> Line:
    """A block's quiet first line."""
    return Line([(words, "muted")])


def _tokens(text: str) -> list[str]:
    """Words with the blanks before them, and the blanks at the end."""
    tokens = TOKEN.findall(text)
    rest = text[sum(map(len, tokens)) :]
    return [*tokens, *filter(None, [rest])]


def _chopped(tokens: Sequence[Word], room: int) -> Iterator[Word]:
    for text, ink in tokens:
        yield from ((part, ink) for part in (chop_cells(text, room) if cell_len(text) > room else [text]))


def _figure(row: Row, names: int, values: int, width: int) -> list[Line]:
    name, value, how = plain(row.name), plain(row.value), plain(row.how)
    start: list[Word] = [(f" {_padded(name, names)}  ", "muted"), (value, "text")]
    room = max(values - cell_len(value), 0) + 2
    if sum(cell_len(text) for text, _ in start) + room + cell_len(how) <= width:
        return [Line([*start, (" " * room + how, "muted")])]
    return [*flowed(start, width, INDENT), *(flowed([(" " * INDENT + how, "muted")], width) if how else [])]


def _padded(text: str, cells: int) -> str:
    return set_cell_size(text, max(cells, cell_len(text)))


def _listed(name: str, texts: Sequence[str], width: int, ink: str = "text", mark: str = "·") -> list[Line]:
    said = [line for text in texts for line in flowed([(f" {mark} {text}", ink)], width)]
    return [heading(name), *said] if said else []
