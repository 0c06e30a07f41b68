"""The installed command as a script sees it: streams, formats, exit codes, and one sentence for what is wrong."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from smallcap.core.bars import Panel

from tests.conftest import ROOT, as_csv

SMALLCAP = Path(sys.executable).with_name("smallcap")
THEN = "2026-11-21T15:00:00Z"
Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[..., Path]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the installed command with a home of its own and a clock that is set."""

    def command(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        home = {**os.environ, "SMALLCAP_HOME": str(tmp_path / "home"), "SMALLCAP_NOW": THEN, **env}
        return subprocess.run(
            [str(SMALLCAP), *map(str, args)], capture_output=True, text=True, env=home, cwd=tmp_path, check=False
        )

    return command


@pytest.fixture
def folder(panel: Panel, write_folder: Write) -> Path:
    return write_folder(panel)


def last_day(panel: Panel) -> str:
    return str(panel["SPY"].sessions[-1])


def checked(name: str, text: str) -> Any:
    """JSON that its schema in docs/schema allows."""
    made = json.loads(text)
    Draft202012Validator(json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text())).validate(made)
    return made


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_real_history_as_json(run: Run, real_market_dir: Path):
    done = run("report", "--source", real_market_dir, "--as-of", "2020-03-23", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    made = checked("report", done.stdout)
    assert made["schema"] == 1
    assert made["as_of"] == "2020-03-23"
    assert made["regime"]["label"] == "RISK-OFF"
    assert {key: axis["state"] for key, axis in made["axes"].items()} == {
        "leadership": "LAGGING",
        "confirmation": "DENIED",
        "market": "DOWN",
    }
    assert made["source"]["simulated"] is False
    assert made["source"]["age_sessions"] == 0


def test_the_simulated_market_says_so_in_every_output(run: Run):
    assert run("report").stdout.startswith("SIMULATED")
    assert checked("report", run("report", "--format", "json").stdout)["source"]["simulated"] is True
    assert run("size").stdout.startswith("SIMULATED")
    assert checked("size", run("size", "--format", "json").stdout)["source"]["simulated"] is True
    for command in (("history",), ("indicators", "KRE")):
        rows = run(*command, "--from", "2026-11-01")
        assert rows.stderr.startswith("SIMULATED")
        assert (rows.returncode, "SIMULATED" in rows.stdout) == (0, False)


def test_without_a_terminal_the_report_is_printed(run: Run, folder: Path, panel: Panel):
    bare = run("--source", folder, "--as-of", last_day(panel))
    assert bare.returncode == 0
    assert bare.stdout == run("report", "--source", folder, "--as-of", last_day(panel)).stdout


def test_history_has_the_contracts_columns_and_ends_in_the_report(run: Run, folder: Path, panel: Panel):
    done = run("history", "--source", folder, "--as-of", last_day(panel))
    rows = table(done.stdout)
    assert ",".join(rows[0]) == (
        "date,ratio,leadership_score,leadership,leadership_pending,confirmation_score,confirmation,"
        "confirmation_pending,market_score,market,market_pending,regime,composite,coverage"
    )
    assert len(rows) == 700
    report = json.loads(run("report", "--source", folder, "--as-of", last_day(panel), "--format", "json").stdout)
    assert float(rows[-1]["ratio"]) == pytest.approx(report["ratio"]["value"], rel=1e-12)
    assert rows[-1]["regime"] == report["regime"]["label"]
    assert float(rows[-1]["composite"]) == report["composite"]["score"]
    assert (rows[0]["leadership"], rows[0]["composite"]) == ("", "")
    assert all(row["composite"] for row in rows[199:])
    as_json = run("history", "--source", folder, "--as-of", last_day(panel), "--format", "json").stdout
    made = checked("history", as_json)
    assert made[-1]["regime"] == rows[-1]["regime"]
    assert (made[0]["leadership"], made[0]["composite"]) == (None, None)
    assert made[-1]["composite"] == report["composite"]["score"]


def test_history_from_and_to(run: Run, folder: Path):
    done = run("history", "--source", folder, "--from", "2016-03-01", "--to", "2016-03-04", "--as-of", "2016-06-01")
    assert [line[:10] for line in done.stdout.splitlines()[1:]] == [f"2016-03-0{n}" for n in (1, 2, 3, 4)]
    back = run("history", "--source", folder, "--from", "2016-03-04", "--to", "2016-03-01")
    assert (back.returncode, back.stderr) == (2, "smallcap: --from 2016-03-04 is after --to 2016-03-01\n")


def test_indicators_are_a_row_a_session(run: Run, folder: Path, panel: Panel):
    done = run("indicators", "XLF", "--source", folder, "--as-of", last_day(panel))
    assert (done.returncode, done.stderr) == (0, "")
    header = done.stdout.splitlines()[0]
    assert header.startswith(
        "date,close,adj_close,rsi14,macd,macd_signal,macd_hist,atr14,atr_pct,sma50,sma200,relative_volume,realized_vol20,"
    )
    rows, bars = table(done.stdout), panel["XLF"]
    assert [row["date"] for row in rows] == bars.sessions.astype(str).tolist()
    assert [float(row["adj_close"]) for row in rows] == bars.adj_close.tolist()
    assert all(value == "" for key, value in rows[0].items() if key not in ("date", "close", "adj_close"))
    assert all(rows[-1].values())
    assert float(rows[-1]["sma50"]) == pytest.approx(fmean(bars.close[-50:]), rel=1e-12)
    assert float(rows[-1]["relative_volume"]) == pytest.approx(bars.volume[-1] / fmean(bars.volume[-21:-1]), rel=1e-12)
    vol = stdev(np.diff(np.log(bars.adj_close[-21:])).tolist()) * math.sqrt(252)
    assert float(rows[-1]["realized_vol20"]) == pytest.approx(vol, rel=1e-9)


def test_indicators_take_a_span_a_date_and_either_format(run: Run, folder: Path):
    flags = ("--source", folder, "--from", "2016-03-01", "--to", "2016-03-04")
    done = run("indicators", "xlf", *flags, "--as-of", "2016-06-01")
    assert [line[:10] for line in done.stdout.splitlines()[1:]] == [f"2016-03-0{n}" for n in (1, 2, 3, 4)]
    made = json.loads(run("indicators", "xlf", *flags, "--as-of", "2016-06-01", "--format", "json").stdout)
    assert [list(map(str, row.values())) for row in made] == [list(row.values()) for row in table(done.stdout)]
    # As on the second of March nothing later is there, and what is there is the same.
    before = run("indicators", "XLF", *flags, "--as-of", "2016-03-02").stdout
    assert before.splitlines() == done.stdout.splitlines()[:3]
    early = json.loads(run("indicators", "XLF", "--source", folder, "--to", "2015-01-02", "--format", "json").stdout)
    assert [(row["date"], row["rsi14"], row["sma200"]) for row in early] == [("2015-01-02", None, None)]
    back = run("indicators", "XLF", "--source", folder, "--from", "2016-03-04", "--to", "2016-03-01")
    assert (back.returncode, back.stderr) == (2, "smallcap: --from 2016-03-04 is after --to 2016-03-01\n")


def test_indicators_of_a_ticker_that_is_not_there_or_late(run: Run, panel: Panel, write_folder: Write):
    qqq = panel["QQQ"].until(panel["QQQ"].sessions[-4])
    folder = write_folder(panel, QQQ=as_csv(qqq))
    late = run("indicators", "QQQ", "--source", folder, "--as-of", last_day(panel))
    assert late.returncode == 3
    assert f"smallcap: QQQ's newest close is of {qqq.sessions[-1]}, not of {last_day(panel)}\n" in late.stderr
    assert len(table(late.stdout)) == 697
    gone = run("indicators", "XLFF", "--source", folder, "--as-of", last_day(panel))
    assert (gone.returncode, gone.stdout, gone.stderr.count("\n")) == (1, "", 1)
    assert gone.stderr.startswith("smallcap: ticker 'XLFF' is not in CSV folder")
    assert gone.stderr.endswith("did you mean XLF?\n")
    bare = run("indicators", "--source", folder)
    assert (bare.returncode, bare.stdout) == (2, "")


def test_size_takes_percentages_and_prices(run: Run, folder: Path, panel: Panel):
    day = last_day(panel)
    flags = ("--equity", "50,000", "--risk", "2%", "--entry", "100", "--stop", "95", "--target", "115")
    done = run("size", "--source", folder, "--as-of", day, "--format", "json", *flags, "--max-weight", "1")
    made = checked("size", done.stdout)
    assert made["r_multiple"] == 3.0
    assert made["steps"][0] == {"name": "risk budget", "formula": "50,000 x 2%", "value": 1000.0, "bound": False}
    assert made["shares"] == int(min(200 * made["multiplier"], *(s["value"] for s in made["steps"][4:-1])))
    text = run("size", "--source", folder, "--as-of", day, *flags).stdout
    assert "Size, long IWM" in text
    assert "A planning aid, not advice." in text


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


def test_facts_of_ones_own_are_in_the_report_with_where_they_are_from(run: Run, tmp_path: Path):
    (tmp_path / "home").mkdir()
    own = tmp_path / "home" / "facts.toml"
    own.write_text('source = "the prospectus"\nrecorded = 2026-11-01\n[funds.IWM]\nholdings = 1951\n')
    made = checked("report", run("report", "--format", "json").stdout)
    facts = {(fact["subject"], fact["figure"]): fact for fact in made["facts"]}
    mine = facts["IWM", "holdings"]
    assert (mine["value"], mine["source"], mine["recorded"]) == (1951, "the prospectus", "2026-11-01")
    assert (mine["origin"], mine["stale"], mine["after_as_of"]) == (str(own), False, False)
    assert facts["IWM", "expense_ratio"]["origin"] == facts["SPY", "holdings"]["origin"] == "built in"
    assert made["explain"]["facts.IWM.holdings"]["value"] == "1,951"
    assert made["explain"]["facts.IWM.holdings"]["source"] == f"the prospectus; {own}"


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
