"""From cold to JSON: what `report --format json` imports on its way is no more than it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from smallcap.core.bars import Panel

LOOK = """
import json, sys
from smallcap.tui.cli import run
code = run(sys.argv[1:])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""
NEVER = {
    "pandas",
    "yfinance",
    "plotext",
    "textual",
    "rich",
    "asyncio",
    "numpy.ma",
    "subprocess",
    "ssl",
    "multiprocessing",
}
"""Each costs more than all of the reading, and none is needed for it."""


@pytest.mark.parametrize("command", ["report", "size", "history"])
def test_json_costs_numpy_and_little_else(
    command: str, panel: Panel, write_folder: Callable[..., Path], tmp_path: Path
):
    flags = ("--format", "json", "--source", str(write_folder(panel)), "--as-of", str(panel["SPY"].sessions[-1]))
    # The first fills the store; the second is the one that everyone waits for.
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", LOOK, command, *flags],
            env={**os.environ, "SMALLCAP_HOME": str(tmp_path)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    json.loads(done.stdout)
    imported = set(json.loads(done.stderr.splitlines()[-1]))
    assert imported & NEVER == set()
    outside = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names)
    assert {name for name in outside if not name.startswith("_")} <= {"numpy", "smallcap", "sitecustomize"}
    assert [name for name in imported if name.startswith(("smallcap.tui.screens", "smallcap.tui.widgets"))] == []
