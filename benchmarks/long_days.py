"""A month of days at a time, at speed: `python -m benchmarks.long_days`; exits with 1 when something was missed.

The market is served here; the app, a watch and the fetcher live through the days in a process of their own (days.py).
Each month's requests are held against the calendar, its closes against what was shown, its memory against its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from smallcap.core.live.raw import Raw
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.live.store import filled
from tests.loopback import Loopback, World

from .months import MONTHS, NEW_YORK, Month, evening, instant
from .promised import growth, judged, measured

ROOT = Path(__file__).resolve().parents[1]
FIRST = date(2022, 1, 3)
TICKERS, SERIES = wanted(Settings())
PATIENCE = 4 * 3600.0
"""Seconds that a month may take."""


class Remembering(World):
    """A market that works out a ticker's bars once an instant."""

    def __init__(self, month: Month) -> None:
        self._found: dict[tuple[str, bool], tuple[object, Raw]] = {}
        super().__init__(evening(month.first), TICKERS, FIRST, SERIES)

    def raw(self, ticker: str, now: datetime, *, told: bool = True) -> Raw:
        """The bars that were worked out last, or others."""
        key, at = (ticker, told), (now, self.version)
        if key not in self._found or self._found[key][0] != at:
            self._found[key] = at, super().raw(ticker, now, told=told)
        return self._found[key][1]


def main() -> None:
    """Every month, or those whose name holds a word, and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only the months whose name holds it")
    word = parser.parse_args().word.lower()
    print("| days | sessions | took | requests | busiest hour | memory | objects | wrong |\n|" + 8 * "---|", flush=True)
    bad = False
    for month in (month for month in MONTHS if word in month.name.lower()):
        seen = lived(month)
        wrong = judged(month, seen)
        bad = bad or bool(wrong)
        print(line(month, seen, wrong), flush=True)
    sys.exit(bad)


def lived(month: Month) -> dict[str, Any]:
    """What was seen in a month."""
    with tempfile.TemporaryDirectory() as name, Loopback(Remembering(month)) as net:
        home = Path(name)
        if month.live:
            filled(home, net.world, evening(month.first))
        env = net.environment(home / "client") | {"SMALLCAP_HOME": name, "OPENBLAS_NUM_THREADS": "1"}
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.days"],
            env=env | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin
            assert process.stdout
            limit = threading.Timer(PATIENCE, process.kill)
            limit.start()
            events = [(instant(at).timestamp(), *rest) for at, *rest in month.events]
            days = {"from": evening(month.first).timestamp(), "to": evening(month.last).timestamp()}
            process.stdin.write(
                json.dumps({**days, "live": month.live, "streaming": month.streaming, "events": events}) + "\n"
            )
            process.stdin.flush()
            seen = None
            for told in process.stdout:
                found = json.loads(told)
                if "seen" in found:
                    seen = found["seen"]
                    break
                process.stdin.write(json.dumps(served(net, found)) + "\n")
                process.stdin.flush()
            limit.cancel()
        if seen is None:
            raise RuntimeError(f"{month.name}: the days ended early, with {process.returncode}")
        return dict(seen) | {"leaks": net.leaks}


def served(net: Loopback, told: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Do what is asked of the market or its server; the requests since."""
    asked = [(request.kind, request.status) for request in net.requests]
    net.requests.clear()
    if "now" in told:
        net.world.now = datetime.fromtimestamp(told["now"], NEW_YORK)
    match told.get("do", ()):
        case ["fault", kind, name]:
            net.fault(kind, name)
        case ["heal"]:
            net.heal()
        case ["offline"]:
            net.offline()
        case ["split", ticker, day, ratio]:
            net.world.split(ticker, date.fromisoformat(day), ratio)
        case ["dividend", ticker, day, amount]:
            net.world.dividend(ticker, date.fromisoformat(day), amount)
    return asked


def line(month: Month, seen: Mapping[str, Any], wrong: Sequence[str]) -> str:
    """A row of the table."""
    warm, end = measured(seen)
    asked = sum(sum(kinds.values()) for kinds in seen["days"].values())
    grown = growth(seen)
    cells = (
        month.name,
        len({day for _, day in seen["shown"]["app"]}),
        f"{seen['seconds']:.0f} s",
        f"{asked:,}",
        seen["busiest"],
        f"{warm[1] / 1e6:.1f} -> {end[1] / 1e6:.1f} MB ({grown['memory']:+.1%})",
        f"{warm[2]:,} -> {end[2]:,} ({grown['objects']:+.1%})",
        "; ".join(wrong[:6]) + (f" and {len(wrong) - 6} more" if len(wrong) > 6 else "") or "nothing",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    main()
