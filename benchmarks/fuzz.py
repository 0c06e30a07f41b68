"""A million spoilt files, answers and texts: `python -m benchmarks.fuzz --cases 1000000`, gone on with where it ended.

Every reader of outside text gets its share, in blocks of a thousand with a seed each. What it does but take or refuse
within a second is a fault; the first case of each kind is shown.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = 1000
FAST = Path("/dev/shm")
HEAD = "| what is read | cases | taken | refused | slowest | faults |\n|---|---:|---:|---:|---:|---:|"


def main() -> None:
    """Every block that the log has not, then the table; 1 when something broke."""
    asked = _arguments()
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("error")
    rows = _logged(asked.log)
    with tempfile.TemporaryDirectory(dir=FAST if os.access(FAST, os.W_OK) else None) as home:
        targets = [target for target in _targets(Path(home), asked.only) if asked.only in target.name]
        shares = sum(target.share for target in targets)
        for target in targets:
            cases = asked.cases if asked.each else max(round(asked.cases * target.share / shares), 1)
            _run(target, cases, asked, rows)
    print(_table(rows))
    sys.exit(any(row["faults"] for row in rows))


def _run(target, cases: int, asked: argparse.Namespace, rows: list[dict]) -> None:  # noqa: ANN001
    """The target's blocks that are not done yet, each onto the log."""
    from tests.fuzz.run import fuzz

    done = {row["seed"] for row in rows if row["name"] == target.name}
    for place in range(-(-cases // BLOCK)):
        if (seed := asked.seed + place) in done:
            continue
        began = time.monotonic()
        found = fuzz(target, seed, min(BLOCK, cases - place * BLOCK))
        row = {**vars(found), "seed": seed, "seconds": round(time.monotonic() - began, 2)}
        row["broke"] = {words: repr(body[:2000]) for words, body in found.broke.items()}
        rows.append(row)
        if asked.log:
            with asked.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        for words, body in row["broke"].items():
            print(f"{target.name}, seed {seed}: {words}\n    {body[:500]}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="in all (default: 1,000,000)")
    parser.add_argument("--each", action="store_true", help="so many of each reader instead")
    parser.add_argument("--only", default="", help="readers with this in their name")
    parser.add_argument("--seed", type=int, default=1, help="of the first block")
    parser.add_argument("--log", type=Path, help="what is done already, and is not done again")
    return parser.parse_args()


def _logged(log: Path | None) -> list[dict]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log and log.exists() else []


def _targets(home: Path, only: str) -> list:
    """Yahoo's client last: it turns every warning off."""
    from tests.fuzz import wire, yahoo
    from tests.fuzz.files import Files

    found = [*Files(home).targets(), *wire.targets(home)]
    return [*found, *yahoo.targets_of_yahoo(home)] if only in {"", "Yahoo"} or "Yahoo" in only else found


def _table(rows: list[dict]) -> str:
    lines = [HEAD]
    for name in dict.fromkeys(row["name"] for row in rows):
        own = [row for row in rows if row["name"] == name]
        sums = [sum(row[key] for row in own) for key in ("cases", "taken", "refused", "faults")]
        slowest = max(row["slowest"] for row in own)
        lines.append(f"| {name} | {sums[0]:,} | {sums[1]:,} | {sums[2]:,} | {1000 * slowest:.0f} ms | {sums[3]:,} |")
    cases, spent = sum(row["cases"] for row in rows), sum(row["seconds"] for row in rows)
    return "\n".join([*lines, f"\n{cases:,} cases in {spent:,.0f} s"])


if __name__ == "__main__":
    main()
