"""The table of results: one row a measurement, written as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

HEADING = ("| what | ours | baseline | ratio | target | met |", "|---|---:|---:|---:|---|---|")
PACKAGES = ("textual", "numpy", "plotext", "pandas", "TA-Lib")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; `baseline` is what was measured beside it, `limit` what ours (or the ratio) may at most be."""

    what: str
    ours: float
    unit: str
    baseline: float | None = None
    against: str = ""
    ratio: float | None = None
    limit: float | None = None
    limits_ratio: bool = False

    @property
    def times(self) -> float | None:
        """Ours over the baseline: by pairs where they were measured in pairs, else of the two figures."""
        return self.ratio if self.ratio is not None else self.ours / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        found = self.times if self.limits_ratio else self.ours
        return None if self.limit is None or found is None else found <= self.limit

    def cells(self) -> tuple[str, ...]:
        """The row's cells as text."""
        other = "" if self.baseline is None else f"{_number(self.baseline)} {self.unit} {self.against}".rstrip()
        target = ""
        if self.limit is not None:
            target = f"<= {self.limit:.3g}x" if self.limits_ratio else f"<= {self.limit:g} {self.unit}"
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        times = "" if self.times is None else f"{self.times:.2f}x"
        return self.what, f"{_number(self.ours)} {self.unit}", other, times, target, met


def percentile(values: Iterable[float], share: int) -> float:
    """A percentile, as the nearest measured value at or above it."""
    return float(np.percentile(list(values), share, method="higher"))


def median_ms(run: Callable[[], object], clock: Callable[[], float], times: int) -> float:
    """The median time of `times` runs, in milliseconds."""
    spent = []
    for _ in range(times):
        began = clock()
        run()
        spent.append(1000 * (clock() - began))
    return percentile(spent, 50)


def write(path: Path, sections: Sequence[tuple[str, str, Sequence[Row]]], *, whole: bool = True) -> str:
    """Write every section's heading, note and rows to `path`, or, not the whole, in the place of its own; the text."""
    written = {title: _section(title, note, rows) for title, note, rows in sections}
    if whole:
        text = "\n".join([_head(), *written.values()])
    else:
        head, *old = path.read_text(encoding="utf-8").split("\n## ")
        told = (written.get(one.partition("\n")[0], f"## {one}") for one in old)
        text = "\n".join((head, *told))
    path.write_text(text, encoding="utf-8")
    return text


def _head() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        "# Benchmarks\n\n"
        "Written by `python -m benchmarks`; not edited by hand. Quote the ratios, not the milliseconds: what is in\n"
        "one row was measured in turns in one run, on a machine that does other things as well.\n\n"
        f"- Machine: {machine()}\n"
        f"- Versions: Python {platform.python_version()}, {packages}, smallcap {version('smallcap')}\n"
        f"- Date: {datetime.now(UTC):%Y-%m-%d}\n"
    )


def machine() -> str:
    """The class of machine, not its name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} x {next(iter(models), platform.machine())}, {platform.system()}"


def _section(title: str, note: str, rows: Sequence[Row]) -> str:
    body = ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return "\n".join([f"## {title}\n", f"{note}\n", *HEADING, *body]) + "\n"


def _number(value: float) -> str:
    """Three digits that count, thousands apart."""
    decimals = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f}"
