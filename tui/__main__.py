"""The `smallcap` command."""

from __future__ import annotations

import gc
import os
import sys

from . import last_screen

# Read when numpy and Textual are imported. Linear algebra would start a thread a core for matrices we never have.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Textual waits for the next of its frames before it paints: with twice as many, the first screen comes sooner.
os.environ.setdefault("TEXTUAL_FPS", "120")


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Collecting garbage while modules are being made finds none; the app turns it on when its first screen stands.
    gc.disable()
    last_screen.show(sys.argv[1:])
    try:
        from .cli import run  # noqa: PLC0415  after the variables above, and what there is to show meanwhile

        sys.exit(run(sys.argv[1:]))
    finally:
        last_screen.leave()


if __name__ == "__main__":
    main()
