"""Spoilt files, answers and texts: each reader takes what is sound, refuses the rest in a sentence, and is soon done.

A small part of `python -m benchmarks.fuzz`. Yahoo's client is tried in a process of its own, as it changes much in one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from smallcap.core.errors import SmallcapError

from tests.fuzz import wire
from tests.fuzz.files import Files
from tests.fuzz.mutate import Mutator
from tests.fuzz.run import Target, fit, fuzz

ROOT = Path(__file__).resolve().parents[1]
NAMES = (
    "daily/TICKER.csv", "macro/SERIES.csv", "a folder of CSV files", "smallcap.toml", "facts.toml", "plans.jsonl",
    "alerts.json", "account.json", "fetcher's lines", "FRED's answer", "typed text", "typed answers of a plan",
)  # fmt: skip
FEW = {"a folder of CSV files": 15, "plans.jsonl": 60, "typed answers of a plan": 60, "facts.toml": 60}
CASES, OF_YAHOO = 150, 40


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    """The readers by name, in a folder of their own."""
    home = tmp_path_factory.mktemp("fuzz")
    return {target.name: target for target in (*Files(home).targets(), *wire.targets(home))}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_spoilt_is_taken_or_refused_and_nothing_else(name: str, targets: dict[str, Target]):
    found = fuzz(targets[name], 1, FEW.get(name, CASES))
    assert found.broke == {}
    assert found.taken
    assert found.refused


def test_every_reader_is_named(targets: dict[str, Target]):
    assert tuple(targets) == NAMES


def test_what_yahoo_sends_is_taken_or_refused():
    """In a process of its own."""
    script = ["-m", "benchmarks.fuzz", "--only", "Yahoo", "--cases", str(OF_YAHOO), "--each", "--seed", "1"]
    ran = subprocess.run([sys.executable, *script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("| 0 |") == 4, ran.stdout


def test_the_same_seed_spoils_in_the_same_way():
    one, other = (Mutator("x"), Mutator("x"))
    example = b'{"a": [1, 2.5, "text"]}\n'
    spoilt = [one.spoilt(example) for _ in range(300)]
    assert spoilt == [other.spoilt(example) for _ in range(300)]
    assert len(set(spoilt)) > 200


def test_a_reader_that_raises_hangs_or_says_nonsense_is_found_out():
    def take(body: bytes) -> bool:
        if b"NaN" in body:
            raise KeyError("surprise")
        while b"9999" in body:
            pass
        if b"\x1b" in body:
            return fit(f"it is {body.decode('utf-8', 'replace')}")
        raise_if = body.startswith(b"{")
        return raise_if or fit(str(SmallcapError("it is no table")))

    found = fuzz(Target("made up", lambda: [b'{"a": 1}'], take, 1), 1, 400, longest=0.02)
    kinds = {words.partition(" ")[0] for words in found.broke}
    assert kinds == {"KeyError", "Hang", "AssertionError"}
    assert found.taken + found.refused + found.faults == found.cases == 400
