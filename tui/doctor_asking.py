"""What the terminal answers when it is asked: each question with a time limit, and no answer left in the input."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import NamedTuple, NoReturn

# Seconds that an answer is waited for; over a network it comes later.
PATIENCE, PATIENCE_OVER_SSH = 0.2, 1.0
DEVICE, FRAMES, GROUND = "\x1b[c", "\x1b[?2026$p", "\x1b]11;?\x1b\\"
STYLE = "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m"
"""Set a colour, ask for the style in use (DECRQSS): a terminal without truecolor no longer knows it."""
FORGIVE = "\r\x1b[K"
"""Takes away what a terminal may have written instead of answering."""
DEVICE_ANSWER = re.compile(rb"\x1b\[\?([\d;]*)c")
FRAMES_ANSWER = re.compile(rb"\x1b\[\?2026;(\d)\$y")
GROUND_ANSWER = re.compile(rb"\x1b\]11;rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})(?:\x07|\x1b\\)")
STYLE_ANSWER = re.compile(rb"\x1bP1\$r([\d;:]*)m(?:\x1b\\|\x9c)")
EXACT = re.compile(rb"48[;:]2[;:]+(?:[01]?[;:])?1[;:]2[;:]3")
# Programs between that pass the question for the style on as text.
DEAF = ("screen", "linux", "dumb")
ENDS = (signal.SIGTERM, signal.SIGHUP)


class Heard(NamedTuple):
    """What the terminal answered; `why` says why it wasn't asked, empty when it was.

    `device` is its own word for what it is, empty for no answer; `frames` and `truecolor` are None when not known;
    `ground` is the background as three numbers 0-1, empty when not known.
    """

    why: str = ""
    device: str = ""
    frames: bool | None = None
    truecolor: bool | None = None
    ground: tuple[float, ...] = ()


@contextmanager
def listening(env: Mapping[str, str]) -> Iterator[Callable[[], Heard]]:
    """What asks the terminal, at its first call, if standard input and output are one that is ours to use.

    The terminal is silent until the end of the context, so that an answer that comes late isn't left in the input.
    """
    if why := _unasked(env):
        yield lambda: Heard(why)
        return
    entry, out = sys.stdin.fileno(), sys.stdout.fileno()
    with _silent(entry):
        yield cache(lambda: _hear(entry, out, env))


def _unasked(env: Mapping[str, str]) -> str:
    """Why the terminal is not asked; empty when it is."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "standard input or output is no terminal"
    if env.get("TERM", "dumb") == "dumb":
        return "TERM is dumb or not set, and such a terminal may write questions down instead of answering"
    with suppress(OSError):
        if os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
            return "in the background the terminal belongs to another program"
    return ""


def _hear(entry: int, out: int, env: Mapping[str, str]) -> Heard:
    """Ask first what any terminal answers, and the rest only of one that did."""
    patience = PATIENCE_OVER_SSH if env.get("SSH_CONNECTION") or env.get("SSH_TTY") else PATIENCE
    if not DEVICE_ANSWER.search(_asked(entry, out, DEVICE, patience)):
        return Heard()
    deaf = env.get("TERM", "").startswith(DEAF) or bool(env.get("STY"))
    return told(_asked(entry, out, f"{'' if deaf else STYLE}{FRAMES}{GROUND}{DEVICE}", patience))


def told(answers: bytes) -> Heard:
    """What a terminal's answers mean."""
    device, frames = DEVICE_ANSWER.search(answers), FRAMES_ANSWER.search(answers)
    style, ground = STYLE_ANSWER.search(answers), GROUND_ANSWER.search(answers)
    return Heard(
        device=device[1].decode() or "?" if device else "",
        frames=frames[1] in b"123" if frames else None,
        truecolor=bool(EXACT.search(style[1])) if style else None,
        ground=tuple(int(part, 16) / (16 ** len(part) - 1) for part in ground.groups()) if ground else (),
    )


def _asked(entry: int, out: int, questions: str, patience: float) -> bytes:
    """What comes until the last question, for the device, is answered or time is up."""
    os.write(out, questions.encode())
    answers, end = b"", time.monotonic() + patience
    while not DEVICE_ANSWER.search(answers):
        ready, _, _ = select.select([entry], [], [], max(end - time.monotonic(), 0.0))
        more = os.read(entry, 4096) if ready else b""
        if not more:
            break
        answers += more
    os.write(out, FORGIVE.encode())
    return answers


@contextmanager
def _silent(entry: int) -> Iterator[None]:
    """The terminal without echo and line by line reading, put back whatever happens, with what still came in dropped.

    Ctrl+C goes on to work; a signal that ends the process does so after the terminal is put back.
    """
    import termios  # noqa: PLC0415  not on every system, and only here

    before = termios.tcgetattr(entry)
    ours = [*before[:6], [*before[6]]]
    ours[3] &= ~(termios.ICANON | termios.ECHO)
    ours[6][termios.VMIN], ours[6][termios.VTIME] = 1, 0
    with _ended_late():
        try:
            termios.tcsetattr(entry, termios.TCSADRAIN, ours)
            yield
        finally:
            with suppress(termios.error):  # the terminal has gone
                termios.tcsetattr(entry, termios.TCSAFLUSH, before)


@contextmanager
def _ended_late() -> Iterator[None]:
    """Signals that would end the process at once end it as an exception; only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {kind: signal.signal(kind, _end) for kind in ENDS if signal.getsignal(kind) is signal.SIG_DFL}
    try:
        yield
    finally:
        for kind, how in before.items():
            signal.signal(kind, how)


def _end(kind: int, _: object) -> NoReturn:
    raise SystemExit(128 + kind)
