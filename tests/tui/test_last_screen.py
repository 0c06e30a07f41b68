"""The last session's screen: shown at once and as what it is, by the same words alone, and never obeyed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.tui import last_screen
from smallcap.tui.sparing import SPARING
from smallcap.tui.standpoint import CONFIG, STORE, folders
from textual.pilot import Pilot

from tests.terminal import Terminal
from tests.tui.stage import Counted, play, press, staged

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
SIZED = ("sh", "-c", 'stty cols 120 rows 40; exec "$@"', "sh")
"""A program that has its size before it begins."""
SHOWN = last_screen.ENTER.encode() + last_screen.FAINT.encode()
SHOW = """
import sys, time
from smallcap.tui import last_screen
last_screen.show([])
print("waiting", flush=True)
time.sleep(60)
"""


class Heard(Terminal):
    """A terminal that keeps every byte, in an environment with nothing of its user's."""

    def __init__(self, home: Path, *command: str, **env: str) -> None:
        self.heard = b""
        super().__init__([*SIZED, *command], {"SMALLCAP_HOME": str(home), **env}, home)

    def _show(self, data: bytes) -> None:
        self.heard += data
        super()._show(data)


@pytest.fixture
def source(panel: Panel, write_folder: Callable[..., Path]) -> str:
    return str(write_folder(panel))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def used(home: Path, *args: str, **env: str) -> bytes:
    """The bytes of a session that is left as soon as it stands, with what it ended with."""
    terminal = Heard(home, SMALLCAP, *args, **env)
    terminal.wait_for("SIZE  long IWM")
    terminal.wait_for("LAST SCREEN", gone=True)
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    return terminal.heard


def test_the_second_start_shows_what_the_first_ended_on_and_then_the_app(home: Path, source: str, panel: Panel):
    first = used(home, "--source", source)
    assert SHOWN not in first
    kept = Path(home / last_screen.NAME)
    assert kept.stat().st_mode & 0o777 == 0o600
    mark, *rows = kept.read_text("utf-8").split("\n")[1:]
    assert f"closes to {to_day(panel['SPY'].sessions[-1])}" in mark
    second = used(home, "--source", source)
    assert second.startswith(last_screen.drawn(mark, rows).encode())
    assert second.count(mark.encode()) == 2
    assert second.count(b"\x1b[?1049h") == 1
    assert second.count(b"\x1b[?1049l") == 1
    ghost, _, after = second.partition(last_screen.HOME.encode())
    assert b"SIZE  long IWM" in ghost
    assert b"SIZE" in after


@pytest.mark.parametrize(
    ("args", "env"),
    [(("--ascii",), {}), ((), {"NO_COLOR": "1"}), ((), {"LANG": "en_US.UTF-8"}), (("--screen", "chart"), {})],
)
def test_other_words_or_another_terminal_show_nothing(
    home: Path, source: str, args: tuple[str, ...], env: dict[str, str]
):
    used(home, "--source", source)
    terminal = Heard(home, SMALLCAP, "--source", source, *args, **env)
    terminal.wait_for("IWM")
    assert SHOWN not in terminal.heard
    terminal.kill()


def shows(home: Path) -> bytes:
    """What is shown at once for no arguments."""
    terminal = Heard(home, sys.executable, "-c", SHOW)
    terminal.wait_for("waiting")
    terminal.kill()
    return terminal.heard


def kept(home: Path, *rows: str, mark: str = "MARKED") -> Path:
    """A screen kept for no arguments, by somebody in the same terminal."""
    code = f"from smallcap.tui import last_screen; open({str(home / 'key')!r}, 'w').write(last_screen.key([]))"
    terminal = Heard(home, sys.executable, "-c", code)
    assert terminal.wait_for_end() == 0
    path = home / last_screen.NAME
    path.write_text("\n".join(((home / "key").read_text(), mark, *rows)))
    path.chmod(0o600)
    return path


def test_what_is_kept_is_shown_only_to_its_owner_and_only_as_text(home: Path):
    path = kept(home, "one", "two")
    assert b"two" in shows(home)
    path.chmod(0o622)
    assert SHOWN not in shows(home)
    path.chmod(0o600)
    for hostile in ("\x1b]0;title\x07", "a\rb", "\x9b31m", "\u202eright", "\x00"):
        kept(home, "one", hostile)
        assert SHOWN not in shows(home), repr(hostile)
    kept(home, "one", mark="\x1b[2J")
    assert SHOWN not in shows(home)
    path.unlink()
    kept(home, "one").rename(home / "elsewhere")
    path.symlink_to(home / "elsewhere")
    assert SHOWN not in shows(home)
    path.unlink()
    path.write_bytes(b"\xff\xfe")
    assert SHOWN not in shows(home)
    kept(home, "one")
    assert SHOWN in shows(home)
    (home / CONFIG).write_text('theme = "light"\n')
    assert SHOWN not in shows(home)


def test_what_goes_wrong_is_said_where_it_can_be_read(home: Path, source: str):
    used(home, "--source", source)
    for path in Path(source).rglob("*.csv"):
        path.unlink()
    terminal = Heard(home, SMALLCAP, "--source", source)
    assert terminal.wait_for_end() == 1
    shown, left, said = terminal.heard.partition(last_screen.LEAVE.encode())
    assert shown.startswith(SHOWN)
    assert left
    assert b"smallcap: " in said
    assert b"smallcap: " not in shown


def test_a_sigterm_meanwhile_leaves_the_terminal_as_it_was(home: Path):
    kept(home, "one")
    terminal = Heard(home, sys.executable, "-c", SHOW)
    terminal.wait_for("waiting")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait_for_end() == -signal.SIGTERM
    assert terminal.heard.endswith(last_screen.LEAVE.encode())


def test_nothing_is_imported_before_it_is_shown():
    code = (
        "import sys; before = set(sys.modules); from smallcap.tui import last_screen as shown;"
        " shown.show([]); print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['smallcap', 'smallcap.tui', 'smallcap.tui.last_screen']"


@pytest.mark.parametrize(
    "env",
    [
        {"SMALLCAP_HOME": "/some/where"},
        {"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/config"},
        {"XDG_DATA_HOME": "relative", "XDG_CONFIG_HOME": "relative"},
        {"XDG_DATA_HOME": "", "XDG_CONFIG_HOME": " "},
        {},
    ],
)
def test_it_lies_beside_the_store_and_hangs_on_the_config(env: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    for name in ("SMALLCAP_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    asked: list[str] = []
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((80, 24)))
    monkeypatch.setattr(os, "stat", lambda path, **_: asked.append(str(path)) or (_ for _ in ()).throw(OSError))
    config, data = folders(env)
    if not data.is_absolute():
        # Older releases of platformdirs take a relative one as it is; XDG has it count for nothing.
        config, data = Path.home() / ".config" / "smallcap", Path.home() / ".local" / "share" / "smallcap"
    last_screen.key([])
    assert asked[-1] == str(config / CONFIG)
    assert Path(last_screen.path()) == (data / STORE).with_name(last_screen.NAME)


@pytest.mark.parametrize(
    ("keys", "keeps"), [((), True), (("j", "]"), True), (("<",), False), (("g",), False), (("?",), False)]
)
def test_the_dashboard_of_now_is_kept_and_nothing_else(
    panel: Panel, home: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], keeps: bool
):
    monkeypatch.setenv("SMALLCAP_HOME", str(home))
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((120, 40)))
    app = staged(panel)
    app.remembers = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys)
        rows = app.rows()
        app.exit()
        path = home / last_screen.NAME
        assert path.exists() == keeps
        if keeps:
            assert path.read_text("utf-8").split("\n")[2:] == [row.rstrip() for row in rows[:-1]]

    play(app, use)


def test_an_app_that_ends_before_its_first_screen_keeps_nothing(
    panel: Panel, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SMALLCAP_HOME", str(home))
    app = staged(panel)
    app.remembers = []
    app.exit()
    assert not (home / last_screen.NAME).exists()


def test_nothing_is_kept_on_a_slow_line_or_where_nobody_asked(
    panel: Panel, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SMALLCAP_HOME", str(home))
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((120, 40)))
    path = home / last_screen.NAME

    async def leave(app: Counted, pilot: Pilot[int]) -> None:
        app.exit()
        assert not path.exists()

    play(staged(panel), leave)

    async def leave_slowly(app: Counted, pilot: Pilot[int]) -> None:
        path.write_text("of a faster line")
        app.add_class(SPARING)
        app.exit()
        assert not path.exists()

    app = staged(panel)
    app.remembers = []
    play(app, leave_slowly)
