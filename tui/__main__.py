"""The `smallcap` command."""

from __future__ import annotations

import gc
import os
import sys

# Before numpy is imported: its linear algebra would start a thread a core for matrices this program never has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Collecting garbage while modules are being made finds none; the app turns it on when its first screen stands.
    gc.disable()
    from .cli import run  # noqa: PLC0415  after the variable above

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
