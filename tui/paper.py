"""What a text is written on: how wide it is, and whether more than ASCII arrives there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TextIO

from ..core.framework.document import plain
from .ascii import PLAIN

WIDTH = 80
COERCED = "C.UTF-8"
BARE = ("C", "POSIX")
BLOCKS = "▲▼◆■▚▗·└┤│─"


def width() -> int:
    """COLUMNS where it is set, else the terminal's width, else 80."""
    return shutil.get_terminal_size((WIDTH, 0)).columns


def carries(env: Mapping[str, str], stream: TextIO | None) -> bool:
    """Whether characters beyond ASCII arrive: the locale is not the bare C, and the encoding has them all.

    What Python puts in the place of a bare C for its own sake (PEP 538) is one still. A file is UTF-8 always.
    """
    if stream is None:
        return True
    asked = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    if asked == COERCED and not env.get("LC_ALL") and env.get("LANG") in BARE:
        asked = env["LANG"]
    return asked not in BARE and encodes(BLOCKS, stream)


def encodes(text: str, stream: TextIO | None) -> bool:
    """Whether a stream's encoding has every character of the text."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def spelled(text: str) -> str:
    """The text on one line of ASCII: its twin where there is one, else the character's number."""
    return plain(text).translate(PLAIN).encode("ascii", "backslashreplace").decode()


def marked_up(text: str) -> str:
    """HTML or Markdown in ASCII: every other character by its number."""
    return text.encode("ascii", "xmlcharrefreplace").decode()
