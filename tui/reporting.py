"""The report as text, Markdown or HTML: the morning note, fitted to what it is written on."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial

from ..core.calendar import Hours
from ..core.evidence.quote import quotes_of
from ..core.funds import Facts
from ..core.morning import note
from ..core.note import Note
from ..core.reading import Reading
from . import paper


def written(args: argparse.Namespace, made: Reading, facts: Facts, hours: Hours | None) -> str:
    """The reading in the format that was asked for."""
    told = note(made, facts, hours, quotes_of(made))
    return _text(args, told) if args.format == "text" else _marked_up(args, told)


def _text(args: argparse.Namespace, told: Note) -> str:
    from ..core.note_text import text  # noqa: PLC0415  one format is written, and needs only its own
    from .charts.plots import plot  # noqa: PLC0415  as above

    stream = None if args.output else sys.stdout
    width = paper.width()
    if args.ascii or not paper.carries(os.environ, stream):
        return text(told, width, partial(plot, ascii_only=True), paper.spelled)
    whole = text(told, width, plot)
    # A name from outside may hold what blocks and shapes do not need.
    return whole if paper.encodes(whole, stream) else text(told, width, partial(plot, ascii_only=True), paper.spelled)


def _marked_up(args: argparse.Namespace, told: Note) -> str:
    from ..core import note_markdown, note_page  # noqa: PLC0415  as above

    whole = note_page.as_html(told) if args.format == "html" else note_markdown.as_markdown(told)
    return whole if paper.encodes(whole, None if args.output else sys.stdout) else paper.marked_up(whole)
