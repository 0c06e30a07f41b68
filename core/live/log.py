"""The log: what was asked of whom, what came back, what was refused and stored, and when it is tried again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

KINDS = ("asked", "answered", "refused", "failed", "stored", "flag", "note")


class Entry(NamedTuple):
    """One line: when, one of KINDS, whose data or which host, and a sentence. All of it may be text from outside."""

    at: datetime
    kind: str
    what: str
    words: str
