"""Nothing is sent to anybody unasked: the packets are counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from smallcap.core.bars import Panel
from smallcap.core.live.protocol import Done

from tests.live.process import Fetching, start
from tests.loopback import Loopback, World
from tests.terminal import Terminal

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))


WATCHED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
HOOK = f"""
import os, sys
def hook(event, args):
    if event in {WATCHED!r} and not (args and isinstance(args[-1], (str, bytes)) and event == "socket.connect"):
        with open(os.environ["SMALLCAP_TEST_SENT"], "a") as file:
            file.write(f"{{event}} {{args[1:]!r}}\\n")
sys.addaudithook(hook)
"""
COUNTED = {"Tcp": ("ActiveOpens",), "Udp": ("OutDatagrams",), "Ip": ("OutRequests", "OutNoRoutes")}
MANY = """
import sys
from smallcap.tui.cli import run
for source in ("demo", sys.argv[1]):
    for argv in (["report"], ["plan", "passive"], ["watch", "--once"], ["doctor"], ["config"]):
        run([*argv, "--source", source])
"""


def noting(folder: Path) -> tuple[dict[str, str], Path]:
    """The environment in which every Python process notes what it would send, and where."""
    (folder / "hook").mkdir()
    (folder / "hook" / "sitecustomize.py").write_text(HOOK)
    sent = folder / "sent"
    sent.touch()
    env = {"PYTHONPATH": str(folder / "hook"), "SMALLCAP_TEST_SENT": str(sent), "SMALLCAP_HOME": str(folder / "home")}
    return env, sent


def closed(*command: str) -> list[str]:
    """The command in a network of its own that leads nowhere, where that is allowed, telling what was sent there."""
    allowed = shutil.which("unshare") and subprocess.run(["unshare", "-n", "true"], check=False).returncode == 0
    if not allowed:
        return list(command)
    script = '"$@"; code=$?; cat /proc/net/snmp > "$SMALLCAP_TEST_SENT.snmp"; exit $code'
    return ["unshare", "-n", "sh", "-c", script, "sh", *command]


def sent_in(sent: Path) -> dict[str, int]:
    """What the kernel counted in the closed network; nothing where there was none."""
    snmp = Path(f"{sent}.snmp")
    if not snmp.exists():
        return {}
    lines = [line.split() for line in snmp.read_text().splitlines()]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    tables = {head[0].rstrip(":"): dict(zip(head[1:], row[1:], strict=True)) for head, row in pairs}
    return {name: int(tables[table][name]) for table, names in COUNTED.items() for name in names}


def test_the_watch_over_what_is_sent_sees_what_is_sent(tmp_path: Path):
    env, sent = noting(tmp_path)
    code = (
        "import socket, contextlib\nwith contextlib.suppress(OSError): socket.create_connection(('192.0.2.1', 9), 0.1)"
    )
    subprocess.run(closed(sys.executable, "-c", code), env={**os.environ, **env}, check=True)
    assert "192.0.2.1" in sent.read_text()
    if counts := sent_in(sent):
        assert any(counts.values())


def test_no_command_sends_anything_without_a_live_source(
    panel: Panel, write_folder: Callable[..., Path], tmp_path: Path
):
    env, sent = noting(tmp_path)
    command = closed(sys.executable, "-c", MANY, str(write_folder(panel)))
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("IWM/SPY as of") >= 2
    assert sent.read_text() == ""
    assert not any(sent_in(sent).values())


def test_the_app_sends_nothing_without_a_live_source(tmp_path: Path):
    env, sent = noting(tmp_path)
    app = Terminal(closed(SMALLCAP), env, tmp_path)
    app.wait_for("WATCH")
    for key, words in (("g", "overlays"), ("p", "no plan is saved yet"), ("d", "WATCH")):
        app.press(key)
        app.wait_for(words)
    app.press("q")
    assert app.wait_for_end() == 0
    assert sent.read_text() == ""
    assert not any(sent_in(sent).values())


def test_a_fetch_asks_nobody_but_the_two_providers(tmp_path: Path):
    now = datetime(2024, 10, 9, 23, 30, tzinfo=UTC)
    env, sent = noting(tmp_path)
    with Loopback(World(now, ("IWM",), date(2024, 1, 3), ("DGS2",))) as net:
        told = start(tmp_path, now.timestamp(), ("IWM",), ("DGS2",), once=True)
        with Fetching({**net.environment(tmp_path / "client"), **env}, told) as fetching:
            assert fetching.wait_for(Done).failed == ()
        assert {request.kind for request in net.requests} >= {"chart", "fred"}
        assert not net.leaks
    assert [line for line in sent.read_text().splitlines() if "127.0.0.1" not in line and "localhost" not in line] == []
