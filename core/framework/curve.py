"""Curves: what a plan's chart shows, lines over the same days."""

from __future__ import annotations

from typing import NamedTuple

from ..bars import Days, Floats


class Curve(NamedTuple):
    """One chart: `lines` are names and values, (t,) each, on `days` (t,); NaN where a line has none.

    `unit` is `$` for dollars, `%` for fractions, `ratio` or `price` for these, empty for plain numbers; `words` says
    under the title what is shown.
    """

    title: str
    days: Days
    lines: tuple[tuple[str, Floats], ...]
    unit: str = ""
    words: str = ""
