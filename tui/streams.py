"""The process's three streams as they were given to it: closed ones, and ones in another encoding."""

from __future__ import annotations

import io
import os
import sys

NOWHERE = (("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))
"""What takes a closed stream's place. Standard output's can't be written: what it would lose has to be told."""


def prepare() -> None:
    """Give closed streams a place, as the next file opened would get theirs; let none fail over a character."""
    for number, (name, mode) in enumerate(NOWHERE):
        if getattr(sys, name) is None:
            _place(number, mode)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
    # A terminal or a pipe in another encoding gets a question mark for what it can't show.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def abandon() -> None:
    """Nothing more may be written to standard output, not even at exit, where Python would try what is left again."""
    _place(sys.stdout.fileno(), os.O_WRONLY)


def _place(number: int, mode: int) -> None:
    opened = os.open(os.devnull, mode)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
