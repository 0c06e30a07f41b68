"""What `smallcap evidence` and `smallcap claims` do: worked out on every core, or a cluster, and printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ..core import document as documents
from ..core import report, tables
from ..core.claims import document as claim_documents
from ..core.claims import report as claim_reports
from ..core.claims.claims import claims as judged
from ..core.errors import UsageError
from ..core.evidence import document, fragility, page, universe
from ..core.evidence import report as reports
from ..core.evidence.fragility import Fragility
from ..core.evidence.universe import Universe
from ..core.reading import Reading
from .output import finish, put, put_text
from .standpoint import Standpoint
from .sweeping import Telling, sweep

MOST_DRAWS = 100_000
EVERY = "every"


def evidence(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """The evidence of the reading's labels; with --universe, of every pair's ratio instead."""
    _check(args)
    made = standpoint.read(standpoint.load())
    if args.universe:
        _put_universe(args, made)
        return finish(made, standpoint)
    ask = page.asked(made.panel, made.settings, made.as_of, seed=args.seed, draws=args.draws)
    with _progress("evidence") as telling:
        names = tuple(page.PARTS)
        parts = sweep(partial(page.part, ask), names, workers=args.workers, cluster=args.cluster, telling=telling)
    found = page.assembled(ask, dict(zip(names, parts, strict=True)))
    fragile = _fragility(args, made) if args.fragility else None
    if args.format == "csv":
        if made.origin.simulated:
            print(report.heading(made), file=sys.stderr)
        put(args, tables.as_csv(document.COLUMNS, document.flat_rows(found)))
    elif args.format == "json":
        put(args, documents.as_json(document.document(made, found, fragile)))
    elif args.format == "md":
        put(args, reports.markdown(made, found, fragile))
    else:
        put_text(args, reports.text(made, found, fragile))
    return finish(made, standpoint)


def claims(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """The claims, each with its verdict; whole cards for those that are named."""
    _check(args)
    made = standpoint.read(standpoint.load())
    with _progress("claims") as telling:
        cards = judged(
            made.panel, made.as_of, seed=args.seed, draws=args.draws, only=args.keys, progress=telling.progress
        )
    if args.format == "json":
        if made.origin.simulated:
            print(report.heading(made), file=sys.stderr)
        put(args, documents.as_json([claim_documents.card(one) for one in cards]))
    elif args.format == "md":
        put(args, claim_reports.markdown(made, cards))
    else:
        put_text(args, (claim_reports.cards if args.keys else claim_reports.text)(made, cards))
    return finish(made, standpoint)


def _check(args: argparse.Namespace) -> None:
    """Refuse draws and seeds that are none."""
    if not 100 <= args.draws <= MOST_DRAWS:
        raise UsageError(f"--draws {args.draws} is not from 100 to {MOST_DRAWS}")
    if args.seed < 0:
        raise UsageError(f"--seed {args.seed} is not 0 or more")


def _fragility(args: argparse.Namespace, made: Reading) -> Fragility:
    label = made.regime.regime.label
    work = fragility.work(made.panel, made.pair, label, seed=args.seed, draws=args.draws)
    with _progress("fragility") as telling:
        parts = sweep(work, fragility.CHUNKS, workers=args.workers, cluster=args.cluster, telling=telling)
    return fragility.combined(made.pair, label, parts)


def _put_universe(args: argparse.Namespace, made: Reading) -> None:
    if args.format not in {"text", "json"}:
        raise UsageError(f"--format {args.format} is not there for --universe: text or json")
    tickers = _tickers(args.universe, made)
    found = _universe(args, made, tickers)
    if args.format == "json":
        put(args, documents.as_json(document.universe(made, found)))
    else:
        put_text(args, reports.universe(made, found))


def _tickers(text: str, made: Reading) -> list[str]:
    """The tickers whose pairs are asked for, by default all that can be traded; SourceError for an unknown one."""
    if text == EVERY:
        return sorted(ticker for ticker in made.panel.bars if not ticker.startswith("^"))
    tickers = sorted(set(text.upper().replace(",", " ").split()))
    if len(tickers) < 2:
        raise UsageError(f"--universe {text!r} is not two tickers or more, like IWM,SPY,QQQ")
    return [made.panel[ticker].ticker for ticker in tickers]


def _universe(args: argparse.Namespace, made: Reading, tickers: list[str]) -> Universe:
    work = universe.work(made.panel, tickers, seed=args.seed, draws=args.draws)
    chunks = universe.chunks_of(universe.pairs_of(tickers))
    with _progress("pairs") as telling:
        return universe.ranked(sweep(work, chunks, workers=args.workers, cluster=args.cluster, telling=telling))


@contextmanager
def _progress(what: str) -> Iterator[Telling]:
    """A bar on standard error while somebody looks; nothing where nobody does."""
    if not sys.stderr.isatty():
        yield Telling()
        return
    from rich.console import Console  # noqa: PLC0415  a pipe needs none of it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:<12}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield Telling(lambda done, of: bar.update(task, completed=done, total=of))
