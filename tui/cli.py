"""The command line: arguments, settings and a source in; the app or a command out. The only composition root."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from ..core.bars import Panel
from ..core.errors import SmallcapError, SourceError
from ..core.reading import Reading
from ..core.settings import THEMES
from ..core.sources import Fetched, open_source
from . import guide, last_screen, plan_flags, serve_flags, streams, watch_flags
from .printable import printable
from .standpoint import Standpoint

NAME = "smallcap"
SHELLS = ("bash", "zsh", "fish")
SCREENS = (
    "dashboard", "chart", "sectors", "macro", "sizing", "wizard", "evidence", "plans", "alerts", "settings"
)  # fmt: skip
"""What the app may open on: the names in modes.MODES, which imports all of Textual."""


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
        return parser().parse_args(argv)
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


class Version(argparse.Action):
    """Prints the version; looking it up costs a tenth of the app's start, so only this flag does."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and end."""
        from importlib.metadata import version  # noqa: PLC0415

        from .output import write  # noqa: PLC0415  as above

        write(f"{NAME} {version(NAME)}\n")
        parser.exit()


class Parser(argparse.ArgumentParser):
    """Says what is wrong without doing what the arguments would have the terminal do."""

    def error(self, message: str) -> NoReturn:
        """Say it, printable, and end."""
        last_screen.leave()
        super().error(printable(message))


def drawable() -> bool:
    """Whether there is a terminal to draw on, or something that Textual was told to draw on instead: a browser."""
    if os.environ.get("TEXTUAL_DRIVER"):
        return True
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def open_app(args: argparse.Namespace, standpoint: Standpoint, argv: Sequence[str]) -> int:
    """The full-screen app; what is wrong with the source is said before the screen opens."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  a command doesn't pay for the screen

    # What is read and hashed keeps nobody from Python, and importing the screen is nothing but Python.
    with ThreadPoolExecutor(1) as beside:
        loading = beside.submit(loaded, standpoint)
        from .app import Smallcap  # noqa: PLC0415  as above
        from .sparing import is_remote  # noqa: PLC0415  as above

        standpoint, panel, reading = loading.result()
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


def day(text: str) -> date:
    """A date for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2020-03-23") from None


def parser() -> argparse.ArgumentParser:
    """All commands and their flags."""
    common = _common()
    root = Parser(
        NAME,
        description="Read small-cap risk appetite: charts, a regime and a position size, in the terminal.",
        epilog=f"{guide.ROOT.words}\n{guide.epilog(guide.ROOT.examples)}",
        formatter_class=guide.Formatter,
        parents=[common],
    )
    _opening(root)
    root.set_defaults(command="app")
    named = root.add_subparsers(metavar="COMMAND")
    report = _command(named, common, "report", "print the whole reading", "smallcap report --as-of 2020-03-23")
    _format(report, "text", "json", "md", "html")
    report.set_defaults(command="report")
    history = _command(named, common, "history", "print one row a session", "smallcap history --from 2020-01-01")
    _format(history, "csv", "json")
    _span(history)
    history.set_defaults(command="history")
    indicators = _command(
        named, common, "indicators", "print every indicator of a ticker", "smallcap indicators KRE --from 2020-01-01"
    )
    indicators.add_argument("ticker", metavar="TICKER", help="any ticker of the source")
    _format(indicators, "csv", "json")
    _span(indicators)
    indicators.set_defaults(command="indicators")
    size = _command(
        named, common, "size", "print the position size, step by step", "smallcap size --risk 1% --stop-atr 3"
    )
    _format(size, "text", "json")
    _sizing(size)
    plans = _command(
        named, common, "plan", "make a plan, or see what became of saved ones", "smallcap plan active --save"
    ).add_subparsers(metavar="WHAT", required=True)
    plan_flags.add(lambda name, does, example: _command(plans, common, name, does, example))
    evidence = _command(
        named, common, "evidence", "print what the labels and signals were worth", "smallcap evidence --format csv"
    )
    _format(evidence, "text", "json", "md", "csv")
    _judging(evidence)
    _swept(evidence)
    evidence.set_defaults(command="evidence")
    claims = _command(named, common, "claims", "print what the folklore was worth", "smallcap claims fee_drag")
    claims.add_argument("keys", nargs="*", metavar="KEY", help="whole cards of these claims alone")
    _format(claims, "text", "json", "md")
    _judging(claims)
    claims.set_defaults(command="claims")
    fetch = _command(
        named, common, "fetch", "fill or renew the store from Yahoo and FRED", "smallcap fetch --since 2024-01-01"
    )
    fetch.add_argument("--since", type=day, metavar="DATE", help="ask again for the bars from that date on")
    fetch.set_defaults(command="fetch")
    watch_flags.add(
        _command(
            named, common, "watch", "print a line on each change of regime, axis or alert", "smallcap watch --once"
        )
    )
    serve_flags.add(_command(named, common, "serve", "open the app in a browser", "smallcap serve --port 8001"))
    doctor = _command(named, common, "doctor", "say what is wrong here and what to do", "smallcap doctor --offline")
    _format(doctor, "text", "json")
    doctor.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    asked = doctor.add_mutually_exclusive_group()
    asked.add_argument("--online", action="store_true", help="ask Yahoo and FRED whatever the source is")
    asked.add_argument("--offline", action="store_true", help="ask nobody (default: ask them if the source is yahoo)")
    doctor.set_defaults(command="doctor")
    _setting(_command(named, common, "config", "say what is set, and where it was", "smallcap config --format json"))
    return root


def _opening(root: argparse.ArgumentParser) -> None:
    """The flags of the app itself."""
    root.add_argument("--version", action=Version, nargs=0, help="print the version")
    root.add_argument("--ascii", action="store_true", help="draw with plain ASCII characters only")
    where = f"open on {', '.join(SCREENS[:-1])} or {SCREENS[-1]}"
    root.add_argument("--screen", choices=SCREENS, default=SCREENS[0], metavar="NAME", help=where)


def _command(
    named: argparse._SubParsersAction[Parser],
    common: Parser,
    name: str,
    does: str,
    example: str,
) -> Parser:
    about = guide.ABOUT.get(name, guide.About(""))
    return named.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}. {about.words}",
        epilog=guide.epilog((example, *about.examples)),
        formatter_class=guide.Formatter,
        parents=[common],
    )


def _setting(config: argparse.ArgumentParser) -> None:
    _format(config, "text", "json")
    instead = config.add_mutually_exclusive_group()
    instead.add_argument("--path", action="store_true", help="print the file's path and nothing else")
    instead.add_argument("--init", action="store_true", help="write the file, with every key and its default")
    instead.add_argument("--completion", choices=SHELLS, help="print the script that completes commands in that shell")
    config.set_defaults(command="config")


def _common() -> Parser:
    """The flags that every command takes; one that isn't given leaves no trace, so that it may stand on either side."""
    flags = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    flags.add_argument("--source", metavar="demo|yahoo|DIR", help="simulated, live, or CSV files")
    flags.add_argument("--as-of", dest="as_of", type=day, metavar="DATE", help="read as on that session's close")
    flags.add_argument("--pair", metavar="A/B", help="the two tickers whose ratio is read, like IWM/SPY")
    flags.add_argument("--theme", choices=THEMES, help="colours of the app")
    flags.add_argument("--price-ratio", dest="price_ratio", action="store_true", help="show close / close as the ratio")
    spare = "have the app send less, for a slow line: 16 colours, nothing dimmed"
    flags.add_argument("--low-bandwidth", dest="low_bandwidth", action="store_const", const="on", help=spare)
    return flags


def _span(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="first", type=day, metavar="DATE", help="first session")
    command.add_argument("--to", dest="last", type=day, metavar="DATE", help="last session")


def _format(command: argparse.ArgumentParser, *choices: str) -> None:
    command.add_argument("--format", choices=choices, default=choices[0], help=f"default: {choices[0]}")
    command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to standard output")


def _judging(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seed", type=int, default=1, metavar="N", help="of the bootstrap (default: 1)")
    command.add_argument("--draws", type=int, default=2000, metavar="N", help="of the bootstrap (default: 2000)")


def _swept(evidence: argparse.ArgumentParser) -> None:
    evidence.add_argument("--fragility", action="store_true", help="try 81 settings of the rule as well")
    evidence.add_argument(
        "--universe",
        nargs="?",
        const="every",
        metavar="TICKERS",
        help="rank all pairs of the source's tickers, or of A,B,C",
    )
    evidence.add_argument("--workers", type=int, metavar="N", help="processes (default: one a core)")
    evidence.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler instead, tcp://host:port")


def _sizing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--ticker", help="what to buy or sell short (default: the pair's first)")
    command.add_argument("--side", choices=("long", "short"), default="long", help="which way (default: long)")
    for flag, words in (
        ("equity", "the account's value"),
        ("risk", "share of equity at risk, 1%% or 0.01"),
        ("entry", "entry price (default: the last close)"),
        ("stop", "stop price (default: by ATR)"),
        ("stop-atr", "stop this many ATR from entry"),
        ("target", "target price, for the R multiple"),
        ("max-weight", "largest position, share of equity"),
        ("target-vol", "volatility the position may bring, share of equity a year"),
        ("cash", "cash at hand (default: equity)"),
    ):
        command.add_argument(f"--{flag}", metavar="N", help=words)
    command.set_defaults(command="size")
