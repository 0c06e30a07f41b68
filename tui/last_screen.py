"""The screen that the last session ended on, shown while the app is imported: its text alone, marked as what it is.

It runs before anything is imported, and so imports nothing that Python hasn't by then.
"""

from __future__ import annotations

import os
import sys

NAME = "screen.txt"
FORMAT = "smallcap screen 1"
ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[0m\x1b[?25h\x1b[?1049l"
FAINT, MARKED, HOME = "\x1b[2m", "\x1b[0;7m", "\x1b[0m\x1b[H"
LOOKS = ("TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "SMALLCAP_NOW")
"""What the environment may ask for that makes it another screen."""
ONLY_OWN = 0o022
LARGEST = 1_000_000

_shown: list[str] = []
"""What is on the terminal and is to be taken off it."""


def show(argv: list[str]) -> None:
    """Have the terminal show the last session's screen, if that was asked for in the same words, at the same size."""
    if os.environ.get("TEXTUAL_DRIVER") or not (os.isatty(0) and os.isatty(1)):
        return
    if found := _read(path()):
        head, mark, *rows = found.split("\n")
        if head == key(argv) and all(row.isprintable() for row in (mark, *rows)):
            _shown.append(drawn(mark, rows))
            os.write(1, _shown[0].encode())
            _leave_when_ended()


def drawn(mark: str, rows: list[str]) -> str:
    """The bytes of it: faint, with the mark in place of the first row and beneath the last."""
    text = "".join(f"\x1b[{y};1H{row}" for y, row in enumerate(rows, 1))
    marks = "".join(f"\x1b[{y};1H{mark}" for y in (1, len(rows) + 1))
    return f"{ENTER}{FAINT}{text}{MARKED}{marks}{HOME}"


def leave() -> None:
    """Give the terminal back, where something is to be said on it after all."""
    if handed_over():
        os.write(1, LEAVE.encode())


def _leave_when_ended() -> None:
    """A SIGTERM before anybody else minds it leaves the terminal as it was, too."""
    import signal  # noqa: PLC0415  what is shown is shown by now

    def end(number: int, _: object) -> None:
        leave()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)


def handed_over() -> bool:
    """Whether it is shown, for whoever takes the terminal from here on."""
    return bool(_shown and _shown.pop())


def key(argv: list[str]) -> str:
    """What tells one screen from another, in a line: arguments, terminal, and when the settings were changed."""
    looks = [os.environ.get(name) for name in LOOKS]
    try:
        changed = os.stat(os.path.join(_folder("XDG_CONFIG_HOME", ".config"), "smallcap.toml")).st_mtime_ns
    except OSError:
        changed = 0
    return repr((FORMAT, tuple(os.get_terminal_size(1)), argv, looks, "NO_COLOR" in os.environ, changed))


def path() -> str:
    """Where it is kept: in the folder of the data."""
    return os.path.join(_folder("XDG_DATA_HOME", os.path.join(".local", "share")), NAME)


def _folder(variable: str, otherwise: str) -> str:
    """The folder that standpoint.folders has by a library that takes as long to import as all of this may."""
    if home := os.environ.get("SMALLCAP_HOME"):
        return home
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support/smallcap")
    base = os.environ.get(variable, "").strip()
    return os.path.join(base if os.path.isabs(base) else os.path.join(os.path.expanduser("~"), otherwise), "smallcap")


def _read(where: str) -> str:
    """What the file says; nothing where there is none, or where others could have written it."""
    try:
        file = os.open(where, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            found = os.fstat(file)
            if found.st_uid != os.getuid() or found.st_mode & ONLY_OWN:
                return ""
            return os.read(file, LARGEST).decode()
        finally:
            os.close(file)
    except (OSError, UnicodeDecodeError):
        return ""
