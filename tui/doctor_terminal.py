"""Checks of the terminal: what it calls itself, what it answers, its size and colours, and what lies between."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from ..core import diagnosis
from ..core.diagnosis import Check
from .surroundings import Surroundings

LEAST = os.terminal_size((60, 16))
# The first number of an answer: the model, as DEC numbered them.
MODELS = {"1": "VT100", "6": "VT102", "61": "VT100", "62": "VT220", "63": "VT320", "64": "VT420", "65": "VT525"}
EXACT, INDEXED, SIXTEEN = "truecolor", "256 colours", "16 colours"
WORDS = ("truecolor", "24bit")
LIGHT = 0.5
LUMA = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in brightness (ITU-R BT.709)."""


def kind(here: Surroundings) -> Check:
    """What the environment says of the terminal."""
    term, color = here.env.get("TERM", ""), here.env.get("COLORTERM", "")
    found = f"TERM={term or '(not set)'}, COLORTERM={color or '(not set)'}"
    if term in {"", "dumb"} and sys.stdout.isatty():
        advice = "the app is not drawn on such a terminal, a report is printed; export TERM=xterm-256color if it can"
        return diagnosis.warning("TERM", found, advice)
    return diagnosis.ok("TERM", found)


def device(here: Surroundings) -> Check:
    """Whether it answers at all."""
    heard = here.hear()
    if heard.why:
        return diagnosis.ok("answers", f"not asked: {heard.why}")
    if not heard.device:
        advice = "nothing to do if all looks right; otherwise try another terminal program"
        return diagnosis.warning("answers", "none to the question what it is (DA1), within the time given", advice)
    model = MODELS.get(heard.device.split(";")[0], "a terminal")
    return diagnosis.ok("answers", f"like {model} ({heard.device})")


def frames(here: Surroundings) -> Check:
    """Whether it shows a frame only when it is whole."""
    heard = here.hear()
    if not heard.device:
        return diagnosis.ok("whole frames", "not known: the terminal gave no answer")
    if heard.frames:
        return diagnosis.ok("whole frames", "yes (synchronized output, mode 2026)")
    return diagnosis.ok("whole frames", "no (mode 2026 is not known to it): the screen may flicker on a slow line")


def ground(here: Surroundings) -> Check:
    """The background it has outside the app."""
    heard = here.hear()
    if not heard.ground:
        return diagnosis.ok("background", "not known: the terminal did not say (OSC 11)")
    light = sum(share * part for share, part in zip(LUMA, heard.ground, strict=True)) > LIGHT
    name = "#" + "".join(f"{round(255 * part):02x}" for part in heard.ground)
    if light and here.settings.theme == "dark":
        return diagnosis.ok("background", f"{name}, light", "smallcap --theme light goes with it")
    return diagnosis.ok("background", f"{name}, {'light' if light else 'dark'}")


def size(_: Surroundings) -> Check:
    """Whether the app has room."""
    if not sys.stdout.isatty():
        return diagnosis.ok("size", "no terminal: what is printed is as wide as COLUMNS says, or 80")
    found = os.get_terminal_size(sys.stdout.fileno())
    words = f"{found.columns}x{found.lines}"
    if found.columns < LEAST.columns or found.lines < LEAST.lines:
        advice = "make the window larger or its font smaller: below that the app only says so"
        return diagnosis.warning("size", f"{words}; the app needs {LEAST.columns}x{LEAST.lines}", advice)
    return diagnosis.ok("size", f"{words} (the least is {LEAST.columns}x{LEAST.lines})")


def colours(here: Surroundings) -> Check:
    """How many colours are used, and whether the terminal could show more, or fewer."""
    if here.env.get("NO_COLOR"):
        return diagnosis.ok("colours", "none: NO_COLOR is set", "unset NO_COLOR for colours")
    if not coloured(here.env):
        return diagnosis.ok("colours", "none here: this output goes to no terminal that has them")
    used, exact = depth(here.env), here.hear().truecolor
    if exact and used != EXACT:
        return diagnosis.warning("colours", f"{used}, but the terminal shows {EXACT}", "export COLORTERM=truecolor")
    if used == EXACT and exact is False:
        advice = "if the last line of colours below is not smooth: unset COLORTERM"
        return diagnosis.warning(
            "colours", f"{EXACT} by COLORTERM, but the terminal did not keep such a colour", advice
        )
    if used == SIXTEEN:
        advice = "charts need more to tell lines apart: export TERM=xterm-256color if the terminal can"
        return diagnosis.warning("colours", f"{used} by TERM", advice)
    better = "" if used == EXACT else "if the last line of colours below is smooth: export COLORTERM=truecolor"
    return diagnosis.ok("colours", f"{used}{', as the terminal says too' if exact else ''}", better)


def between(here: Surroundings) -> Check:
    """What lies between the program and the eyes: a multiplexer, a network."""
    env = here.env
    layers = [name for name, there in (("tmux", env.get("TMUX")), ("screen", env.get("STY"))) if there]
    layers += ["ssh"] if env.get("SSH_CONNECTION") or env.get("SSH_TTY") else []
    if not layers:
        return diagnosis.ok("connection", "direct: neither ssh nor tmux nor screen")
    found = " in ".join(layers)
    if env.get("STY"):
        advice = "screen before 5.0 has no truecolor: use tmux, or `truecolor on` in .screenrc of a newer one"
        return diagnosis.warning("connection", found, advice)
    if env.get("TMUX") and "256color" not in env.get("TERM", ""):
        advice = "in .tmux.conf: set -g default-terminal tmux-256color"
        return diagnosis.warning("connection", f"{found}, with few colours", advice)
    return diagnosis.ok("connection", found, "on a slow line ssh -C makes the screen faster" if "ssh" in layers else "")


def depth(env: Mapping[str, str]) -> str:
    """How many colours the environment promises; the rule is Textual's and rich's."""
    if env.get("COLORTERM", "").strip().lower() in WORDS:
        return EXACT
    return INDEXED if env.get("TERM", "").endswith(("256color", "kitty")) else SIXTEEN


def coloured(env: Mapping[str, str]) -> bool:
    """Whether what is printed may have colours."""
    return sys.stdout.isatty() and not env.get("NO_COLOR") and env.get("TERM", "dumb") != "dumb"


def pattern(env: Mapping[str, str]) -> list[str]:
    """Lines to look at: characters, and the colours of each depth when there may be any; at most 40 cells wide."""
    lines = [
        "Look: blocks rise, colours run evenly",
        "  ASCII        +-|=#*<>^v",
        "  blocks       ▁▂▃▄▅▆▇█ ▲▼◆■",
        "  braille      ⣀⣤⣶⣿⡇⠶⢸⠉ (dots, no boxes)",
    ]
    if coloured(env):
        sixteen = [f"{40 + n}" for n in range(8)] + [f"{100 + n}" for n in range(8)]
        steps = range(24)
        lines += [
            f"  16 colours   {_cells(sixteen)}",
            f"  256 colours  {_cells([f'48;5;{232 + n}' for n in steps])}",
            f"  truecolor    {_cells([f'48;2;{10 * n};{120 - 3 * n};{240 - 9 * n}' for n in steps])}",
        ]
    return lines


def _cells(codes: list[str]) -> str:
    return "".join(f"\x1b[{code}m " for code in codes) + "\x1b[0m"
