"""The start: what is imported before the first screen, and a real terminal that opens, answers and closes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from smallcap.core.bars import Panel

from tests.terminal import Terminal

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
OPEN = """
import asyncio, json, os, sys
from smallcap.tui.app import Smallcap
from smallcap.tui.cli import parsed
from smallcap.tui.standpoint import Standpoint
standpoint = Standpoint.from_environment(parsed(["--source", sys.argv[1]]), os.environ)
panel = standpoint.load()
app = Smallcap(standpoint, panel, standpoint.read(panel))
async def look():
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
asyncio.run(look())
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names))))
print(json.dumps(sorted(name for name in sys.modules if name.startswith("smallcap."))))
print(json.dumps("numpy.ma" in sys.modules))
"""

COUNTED = """
import json, sys
from smallcap.tui import cli
from smallcap.tui.widgets.strips import StripWidget
from textual.app import App
drawn, draw, display = [], StripWidget._draw_fresh, App._display
def drawing(self, *args):
    drawn.append(type(self).__name__)
    return draw(self, *args)
def displaying(self, screen, update):
    if update is not None and not self._batch_count:
        with open(sys.argv[2], "x") as file:
            json.dump(drawn, file)
        App._display = display
    display(self, screen, update)
StripWidget._draw_fresh, App._display = drawing, displaying
cli.run(["--source", sys.argv[1]])
"""


def test_the_first_screen_imports_nothing_heavy(panel: Panel, write_folder: Callable[..., Path], tmp_path: Path):
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(write_folder(panel))], capture_output=True, text=True, env=env, check=True
    )
    names, ours, masked = map(json.loads, done.stdout.splitlines())
    third_party = {name for name in names if not name.startswith(("_", "pywin"))}
    assert {"numpy", "textual", "rich", "smallcap"} <= third_party
    assert third_party.isdisjoint({"pandas", "yfinance", "plotext", "exchange_calendars", "scipy", "talib", "pyarrow"})
    assert len(third_party) <= 12, third_party
    assert not masked
    later = ("smallcap.core.evidence", "smallcap.core.claims", "smallcap.core.framework", "smallcap.core.alerts")
    assert [name for name in ours if name.startswith(later)] == []


def test_before_the_first_frame_every_panel_is_drawn_once(
    panel: Panel, write_folder: Callable[..., Path], tmp_path: Path
):
    command = [sys.executable, "-c", COUNTED, str(write_folder(panel)), str(tmp_path / "counted")]
    terminal = Terminal(command, {"SMALLCAP_HOME": str(tmp_path)}, tmp_path)
    terminal.wait_for("SIZE  long IWM")
    terminal.kill()
    drawn = json.loads((tmp_path / "counted").read_text())
    assert {"Banner", "PriceChart", "RatioChart", "Watchlist", "Footer"} <= set(drawn)
    assert [name for name in drawn if drawn.count(name) > 1] == []


def test_a_real_terminal_opens_answers_and_closes(panel: Panel, write_folder: Callable[..., Path], tmp_path: Path):
    command = [SMALLCAP, "--source", str(write_folder(panel)), "--as-of", str(panel["SPY"].sessions[-1])]
    terminal = Terminal(command, {"SMALLCAP_HOME": str(tmp_path / "home")}, tmp_path)
    terminal.wait_for("SIZE  long IWM")
    assert "REPLAY" in terminal.text()
    terminal.press("j")
    terminal.wait_for("SIZE  long SPY")
    terminal.press("?")
    terminal.wait_for("next ticker of the watchlist")
    terminal.press("\x1b")
    terminal.wait_for("next ticker of the watchlist", gone=True)
    terminal.press("q")
    assert terminal.wait_for_end() == 0


def test_wrong_usage_never_opens_the_screen(tmp_path: Path):
    terminal = Terminal([SMALLCAP, "--source", "nowhere"], {"SMALLCAP_HOME": str(tmp_path)}, tmp_path)
    assert terminal.wait_for_end() == 1
    assert "nowhere is not a folder" in " ".join(terminal.text().split())
