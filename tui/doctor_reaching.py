"""Whether the providers answer: asked by a short-lived process with the fetcher's own client, and what it said."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import NamedTuple

from ..core.errors import SmallcapError

COMMAND = (sys.executable, "-m", "smallcap.core.live.reach")
# Seconds until the process is ended: its own requests end after 5, and it takes a moment to start.
PATIENCE = 20.0
RECENT = timedelta(days=40)


class Reply(NamedTuple):
    """What came of a request to a provider; `status` 0 and an `error` when nothing did.

    `known`: the body is one that this provider sends. `took` is seconds; `ahead` is by how many seconds the machine's
    clock is ahead of the answer's date, None when it has none.
    """

    name: str
    status: int
    error: str
    known: bool
    took: float
    ahead: float | None


def reach(now: datetime, command: tuple[str, ...] = COMMAND, patience: float = PATIENCE) -> tuple[Reply, ...]:
    """Ask every provider once; SmallcapError when the process that asks them can't."""
    since = (now - RECENT).date().isoformat()
    try:
        done = subprocess.run(
            [*command, since], capture_output=True, text=True, timeout=patience, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        raise SmallcapError(f"the process that asks them was not done after {patience:g} s") from None
    except OSError as error:
        raise SmallcapError(f"the process that asks them can't be started: {error.strerror or error}") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise SmallcapError(f"the process that asks them failed: {last}")
    return tuple(Reply(**json.loads(line)) for line in done.stdout.splitlines())
