"""The flags of `smallcap plan`: one a question of each profile, named like it; and what is done with saved plans."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

from .guide import About

SAVED = (
    ("show", "print a saved plan as it was made", ("text", "json", "md", "html")),
    ("review", "compare a saved plan with today, and score what came of it", ("text", "json")),
    ("delete", "delete a saved plan", ()),
)
"""What is done with one saved plan, and the formats that it can be had in."""


class Add(Protocol):
    """Makes a command of a name, what it does, an example, and what its help says beside that."""

    def __call__(
        self, name: str, does: str, example: str, *, about: About | None = None
    ) -> argparse.ArgumentParser: ...


def add(commands: Add) -> None:
    """Every command under `smallcap plan`."""
    from ..core.framework.profiles import PROFILES  # noqa: PLC0415  other commands don't pay for the profiles

    for profile in PROFILES:
        does, words, (example, *others), flags = profile.command
        command = commands(profile.key, does, example, about=About(words, tuple(others)))
        for key, shown, told in flags:
            command.add_argument(f"--{key.replace('_', '-')}", dest=key, metavar=shown, help=told.replace("%", "%%"))
        if profile.key == "active":
            command.add_argument("--stop-atr", dest="stop_atr", metavar="N", help="stop this many ATR from entry")
            command.add_argument("--max-weight", dest="max_weight", metavar="N", help="largest position")
            command.add_argument("--target-vol", dest="target_vol", metavar="N", help="volatility it may bring a year")
        command.add_argument("--save", action="store_true", help="keep the plan, with the reading it was made on")
        _shared(command, profile.key, "text", "json", "md", "html")
    listed = commands("list", "list the saved plans, compared with today", "smallcap plan list")
    _shared(listed, "list", "text", "json")
    for name, does, formats in SAVED:
        command = commands(name, does, f"smallcap plan {name} p1{' --yes' * (name == 'delete')}")
        command.add_argument("id", metavar="ID", help="as `smallcap plan list` shows it")
        if name == "delete":
            command.add_argument("--yes", action="store_true", help="really")
        _shared(command, name, *formats)


def _shared(command: argparse.ArgumentParser, what: str, *formats: str) -> None:
    if formats:
        command.add_argument("--format", choices=formats, default=formats[0], help=f"default: {formats[0]}")
        command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to standard output")
    command.set_defaults(command="plan", what=what)
