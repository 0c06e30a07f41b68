"""The report by the installed command: every format, wherever it is written, and the same digits as on the screen."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from smallcap.core import reading
from smallcap.core.bars import Panel
from smallcap.core.settings import Settings
from textual.pilot import Pilot

from tests.papers import Sheet, as_text, noted
from tests.tui.commands.conftest import SMALLCAP, THEN
from tests.tui.stage import Counted, as_day, play, staged

Run = Callable[..., subprocess.CompletedProcess[bytes]]
LOCALES = ("LANG", "LC_ALL", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONUTF8")
BAD = '"><img onerror=alert(1)>\x1b[31m\u202e|`x`'


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the installed command with a home, a clock and a locale of its own; what it wrote as bytes."""

    def command(*args: str | Path, **env: str) -> subprocess.CompletedProcess[bytes]:
        usual = {name: value for name, value in os.environ.items() if name not in LOCALES}
        home = {**usual, "SMALLCAP_HOME": str(tmp_path / "home"), "SMALLCAP_NOW": THEN, "LANG": "C.UTF-8", **env}
        argv = [str(SMALLCAP), "report", *map(str, args)]
        return subprocess.run(argv, capture_output=True, env=home, cwd=tmp_path, check=False)

    return command


@pytest.mark.parametrize("columns", [40, 120])
def test_the_text_is_as_wide_as_it_is_asked_to_be(run: Run, columns: int):
    done = run(COLUMNS=str(columns))
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert columns - 2 <= max(map(len, lines)) <= columns


def test_a_pipe_gets_80_columns_and_no_escapes_whatever_the_terminal_is_called(run: Run):
    usual = run()
    assert max(map(len, usual.stdout.decode().splitlines())) == 80
    assert b"\x1b" not in usual.stdout
    assert run(TERM="dumb").stdout == run(NO_COLOR="1").stdout == usual.stdout
    assert "▚ IWM/SPY".encode() in usual.stdout


def test_a_terminal_gets_its_own_width(tmp_path: Path):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 60, 0, 0))
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": THEN, "LANG": "C.UTF-8"}
    got = bytearray()
    with subprocess.Popen([str(SMALLCAP), "report"], stdout=theirs, stdin=theirs, env=env) as process:
        os.close(theirs)
        while True:
            try:
                got += os.read(ours, 65536)
            except OSError:
                break
        assert process.wait() == 0
    os.close(ours)
    lines = got.decode().splitlines()
    assert max(map(len, lines)) == 60
    assert b"\x1b" not in got
    # Taller than the terminal, and every chart whole.
    assert sum(line.startswith("      └") for line in lines) == 3


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "C"},
        {"LANG": "", "LC_ALL": "C"},
        {"LANG": "POSIX"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_where_blocks_do_not_arrive_the_text_is_ascii(run: Run, env: dict[str, str]):
    done = run(**env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b"?" not in done.stdout
    assert b"# IWM/SPY" in done.stdout


def test_a_file_has_everything_whatever_the_locale(run: Run, tmp_path: Path):
    target = tmp_path / "note.txt"
    done = run("--output", target, LANG="C")
    assert (done.returncode, done.stdout) == (0, b"")
    assert target.read_text(encoding="utf-8") == run().stdout.decode()


@pytest.fixture
def strange(panel: Panel, write_folder: Callable[..., Path], tmp_path: Path) -> Path:
    """A source with names that nobody means well with, and facts with such names."""
    folder = write_folder(panel)
    (folder / "daily" / f"{BAD}.csv").write_text("date\n")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "facts.toml").write_text(
        '[funds.IWM]\nname = { value = "<b onclick=x>|`Größe`</b>", source = "</table>x", recorded = 2017-01-02 }\n',
        encoding="utf-8",
    )
    return folder.rename(tmp_path / "märkt <script>風")


@pytest.mark.parametrize("env", [{}, {"PYTHONIOENCODING": "latin-1"}])
def test_hostile_names_arrive_harmlessly_in_every_format(run: Run, strange: Path, panel: Panel, env: dict[str, str]):
    day = str(panel["SPY"].sessions[-1])
    made = {f: run("--source", strange.name, "--as-of", day, "--format", f, **env) for f in ("text", "md", "html")}
    for name, done in made.items():
        out = done.stdout.decode("latin-1" if env else "utf-8")
        assert done.returncode == 3
        assert b"Traceback" not in done.stderr
        assert b"\x1b" not in done.stdout
        assert "\u202e" not in out
        assert not env or out.isascii()
        assert "?" not in out, name
    page = Sheet(made["html"].stdout.decode())
    assert not {"script", "img", "b"} & {tag for tag, _ in page.tags}
    assert "CSV folder märkt <script>風" in page.words
    assert "<b onclick=x>|`Größe`</b>" in page.words
    assert len([row for row in page.rows if row[0] == "IWM"]) == 2
    text = made["text"].stdout.decode()
    assert ("CSV folder m\\xe4rkt <script>\\u98a8" if env else "CSV folder märkt <script>風") in text
    if env:
        document = json.loads(run("--source", strange.name, "--as-of", day, "--format", "json", **env).stdout)
        assert document["source"]["name"] == "CSV folder märkt <script>風"


def test_ascii_can_be_asked_for(tmp_path: Path):
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": THEN, "LANG": "C.UTF-8"}
    done = subprocess.run([str(SMALLCAP), "--ascii", "report"], capture_output=True, env=env, check=True)
    assert done.stdout.isascii()
    assert b"?" not in done.stdout


def test_the_evidence_is_in_every_format_for_people(run: Run):
    for form in ("text", "md", "html"):
        assert b"regime RISK-ON: " in run("--format", form).stdout


def test_the_note_says_what_the_banner_says(real_panel: Panel):
    for row in (-2, 5000, 6400):
        day = as_day(real_panel, row)
        made = reading.build(real_panel, day, Settings(), closed=day)

        async def look(app: Counted, pilot: Pilot[int], made: reading.Reading = made) -> None:
            shown, note = app.text(), as_text(noted(made), 120)
            held = f"since {made.regime.since}, {made.regime.sessions} sessions"
            for axis in made.axes:
                assert f"{axis.state} {axis.score_words()}" in shown
                assert f"{axis.state} {axis.score_words()}" in " ".join(note.split())
            assert held in shown
            assert held in note.lower()
            for words in (f"{made.regime.regime.shape} {made.regime.regime.label}", f"{made.as_of} close"):
                assert words in shown
                assert words in note

        play(staged(real_panel, asked=day), look, (200, 60))
