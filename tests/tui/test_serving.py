"""`smallcap serve`: what is served and warned of, what is started for a tab, and that nothing is left of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tests.live.process import ended, until
from tests.served import PATIENCE, SMALLCAP, Served, drawn

HOSTILE = "'; touch pwned; $(touch pwned) `touch pwned` \" & touch pwned #"


def refused(*flags: str, cwd: Path | None = None, **env: str) -> tuple[int, str]:
    """Exit code and the sentence of a `smallcap serve` that doesn't come to serve."""
    done = subprocess.run(
        [SMALLCAP, "serve", *flags],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **env},
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.returncode, done.stderr


def wait_for_end(tab: ClientConnection) -> None:
    """Read until the server closes the line."""
    with suppress(ConnectionClosed):
        while True:
            tab.recv(PATIENCE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("home")) as made:
        yield made


def test_an_address_that_others_can_reach_needs_a_flag():
    code, said = refused("--host", "0.0.0.0")
    assert code == 2
    assert "0.0.0.0 can be reached from other machines" in said
    assert "--anywhere" in said


def test_with_the_flag_it_is_served_and_warned_of(tmp_path: Path):
    with Served(tmp_path, "--host", "0.0.0.0", "--anywhere") as made:
        assert re.fullmatch(
            r"smallcap: warning: whoever can reach 0.0.0.0 uses this app with your files.*\n", made.said()
        )
        assert made.ask()[0] == 200
        assert made.ask(Host="evil.example")[0] == 403


def test_a_name_that_stands_for_nothing_is_refused():
    code, said = refused("--host", "no such name")
    assert (code, "--host 'no such name' is no address of this machine" in said) == (2, True)


def test_a_port_that_is_taken_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = refused("--port", str(port))
    assert (code, f"can't serve on 127.0.0.1 port {port}: Address already in use" in said) == (1, True)


def test_without_the_extra_one_sentence_says_how_to_get_it(tmp_path: Path):
    (tmp_path / "textual_serve.py").write_text("raise ModuleNotFoundError('gone', name='textual_serve')\n")
    code, said = refused(PYTHONPATH=str(tmp_path))
    assert (code, "pip install 'smallcap[serve]'" in said) == (1, True)


def test_a_source_with_nothing_to_it_is_told_before_anything_is_served(tmp_path: Path):
    code, said = refused("--source", str(tmp_path), "--port", "0", SMALLCAP_HOME=str(tmp_path))
    assert (code, str(tmp_path) in said) == (1, True)


def test_the_page_loads_nothing_from_elsewhere_and_may_not(served: Served):
    status, headers, page = served.ask()
    assert (status, "<title>smallcap</title>" in page) == (200, True)
    assert re.findall(r"""(?:src|href)="?([^" >)]+)|url\("([^"]+)""", page) == [
        ("data:,", ""),
        ("static/css/xterm.css", ""),
        ("", "static/fonts/RobotoMono-VariableFont_wght.ttf"),
        ("", "static/fonts/RobotoMono-Italic-VariableFont_wght.ttf"),
    ]
    assert "://" not in page
    assert "default-src 'none'; script-src 'self' 'sha256-" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert served.ask("/static/../serving.py")[0] == 404
    assert served.ask("/download/nothing")[0] == 404


def test_another_sites_page_and_another_name_are_turned_away(served: Served):
    assert served.ask(Host="evil.example")[0] == 403
    assert served.ask(Host=f"evil.example:{served.port}")[0] == 403
    assert served.ask("/static/js/textual.js", Origin="http://evil.example")[0] == 403
    assert served.ask(Host=f"localhost:{served.port}")[0] == 200
    for origin in ("http://evil.example", f"http://localhost:{served.port}", None):
        with pytest.raises(InvalidStatus) as turned_away, served.tab(origin=origin):
            pass
        assert turned_away.value.response.status_code == 403
    assert served.apps() == set()
    assert served.said() == ""


def test_a_line_that_is_cut_ends_its_app_and_no_other(served: Served):
    with served.tab() as one, served.tab() as other:
        drawn(one, "IWM")
        drawn(other, "IWM")
        first, second = sorted(served.apps())
        one.close()
        until(lambda: len(served.apps()) == 1, "one app")
        assert served.apps() < {first, second}
        other.send(json.dumps(["stdin", "?"]))
        drawn(other, "scroll")
    until(lambda: not served.apps(), "no app is left")
    assert served.said() == ""


def test_an_app_that_quits_closes_its_line(served: Served):
    with served.tab() as tab:
        drawn(tab, "IWM")
        tab.send(json.dumps(["stdin", "q"]))
        wait_for_end(tab)
        until(lambda: not served.apps(), "no app is left")


@pytest.mark.parametrize("message", ["", "{}", '["stdin", 5]', '["resize", {"width": "x", "height": 1}]'])
def test_a_message_that_is_no_pages_ends_its_line_only(served: Served, message: str):
    with served.tab() as tab:
        tab.send(message)
        wait_for_end(tab)
    assert served.ask()[0] == 200
    assert served.said() == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 0)])
def test_a_signal_ends_the_server_and_every_app(tmp_path: Path, number: signal.Signals, code: int):
    with Served(tmp_path) as made, made.tab() as drawing:
        drawn(drawing, "IWM")
        with made.tab():
            until(lambda: len(made.apps()) == 2, "two apps, one of which only starts")
            apps = made.apps()
            # As a terminal does: to the server and to all that are of its group.
            os.killpg(made.process.pid, number)
            assert made.process.wait(20.0) == code
        assert all(map(ended, apps))
        assert made.said() == ""


def test_a_server_that_is_killed_leaves_no_app_behind(tmp_path: Path):
    with Served(tmp_path) as made, made.tab() as tab:
        drawn(tab, "IWM")
        apps = made.apps()
        assert len(apps) == 1
        made.process.kill()
        until(lambda: all(map(ended, apps)), "no app is left")


def test_an_app_that_hangs_is_ended_by_force(tmp_path: Path):
    with Served(tmp_path) as made, made.tab() as tab:
        drawn(tab, "IWM")
        (app,) = made.apps()
        os.kill(app, signal.SIGSTOP)
        tab.close()
        until(lambda: ended(app), "the app has ended")
        assert made.said() == ""


def test_what_is_in_a_flag_is_never_run(tmp_path: Path, panel: Panel, write_folder: Callable[..., Path]):
    folder = write_folder(panel).rename(tmp_path / HOSTILE.replace("/", ""))
    with Served(tmp_path / "home", f"--source={folder.name}", cwd=tmp_path) as made, made.tab() as tab:
        drawn(tab, "IWM")
    assert not (tmp_path / "pwned").exists()


def test_what_lies_in_the_folder_where_it_is_started_is_not_imported(tmp_path: Path):
    (tmp_path / "textual.py").write_text("raise SystemExit('imported from here')\n")
    with Served(tmp_path / "home", cwd=tmp_path) as made, made.tab() as tab:
        drawn(tab, "IWM")


def test_the_flags_reach_the_app(tmp_path: Path):
    with Served(tmp_path, "--as-of", "2020-03-23", "--ascii") as made, made.tab() as tab:
        assert drawn(tab, "2020-03-23").isascii()


def test_the_terminal_of_the_server_is_not_the_apps(tmp_path: Path):
    with Served(tmp_path, TERM="dumb", NO_COLOR="1") as made, made.tab() as tab:
        frame = drawn(tab, "IWM")
        assert not re.search(r"\x1b\[[0-9;]*[34]8;", frame)


def test_an_app_that_cannot_start_tells_its_page_why(tmp_path: Path, panel: Panel, write_folder: Callable[..., Path]):
    folder = write_folder(panel)
    with Served(tmp_path / "home", "--source", str(folder)) as made:
        (folder / "daily").rename(folder / "gone")
        with made.tab() as tab:
            sent = drawn(tab, "\r\n")
            with pytest.raises(ConnectionClosed):
                tab.recv(PATIENCE)
        assert sent.startswith("smallcap: ")
        until(lambda: made.said() == sent.replace("\r\n", "\n"), "the server says it, too")
