"""Text for people made to fit a width: lines that are too long are folded, all others stay as they are."""

from __future__ import annotations

import re
from textwrap import wrap

NARROWEST = 20
SET_IN = "    "
PADDING = re.compile(r"(?<=\S) {3,}")


def folded(text: str, width: int) -> str:
    """The text with no line of more than `width` characters, but for a single word that is longer.

    A line that is too long gives up the padding between its columns first; what then still is goes on in rows set in.
    A width below 20 counts as 20.
    """
    return "".join(f"{row}\n" for line in text.splitlines() for row in _rows(line, max(width, NARROWEST)))


def _rows(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    set_in = line[: len(line) - len(line.lstrip())] + SET_IN
    tight = PADDING.sub("  ", line.rstrip())
    return wrap(tight, width, subsequent_indent=set_in, break_long_words=False, break_on_hyphens=False)
