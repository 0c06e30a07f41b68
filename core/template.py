"""The config file as text: a value as it is written there, and the whole file with every key, commented."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from textwrap import wrap

from .keybinding import RIGHT, written
from .settings import DEFAULTS, KEYS, Key

WIDTH = 100
BASIC = 0xFFFF
HEAD = """\
# The settings of smallcap. Every key stands here with its default: take the # away in front of one to change it,
# and in front of the name in brackets above it where there is one. A number may be written as 0.01 or "1%".
# What is changed in the app is remembered in account.json and goes before this file; a flag goes before both.
# `smallcap config` shows what holds and where it is from.
"""


def literal(value: object) -> str:
    """A value as TOML: text, a number, true or false, a list, or a table in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name} = {literal(one)}' for name, one in value.items())}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """Text in quotes, what can't be seen of it by its number: a value is data, never a terminal's command."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        one if one.isprintable() else f"\\{f'U{ord(one):08x}' if ord(one) > BASIC else f'u{ord(one):04x}'}"
        for one in quoted
    )


def text(actions: Mapping[str, tuple[Sequence[str], str]]) -> str:
    """The commented file; `actions` are the app's by name, each with its keys as the library names them and its words.

    With every `# ` before a key taken away, it still says nothing but the defaults.
    """
    scalars = [f"{_comment(_said(key))}# {key.name} = {literal(getattr(DEFAULTS, key.name))}" for key in _plain()]
    weights, keys = (next(key for key in KEYS if key.name == name) for name in ("composite_weights", "keys"))
    weighed = "\n".join(f"# {signal} = 1" for signal in weights.choices)
    bound = "\n".join(f"# {name} = {_written(keys)}  # {words}" for name, (keys, words) in actions.items())
    table = f"{_comment(f'{_sentence(keys)} A key is {RIGHT[4:]}.')}# [keys]\n{bound}"
    return (
        "\n\n".join((HEAD.rstrip(), *scalars, f"{_comment(_said(weights))}# [composite_weights]\n{weighed}", table))
        + "\n"
    )


def _plain() -> list[Key]:
    """The keys that are no tables: TOML has those first."""
    return [key for key in KEYS if key.kind is not dict]


def _sentence(key: Key) -> str:
    return f"{key.words[0].upper()}{key.words[1:]}."


def _said(key: Key) -> str:
    """What a key is for, and what it may be."""
    return f"{_sentence(key)} {_allowed(key)}"


def _allowed(key: Key) -> str:
    if key.kind is float:
        return f"Above {key.low:g}{f', at most {key.high:g}' if math.isfinite(key.high) else ''}."
    if key.kind is bool:
        return "Either true or false."
    if key.kind is dict:
        return f"From 0 to {key.high:g}."
    if key.choices:
        return f"One of {', '.join(key.choices)}."
    return "A list of tickers." if key.kind is tuple else "Text in quotes."


def _comment(sentence: str) -> str:
    return "".join(f"# {line}\n" for line in wrap(sentence, WIDTH))


def _written(keys: Sequence[str]) -> str:
    one, *more = (literal(written(key)) for key in keys)
    return f"[{', '.join((one, *more))}]" if more else one
