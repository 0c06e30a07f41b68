"""What the tests of `smallcap doctor` need: a home, surroundings to look at, and the command in them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from smallcap.core.diagnosis import Check
from smallcap.tui import doctor_terminal
from smallcap.tui.doctor_asking import Heard
from smallcap.tui.doctor_reaching import Reply
from smallcap.tui.surroundings import Surroundings, look_around

from tests.conftest import ROOT

SMALLCAP = Path(sys.executable).with_name("smallcap")
NOW = "2024-10-09T22:00:00Z"
AT = datetime.fromisoformat(NOW)
BARE = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
XTERM = {"TERM": "xterm-256color"}


Look = Callable[..., Surroundings]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def around(home: Path) -> Look:
    """What the checks look at: an environment, a home, what the terminal and the providers answer."""

    def look(
        *, heard: Heard | None = None, replies: tuple[Reply, ...] | None = None, source: str | None = None, **env: str
    ) -> Surroundings:
        args = argparse.Namespace(online=replies is not None, offline=replies is None, source=source)
        here = look_around(args, {"SMALLCAP_HOME": str(home), **env}, lambda: heard or Heard("no terminal"))
        fields = {name: getattr(here, name) for name in Surroundings.__slots__}
        return Surroundings(**fields | {"reach": lambda: replies or ()})

    return look


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output as a terminal."""
    # Not sys.stdout itself: pytest puts its own there between a fixture and its test.
    terminal = SimpleNamespace(isatty=lambda: True, fileno=lambda: 1)
    monkeypatch.setattr(doctor_terminal, "sys", SimpleNamespace(stdout=terminal))


def checked(text: str) -> dict[str, Any]:
    made = json.loads(text)
    Draft202012Validator(json.loads((ROOT / "docs" / "schema" / "doctor.schema.json").read_text())).validate(made)
    return made


def says(check: Check, state: str, *words: str) -> None:
    """The state, the words, and advice wherever something isn't right."""
    assert check.state == state, check
    assert all(word in f"{check.found} {check.advice}" for word in words), check
    assert check.advice or state == "ok", check


DOCTOR = [str(SMALLCAP), "doctor"]


def reply(name: str = "Yahoo", status: int = 200, error: str = "", ahead: float | None = 0.2, **fields: Any) -> Reply:
    return Reply(name, status, error, fields.get("known", status == 200), 0.3, ahead)
