"""`smallcap doctor` on the terminal: what terminals answer, their colours and size, and what lies between."""

from __future__ import annotations

import io
import os
import re
import sys

import pytest
from smallcap.tui import doctor_terminal
from smallcap.tui.doctor_asking import Heard, told

from tests.tui.doctoring.conftest import XTERM, Look, says


@pytest.mark.parametrize(
    ("answers", "heard"),
    [
        (b"", Heard()),
        (b"\x1b[?62;22c", Heard(device="62;22")),
        (b"\x1b[?c", Heard(device="?")),
        (b"\x1b[?2026;2$y\x1b[?1c", Heard(device="1", frames=True)),
        (b"\x1b[?2026;0$y\x1b[?1c", Heard(device="1", frames=False)),
        (b"\x1b[?2026;4$y\x1b[?1c", Heard(device="1", frames=False)),
        (b"\x1b]11;rgb:0000/8080/ffff\x1b\\\x1b[?1c", Heard(device="1", ground=(0.0, 0x8080 / 0xFFFF, 1.0))),
        (b"\x1b]11;rgb:00/80/ff\x07\x1b[?1c", Heard(device="1", ground=(0.0, 128 / 255, 1.0))),
        (b"\x1bP1$r0;48;2;1;2;3m\x1b\\\x1b[?1c", Heard(device="1", truecolor=True)),
        (b"\x1bP1$r48:2::1:2:3m\x1b\\\x1b[?1c", Heard(device="1", truecolor=True)),
        (b"\x1bP1$r0;48:5:16m\x1b\\\x1b[?1c", Heard(device="1", truecolor=False)),
        (b"\x1bP0$r\x1b\\\x1b[?1c", Heard(device="1")),
        (b"typed ahead\x1b[?62c and more", Heard(device="62")),
    ],
)
def test_what_terminals_answer(answers: bytes, heard: Heard):
    assert told(answers) == heard


def test_the_answers_in_words(around: Look):
    mute, full = Heard(), Heard("", "64;4", True, True, (1.0, 0.98, 0.94))
    says(doctor_terminal.device(around()), "ok", "not asked", "no terminal")
    says(doctor_terminal.device(around(heard=mute)), "warning", "DA1")
    says(doctor_terminal.device(around(heard=full)), "ok", "VT420")
    says(doctor_terminal.frames(around(heard=mute)), "ok", "not known")
    says(doctor_terminal.frames(around(heard=full)), "ok", "yes")
    says(doctor_terminal.frames(around(heard=Heard("", "64", frames=False))), "ok", "no (mode 2026")
    says(doctor_terminal.ground(around(heard=mute)), "ok", "not known")
    says(doctor_terminal.ground(around(heard=full)), "ok", "#fffaf0, light", "--theme light")
    dark = doctor_terminal.ground(around(heard=Heard("", "64", ground=(0.1, 0.1, 0.1))))
    assert (dark.found, dark.advice) == ("#1a1a1a, dark", "")


def test_a_dumb_terminal_is_a_warning_only_where_there_is_one(around: Look, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    says(doctor_terminal.kind(around(TERM="dumb")), "ok", "TERM=dumb", "COLORTERM=(not set)")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    says(doctor_terminal.kind(around(TERM="dumb")), "warning", "TERM=dumb")
    says(doctor_terminal.kind(around(TERM="xterm", COLORTERM="truecolor")), "ok", "COLORTERM=truecolor")


@pytest.mark.parametrize(
    ("columns", "lines", "state"), [(60, 16, "ok"), (59, 16, "warning"), (60, 15, "warning"), (200, 60, "ok")]
)
def test_a_small_terminal_is_a_warning(
    around: Look, screen: None, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int, state: str
):
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, lines)))
    says(doctor_terminal.size(around()), state, f"{columns}x{lines}", "60x16")


@pytest.mark.parametrize(
    ("env", "truecolor", "state", "words"),
    [
        ({"COLORTERM": "truecolor", **XTERM}, None, "ok", "truecolor"),
        ({"COLORTERM": "24bit", "TERM": "xterm"}, True, "ok", "as the terminal says too"),
        ({"COLORTERM": "truecolor", **XTERM}, False, "warning", "unset COLORTERM"),
        (XTERM, True, "warning", "export COLORTERM=truecolor"),
        (XTERM, None, "ok", "256 colours"),
        (XTERM, False, "ok", "256 colours"),
        ({"TERM": "xterm"}, None, "warning", "export TERM=xterm-256color"),
        ({"NO_COLOR": "1", "COLORTERM": "truecolor", **XTERM}, True, "ok", "unset NO_COLOR"),
        ({"TERM": "dumb"}, None, "ok", "none here"),
    ],
)
def test_colours(around: Look, screen: None, env: dict[str, str], truecolor: bool | None, state: str, words: str):
    says(doctor_terminal.colours(around(heard=Heard("", "64", truecolor=truecolor), **env)), state, words)


@pytest.mark.parametrize(
    ("env", "state", "words"),
    [
        ({}, "ok", "direct"),
        ({"SSH_CONNECTION": "1 2 3 4", **XTERM}, "ok", "ssh -C"),
        ({"TMUX": "/tmp/t", "TERM": "tmux-256color"}, "ok", "tmux"),
        ({"TMUX": "/tmp/t", "TERM": "screen"}, "warning", "tmux-256color"),
        ({"STY": "1.pts", "TERM": "screen-256color"}, "warning", "screen before 5.0"),
        ({"TMUX": "/tmp/t", "SSH_TTY": "/dev/pts/1", "TERM": "tmux-256color"}, "ok", "tmux in ssh"),
    ],
)
def test_what_lies_between(around: Look, env: dict[str, str], state: str, words: str):
    says(doctor_terminal.between(around(**env)), state, words)


def test_the_pattern_fits_40_cells_and_is_without_colours_where_none_are_wanted(screen: None):
    coloured = doctor_terminal.pattern({**XTERM})
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in coloured) <= 40
    for words in ("\x1b[41m", "\x1b[107m", "\x1b[48;5;255m", "\x1b[48;2;"):
        assert any(words in line for line in coloured)
    plain = doctor_terminal.pattern({"NO_COLOR": "1", **XTERM})
    assert plain == coloured[: len(plain)]
    assert "\x1b" not in "".join(plain)
