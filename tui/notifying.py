"""A bell and a notification, for a terminal that listens; nothing for a pipe, a file or a dumb terminal."""

from __future__ import annotations

import os
from typing import TextIO

from .printable import printable

NOTIFICATIONS = {"9": "\x1b]9;smallcap: {words}\a", "777": "\x1b]777;notify;smallcap;{words}\a"}
"""By the number of the terminal's control sequence: 9 began with iTerm2, 777 with rxvt."""
LONGEST = 200


def notify(err: TextIO, words: str, *, bell: bool, kind: str | None) -> None:
    """Ring, and show the words, where `err` is a terminal; `kind` is a key of NOTIFICATIONS, None for none."""
    if not err.isatty():
        return
    # Without the semicolon, which would begin a field of the sequence's own.
    clean = printable(words)[:LONGEST].replace(";", ",")
    shown = NOTIFICATIONS[kind].format(words=clean) if kind and os.environ.get("TERM") != "dumb" else ""
    err.write("\a" * bell + shown)
    err.flush()
