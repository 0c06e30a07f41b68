"""The flags of `smallcap serve`, and what they ask for."""

from __future__ import annotations

import argparse
import sys
from typing import NamedTuple

from ..core.errors import UsageError

HOST, PORT = "127.0.0.1", "8000"
LAST_PORT = 65535
PASSED = (
    ("--source", "source"), ("--as-of", "as_of"), ("--pair", "pair"), ("--theme", "theme"), ("--screen", "screen")
)  # fmt: skip
"""Flags with a value that the app of every tab is started with."""
SWITCHES = (("--price-ratio", "price_ratio"), ("--low-bandwidth", "low_bandwidth"), ("--ascii", "ascii"))
"""Flags without one."""
WORDS = (
    "Open the app in a browser: each tab has an app of its own, which ends with it. Nothing is fetched from elsewhere "
    "for the page. There is no password: whoever reaches the address uses the app with your files, and so sees and "
    "changes your plans, alerts and settings. That is why it is served to this machine alone; any other address needs "
    "--anywhere, and what goes over the network to it is not encrypted. From another machine rather forward the port: "
    "ssh -L 8000:127.0.0.1:8000 HOST."
)


def add(command: argparse.ArgumentParser) -> None:
    """All of them."""
    command.description = WORDS
    command.add_argument("--host", default=HOST, metavar="ADDRESS", help=f"serve on this address (default: {HOST})")
    command.add_argument(
        "--port", default=PORT, metavar="N", help=f"on this port, 0 for any that is free (default: {PORT})"
    )
    command.add_argument(
        "--anywhere", action="store_true", help="allow an address that other machines can reach, without a password"
    )
    command.add_argument(
        "--ascii", action="store_true", default=argparse.SUPPRESS, help="draw with plain ASCII characters only"
    )
    command.set_defaults(command="serve")


class Options(NamedTuple):
    """Where to serve: an address or a name, a port (0: any), and whether others may reach it."""

    host: str
    port: int
    anywhere: bool


def options(args: argparse.Namespace) -> Options:
    """The flags, checked; UsageError naming the one that is wrong."""
    port: str = args.port
    if not (port.isascii() and port.isdigit() and int(port) <= LAST_PORT):
        raise UsageError(f"--port {port} is not a whole number from 0 to {LAST_PORT}")
    if not args.host:
        raise UsageError(f"--host is empty; {HOST} is this machine alone")
    return Options(args.host, int(port), args.anywhere)


def app_command(args: argparse.Namespace) -> tuple[str, ...]:
    """The words of the command that starts the app of a tab, with the flags that `serve` was given for it.

    A value stays in one word with its flag, so that one that begins with a dash is no flag. The working directory is
    kept from the modules' path: what lies there is not ours to run.
    """
    values = (f"{flag}={value}" for flag, name in PASSED if (value := getattr(args, name, None)) is not None)
    switches = (flag for flag, name in SWITCHES if getattr(args, name, False))
    return (sys.executable, "-P", "-m", "smallcap.tui", *values, *switches)
