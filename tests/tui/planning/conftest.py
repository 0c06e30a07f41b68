"""What the tests of `smallcap plan` need: the installed command run, answers, and the schema of what it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.conftest import ROOT

SMALLCAP = Path(sys.executable).with_name("smallcap")
THEN = "2026-11-21T15:00:00Z"
Run = Callable[..., subprocess.CompletedProcess[str]]
SCHEMA = json.loads((ROOT / "docs" / "schema" / "plan.schema.json").read_text())
ANSWERS: dict[str, dict[str, str]] = {
    "passive": {},
    "active": {},
    "core": {"value": "100000", "held": ""},
    "analyst": {},
}


def validator(part: str = "") -> Draft202012Validator:
    """The schema of a plan, or of one of its $defs: "review" or "list"."""
    registry = Registry().with_resource("plan", DRAFT202012.create_resource(SCHEMA))
    where = {"$ref": f"plan#/$defs/{part}" if part else "plan"}
    return Draft202012Validator(where, registry=registry, format_checker=FormatChecker())


def checked(text: str, part: str = "") -> Any:
    """JSON that the schema allows."""
    made = json.loads(text)
    validator(part).validate(made)
    return made


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the installed command with a home of its own and a clock that is set."""

    def command(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        home = {**os.environ, "SMALLCAP_HOME": str(tmp_path / "home"), "SMALLCAP_NOW": THEN, **env}
        return subprocess.run([str(SMALLCAP), "plan", *args], capture_output=True, text=True, env=home, check=False)

    return command
