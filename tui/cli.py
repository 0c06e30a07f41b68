"""The command line: arguments, settings and a source in; the app or a command out. The only composition root."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ..core.bars import Panel
from ..core.errors import SmallcapError, SourceError
from ..core.reading import Reading
from ..core.sources import Fetched, open_source
from . import last_screen, streams
from .arguments import NAME, parser
from .printable import printable
from .standpoint import Standpoint


def run(argv: Sequence[str]) -> int:
    """Do what the arguments say; the exit code. One sentence on standard error when it can't be done."""
    streams.prepare()
    try:
        args = parsed(argv)
        if args.command in {"doctor", "config"}:
            return look_into_settings(args)
        standpoint = Standpoint.from_environment(args, os.environ)
        for warning in standpoint.warnings:
            last_screen.leave()
            print(f"{NAME}: {printable(warning)}", file=sys.stderr)
        if args.command == "app" and drawable():
            return open_app(args, standpoint, argv)
        from . import commands  # noqa: PLC0415  the screen doesn't pay for the reports

        return commands.COMMANDS[args.command](args, standpoint)
    except SmallcapError as error:
        last_screen.leave()
        print(f"{NAME}: {printable(str(error))}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader has gone, as `head` does.
        streams.abandon()
        return 0
    except KeyboardInterrupt:
        return 130


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; SystemExit once the help or the version they ask for is out, or what is wrong with them."""
    try:
        return parser(plans="plan" in argv).parse_args(argv)
    except SystemExit:
        from .output import write  # noqa: PLC0415  the screen writes nothing

        write("")
        raise


def look_into_settings(args: argparse.Namespace) -> int:
    """What is done before the settings are read, as they may be what is wrong."""
    if args.command == "doctor":
        from .doctoring import doctor  # noqa: PLC0415  no other command looks at so much

        return doctor(args)
    from .configuring import config  # noqa: PLC0415  as above

    return config(args, parser, os.environ)


def drawable() -> bool:
    """Whether there is a terminal to draw on, or something that Textual was told to draw on instead: a browser."""
    if os.environ.get("TEXTUAL_DRIVER"):
        return True
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def open_app(args: argparse.Namespace, standpoint: Standpoint, argv: Sequence[str]) -> int:
    """The full-screen app; what is wrong with the source is said before the screen opens."""
    standpoint, panel, reading = loaded(standpoint)
    from .app import Smallcap  # noqa: PLC0415  a command doesn't pay for the screen
    from .sparing import is_remote  # noqa: PLC0415  as above

    app = Smallcap(standpoint, panel, reading, ascii_only=args.ascii)
    app.opening = args.screen
    app.remembers = list(argv)
    app.remote = is_remote(os.environ) and not os.environ.get("TEXTUAL_DRIVER")
    return app.run() or 0


def loaded(standpoint: Standpoint) -> tuple[Standpoint, Panel, Reading]:
    """The source's panel, read; the simulated market's while a source that fetches hasn't got the pair yet."""
    try:
        panel = standpoint.load()
        return standpoint, panel, standpoint.read(panel)
    except SourceError:
        if not isinstance(standpoint.source, Fetched) or standpoint.asked:
            raise
    instead = standpoint.but(source=open_source("demo", standpoint.store), pending=standpoint.source)
    panel = instead.load()
    return instead, panel, instead.read(panel)
