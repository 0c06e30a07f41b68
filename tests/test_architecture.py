"""Who may know whom: each rule is a sentence, and the imports of every file are held against it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(p for top in ("core", "tui") for p in (ROOT / top).rglob("*.py"))
TESTS = sorted(p for p in (ROOT / "tests").rglob("*.py") if p.read_text())
SCREEN = {"textual", "rich", "plotext"}
OUTSIDE = {"time", "os", "random", "secrets", "subprocess", "socket", "platformdirs"}
FETCHER = {f"core.live.{name}" for name in ("__main__", "fetcher", "guard", "yahoo", "stream", "reach")}
"""What runs in the fetcher's own process only."""
ARCHIVE = {f"core.live.{name}" for name in ("archive", "child", "fred", "intake", "ledger", "once", "place", "pool")}
IO = {"core.sources", "core.store", "core.journal", "core.account", "core.alarms", "core.filing", *ARCHIVE, *FETCHER}
ASKING = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "os.environ", "random.default_rng"}
CLIENTS = {"pandas", "yfinance", "curl_cffi", "websockets", "google"}
MAX_LINES, APP_LINES, LONGEST = 300, 120, 40
LONG = {
    "core.freshness.freshness": "one decision, whose order its docstring gives in full: half of it is that",
    "core.sizing.size": "the waterfall, in the order in which it is shown: each step has a function of its own",
    "benchmarks.faults._sections": "a table of a page, a section after the other",
}
"""Functions of more lines, and why they are."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports anywhere in it, ours as `core.x` or `tui.x`."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            yield base
            if node.level:
                yield from (f"{base}.{alias.name}" for alias in node.names)


GRAPH = {name_of(path): set(imports(path)) for path in FILES}


def offenders(who: str, forbidden: set[str], but: set[str] = frozenset()) -> list[str]:
    """`who` and everything in it that imports something forbidden, as `a imports b`."""
    return [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        if (name == who or name.startswith(f"{who}.")) and not any(name == b or name.startswith(f"{b}.") for b in but)
        for target in sorted(targets)
        if any(target == f or target.startswith(f"{f}.") for f in forbidden)
    ]


def test_the_core_knows_no_screen():
    assert offenders("core", {"tui", *SCREEN}) == []


def test_the_core_asks_neither_the_clock_nor_the_environment_nor_chance():
    assert offenders("core", OUTSIDE, but=FETCHER) == []
    asking = [
        f"{name_of(path)}: {node.attr}"
        for path in FILES
        if path.is_relative_to(ROOT / "core") and name_of(path) != "core.live.__main__"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and f"{ast.unparse(node.value).split('.')[-1]}.{node.attr}" in ASKING
    ]
    assert asking == []


def test_only_the_sources_know_the_sources_and_the_store():
    assert offenders("core", IO, but=IO) == []


def test_only_sources_and_store_open_files():
    opening = [
        name_of(path)
        for path in FILES
        if path.is_relative_to(ROOT / "core") and re.search(r"\bopen\(", path.read_text()) and name_of(path) not in IO
    ]
    assert [n for n in opening if not n.startswith("core.sources.")] == ["core.calendar", "core.funds", "core.settings"]


def test_only_the_fetchers_process_knows_the_clients_and_what_they_bring():
    assert offenders("core", CLIENTS, but=FETCHER) == []
    assert offenders("tui", CLIENTS | FETCHER) == []
    outsiders = {name: targets & FETCHER for name, targets in GRAPH.items() if name not in FETCHER}
    assert {name: found for name, found in outsiders.items() if found} == {}


def test_two_files_draw_with_plotext():
    assert offenders("tui", {"plotext"}, but={"tui.charts.stats", "tui.charts.plots"}) == []


def test_one_file_starts_processes_and_one_threads():
    assert offenders("tui", {"multiprocessing", "distributed", "dask"}, but={"tui.sweeping"}) == []
    assert offenders("tui", {"concurrent.futures"}, but={"tui.sweeping", "tui.stage"}) == []
    assert offenders("core", {"multiprocessing", "distributed", "dask", "concurrent"}) == []


def test_only_what_serves_knows_the_web():
    assert offenders("tui", {"textual_serve", "aiohttp", "jinja2"}, but={"tui.serving", "tui.serve_tabs"}) == []
    assert offenders("core", {"textual_serve", "aiohttp", "jinja2"}) == []


def test_charts_know_only_numbers_and_the_palette():
    allowed = {"core", "tui.palette", "tui.charts", "numpy", "rich", "textual"}
    ours = {t for name in GRAPH if name.startswith("tui.charts") for t in GRAPH[name] if t.startswith(("core", "tui"))}
    assert [t for t in sorted(ours) if not any(t == a or t.startswith(f"{a}.") for a in allowed)] == []
    assert offenders("tui.charts", {"textual.app", "textual.widget", "textual.widgets", "textual.screen", *IO}) == []


def test_widgets_know_no_screen_and_no_app():
    assert offenders("tui.widgets", {"tui.app", "tui.stage", "tui.screens", "tui.commands", "tui.cli", *IO}) == []


def test_screens_know_no_app():
    assert offenders("tui.screens", {"tui.app", "tui.stage", "tui.commands", "tui.cli", *IO}) == []


def test_nobody_but_the_command_line_chooses_a_source():
    choosing = {
        f"tui.{name}" for name in ("arguments", "standpoint", "cli", "app", "stage", "feeding", "following", "serving")
    }
    assert offenders("tui", {"core.sources", "core.store"}, but=choosing) == []


def test_only_one_file_knows_textual_from_inside():
    inside = [name for name, targets in GRAPH.items() if any(t.startswith("textual._") for t in targets)]
    assert inside == ["tui.crop"]


def test_there_is_no_circle():
    ours = {name: {t for t in targets if t in GRAPH and t != name} for name, targets in GRAPH.items()}
    while leaves := [name for name, targets in ours.items() if not targets]:
        for leaf in leaves:
            del ours[leaf]
        for targets in ours.values():
            targets -= set(leaves)
    assert ours == {}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_has_one_job_said_in_its_first_line_and_stays_short(path: Path):
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= (APP_LINES if name_of(path) == "tui.app" else MAX_LINES)


def test_a_file_of_tests_has_one_job_too_and_stays_as_short():
    assert [name_of(path) for path in TESTS if not ast.get_docstring(ast.parse(path.read_text()))] == []
    assert [name_of(path) for path in TESTS if len(path.read_text().splitlines()) > MAX_LINES] == []


def test_a_function_does_one_thing_in_forty_lines():
    long = {
        f"{name_of(path)}.{node.name}"
        for path in (*FILES, *(ROOT / "benchmarks").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST
    }
    assert long == LONG.keys()


def test_no_file_is_a_drawer():
    assert [p.name for p in FILES if p.stem in {"utils", "common", "helpers", "misc"}] == []


def test_every_folder_with_python_in_it_is_in_the_package_list():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {
        p.parent.relative_to(ROOT) for top in ("core", "tui", "styles", "seeds") for p in (ROOT / top).rglob("*.py")
    }
    assert {f"smallcap.{'.'.join(folder.parts)}" for folder in folders} == set(told["packages"])
    assert not (ROOT / "__init__.py").exists()
