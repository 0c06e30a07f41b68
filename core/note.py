"""The parts of a note: what the morning note is made of before anything decides how they look."""

from __future__ import annotations

from typing import NamedTuple

from .framework.curve import Curve
from .regime import Regime


class Lead(NamedTuple):
    """What comes first: the label with its shape, what it means, and sentences about it."""

    label: str
    meaning: str
    sentences: tuple[str, ...]


class Table(NamedTuple):
    """Rows of words under the names of their columns; `align` has an `l` or `r` for each column.

    `words` says in brief what the table comes to; where they are `telling` they are said without its rows, too. A
    narrow page has the first `brief` columns of it only, and their names where `named`.
    """

    title: str
    words: str
    head: tuple[str, ...]
    align: str
    rows: tuple[tuple[str, ...], ...]
    brief: int
    named: bool = False
    telling: bool = False


class Listing(NamedTuple):
    """Sentences under a title; `running` ones may stand behind one another."""

    title: str
    sentences: tuple[str, ...]
    running: bool = False


class Band(NamedTuple):
    """A stretch of one label, as the first and the last of a curve's days that have it."""

    first: int
    last: int
    regime: Regime


class Drawing(NamedTuple):
    """A curve to draw; under it the labels of its days, where it has bands."""

    curve: Curve
    bands: tuple[Band, ...] = ()


class Drawings(NamedTuple):
    """Curves to draw beside one another where there is room."""

    drawings: tuple[Drawing, ...]


Block = Lead | Table | Listing | Drawing | Drawings


class Note(NamedTuple):
    """What is read as of when, where it is from, whether that is simulated, the parts in their order, and the end."""

    title: str
    source: str
    simulated: bool
    blocks: tuple[Block, ...]
    end: str


def capital(words: str) -> str:
    """Words as they begin a sentence."""
    return words[:1].upper() + words[1:]
