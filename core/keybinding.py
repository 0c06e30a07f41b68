"""Keys of the user's own: how a key is written, and the table of actions that theirs make of the program's."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from .errors import UsageError, named, nearest, said

Chosen = tuple[tuple[str, tuple[str, ...]], ...]
"""Actions by name, each with its keys as the screen library names them; no keys takes an action's away."""

RIGHT = "one like j, R, <, space, f5, ctrl+n or shift+left"
NAMED = {
    **{name: name for name in ("space", "tab", "enter", "up", "down", "left", "right", "home", "end", "backspace")},
    **{"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "ins": "insert", "del": "delete"},
    **{f"f{number}": f"f{number}" for number in range(1, 13)},
}
"""Keys with a name, as written and as the screen library names them; these longer names may be written too."""
SHIFTED = frozenset(NAMED.values()) - {"space", "enter", "escape", "backspace"}
COMMON = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at"} | {
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Characters whose name in Unicode nobody uses."""
TAKEN = {
    "ctrl+c": "says how to quit",
    "ctrl+q": "always quits",
    "ctrl+p": "opens the palette",
    "ctrl+i": "is tab to a terminal",
    "ctrl+m": "is enter to a terminal",
    "ctrl+h": "is backspace to many a terminal",
}
QUIT = "quit"


class Bound(NamedTuple):
    """The keys of every action, the actions in the program's order, and what the user's choice took from whom."""

    keys: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]


def key_of(written: str) -> str:
    """The screen library's name of a key as it is written; UsageError saying what would be right."""
    modifier, plus, rest = written.strip().rpartition("+")
    named = NAMED.get(rest.lower()) or (rest.lower() if rest.lower() in NAMED.values() else "")
    if len(written) == 1 and (written.isalnum() or written in string.punctuation):
        return _character(written)
    if not plus and named:
        return named
    if (why := TAKEN.get(written.strip().lower())) is not None:
        raise UsageError(f"{written!r} can't be chosen: it {why}")
    if modifier.lower() == "ctrl" and (named in SHIFTED - {"tab"} or (len(rest) == 1 and "a" <= rest.lower() <= "z")):
        return f"ctrl+{named or rest.lower()}"
    if modifier.lower() == "shift" and named in SHIFTED:
        return f"shift+{named}"
    if modifier.lower() == "shift" and len(rest) == 1 and rest.isalpha():
        raise UsageError(f"{written!r} is written as the letter it makes, {rest.upper()!r}")
    raise UsageError(f"{written!r} is not a key; write {RIGHT}")


def _character(character: str) -> str:
    """A character's name: itself for a letter or a digit, else Unicode's with underscores."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return COMMON.get(name, name)


WRITTEN = {_character(one): one for one in string.punctuation} | {key: name for name, key in NAMED.items()}


def written(key: str) -> str:
    """A key of the screen library as it is written."""
    modifier, plus, rest = key.rpartition("+")
    return f"{modifier}{plus}{WRITTEN.get(rest, rest)}"


def chosen(value: object) -> Chosen:
    """The table `keys` of the file: a key or a list of keys by action; UsageError naming the action and the key."""
    if not isinstance(value, dict):
        raise UsageError(f'keys {said(value)} is not a table like {{dashboard = "H", quit = ["q", "ctrl+x"]}}')
    return tuple((name, _keys(name, one)) for name, one in value.items())


def _keys(name: str, value: object) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise UsageError(f"keys.{named(name)} {said(value)} is not a key in quotes or a list of keys; write {RIGHT}")
    try:
        return tuple(dict.fromkeys(key_of(word) for word in words))
    except UsageError as error:
        raise UsageError(f"keys.{named(name)} {error}") from None


def bind(own: Chosen, actions: Mapping[str, Sequence[str]], fixed: Collection[str] = ()) -> Bound:
    """The user's keys over the program's: an action that isn't named keeps its keys but those given to another.

    UsageError for an action that there is not, one whose keys are `fixed`, a key given twice, a quit without a key.
    """
    _refuse_unknown(own, actions, fixed)
    by_key = _by_key(own)
    asked = dict(own)
    kept = {name: asked.get(name, tuple(key for key in keys if key not in by_key)) for name, keys in actions.items()}
    if QUIT in kept and not kept[QUIT]:
        raise UsageError(f'keys.{QUIT} is left without a key; give it one, like {QUIT} = "X"')
    return Bound(kept, tuple(_losses(by_key, asked, actions, kept)))


def _refuse_unknown(own: Chosen, actions: Mapping[str, Sequence[str]], fixed: Collection[str]) -> None:
    for name, _ in own:
        if name not in actions:
            hint = nearest(name, list(actions)) or f"; they are {', '.join(actions)}"
            raise UsageError(f"keys.{named(name)} is not an action{hint}")
        if name in fixed:
            raise UsageError(f"keys.{name} can't be changed: these keys are the chart's own")


def _by_key(own: Chosen) -> dict[str, str]:
    """Whose each of the user's keys is."""
    found: dict[str, str] = {}
    for name, keys in own:
        for key in keys:
            if key in found:
                raise UsageError(
                    f"keys.{name} {written(key)!r} is the key of {found[key]} too; give one of them another"
                )
            found[key] = name
    return found


def _losses(
    by_key: Mapping[str, str],
    asked: Mapping[str, object],
    actions: Mapping[str, Sequence[str]],
    kept: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """What each action lost that was not asked about."""
    for name, keys in actions.items():
        for key in keys:
            if name not in asked and key in by_key:
                left = " ".join(map(written, kept[name])) or "none, only the palette (ctrl+p) has it"
                yield f"{written(key)} is {by_key[key]} and no longer {name}, whose keys are now: {left}"
