"""Finding: which tickers, funds and pairs a few typed letters may mean, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from .bars import TICKER
from .errors import UsageError
from .history import parse_pair

EXACT, PREFIX, WORD, ROW, SCATTERED = range(5)
"""How the letters lie in a text: they are all of it, they begin it, they begin a word of it, they stand somewhere in
a row, or they are there in their order with others between them."""

BEST = 12
"""How many of either side a pair is made of: all of their products would be thousands."""

AS_TYPED = "as typed"

Score = tuple[int, int, int, int]
"""The kind of match, the cells from its first letter to its last, where it begins, and how long the text is."""


class Candidate(NamedTuple):
    """A ticker or a pair that may be meant, its name where one is known, and why it is offered."""

    symbol: str
    name: str = ""
    origin: str = ""


def candidates(sources: Iterable[tuple[str, Iterable[str]]], names: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Every symbol once, in the order of its first source; `sources` are rows of an origin's word and its symbols."""
    found: dict[str, Candidate] = {}
    for origin, symbols in sources:
        for symbol in symbols:
            found.setdefault(symbol, Candidate(symbol, names.get(symbol, ""), origin))
    return tuple(found.values())


def offers(typed: str, known: Sequence[Candidate], *, asks: bool) -> tuple[Candidate, ...]:
    """What `typed` may mean, the likeliest first; all that is known, in its order, when nothing is typed.

    With `asks` the source can be asked for what it doesn't hold: the text itself is then among them where it is a
    ticker or a pair, ahead of whatever has its letters only here and there.
    """
    if not typed.strip():
        return tuple(known)
    ranked = _ranked(typed.strip(), known)
    near = [one for score, one in ranked if score[0] < SCATTERED]
    far = [one for score, one in ranked if score[0] >= SCATTERED]
    said = literal(typed)
    new = asks and said and all(one.symbol != said for one in (*near, *far))
    return (*near, *([Candidate(said, "", AS_TYPED)] if new else ()), *far)


def literal(typed: str) -> str:
    """The text in capitals as a ticker or a pair of two; nothing when it is neither."""
    try:
        pair = parse_pair(typed) if "/" in typed else None
    except UsageError:
        return ""
    tickers = tuple(pair) if pair else (typed.strip().upper(),)
    return "/".join(tickers) if all(TICKER.fullmatch(ticker) for ticker in tickers) else ""


def score(typed: str, text: str) -> Score | None:
    """How well the letters of `typed` fit `text`, less is better; None when they aren't all there in their order."""
    want, there = typed.casefold(), text.casefold()
    at = there.find(want)
    if at < 0:
        span = _span(want, there)
        return span and (SCATTERED, *span, len(there))
    if at == 0:
        return (EXACT if want == there else PREFIX), len(want), 0, len(there)
    start = next((start for start in _words(there) if there.startswith(want, start)), None)
    return (ROW if start is None else WORD), len(want), at if start is None else start, len(there)


def _ranked(typed: str, known: Sequence[Candidate]) -> list[tuple[tuple[int, ...], Candidate]]:
    """The matches with their scores, the best first, equal ones in the order they are known in."""
    found = [(fits, one) for one in known if (fits := _fits(typed, one))]
    if "/" in typed:
        held = {one.symbol for _, one in found}
        found += [(fits, one) for fits, one in _pairs(typed, known) if one.symbol not in held]
    return sorted(found, key=lambda match: match[0])


def _fits(typed: str, one: Candidate) -> tuple[int, ...] | None:
    """The better of how a symbol and how its name fits; a symbol's counts for more where both are of one kind."""
    by_symbol, by_name = score(typed, one.symbol), _by_name(typed, one.name)
    ways = [(fits[0], named, *fits[1:]) for named, fits in enumerate((by_symbol, by_name)) if fits is not None]
    return min(ways, default=None)


def _by_name(typed: str, name: str) -> Score | None:
    """As `score`, but letters here and there count only as initials: any few are somewhere in a long name."""
    fits = score(typed, name)
    if fits is None or fits[0] < SCATTERED:
        return fits
    span = _span(typed.casefold(), "".join(name[start] for start in _words(name)).casefold())
    return span and (SCATTERED, *span, len(name))


def _pairs(typed: str, known: Sequence[Candidate]) -> list[tuple[tuple[int, ...], Candidate]]:
    """The pairs that the text on either side of the slash may mean; a side that is empty may be anything."""
    left, _, right = typed.partition("/")
    singles = [one for one in known if "/" not in one.symbol]
    sides = [
        _ranked(side.strip(), singles)[:BEST] if side.strip() else [((PREFIX,), one) for one in singles[:BEST]]
        for side in (left, right if "/" not in right else "\0")
    ]
    return [
        ((max(a[0], b[0]), a[0] + b[0], i + j, i), Candidate(f"{one.symbol}/{other.symbol}", _over(one, other), "pair"))
        for (i, (a, one)), (j, (b, other)) in product(*map(enumerate, sides))
        if one.symbol != other.symbol
    ]


def _over(one: Candidate, other: Candidate) -> str:
    named = one.name or other.name
    return f"{one.name or one.symbol} over {other.name or other.symbol}" if named else ""


def _words(text: str) -> list[int]:
    """Where the words of a text begin."""
    return [match.start() for match in re.finditer(r"[^\W_]+", text)]


def _span(want: str, there: str) -> tuple[int, int] | None:
    """The cells of the shortest stretch of `there` that has the letters in their order, and where it begins."""
    best: tuple[int, int] | None = None
    for start in (at for at, letter in enumerate(there) if want[:1] == letter):
        end = start
        for letter in want[1:]:
            end = there.find(letter, end + 1)
            if end < 0:
                return best
        if best is None or end - start + 1 < best[0]:
            best = end - start + 1, start
    return best
