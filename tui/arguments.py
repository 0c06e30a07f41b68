"""The arguments: every command with its flags, one row each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from ..core.settings import THEMES
from ..core.sources import SOURCES
from . import guide, last_screen, plan_flags, serve_flags, watch_flags
from .printable import printable

NAME = "smallcap"
SHELLS = ("bash", "zsh", "fish")
SCREENS = (
    "dashboard", "chart", "sectors", "macro", "sizing", "wizard", "evidence", "plans", "alerts", "settings"
)  # fmt: skip
"""What the app may open on: the names in modes.MODES, which imports all of Textual."""


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


class Row(NamedTuple):
    """A command: its name, what it does, an example, and what gives it its flags."""

    name: str
    does: str
    example: str
    flags: Callable[[argparse.ArgumentParser], None]


def parser(*, plans: bool = True) -> Parser:
    """All commands and their flags; those of `smallcap plan`, which take a while, only when asked for."""
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
    for row in COMMANDS:
        command = _command(named, common, row.name, row.does, row.example)
        command.set_defaults(command=row.name)
        row.flags(command)
        if row.name == "plan" and plans:
            beneath = command.add_subparsers(metavar="WHAT", required=True)
            plan_flags.add(partial(_command, beneath, common))
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
    *,
    about: guide.About | None = None,
) -> Parser:
    about = about or guide.ABOUT.get(name, guide.About(""))
    return named.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}. {about.words}",
        epilog=guide.epilog((example, *about.examples)),
        formatter_class=guide.Formatter,
        parents=[common],
    )


def day(text: str) -> date:
    """A date for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2020-03-23") from None


def _report(report: argparse.ArgumentParser) -> None:
    _format(report, "text", "json", "md", "html")


def _history(history: argparse.ArgumentParser) -> None:
    _format(history, "csv", "json")
    _span(history)


def _indicators(indicators: argparse.ArgumentParser) -> None:
    indicators.add_argument("ticker", metavar="TICKER", help="any ticker of the source")
    _format(indicators, "csv", "json")
    _span(indicators)


def _evidence(evidence: argparse.ArgumentParser) -> None:
    _format(evidence, "text", "json", "md", "csv")
    _judging(evidence)
    _swept(evidence)


def _claims(claims: argparse.ArgumentParser) -> None:
    claims.add_argument("keys", nargs="*", metavar="KEY", help="whole cards of these claims alone")
    _format(claims, "text", "json", "md")
    _judging(claims)


def _fetch(fetch: argparse.ArgumentParser) -> None:
    fetch.add_argument("--since", type=day, metavar="DATE", help="ask again for the bars from that date on")


def _doctor(doctor: argparse.ArgumentParser) -> None:
    _format(doctor, "text", "json")
    doctor.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    asked = doctor.add_mutually_exclusive_group()
    asked.add_argument("--online", action="store_true", help="ask Yahoo and FRED whatever the source is")
    asked.add_argument("--offline", action="store_true", help="ask nobody (default: ask them if the source is yahoo)")


def _setting(config: argparse.ArgumentParser) -> None:
    _format(config, "text", "json")
    instead = config.add_mutually_exclusive_group()
    instead.add_argument("--path", action="store_true", help="print the file's path and nothing else")
    instead.add_argument("--init", action="store_true", help="write the file, with every key and its default")
    instead.add_argument("--completion", choices=SHELLS, help="print the script that completes commands in that shell")


def _common() -> Parser:
    """The flags that every command takes; one that isn't given leaves no trace, so that it may stand on either side."""
    flags = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    flags.add_argument("--source", metavar="|".join((*SOURCES, "DIR")), help="simulated, live, or CSV files")
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
    _format(command, "text", "json")
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


COMMANDS = (
    Row("report", "print the whole reading", "smallcap report --as-of 2020-03-23", _report),
    Row("history", "print one row a session", "smallcap history --from 2020-01-01", _history),
    Row("indicators", "print every indicator of a ticker", "smallcap indicators KRE --from 2020-01-01", _indicators),
    Row("size", "print the position size, step by step", "smallcap size --risk 1% --stop-atr 3", _sizing),
    Row("plan", "make a plan, or see what became of saved ones", "smallcap plan active --save", lambda _plan: None),
    Row("evidence", "print what the labels and signals were worth", "smallcap evidence --format csv", _evidence),
    Row("claims", "print what the folklore was worth", "smallcap claims fee_drag", _claims),
    Row("fetch", "fill or renew the store from Yahoo and FRED", "smallcap fetch --since 2024-01-01", _fetch),
    Row("watch", "print a line on each change of regime, axis or alert", "smallcap watch --once", watch_flags.add),
    Row("serve", "open the app in a browser", "smallcap serve --port 8001", serve_flags.add),
    Row("doctor", "say what is wrong here and what to do", "smallcap doctor --offline", _doctor),
    Row("config", "say what is set, and where it was", "smallcap config --format json", _setting),
)
