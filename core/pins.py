"""Pins: whether an installed version is one that a package's metadata asks for, by release numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import NamedTuple

REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;()]*)\)?\s*(?:;(.*))?")
CLAUSE = re.compile(r"(~=|===?|!=|<=|>=|<|>)\s*(\S+)")
VERSION = re.compile(r"v?(?:\d+!)?(\d+(?:\.\d+)*)\s*(.*)")
CONDITION = re.compile(r"""\(?\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*['"]([^'"]*)['"]\s*\)?""")
EARLY = re.compile(r"[._-]?(a|b|c|rc|alpha|beta|pre|preview|dev)[._-]?\d*")
VERSIONS = frozenset({"python_version", "python_full_version", "implementation_version"})
"""The conditions of a marker that compare versions; any other compares text."""
TESTS: Mapping[str, Callable[[int], bool]] = {
    ">=": lambda side: side >= 0,
    "<=": lambda side: side <= 0,
    ">": lambda side: side > 0,
    "<": lambda side: side < 0,
    "==": lambda side: side == 0,
    "===": lambda side: side == 0,
    "!=": lambda side: side != 0,
}


class Pin(NamedTuple):
    """What a package asks for: another one, its versions like `>=2.2,<3`, and the marker that says when."""

    name: str
    versions: str
    marker: str = ""

    def __str__(self) -> str:
        return f"{self.name}{self.versions}"


def pin(requirement: str) -> Pin | None:
    """The pin in a line of metadata (PEP 508); None for a line that is none."""
    found = REQUIREMENT.fullmatch(requirement)
    return Pin(found[1], found[2].replace(" ", ""), (found[3] or "").strip()) if found else None


def allows(versions: str, installed: str) -> bool:
    """Whether a version fits every clause, compared as PEP 440 orders them: by release numbers, a candidate before.

    What can't be read is let pass: a doubt about a version is no reason to call it wrong.
    """
    return all(_fits(clause, installed) for part in versions.split(",") if (clause := CLAUSE.fullmatch(part.strip())))


def applies(marker: str, surroundings: Mapping[str, str]) -> bool:
    """Whether a marker holds for an interpreter; one about an extra, or one that can't be read, doesn't."""
    return not marker or any(
        all(_holds(condition, surroundings) for condition in part.split(" and ")) for part in marker.split(" or ")
    )


def same(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _fits(clause: re.Match[str], installed: str) -> bool:
    test, wanted = clause[1], clause[2]
    if wanted.endswith(".*"):
        inside = _release(installed)[: wanted.count(".")] == _release(wanted[:-2])
        return inside if test == "==" else not inside
    if VERSION.fullmatch(wanted) is None or VERSION.fullmatch(installed) is None:
        return True
    if test == "~=":
        start = _release(wanted)[:-1]
        return _side(installed, wanted) >= 0 and _release(installed)[: len(start)] == start
    if test == "<" and _side(installed, wanted) < 0:
        # 3.0rc1 comes before 3.0, and is still none of the versions below 3.
        return not (_early(installed) and not _early(wanted) and _plain_side(installed, wanted) == 0)
    return TESTS[test](_side(installed, wanted))


def _holds(condition: str, surroundings: Mapping[str, str]) -> bool:
    found = CONDITION.fullmatch(condition.strip())
    if found is None or found[1] not in surroundings:
        return False
    name, test, wanted = found.groups()
    value = surroundings[name]
    if name in VERSIONS:
        return TESTS[test](_side(value, wanted))
    return TESTS[test]((value > wanted) - (value < wanted))


def _side(a: str, b: str) -> int:
    """-1, 0 or 1 as `a` comes before `b`, with it or after it."""
    return _plain_side(a, b) or _early(b) - _early(a)


def _plain_side(a: str, b: str) -> int:
    pairs = zip_longest(_release(a), _release(b), fillvalue=0)
    return next((1 if x > y else -1 for x, y in pairs if x != y), 0)


def _release(version: str) -> tuple[int, ...]:
    found = VERSION.fullmatch(version.strip())
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def _early(version: str) -> bool:
    found = VERSION.fullmatch(version.strip())
    return bool(found and EARLY.match(found[2]))
