"""A line that is being typed: its text and where the cursor is, and what a key makes of them."""

from __future__ import annotations

from typing import NamedTuple

LONGEST = 40


class Draft(NamedTuple):
    """A text, and how many of its characters are before the cursor."""

    text: str
    cursor: int


def keyed(draft: Draft, key: str, character: str | None) -> Draft | None:
    """The draft after a key, as Textual names it and with the character it types; None for a key that isn't for it."""
    text, at = draft
    if character is not None and character.isprintable():
        return put(draft, character)
    return {
        "left": Draft(text, max(at - 1, 0)),
        "right": Draft(text, min(at + 1, len(text))),
        "home": Draft(text, 0),
        "end": Draft(text, len(text)),
        "backspace": Draft(text[: max(at - 1, 0)] + text[at:], max(at - 1, 0)),
        "delete": Draft(text[:at] + text[at + 1 :], at),
        "ctrl+u": Draft(text[at:], 0),
    }.get(key)


def put(draft: Draft, typed: str) -> Draft:
    """The draft with what was typed or pasted at the cursor: its first line, as much as there is room for."""
    text, at = draft
    line = "".join(c for c in (typed.strip().splitlines() or [""])[0] if c.isprintable()) if len(typed) > 1 else typed
    line = line[: LONGEST - len(text)]
    return Draft(text[:at] + line + text[at:], at + len(line))


def window(draft: Draft, room: int) -> Draft:
    """As much of the draft as fits in `room` cells with the cursor in it, which may stand behind the last character."""
    first = max(0, draft.cursor - room + 1)
    return Draft(draft.text[first : first + room], draft.cursor - first)
