"""Random users for a long day: `python -m benchmarks.random_keys --keys 100000`, gone on with where its log ends.

Each chunk is a process of its own: one app that stays open for so many random keys, pastes, sizes, clicks and dates
while its clock races, on the simulated market or, where it is there, on real history. Every so often it has to come
back to the dashboard by keys alone; its banner is then held against a reading made anew, and its memory is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "market"
CHUNK, CALM_EVERY, WEIGHED_EVERY = 10_000, 250, 4
WARM = 0.3
"""The share of a chunk after which every screen and every cache has been met."""
MOST = 0.05
LIMIT = 3600


class Memory(NamedTuple):
    """What the process holds at a calm moment."""

    keys: int
    rss: int
    objects: int


def main() -> None:
    """Every chunk that the log has not, then the table."""
    asked = _arguments()
    if asked.seed is not None:
        _one(asked.seed, asked.chunk, real=asked.real)
        return
    done = {row["seed"]: row for row in _logged(asked.log)}
    for seed in range(-(-asked.keys // asked.chunk)):
        if not done.get(seed, {}).get("ended"):
            done[seed] = _in_process(seed, asked.chunk, real=seed % 2 == 1 and REAL.is_dir())
            with asked.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[seed]) + "\n")
            print(_line(done[seed]), flush=True)
    print(_table([done[seed] for seed in sorted(done)]))
    sys.exit(any(row["error"] for row in done.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=100_000, help="in all (default: 100,000)")
    parser.add_argument("--chunk", type=int, default=CHUNK, help=f"keys of one app (default: {CHUNK:,})")
    parser.add_argument("--log", type=Path, default=ROOT / "build" / "random_keys.jsonl", help="what is done already")
    parser.add_argument("--seed", type=int, help="this chunk alone, in this process")
    parser.add_argument("--real", action="store_true", help="with --seed: on real history")
    return parser.parse_args()


def _logged(log: Path) -> list[dict[str, object]]:
    log.parent.mkdir(parents=True, exist_ok=True)
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []


def _in_process(seed: int, chunk: int, *, real: bool) -> dict[str, object]:
    """A chunk's row, whatever becomes of its process."""
    args = [sys.executable, "-m", "benchmarks.random_keys", "--seed", str(seed), "--chunk", str(chunk)]
    began = time.monotonic()
    try:
        ran = subprocess.run(
            [*args, *(["--real"] if real else [])], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT
        )
        row = json.loads(ran.stdout.splitlines()[-1]) if ran.stdout else {"error": ran.stderr[-4000:]}
    except subprocess.TimeoutExpired:
        row = {"error": f"not done after {LIMIT} s"}
    empty = {"keys": 0, "quits": 0, "calms": 0, "memory": [], "error": "", "until": ""}
    row = {"seed": seed, "source": "real history" if real else "simulated", **empty, **row}
    return {**row, "seconds": round(time.monotonic() - began, 1), "ended": not row["error"]}


def _one(seed: int, chunk: int, *, real: bool) -> None:
    """In a chunk's process: the row as JSON on the last line."""
    # What is in these variables is looked at when Textual and numpy are imported.
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", OPENBLAS_NUM_THREADS="1")
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        os.environ.pop(name, None)
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        row = asyncio.run(_storm(Path(home), seed, chunk, real=real))
        os.chdir(ROOT)
    print(json.dumps(row))


async def _storm(home: Path, seed: int, chunk: int, *, real: bool) -> dict[str, object]:
    from tests.tui import storm

    start = storm.FIRST + timedelta(600 * seed % 9000)
    app = storm.stormed(home, REAL if real else None, start)
    memory, error, calms = list[Memory](), "", 0
    async with app.run_test(size=storm.CALM) as pilot:
        user = storm.Storm(app, pilot, seed)
        try:
            await user.settle()
            while user.count < chunk:
                await user.rage(CALM_EVERY)
                await user.calm()
                calms += 1
                for saved in home.glob("smallcap-*.*"):
                    saved.unlink()
                if calms % WEIGHED_EVERY == 0:
                    await user.round()
                    memory.append(_measured(user.count))
                    print(*memory[-1], user.clock.now(), file=sys.stderr, flush=True)
        except Exception:
            error = f"{traceback.format_exc(limit=-12)}\n{' '.join(user.last)}\n{app.text()}"
            app._exception = None
    until = str(user.clock.now().date())
    return {
        "keys": user.count, "quits": app.quits, "calms": calms, "memory": memory, "error": error, "until": until
    }  # fmt: skip


def _measured(keys: int) -> Memory:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Memory(keys, pages * os.sysconf("SC_PAGE_SIZE"), len(gc.get_objects()))


def _growth(row: dict[str, object]) -> tuple[Memory, Memory]:
    """What was held once warm, and at the end."""
    held = [Memory(*each) for each in row["memory"]]
    warm = next((each for each in held if each.keys >= WARM * held[-1].keys), held[-1])
    return warm, held[-1]


def _line(row: dict[str, object]) -> str:
    cells = [f"seed {row['seed']}", row["source"], f"{row['keys']:,}", str(row["calms"]), row["until"]]
    cells.append(f"{row['seconds']:.0f} s")
    if row["memory"]:
        warm, end = _growth(row)
        cells.append(f"{warm.rss / 1e6:.1f} -> {end.rss / 1e6:.1f} MB ({end.rss / warm.rss - 1:+.1%})")
        cells.append(f"{warm.objects:,} -> {end.objects:,} ({end.objects / warm.objects - 1:+.1%})")
    cells.append(str(row["error"]) or "none")
    return "| " + " | ".join(map(str, cells)) + " |"


def _table(rows: list[dict[str, object]]) -> str:
    head = "| user | market | keys | back on the dashboard | clock at the end | took | memory | objects | errors |"
    flat = sum(max(end.rss / warm.rss, end.objects / warm.objects) <= 1 + MOST for warm, end in map(_growth, rows))
    keys = sum(row["keys"] for row in rows)
    said = f"{keys:,} keys; {flat} of {len(rows)} kept their memory within {MOST:.0%}"
    return "\n".join([head, "|" + "---|" * 9, *map(_line, rows), said])


if __name__ == "__main__":
    main()
