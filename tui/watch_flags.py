"""The flags of `smallcap watch`, and what they ask for."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from ..core.errors import UsageError
from ..core.settings import number
from .notifying import NOTIFICATIONS

SHORTEST, LONGEST = 0.1, 3600.0


def add(command: argparse.ArgumentParser) -> None:
    """All of them."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a line")
    command.add_argument("--every", metavar="SECONDS", help="between two looks (default: 1, or 60 for CSV files)")
    command.add_argument("--once", action="store_true", help="look once, tell what fires now, and end")
    command.add_argument(
        "--alert",
        action="append",
        default=[],
        metavar="TEXT",
        help="tell once when this is met, like 'IWM < 200'; may be repeated. Those armed in the app are told too",
    )
    command.add_argument(
        "--notify",
        nargs="?",
        const="9",
        choices=tuple(NOTIFICATIONS),
        help="have the terminal notify, by OSC 9 unless 777 is asked for",
    )
    command.add_argument(
        "--exec",
        metavar="CMD",
        help="run this on changes, without a shell: the reading as JSON on its standard input, the lines in "
        "$SMALLCAP_CHANGE",
    )
    command.add_argument(
        "--exec-timeout", metavar="SECONDS", default="30", help="end it when it takes longer (default: 30)"
    )
    command.set_defaults(command="watch")


class Options(NamedTuple):
    """Seconds between looks (None: as the source suggests), alerts of this run, the lines' form, who is told beside."""

    every: float | None = None
    alerts: tuple[str, ...] = ()
    json: bool = False
    notification: str | None = None
    command: str | None = None
    command_seconds: float = 30.0


def options(args: argparse.Namespace) -> Options:
    """The flags, checked; UsageError naming the one that is wrong."""
    return Options(
        None if args.every is None else seconds("--every", args.every),
        tuple(args.alert),
        args.format == "json",
        args.notify,
        args.exec,
        seconds("--exec-timeout", args.exec_timeout),
    )


def seconds(flag: str, text: str) -> float:
    """A flag's seconds; UsageError naming it for what is no number or out of range."""
    found = number(flag, text)
    if not SHORTEST <= found <= LONGEST:
        raise UsageError(f"{flag} {text} is not from {SHORTEST:g} to {LONGEST:g} seconds")
    return found
