"""`smallcap doctor`: every check held, each on its own, and told as text or JSON; nothing is changed by it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial

from ..core import diagnosis
from ..core.diagnosis import FAILURE, Check, Section
from ..core.document import as_json
from . import doctor_files, doctor_machine, doctor_network, doctor_program, doctor_terminal
from .doctor_asking import listening
from .output import put
from .printable import printable
from .surroundings import Surroundings, look_around

Look = Callable[[Surroundings], Check]

WIDEST = 110
INKS = {diagnosis.OK: "32", diagnosis.WARNING: "1;33", diagnosis.FAILURE: "1;31"}
PACKAGES = (("textual", "Textual"), ("numpy", "numpy"), ("yfinance", "yfinance"), ("plotext", "plotext"))


def _package(name: str, title: str, _: Surroundings) -> Check:
    return doctor_program.package(name, title)


PROGRAM: tuple[tuple[str, Look], ...] = (
    ("smallcap", doctor_program.ours),
    ("Python", doctor_program.python),
    *((title, partial(_package, name, title)) for name, title in PACKAGES),
    ("packages", doctor_program.packages),
    ("strangers", doctor_program.strangers),
)
TERMINAL: tuple[tuple[str, Look], ...] = (
    ("TERM", doctor_terminal.kind),
    ("answers", doctor_terminal.device),
    ("whole frames", doctor_terminal.frames),
    ("background", doctor_terminal.ground),
    ("size", doctor_terminal.size),
    ("colours", doctor_terminal.colours),
    ("connection", doctor_terminal.between),
)
MACHINE: tuple[tuple[str, Look], ...] = (
    ("encoding", doctor_machine.encoding),
    ("time zone", doctor_machine.time_zone),
    ("clock", doctor_machine.clock),
    ("SMALLCAP_NOW", doctor_machine.replay),
)
FILES: tuple[tuple[str, Look], ...] = (
    ("config", doctor_files.config),
    ("data folder", doctor_files.data),
    ("store", doctor_files.store),
    ("plans", doctor_files.plans),
    ("alerts", doctor_files.alerts),
    ("rights", doctor_files.rights),
    ("fetcher", doctor_files.fetcher),
)
NETWORK: tuple[tuple[str, Look], ...] = (("proxy", doctor_network.proxy), ("certificates", doctor_network.certificates))
UNASKED: tuple[tuple[str, Look], ...] = (("providers", doctor_network.unasked),)
ASKED: tuple[tuple[str, Look], ...] = (
    ("Yahoo", partial(doctor_network.endpoint, "Yahoo")),
    ("FRED", partial(doctor_network.endpoint, "FRED")),
)
"""The checks of each section by their names, in the order in which they are told."""


def doctor(args: argparse.Namespace) -> int:
    """Look at everything and tell it; 1 when a check failed, else 0."""
    with listening(os.environ) as hear:
        sections = examined(look_around(args, os.environ, hear))
    put(args, as_json(diagnosis.document(sections)) if args.format == "json" else _page(args, sections))
    return 1 if diagnosis.count(sections, FAILURE) else 0


def examined(here: Surroundings) -> list[Section]:
    """Every check that is meant for what is here, in its section."""
    held("answers", doctor_terminal.device, here)  # first, so that a late answer comes while the rest is looked at
    titles = ("Program", "Terminal", "Machine", "Files", "Network")
    tables = (PROGRAM, TERMINAL, MACHINE, FILES, NETWORK + (ASKED if here.online else UNASKED))
    return [
        Section(title, tuple(held(name, look, here) for name, look in table))
        for title, table in zip(titles, tables, strict=True)
    ]


def held(name: str, look: Look, here: Surroundings) -> Check:
    """What a check finds, fit to be printed; one that breaks is a failure that says so."""
    try:
        found = look(here)
    except Exception as error:
        words = f"this could not be looked at: {error or type(error).__name__}"
        found = diagnosis.failure(name, words, "if it stays so, report it with this line")
    return Check(found.name, found.state, printable(found.found), printable(found.advice))


def _page(args: argparse.Namespace, sections: list[Section]) -> str:
    """All sections as text, and what to look at after those about the terminal."""
    env = {**os.environ, "TERM": "dumb"} if args.output else os.environ
    width = min(shutil.get_terminal_size().columns, WIDEST)
    paint = _painted if doctor_terminal.coloured(env) else _unpainted
    lines: list[str] = []
    for section in sections:
        lines += [*diagnosis.text(section, width, paint), ""]
        if section.title == "Terminal" and sys.stdout.isatty() and not args.output:
            lines += [*doctor_terminal.pattern(env), ""]
    return "\n".join([*lines, diagnosis.summary(sections), ""])


def _painted(state: str, words: str) -> str:
    return f"\x1b[{INKS[state]}m{words}\x1b[0m"


def _unpainted(_: str, words: str) -> str:
    return words
