"""What can go wrong, in one sentence that a person can act on."""

from __future__ import annotations

LONGEST = 80


class SmallcapError(Exception):
    """Something could not be done; its text is one sentence for the user (exit code 1)."""

    exit_code = 1


class UsageError(SmallcapError):
    """The request itself is wrong: a flag, a key of the config, a number out of range (exit code 2)."""

    exit_code = 2


class SourceError(SmallcapError):
    """A source can't give what was asked of it (exit code 1)."""


def named(key: str) -> str:
    """A key from outside for a sentence: as it is, or its characters spelled out where one can't be seen; cut."""
    return _cut(key if key.isprintable() else ascii(key))


def bare(number: object) -> str:
    """A number from outside for a sentence, as it was written but for the space in it; cut."""
    return _cut(" ".join(str(number).split()))


def said(value: object) -> str:
    """A value from outside for a sentence, texts in quotes; cut where it gets long."""
    try:
        return _cut(repr(value))
    except (ValueError, RecursionError):  # a number of thousands of digits, a list in a list in a list
        return "(too long to show)"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def nearest(word: str, valid: list[str]) -> str:
    """The valid word most like `word`, as `; did you mean X?`, or nothing when none is close."""
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake pays for it

    close = get_close_matches(word.lower(), [v.lower() for v in valid], 1, 0.5)
    return f"; did you mean {next(v for v in valid if v.lower() == close[0])}?" if close else ""
