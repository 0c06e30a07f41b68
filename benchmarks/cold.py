"""From cold to JSON on standard output: the installed command as a process, in turns with one that imports numpy."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .screen import Section
from .table import Row, percentile

PAIRS = 15
LIMIT = 3
SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
NUMPY = (sys.executable, "-c", "import numpy")
UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
"""What would have every start compile anew, or write in pieces."""


def section(source: Path, home: Path) -> Section:
    """`report --format json` of a folder that the store has, and of the simulated market."""
    env = {name: value for name, value in os.environ.items() if name not in UNWANTED} | {"SMALLCAP_HOME": str(home)}
    rows = [
        _row("`report --format json` from a folder in the store", str(source), env),
        _row("`report --format json` of the simulated market", "demo", env),
    ]
    note = (
        f"From the start of the process to its end, everything warm. {PAIRS} pairs, medians; the ratio is the median of"
        ' the pairs\' ratios.\nThe baseline is `python -c "import numpy"`.'
    )
    return "From cold to JSON", note, rows


def _row(what: str, source: str, env: dict[str, str]) -> Row:
    command = (SMALLCAP, "report", "--format", "json", "--source", source)
    for one in (command, NUMPY):
        _ms(one, env)
    pairs = [(_ms(command, env), _ms(NUMPY, env)) for _ in range(PAIRS)]
    mine, other = (percentile([pair[at] for pair in pairs], 50) for at in (0, 1))
    ratio = percentile([a / b for a, b in pairs], 50)
    return Row(what, mine, "ms", other, ratio=ratio, limit=LIMIT, limits_ratio=True)


def _ms(command: Sequence[str], env: dict[str, str]) -> float:
    """The milliseconds of one run; CalledProcessError when it breaks, which old data (3) is not."""
    began = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, check=False)
    spent = 1000 * (time.perf_counter() - began)
    if done.returncode not in {0, 3}:
        done.check_returncode()
    return spent
