"""What the tests of the installed command need: it, run with a home of its own and a clock that is set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from smallcap.core.bars import Panel

from tests.conftest import ROOT

SMALLCAP = Path(sys.executable).with_name("smallcap")
THEN = "2026-11-21T15:00:00Z"
Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[..., Path]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the installed command with a home of its own and a clock that is set."""

    def command(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        home = {**os.environ, "SMALLCAP_HOME": str(tmp_path / "home"), "SMALLCAP_NOW": THEN, **env}
        return subprocess.run(
            [str(SMALLCAP), *map(str, args)], capture_output=True, text=True, env=home, cwd=tmp_path, check=False
        )

    return command


@pytest.fixture
def folder(panel: Panel, write_folder: Write) -> Path:
    return write_folder(panel)


def last_day(panel: Panel) -> str:
    return str(panel["SPY"].sessions[-1])


def checked(name: str, text: str) -> Any:
    """JSON that its schema in docs/schema allows."""
    made = json.loads(text)
    Draft202012Validator(json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text())).validate(made)
    return made
