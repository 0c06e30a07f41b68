"""What each command does, from settings and a source to text on standard output or a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..core import document as documents
from ..core import reading, settings, tables
from ..core import report as reports
from ..core.bars import to_day
from ..core.errors import UsageError
from ..core.reading import Reading
from .output import PARTIAL, finish, put, put_text
from .standpoint import Standpoint

FLAGS = (
    ("equity", "equity"),
    ("risk", "risk_fraction"),
    ("entry", "entry"),
    ("stop", "stop"),
    ("stop_atr", "stop_atr"),
    ("target", "target"),
    ("max_weight", "max_weight"),
    ("target_vol", "target_vol"),
    ("cash", "cash"),
)
"""The flags of `size` and the fields of a sizing request that they fill."""


def app(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """What the app shows, where there is no terminal to draw it on."""
    args.format, args.output = "text", None
    report(args, standpoint)
    return 0


def report(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """The whole reading."""
    facts = standpoint.facts()
    made = standpoint.read(standpoint.load())
    hours = standpoint.hours()
    if args.format == "json":
        utf8 = args.output or (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        put(args, documents.as_json(documents.document(made, facts, hours), ascii_only=not utf8))
    else:
        from .reporting import written  # noqa: PLC0415  JSON is for scripts, which run it often

        put(args, written(args, made, facts, hours))
    return finish(made, standpoint)


def history(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """One row a session."""
    check_span(args)
    made = standpoint.read(standpoint.load())
    put_rows(args, made, tables.HISTORY_COLUMNS, tables.history_rows(made.history, args.first, args.last))
    return finish(made, standpoint)


def indicators(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Every indicator of one ticker, one row a session."""
    check_span(args)
    made = standpoint.read(standpoint.load())
    bars = made.panel[args.ticker.upper()]
    put_rows(args, made, tables.INDICATOR_COLUMNS, tables.indicator_rows(bars, args.first, args.last))
    newest = to_day(bars.sessions[-1])
    if newest != made.as_of:
        print(f"smallcap: {bars.ticker}'s newest close is of {newest}, not of {made.as_of}", file=sys.stderr)
    return max(finish(made, standpoint), PARTIAL if newest != made.as_of else 0)


def check_span(args: argparse.Namespace) -> None:
    """Refuse a span that ends before it begins."""
    if args.first and args.last and args.first > args.last:
        raise UsageError(f"--from {args.first} is after --to {args.last}")


def put_rows(args: argparse.Namespace, made: Reading, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Rows as CSV or JSON; a CSV has no place for SIMULATED, so that is said beside it."""
    if made.origin.simulated:
        print(reports.heading(made), file=sys.stderr)
    put(args, tables.as_csv(columns, rows) if args.format == "csv" else documents.as_json(list(rows)))


def size(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """The sizing waterfall."""
    made = standpoint.read(standpoint.load())
    ticker = (args.ticker or made.pair.a).upper()
    base = reading.request_for(made.settings, made.panel[ticker])
    given = {field: value for flag, field in FLAGS if (value := number(args, flag)) is not None}
    sized = made.size(replace(base, side=args.side, **given), ticker)
    if args.format == "json":
        document = {**documents.heading(made), "ticker": ticker, **documents.sizing_document(sized)}
        put(args, documents.as_json(document))
    else:
        rows = [reports.heading(made), "", f"Size, {sized.side} {ticker}", *reports.sizing_rows(sized), reading.ADVICE]
        put_text(args, "\n".join(rows) + "\n")
    return finish(made, standpoint)


def number(args: argparse.Namespace, name: str) -> float | None:
    """A flag's number, None when it wasn't given; UsageError naming the flag."""
    text = getattr(args, name)
    return None if text is None else settings.number(f"--{name.replace('_', '-')}", text)


def fetch(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Fill or renew the store."""
    from .fetching import fetch as fetched  # noqa: PLC0415  nothing else needs a progress bar

    return fetched(args, standpoint)


def plan(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Make a plan, or see to the saved ones."""
    from .planning import plan as planned  # noqa: PLC0415  no other command needs the framework

    return planned(args, standpoint)


def evidence(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """What the labels and signals were worth."""
    from .judging import evidence as judged  # noqa: PLC0415  as above

    return judged(args, standpoint)


def claims(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """What the folklore was worth."""
    from .judging import claims as judged  # noqa: PLC0415  as above

    return judged(args, standpoint)


def watch(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """A line on each change, for as long as it is let."""
    from .watching import watch as watched  # noqa: PLC0415  as above

    return watched(args, standpoint)


def serve(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """The app in a browser, for as long as it is let."""
    from .serving import serve as served  # noqa: PLC0415  as above

    return served(args, standpoint)


COMMANDS = {
    "app": app,
    "report": report,
    "history": history,
    "indicators": indicators,
    "size": size,
    "plan": plan,
    "evidence": evidence,
    "claims": claims,
    "fetch": fetch,
    "watch": watch,
    "serve": serve,
}
