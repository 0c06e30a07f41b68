"""What every command ends with: its text on standard output or in a file, what was missing on standard error."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from ..core.errors import SmallcapError
from ..core.folding import folded
from ..core.reading import Reading
from . import streams
from .printable import printable
from .standpoint import Standpoint

PARTIAL = 3


def finish(made: Reading, standpoint: Standpoint) -> int:
    """Say on standard error what was missing or refused; the exit code that goes with it."""
    for warning in (*made.warnings, *filter(None, (standpoint.store.trouble,))):
        print(f"smallcap: {printable(warning)}", file=sys.stderr)
    return PARTIAL if made.partial else 0


def put_text(args: argparse.Namespace, text: str) -> None:
    """As `put`, for people: folded to $COLUMNS or else to the terminal; in a pipe or a file a line is a line."""
    width = shutil.get_terminal_size((sys.maxsize, 0)).columns
    put(args, text if args.output else folded(text, width))


def write(text: str) -> None:
    """Write to standard output at once; SmallcapError when it can't be, BrokenPipeError when nobody reads it."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        streams.abandon()
        raise SmallcapError(f"standard output can't be written: {error.strerror}") from None


def put(args: argparse.Namespace, text: str) -> None:
    """Write to the file that was asked for, whole or not at all, or to standard output."""
    if args.output is None:
        write(text)
        return
    path: Path = args.output
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and (not path.is_file() or _of_the_system(path.parent)):
            # A pipe or a device is written to, and so is /dev/stdout wherever it leads: replaced, it would be gone.
            path.write_text(text, encoding="utf-8")
            return
        write_anew(draft, text)
        os.replace(draft, path)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):
            draft.unlink(missing_ok=True)
        raise SmallcapError(f"--output {path} can't be written: {getattr(error, 'strerror', None) or error}") from None


def write_anew(draft: Path, text: str) -> None:
    """Write a file that isn't there yet, never through a link that was put in its place; OSError."""
    draft.unlink(missing_ok=True)
    draft.touch(exist_ok=False)
    draft.write_text(text, encoding="utf-8")


def _of_the_system(folder: Path) -> bool:
    """Whether what a folder holds stands for open files, not files of its own."""
    return folder == Path("/dev") or Path("/proc") in folder.resolve().parents
