"""What many tests need: the real history where it is there, and small panels made on the spot."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# Before numpy's linear algebra or Textual look at the environment of whoever runs the tests.
for name in ("NO_COLOR", "SMALLCAP_HOME", "SMALLCAP_NOW", "COLUMNS", "LINES"):
    os.environ.pop(name, None)
os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
# In the background a shell has Ctrl-C ignored, and every program that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that does other things as well makes no test of properties fail.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

from smallcap.core.bars import Bars, Origin, Panel
from smallcap.core.calendar import sessions
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2023, 1, 3, 12, 0, tzinfo=UTC)
SECTORS = ("XLF", "XLI", "XLY", "XLU", "XLP", "XLV")
LONG = (
    *("live/test_faults", "core/live/test_killed", "test_packaging", "tui/planning/test_command", "test_streams"),
    *("core/test_history", "tui/test_small_terminal", "test_browser", "live/test_app", "test_examples", "test_schemas"),
    *("tui/test_watch_command", "tui/test_every_key", "tui/planning/test_saved"),
    *("core/framework/analyst/test_known_then", "live/test_watch", "test_ssh", "test_adding", "live/test_counts"),
    *("core/journal/test_processes", "tui/evidence_screen/test_page", "test_fuzz", "tui/test_judging"),
    *("tui/test_drawing_ahead", "test_many_users", "live/test_long_days"),
)
"""The files that take longest: begun last, each would hold one worker while the others have nothing left to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files."""
    place = {str(ROOT / "tests" / f"{name}.py"): at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(str(item.path), len(LONG)))


@pytest.fixture(scope="session")
def real_market_dir() -> Path:
    """The folder of real history beside the checkout; it is not ours to publish, so it may be absent."""
    folder = ROOT.parent / "shared" / "market"
    if not (folder / "daily" / "IWM.csv").exists():
        pytest.skip(f"no real history at {folder}: this test compares with it")
    return folder


@pytest.fixture(scope="session")
def real_panel(real_market_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """The real history as a panel."""
    return Folder(real_market_dir, Store(tmp_path_factory.mktemp("store") / "store.sqlite3")).load(NOW)


def random_bars(ticker: str, n: int, seed: int, *, first: str = "2015-01-02", drift: float = 0.0) -> Bars:
    """Bars of a random walk on NYSE sessions."""
    rng = np.random.RandomState(seed)
    days = sessions(datetime.fromisoformat(first).date(), datetime(2030, 12, 31, tzinfo=UTC).date())[:n]
    close = 100.0 * np.exp(np.cumsum(rng.normal(drift, 0.012, n)))
    opened = close * np.exp(rng.normal(0, 0.004, n))
    high = np.maximum(opened, close) * (1 + np.abs(rng.normal(0, 0.004, n)))
    low = np.minimum(opened, close) * (1 - np.abs(rng.normal(0, 0.004, n)))
    adj = close * np.linspace(0.75 + 0.02 * (seed % 10), 1.0, n)
    return Bars(ticker, days, opened, high, low, close, adj, rng.randint(1, 9, n) * 1e6)


def random_panel(n: int = 700, seed: int = 0) -> Panel:
    """A panel of the eight inputs of IWM/SPY and one more ticker."""
    names = ("IWM", "SPY", *SECTORS, "QQQ")
    bars = {name: random_bars(name, n, 1000 * seed + at) for at, name in enumerate(names)}
    return Panel(bars, Origin("random walk", True, "2020-01-01T00:00:00+00:00"))


@pytest.fixture(scope="session")
def panel() -> Panel:
    """A random panel of 700 sessions."""
    return random_panel()


@pytest.fixture
def write_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write panels' bars as a source folder, with files replaced or added as text."""

    def write(panel: Panel, **files: str) -> Path:
        folder = tmp_path / "market"
        (folder / "daily").mkdir(parents=True, exist_ok=True)
        for ticker, bars in panel.bars.items():
            (folder / "daily" / f"{ticker}.csv").write_text(as_csv(bars))
        for name, text in files.items():
            (folder / "daily" / f"{name}.csv").write_text(text)
        return folder

    return write


def as_csv(bars: Bars) -> str:
    """Bars in the format of `--source DIR`, at full precision."""
    columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
    rows = zip(bars.sessions.astype(str).tolist(), *(c.tolist() for c in columns), strict=True)
    lines = [",".join(map(str, row)) for row in rows]
    return "\n".join(["date,open,high,low,close,adj_close,volume", *lines]) + "\n"
