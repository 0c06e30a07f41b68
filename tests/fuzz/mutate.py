"""Ways to spoil a valid text: cut, turned over, doubled, emptied, of another type, huge, nested, in another coding."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

NUMBERS = (
    *(b"NaN", b"nan", b"Infinity", b"-inf", b"1e999", b"-1e999", b"1e308", b"5e-324", b"-0", b"0", b"-1", b"0.0"),
    *(b"9" * 40, b"9" * 400, b"9" * 5000, b"-" + b"9" * 400, b"0x" + b"f" * 400, b"1_000", b"1e", b"--1", b"1.2.3"),
    *(
        "٣".encode(),
        "１２".encode(),
        b"9223372036854775808",
        b"18446744073709551616",
        b"2147483648",
        b"1,5",
        b"%" * 3000,
    ),
)
WORDS = (
    *(
        b"",
        b"\x00",
        b"\x1b[31m\x07",
        b"\xff\xfe",
        b"\xc3\x28",
        "\ufeff".encode(),
        "\u202eabc\u2066".encode(),
        b"\\ud800",
    ),
    *(b'"', b"'", b"\\", b"\n", b"\r", b",", b"=", b"[", b"]", b"{", b"}", b"#", b"null", b"true", b"[]", b"{}", b'""'),
    *(b"=cmd|' /C calc'!A0", b"../../etc/passwd", b"~nobody/x", b"A" * 3000, "é漢😀".encode(), b"[red]", b"<script>"),
    *(b"2020-02-30", b"0001-01-01", b"9999-12-31", b"99999-01-01", b"2020-01-01T00:00:00+23:59", b"2036-12-31"),
    *(b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59", b"IWM/SPY", b"IWM/IWM", b"^VIX", b"p1", b"a1"),
)
DEPTHS = (5, 100, 2000, 100_000)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 10**18, 10**30, 10**400, -(10**400), 2**63, 0.5, 1e308, -1e308, 5e-324),
    *(
        float("nan"),
        float("inf"),
        "",
        "x",
        "\x1b[31m",
        "\ud800",
        "\u202e",
        "A" * 3000,
        "2020-01-01",
        "9999-12-31",
        [],
        {},
        [[]],
    ),
    *([None], {"": None}, [1, "a", None], {"schema": 1}, "1e999", "-1", "NaN", "0001-01-01T00:00:00+23:59"),
)
TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|[-+]?\d[\d.eE+_:-]*|[A-Za-z_^][A-Za-z0-9_.^-]*')
LARGEST = 200_000
Change = Callable[["Mutator", bytes], bytes]


class Mutator:
    """Spoils texts, the same ones in the same order for a seed."""

    def __init__(self, seed: int | str) -> None:
        self.chance = random.Random(seed)

    def spoilt(self, example: bytes) -> bytes:
        """The example after one to four changes."""
        found = example
        for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 4))):
            found = self.chance.choice(CHANGES)(self, found)[:LARGEST]
        return found

    def at(self, text: bytes) -> int:
        """A place in a text."""
        return self.chance.randrange(len(text) + 1)

    def span(self, text: bytes) -> tuple[int, int]:
        """Two places in a text, mostly near each other."""
        first = self.at(text)
        far = self.chance.choice((1, 4, 30, len(text)))
        return first, min(first + self.chance.randint(0, far), len(text))

    def token(self, text: bytes) -> tuple[int, int]:
        """Where a number, a quoted text or a word of a text is; some place in it where there is none."""
        at = self.at(text)
        found = TOKEN.search(text, at) or TOKEN.search(text)
        return found.span() if found else (at, at)

    def pick(self, words: Sequence[bytes]) -> bytes:
        """One of the words."""
        return self.chance.choice(words)


def cut(by: Mutator, text: bytes) -> bytes:
    """Without its end."""
    return text[: by.at(text)]


def flip(by: Mutator, text: bytes) -> bytes:
    """With some bits turned over."""
    found = bytearray(text)
    for _ in range(by.chance.randint(1, 6) if text else 0):
        found[by.chance.randrange(len(found))] ^= 1 << by.chance.randrange(8)
    return bytes(found)


def drop(by: Mutator, text: bytes) -> bytes:
    """Without a part of it."""
    first, last = by.span(text)
    return text[:first] + text[last:]


def double(by: Mutator, text: bytes) -> bytes:
    """With a part of it there again and again."""
    first, last = by.span(text)
    return text[:last] + text[first:last] * by.chance.choice((1, 1, 2, 50)) + text[last:]


def put(by: Mutator, text: bytes) -> bytes:
    """With something hostile anywhere in it."""
    at = by.at(text)
    return text[:at] + by.pick(WORDS + NUMBERS) + text[at:]


def exchange(by: Mutator, text: bytes) -> bytes:
    """With a number, a quoted text or a word of it replaced by something hostile, or by another one of its own."""
    old, other = by.token(text), by.token(text)
    new = by.chance.choice((by.pick(NUMBERS), by.pick(WORDS), b'"' + by.pick(WORDS) + b'"', text[slice(*other)]))
    return text[: old[0]] + new + text[old[1] :]


def shuffle(by: Mutator, text: bytes) -> bytes:
    """With its lines in another order, one left out or one doubled."""
    lines = text.split(b"\n")
    at, to = by.chance.randrange(len(lines)), by.chance.randrange(len(lines))
    match by.chance.randrange(3):
        case 0:
            lines[at], lines[to] = lines[to], lines[at]
        case 1:
            del lines[at]
        case _:
            lines.insert(to, lines[at])
    return b"\n".join(lines)


def recode(by: Mutator, text: bytes) -> bytes:
    """In another coding, with a mark before it, other ends of lines, or in capitals."""
    words = text.decode("utf-8", "replace")
    return by.chance.choice(
        (
            lambda: b"\xef\xbb\xbf" + text,
            lambda: words.encode("utf-16"),
            lambda: words.encode("latin-1", "replace"),
            lambda: text.replace(b"\n", b"\r\n"),
            lambda: text.replace(b"\n", b"\r"),
            lambda: text.replace(b",", b";"),
            text.upper,
            lambda: text.replace(b"\n", b""),
            lambda: b"\x00" * len(text),
        )
    )()


def nest(by: Mutator, text: bytes) -> bytes:
    """With one of its values deep in lists or tables."""
    (first, last), depth = by.token(text), by.chance.choices(DEPTHS, (20, 20, 8, 1))[0]
    opening, closing = by.chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"[", b""), (b"{a=", b"}"), (b"(", b")")))
    return text[:first] + opening * depth + text[first:last] + closing * depth + text[last:]


def change_json(by: Mutator, text: bytes) -> bytes:
    """A JSON document, or one of its lines, with a value, a key or a part of another type; other text as `exchange`."""
    lines = text.split(b"\n")
    at = by.chance.randrange(len(lines))
    whole = text[:1] in {b"{", b"["} and len(lines) > 1 and not lines[0].endswith(b"}")
    try:
        found = json.loads(text if whole else lines[at])
        changed = json.dumps(_changed(by, found), indent=1 if whole else None).encode()
    except (ValueError, RecursionError):
        return exchange(by, text)
    lines[at] = changed
    return changed if whole else b"\n".join(lines)


def _changed(by: Mutator, found: Any) -> Any:
    """A document with one thing in it changed, the deeper things as often as the others."""
    places: list[tuple[Any, Any]] = []
    waiting = [found]
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        places += [(here, key) for key in keys]
        waiting += [here[key] for key in keys]
    if not places:
        return by.chance.choice(VALUES)
    here, key = by.chance.choice(places)
    match by.chance.randrange(6):
        case 0 | 1 | 2:
            here[key] = copy.deepcopy(by.chance.choice(VALUES))
        case 3:
            del here[key]
        case 4:
            there, other = by.chance.choice(places)
            here[key] = copy.deepcopy(there[other]) if _has(there, other) else None
        case _:
            here[key] = by.chance.choice(([here[key]], {"value": here[key]}, str(here[key])[:1000]))
    return found


def _has(here: Any, key: Any) -> bool:
    return key in here if isinstance(here, dict) else key < len(here)


CHANGES: tuple[Change, ...] = (cut, flip, drop, double, put, exchange, exchange, exchange, shuffle, recode, nest)
CHANGES += (change_json,) * 4
