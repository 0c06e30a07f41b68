"""Text from outside made fit to be printed; needs no Textual, so that a command doesn't pay for it."""

from __future__ import annotations

import re

TAME = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u27bf\u2800-\u28ff]*")
"""Characters of which each is printed in cells of its own, whatever stands beside it."""
PAIRED = re.compile("[\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""Flags' letters and skin tones: some terminals draw two as one, and a row with them would have no width of its own."""
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Selectors of a character's form, which some terminals make wider for it."""
MOST_MARKS = 3
"""On one character; what is piled up higher would be drawn over the rows around."""


def printable(text: str) -> str:
    """Text from outside as it may be printed, as many cells wide on one terminal as on another.

    What a terminal might obey, or what turns the direction, is a question mark; marks beyond a few are left out.
    """
    return text if TAME.fullmatch(text) else "".join(_tamed(VARIANTS.sub("", text)))


def _tamed(text: str) -> list[str]:
    from unicodedata import category  # noqa: PLC0415  hardly any text from outside needs it

    tamed, marks = [], 0
    for c in text:
        marks = marks + 1 if category(c).startswith("M") else 0
        if marks <= MOST_MARKS:
            tamed.append(c if c.isprintable() and not PAIRED.match(c) else "?")
    return tamed
