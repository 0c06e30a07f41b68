"""The app over real SSH: keys, sizes, terminals of every kind, multiplexers, and connections that come and go."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests import terminal
from tests.live.process import ended, until
from tests.live.store import filled
from tests.loopback import Loopback, World
from tests.ssh_server import Server, Session, left_on, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
NOW = datetime(2024, 10, 9, 14, 30, tzinfo=UTC)
BEFORE = datetime(2024, 10, 8, 23, 30, tzinfo=UTC)
TICKERS, MACRO = wanted(Settings())
GONE_SECONDS = 5.0
# A terminal that tells of new sizes by itself, and in pixels where the mouse is.
MODERN = (*terminal.ANSWERS, (b"\x1b[?2048$p", b"\x1b[?2048;2$y"))
NOTING_ITS_PROCESS = ("sh", "-c", 'echo $$ >"$0"; exec "$@"')
INK = re.compile(rb"\x1b\[(?:\d+;)*38;([25]);")

Open = Callable[..., Session]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests."""
    with Server(tmp_path_factory.mktemp("ssh")) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What SMALLCAP_HOME names there, with all colours on a line that a busy machine makes slow, too."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "smallcap.toml").write_text('low_bandwidth = "off"\n')
    return tmp_path / "home"


@pytest.fixture
def log_in(server: Server, home: Path) -> Iterator[Open]:
    """Run a program over SSH; every session still open in the end is dropped."""
    sessions: list[Session] = []

    def logged_in(*words: str, term: str = "xterm-256color", size: tuple[int, int] = (120, 40), **env: str) -> Session:
        env = {"SMALLCAP_HOME": str(home), "SMALLCAP_NOW": NOW.isoformat(), **env}
        sessions.append(Session(server, words or (SMALLCAP,), env, term=term, size=size))
        return sessions[-1]

    yield logged_in
    for session in sessions:
        session.drop()
    # What a multiplexer keeps after a test that failed; the multiplexer ends with it.
    if (home / "process").exists() and not ended(process(home)):
        os.kill(process(home), signal.SIGKILL)


def banner(session: Session) -> str:
    """The first three rows."""
    return "\n".join(session.screen.display[:3])


def is_open(session: Session) -> None:
    """The first screen stands."""
    session.wait_for("SIZE  long IWM")
    assert "SIMULATED" in banner(session)


def test_keys_new_sizes_and_the_end_of_it(log_in: Open):
    session = log_in()
    is_open(session)
    session.press("j")
    session.wait_for("SIZE  long SPY")
    session.press("\x03")
    session.wait_for("q: quit")
    session.resize(80, 24)
    session.wait_for("? help", gone=True)
    session.press("g")
    session.wait_for("crosshair")
    assert max(len(row.rstrip()) for row in session.screen.display) <= 80
    session.resize(120, 40)
    session.press("d")
    session.wait_for("SIZE  long SPY")
    assert "SIMULATED" in banner(session)
    session.press("q")
    assert session.wait_for_end() == 0
    assert left_on(session.raw) == set()
    assert session.text().strip() == ""


@pytest.mark.parametrize(
    ("term", "ink"),
    [
        ("xterm-256color", {b"5"}),
        ("tmux-256color", {b"5"}),
        ("xterm", set()),
        ("screen", set()),
        ("linux", set()),
        ("vt100", set()),
    ],
)
def test_a_terminal_gets_the_colours_it_has_and_is_left_as_it_was(
    log_in: Open, term: str, ink: set[bytes], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terminal, "ANSWERS", MODERN)
    session = log_in(term=term, size=(80, 24))
    session.wait_for("◊ WATCH")
    assert "SIMULATED" in banner(session)
    session.press("j")
    session.wait_for("▸SPY")
    session.press("q")
    assert session.wait_for_end() == 0
    assert set(INK.findall(session.raw)) == ink
    assert b"\x1b[?1016h" in session.raw
    assert left_on(session.raw) == set()


def test_a_dumb_terminal_gets_the_report(log_in: Open):
    session = log_in(term="dumb", size=(80, 60))
    assert session.wait_for_end() == 0
    assert "Source: SIMULATED" in session.text()
    assert "A planning aid, not advice." in session.text()
    assert b"\x1b" not in session.raw


@pytest.mark.parametrize("stop", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_stopped_app_comes_back_whole_and_leaves_the_terminal_as_it_was(
    log_in: Open, home: Path, stop: signal.Signals
):
    session = log_in("sh", "-i", PS1="$ ", size=(80, 24))
    session.wait_for("$ ")
    session.press(f"stty -g >{home}/before; {noted(home)} {SMALLCAP}\n")
    session.wait_for("◊ WATCH")
    session.press("j")
    session.wait_for("▸SPY")
    os.kill(process(home), stop)
    session.wait_for("topped")
    session.press("fg\n")
    session.wait_for("topped", gone=True)
    session.wait_for("◊ WATCH")
    assert "SIMULATED" in banner(session)
    session.press("k")
    session.wait_for("▸IWM")
    session.press("q")
    session.wait_for("◊ WATCH", gone=True)
    session.wait_for("$ ")
    session.press(f"stty -g >{home}/after; exit\n")
    assert session.wait_for_end() == 0
    assert (home / "after").read_text() == (home / "before").read_text()
    assert left_on(session.raw) == set()


def test_a_dropped_connection_ends_all_of_it_and_loses_nothing(log_in: Open, home: Path):
    world = World(NOW, TICKERS, date(2022, 1, 3), MACRO)
    with Loopback(world) as net:
        filled(home, world, BEFORE)
        env = {name: value for name, value in net.environment(home / "client").items() if os.environ.get(name) != value}
        yahoo = (*NOTING_ITS_PROCESS, str(home / "process"), SMALLCAP, "--source", "yahoo")
        session = log_in(*yahoo, **env)
        session.wait_for("● LIVE")
        app = process(home)
        fetcher = int(Path(f"/proc/{app}/task/{app}/children").read_text())
        session.wait_for(" VTWO ")
        session.press("jjj")
        session.wait_for("▸VTWO")
        session.press("x")
        session.wait_for("▸VTWO", gone=True)
        session.drop()
        took = until(lambda: ended(app) and ended(fetcher), "the app and its fetcher are gone", GONE_SECONDS)
        assert took < GONE_SECONDS
        is_sound(home)
        again = log_in(*yahoo, **env)
        again.wait_for("● LIVE")
        assert " VTWO " not in again.text()
        assert "Tue 2024-10-08 close" in banner(again)
        again.press("q")
        assert again.wait_for_end() == 0


def test_a_sigterm_ends_all_of_it_and_leaves_the_terminal_as_it_was(log_in: Open, home: Path):
    world = World(NOW, TICKERS, date(2022, 1, 3), MACRO)
    with Loopback(world) as net:
        filled(home, world, BEFORE)
        env = {name: value for name, value in net.environment(home / "client").items() if os.environ.get(name) != value}
        session = log_in("sh", "-i", PS1="$ ", **env)
        session.wait_for("$ ")
        session.press(f"stty -g >{home}/before; {noted(home)} {SMALLCAP} --source yahoo; echo left: $?\n")
        session.wait_for("● LIVE")
        app = process(home)
        fetcher = int(Path(f"/proc/{app}/task/{app}/children").read_text())
        os.kill(app, signal.SIGTERM)
        session.wait_for("left: 0")
        until(lambda: ended(app) and ended(fetcher), "the app and its fetcher are gone", GONE_SECONDS)
        is_sound(home)
        session.press(f"stty -g >{home}/after; exit\n")
        assert session.wait_for_end() == 0
        assert (home / "after").read_text() == (home / "before").read_text()
        assert left_on(session.raw) == set()


@pytest.mark.parametrize(
    ("program", "begin", "detach", "again"),
    [
        ("tmux", ("tmux", "-u", "-f", "/dev/null", "new"), "\x02d", ("tmux", "-u", "attach")),
        ("screen", ("screen", "-U", "-c", "/dev/null"), "\x01d", ("screen", "-U", "-r")),
    ],
)
def test_in_a_multiplexer_it_is_detached_and_comes_back(
    log_in: Open, home: Path, program: str, begin: tuple[str, ...], detach: str, again: tuple[str, ...]
):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    sockets = home / "s"
    sockets.mkdir(mode=0o700)
    env = {"SCREENDIR": str(sockets), "TMUX_TMPDIR": str(sockets)}
    session = log_in(*begin, *NOTING_ITS_PROCESS, str(home / "process"), SMALLCAP, **env)
    is_open(session)
    session.press("j")
    session.wait_for("SIZE  long SPY")
    session.press(detach)
    assert session.wait_for_end() == 0
    session = log_in(*again, size=(100, 36), **env)
    session.wait_for("SIZE  long SPY")
    session.wait_for("◊ SIMULATED")
    assert "◊ SIMULATED" in banner(session)
    session.press("k")
    session.wait_for("SIZE  long IWM")
    session.press("q")
    assert session.wait_for_end() == 0
    assert left_on(session.raw) == set()


def noted(home: Path) -> str:
    """What a command in a shell begins with for its process to be noted."""
    return f"sh -c 'echo $$ >{home}/process; exec \"$@\"' noting"


def process(home: Path) -> int:
    """The process that was noted."""
    return int((home / "process").read_text())


def is_sound(home: Path) -> None:
    """Every file there can be read for what it is."""
    for store in home.rglob("*.sqlite3"):
        with closing(sqlite3.connect(store)) as base:
            assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)], store
    for path in home.rglob("*.toml"):
        tomllib.loads(path.read_text())
    for path in home.rglob("*.json"):
        json.loads(path.read_text())
