"""The installed command where something is wrong: exit codes, one sentence, and whole output files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from smallcap.core.bars import Panel

from tests.tui.commands.conftest import SMALLCAP, THEN, Run, Write, checked, last_day


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (["--equity", "0"], 2, "equity 0 is not above 0"),
        (["--equity", "nan"], 2, "--equity nan is not a finite number"),
        (["--equity", "lots"], 2, "--equity 'lots' is not a number like 0.01 or 1%"),
        (["--risk", "11%"], 2, "risk 0.11 is not from 0 to 0.1, which is 10%"),
        (["--entry", "100", "--stop", "101"], 2, "stop 101 is not below entry 100, as a long needs"),
        (["--side", "short", "--entry", "100", "--stop", "99"], 2, "stop 99 is not above entry 100, as a short needs"),
        (["--ticker", "KRX"], 1, "ticker 'KRX' is not in CSV folder"),
    ],
)
def test_size_refuses_with_one_sentence(run: Run, folder: Path, panel: Panel, flags: list[str], code: int, says: str):
    done = run("size", "--source", folder, "--as-of", last_day(panel), *flags)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.startswith(f"smallcap: {says}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["report", "--source", "nowhere"], 1, "nowhere is not a folder"),
        (["report", "--source", "."], 1, "has no usable daily/TICKER.csv in it"),
        (["report", "--source", "yahoo"], 1, "nothing of Yahoo's is in the store yet: run `smallcap fetch`"),
        (["report", "--pair", "IWM"], 2, "pair 'IWM' is not two different tickers"),
        (["report", "--pair", "IWM/SPX"], 1, "ticker 'SPX' is not in simulated market; did you mean SPY?"),
        (["report", "--as-of", "2031-01-01"], 2, "as-of 2031-01-01 is in the future; today is 2026-11-21"),
        (["report", "--as-of", "1999-01-04"], 1, "as-of 1999-01-04 is before the first session of IWM"),
        (["report", "--as-of", "soon"], 2, "argument --as-of: 'soon' is not a date like 2020-03-23"),
        (["report", "--output", "no/such/dir/file"], 1, "--output no/such/dir/file can't be written: No such file"),
        (["frobnicate"], 2, "invalid choice: 'frobnicate'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_a_code(run: Run, args: list[str], code: int, says: str):
    done = run(*args)
    assert done.returncode == code
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_weekend_is_the_session_before_and_said_so(run: Run, real_market_dir: Path):
    done = run("report", "--source", real_market_dir, "--as-of", "2020-03-22", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["as_of"] == "2020-03-20"
    assert "2020-03-22 is no session that has closed; this is the one before it, 2020-03-20" in done.stderr


def test_stale_and_partial_data_end_in_three(run: Run, panel: Panel, write_folder: Write):
    folder = write_folder(panel)
    stale = run("report", "--source", folder)
    assert stale.returncode == 3
    assert f"sessions missing since {last_day(panel)}" in stale.stderr
    folder = write_folder(panel, QQQ="date,open,high,low,close,adj_close,volume\n2020-01-02,x,1,1,1,1,1")
    partial = run("report", "--source", folder, "--as-of", last_day(panel))
    assert partial.returncode == 3
    assert "daily/QQQ.csv line 2: open 'x' is not a number" in partial.stderr
    assert "RISK" in partial.stdout or "NEUTRAL" in partial.stdout or "NARROW" in partial.stdout


def test_a_stale_series_ends_in_three(run: Run, folder: Path, panel: Panel):
    """The bars are fresh; the two-year yield ends 40 sessions, or just one, before them."""
    (folder / "macro").mkdir()
    for missing, code in ((40, 3), (1, 0)):
        days = panel["SPY"].sessions[:-missing]
        (folder / "macro" / "DGS2.csv").write_text("\n".join(["date,value", *(f"{day},1.37" for day in days)]))
        done = run("report", "--source", folder, "--as-of", last_day(panel), "--format", "json")
        row = checked("report", done.stdout)["macro"][0]
        assert (done.returncode, row["stale"], row["value"]) == (code, code == 3, pytest.approx(0.0137))
        assert done.stderr == (f"smallcap: DGS2 is of {days[-1]}, 40 sessions old\n" if code else "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[funds.IWM]\nexpense_ratio = 0.19", "funds.IWM.expense_ratio 0.19 is not a fraction from 0 to 0.05"),
        ("[funds.IWM]\nholding = 1950", "funds.IWM has 'holding', which is not a key there; did you mean holdings?"),
        ("[funds.IWM]\nholdings = '1950'", "funds.IWM.holdings '1950' is not a whole number"),
        ("[funds", "can't be read"),
    ],
)
def test_wrong_facts_name_file_and_key(run: Run, folder: Path, panel: Panel, tmp_path: Path, text: str, says: str):
    (tmp_path / "home").mkdir()
    own = tmp_path / "home" / "facts.toml"
    own.write_text(f'source = "the prospectus"\nrecorded = 2026-11-01\n{text}\n')
    done = run("report", "--source", folder, "--as-of", last_day(panel), "--format", "json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert str(own) in done.stderr
    assert says in done.stderr


def test_a_wrong_config_names_file_and_key(run: Run, tmp_path: Path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "smallcap.toml").write_text("equty = 5")
    done = run("report")
    assert done.returncode == 2
    assert done.stderr.endswith("smallcap.toml: 'equty' is not a key; did you mean equity?\n")


def test_the_output_file_is_whole(run: Run, folder: Path, panel: Panel, tmp_path: Path):
    target = tmp_path / "report.json"
    target.write_text("old")
    done = run("report", "--source", folder, "--as-of", last_day(panel), "--format", "json", "--output", target)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(target.read_text())["schema"] == 1
    (tmp_path / "taken").mkdir()
    failed = run("report", "--source", folder, "--as-of", last_day(panel), "--output", tmp_path / "taken")
    assert (failed.returncode, failed.stderr) == (
        1, f"smallcap: --output {tmp_path / 'taken'} can't be written: Is a directory\n"
    )  # fmt: skip
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path):
    env = {**os.environ, "SMALLCAP_HOME": str(tmp_path), "SMALLCAP_NOW": THEN}
    line = f"'{SMALLCAP}' history 2>'{tmp_path}/err' | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, env=env, check=False)
    assert (done.returncode, done.stdout[:10]) == (0, "date,ratio")
    assert "Traceback" not in (tmp_path / "err").read_text()


@pytest.mark.parametrize("env", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}])
def test_another_locale_is_no_error(run: Run, env: dict[str, str]):
    done = run("report", **env)
    assert done.returncode == 0
    assert "regime" in done.stdout or "since" in done.stdout


def test_a_home_that_cannot_be_written_is_said_and_survived(run: Run, folder: Path, panel: Panel, tmp_path: Path):
    (tmp_path / "home").write_text("a file where the folder should be")
    done = run("report", "--source", folder, "--as-of", last_day(panel), SMALLCAP_HOME=str(tmp_path / "home" / "deep"))
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_the_clock_can_be_set(run: Run, real_market_dir: Path):
    done = run("report", "--source", real_market_dir, "--format", "json", SMALLCAP_NOW="2021-03-12T22:00:00Z")
    assert (done.returncode, json.loads(done.stdout)["as_of"]) == (0, "2021-03-12")
    before = run("report", "--source", real_market_dir, "--format", "json", SMALLCAP_NOW="2021-03-12T20:00:00Z")
    assert json.loads(before.stdout)["as_of"] == "2021-03-11"
    wrong = run("report", SMALLCAP_NOW="noon")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_version_and_help(run: Run):
    assert run("--version").stdout.startswith("smallcap 0.")
    for command in ((), ("report",), ("history",), ("indicators",), ("size",)):
        done = run(*command, "--help")
        assert done.returncode == 0
        assert "--as-of" in done.stdout
