"""The locked environment: every package that pyproject.toml asks for is in it, at a version it allows, with hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from smallcap.core.pins import Pin, allows, pin, same

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements" / "dev.lock").read_text()
ENTRY = re.compile(
    r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)([^\n]*\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)*)", re.MULTILINE
)
IMPORTED = re.compile(r"^\s*(?:from|import) ([a-zA-Z_]\w*)", re.MULTILINE)
BROUGHT = {"rich": "textual"}
"""What is imported though another package brings it: its own version is that package's affair."""
FETCHED_BY = {"google": "yfinance"}


def pins(*requirements: str) -> list[Pin]:
    """The requirements as pins; AssertionError for one that is none."""
    found = [pin(line) for line in requirements]
    assert None not in found
    return [each for each in found if each]


def asked() -> list[Pin]:
    """Everything that the project, its extras and its build ask for."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    build = PROJECT["build-system"]["requires"]
    return pins(*PROJECT["project"]["dependencies"], *(line for lines in extras for line in lines), *build)


def test_the_lock_has_all_that_is_asked_for_within_its_bounds():
    locked = {same(name): version for name, version, _ in ENTRY.findall(LOCK)}
    for each in asked():
        assert same(each.name) in locked, f"{each.name}: make lock"
        assert allows(each.versions, locked[same(each.name)]), f"{each}: {locked[same(each.name)]} is locked: make lock"


def test_every_entry_of_the_lock_has_hashes_and_names_no_machine():
    entries = ENTRY.findall(LOCK)
    lines = [line for line in LOCK.splitlines() if re.match(r"^[^ #]", line)]
    assert len(entries) == len(lines)
    for name, version, rest in entries:
        assert "--hash=sha256:" in rest, f"{name} {version}"
    assert not re.search(r"https?://|file:|--index|--find-links|(?<![\w.])/(?:home|root|tmp|usr|opt|work)/", LOCK)


def test_the_locked_build_is_the_one_that_the_project_asks_for():
    given = [line for line in (ROOT / "requirements" / "build.in").read_text().splitlines() if not line.startswith("#")]
    assert given == PROJECT["build-system"]["requires"]


def test_every_requirement_has_a_lower_bound_and_the_cores_own_all_that_is_imported():
    for each in asked():
        assert ">=" in each.versions, each
    import sys

    own = {same(each.name) for each in asked()}
    files = [path for top in ("core", "tui") for path in (ROOT / top).rglob("*.py")]
    names = {name for path in files for name in IMPORTED.findall(_code(path.read_text()))}
    third = {name for name in names if name not in sys.stdlib_module_names and name != "smallcap"}
    assert {BROUGHT.get(name, FETCHED_BY.get(name, name)) for name in third} - {
        name.replace("-", "_") for name in own
    } == set()


def _code(text: str) -> str:
    """The text without what stands in docstrings."""
    return re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
