"""What each command does, from settings and a source to text on standard output or a file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ..core import reading, settings, sizing
from ..core import report as reports
from ..core.errors import SmallcapError, UsageError
from ..core.reading import Reading
from .setting import Setting

PARTIAL = 3


def app(args: argparse.Namespace, setting: Setting) -> int:
    """What the app shows, where there is no terminal to draw it on."""
    args.format, args.output = "text", None
    report(args, setting)
    return 0


def report(args: argparse.Namespace, setting: Setting) -> int:
    """The whole reading."""
    panel = setting.load()
    made = setting.read(panel)
    put(args, reports.text(made) if args.format == "text" else reports.as_json(reports.document(made)))
    return finish(made, setting)


def history(args: argparse.Namespace, setting: Setting) -> int:
    """One row a session."""
    made = setting.read(setting.load())
    if args.first and args.last and args.first > args.last:
        raise UsageError(f"--from {args.first} is after --to {args.last}")
    if made.origin.simulated:
        # A CSV has no place for it, and its columns are the contract's.
        print(reports.heading(made), file=sys.stderr)
    rows = reports.history_rows(made.history, args.first, args.last)
    put(args, reports.history_csv(rows) if args.format == "csv" else reports.as_json(list(rows)))
    return finish(made, setting)


def size(args: argparse.Namespace, setting: Setting) -> int:
    """The sizing waterfall."""
    made = setting.read(setting.load())
    ticker = (args.ticker or made.pair.a).upper()
    given = {name: number(args, name) for name in ("equity", "entry", "stop", "stop_atr", "target", "cash")}
    given |= {"risk_fraction": number(args, "risk")}
    given |= {name: number(args, name) for name in ("max_weight", "target_vol")}
    base = reading.request_for(made.settings, made.panel[ticker])
    asked = {name: value for name, value in given.items() if value is not None}
    sized = made.size(sizing.replaced(base, side=args.side, **asked), ticker)
    if args.format == "json":
        put(
            args, reports.as_json({**reports.origin_document(made), "ticker": ticker, **reports.sizing_document(sized)})
        )
    else:
        rows = [reports.heading(made), "", f"Size, {sized.side} {ticker}", *reports.sizing_rows(sized), reading.ADVICE]
        put(args, "\n".join(rows) + "\n")
    return finish(made, setting)


def number(args: argparse.Namespace, name: str) -> float | None:
    """A flag's number, None when it wasn't given; UsageError naming the flag."""
    text = getattr(args, name)
    return None if text is None else settings.number(f"--{name.replace('_', '-')}", text)


def finish(made: Reading, setting: Setting) -> int:
    """Say on standard error what was missing or refused; the exit code that goes with it."""
    for warning in (*made.warnings, *filter(None, (setting.store.trouble,))):
        print(f"smallcap: {warning}", file=sys.stderr)
    partial = made.age_sessions or made.regime.missing or made.panel.refused
    return PARTIAL if partial else 0


def put(args: argparse.Namespace, text: str) -> None:
    """Write to the file that was asked for, whole or not at all, or to standard output."""
    if args.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from tempfile import NamedTemporaryFile  # noqa: PLC0415  few write to a file

    path: Path = args.output
    try:
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as draft:
            draft.write(text)
        os.replace(draft.name, path)
    except OSError as error:
        raise SmallcapError(f"--output {path} can't be written: {error.strerror}") from None


COMMANDS = {"app": app, "report": report, "history": history, "size": size}
