"""`smallcap evidence` and `smallcap claims` as run by somebody: text, JSON to the letter of its schema, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from smallcap.tui.cli import run

from tests.conftest import ROOT

QUICK = ("--draws", "100")
Out = pytest.CaptureFixture[str]


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMALLCAP_HOME", str(tmp_path))
    monkeypatch.setenv("SMALLCAP_NOW", "2026-11-20T23:00:00+00:00")
    return tmp_path


def printed(capsys: Out, *argv: str) -> str:
    assert run(argv) == 0
    return capsys.readouterr().out


def document(capsys: Out, schema: str, *argv: str) -> Any:
    found = json.loads(printed(capsys, *argv, "--format", "json"))
    validator(schema).validate(found)
    return found


@pytest.mark.parametrize("day", ["2026-11-19", "2008-11-20", "2009-03-02"])
def test_the_evidence_is_to_the_letter_of_its_schema(capsys: Out, day: str):
    found = document(capsys, "evidence", "evidence", *QUICK, "--workers", "1", "--as-of", day)
    assert found["source"]["simulated"] is True
    assert found["as_of"] == day
    assert {row["kind"] for row in found["rows"]} >= {"regime", "leadership"}


def test_two_processes_print_what_one_prints(capsys: Out):
    one, two = (
        printed(capsys, "evidence", *QUICK, "--workers", n, "--fragility", "--format", "json") for n in ("1", "2")
    )
    assert one == two
    validator("evidence").validate(json.loads(one))
    assert len(json.loads(one)["fragility"]["settings"]) == 81


def test_the_same_seed_prints_the_same_and_another_one_other_intervals(capsys: Out):
    first, again, other = (
        document(capsys, "evidence", "evidence", *QUICK, "--workers", "1", "--seed", seed) for seed in ("1", "1", "2")
    )
    assert first == again
    assert [row["mean"] for row in first["rows"]] == [row["mean"] for row in other["rows"]]
    assert [row["ci95"] for row in first["rows"]] != [row["ci95"] for row in other["rows"]]


def test_the_text_says_simulated_first_and_what_every_label_of_today_was_worth(capsys: Out):
    text = printed(capsys, "evidence", *QUICK, "--workers", "1")
    said = document(capsys, "evidence", "evidence", *QUICK, "--workers", "1")["today"]
    assert text.startswith("SIMULATED")
    assert len(said) == 3
    flowing = " ".join(text.split())
    assert all(one["words"] in flowing for one in said)
    assert max(map(len, text.splitlines())) <= 80


def test_every_row_is_in_the_csv(capsys: Out):
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "evidence", *QUICK, "--workers", "1", "--format", "csv"))))
    found = document(capsys, "evidence", "evidence", *QUICK, "--workers", "1")["rows"]
    assert [row["label"] for row in rows] == [row["label"] for row in found]
    assert [float(row["days"]) for row in rows] == [row["days"] for row in found]


def test_a_universe_is_ranked_and_held_against_chance(capsys: Out):
    found = document(capsys, "universe", "evidence", *QUICK, "--workers", "1", "--universe", "IWM,SPY,QQQ,XLF")
    assert len(found["rows"]) == 6
    text = printed(capsys, "evidence", *QUICK, "--workers", "1", "--universe", "IWM,SPY,QQQ,XLF")
    assert "by chance" in text


def test_the_claims_are_to_the_letter_of_their_schema(capsys: Out):
    found = document(capsys, "claims", "claims", *QUICK)
    assert len(found) >= 18
    assert len({one["key"] for one in found}) == len(found)


def test_a_claim_by_its_key_is_a_whole_card(capsys: Out):
    text = printed(capsys, "claims", *QUICK, "fee_drag")
    assert "$43,424" in text
    assert "defined as" in text


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("evidence", "--draws", "3"), "--draws 3 is not from 100"),
        (("evidence", "--seed", "-1"), "--seed -1 is not 0 or more"),
        (("evidence", "--workers", "0"), "workers 0 is not 1 or more"),
        (("evidence", "--cluster", "localhost"), "'localhost' is not an address like tcp://"),
        (("evidence", "--universe", "IWM"), "is not two tickers or more"),
        (("evidence", "--universe", "IWM,NOPE"), "'NOPE' is not in"),
        (("evidence", "--universe", "--format", "csv"), "is not there for --universe"),
        (("claims", "nope"), "nope"),
    ],
)
def test_wrong_usage_is_one_sentence_that_names_it(capsys: Out, argv: tuple[str, ...], words: str):
    assert run(argv) in {1, 2}
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert words in said[0]


def test_a_file_is_written_whole(capsys: Out, tmp_path: Path):
    for name, command in (("e.md", ("evidence", *QUICK, "--workers", "1")), ("c.md", ("claims", *QUICK))):
        assert run((*command, "--format", "md", "--output", str(tmp_path / name))) == 0
        assert (tmp_path / name).read_text().startswith("# ")
    assert capsys.readouterr().out == ""


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path):
    pipe, seen = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: seen.append(pipe.read_text()))
    reader.start()
    assert run(("claims", *QUICK, "--format", "json", "--output", str(pipe))) == 0
    reader.join(10)
    assert len(json.loads(seen[0])) >= 18
    assert pipe.is_fifo()
