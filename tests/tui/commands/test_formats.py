"""The installed command as a script reads it: streams and formats, as the contract has them."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import pytest
from smallcap.core.bars import Panel

from tests.conftest import as_csv
from tests.tui.commands.conftest import Run, Write, checked, last_day


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
