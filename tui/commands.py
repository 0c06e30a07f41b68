"""What each command does, from settings and a source to text on standard output or a file."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from ..core import reading, settings
from ..core import report as reports
from ..core.errors import SmallcapError, UsageError
from ..core.reading import Reading
from .standpoint import Standpoint

PARTIAL = 3
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
    made = standpoint.read(standpoint.load())
    put(args, reports.text(made) if args.format == "text" else reports.as_json(reports.document(made)))
    return finish(made, standpoint)


def history(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """One row a session."""
    made = standpoint.read(standpoint.load())
    if args.first and args.last and args.first > args.last:
        raise UsageError(f"--from {args.first} is after --to {args.last}")
    if made.origin.simulated:
        # A CSV has no place for it, and its columns are the contract's.
        print(reports.heading(made), file=sys.stderr)
    rows = reports.history_rows(made.history, args.first, args.last)
    put(args, reports.history_csv(rows) if args.format == "csv" else reports.as_json(list(rows)))
    return finish(made, standpoint)


def size(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """The sizing waterfall."""
    made = standpoint.read(standpoint.load())
    ticker = (args.ticker or made.pair.a).upper()
    base = reading.request_for(made.settings, made.panel[ticker])
    given = {field: value for flag, field in FLAGS if (value := number(args, flag)) is not None}
    sized = made.size(replace(base, side=args.side, **given), ticker)
    if args.format == "json":
        document = {**reports.origin_document(made), "ticker": ticker, **reports.sizing_document(sized)}
        put(args, reports.as_json(document))
    else:
        rows = [reports.heading(made), "", f"Size, {sized.side} {ticker}", *reports.sizing_rows(sized), reading.ADVICE]
        put(args, "\n".join(rows) + "\n")
    return finish(made, standpoint)


def number(args: argparse.Namespace, name: str) -> float | None:
    """A flag's number, None when it wasn't given; UsageError naming the flag."""
    text = getattr(args, name)
    return None if text is None else settings.number(f"--{name.replace('_', '-')}", text)


def finish(made: Reading, standpoint: Standpoint) -> int:
    """Say on standard error what was missing or refused; the exit code that goes with it."""
    for warning in (*made.warnings, *filter(None, (standpoint.store.trouble,))):
        print(f"smallcap: {warning}", file=sys.stderr)
    partial = made.age_sessions or made.regime.missing or made.panel.refused
    return PARTIAL if partial else 0


def put(args: argparse.Namespace, text: str) -> None:
    """Write to the file that was asked for, whole or not at all, or to standard output."""
    if args.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    path: Path = args.output
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SmallcapError(f"--output {path} can't be written: {error.strerror}") from None


COMMANDS = {"app": app, "report": report, "history": history, "size": size}
