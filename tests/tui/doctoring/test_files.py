"""`smallcap doctor` on the files: the config, the data folder, the store, plans, alerts, and who fetches."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock
from smallcap.core.live.child import lock_of
from smallcap.tui import doctor_files

from tests.live.store import filled
from tests.loopback import World
from tests.tui.doctoring.conftest import AT, NOW, Look, says


def test_the_config_is_told_with_its_path_or_its_fault(around: Look, home: Path):
    file = home / "smallcap.toml"
    says(doctor_files.config(around()), "ok", str(file), "default")
    file.write_text('source = "demo"\n')
    says(doctor_files.config(around()), "ok", str(file), "source demo")
    file.write_text("range = 7\n")
    says(doctor_files.config(around()), "failure", str(file), "range")
    file.unlink()
    file.mkdir()
    says(doctor_files.config(around()), "failure", "can't be read")


def test_the_data_folder_must_be_writable_and_roomy(around: Look, home: Path, monkeypatch: pytest.MonkeyPatch):
    says(doctor_files.data(around()), "ok", str(home), "MB free")
    says(doctor_files.data(around(SMALLCAP_HOME=str(home / "a" / "b"))), "ok", "made when first needed")
    assert list(home.iterdir()) == []
    for spare, state in ((199, "warning"), (19, "failure"), (200, "ok")):
        monkeypatch.setattr(doctor_files.shutil, "disk_usage", lambda _, n=spare: SimpleNamespace(free=n * 2**20))
        says(doctor_files.data(around()), state, f"{spare} MB free")

    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(doctor_files.tempfile, "TemporaryFile", refuse)
    says(doctor_files.data(around()), "failure", "Read-only file system", "SMALLCAP_HOME")


def test_the_store_is_told_with_its_age_in_sessions(around: Look, home: Path):
    says(doctor_files.store(around()), "ok", "nothing was fetched yet")
    says(doctor_files.store(around(source="yahoo")), "warning", "smallcap fetch")
    filled(home, World(AT, ("IWM", "SPY")), AT)
    says(doctor_files.store(around(source="yahoo", SMALLCAP_NOW=NOW)), "ok", "2 tickers", "2024-10-09", "up to date")
    later = around(source="yahoo", SMALLCAP_NOW="2024-10-14T22:00:00Z")
    says(doctor_files.store(later), "warning", "3 sessions behind", "smallcap fetch")
    says(doctor_files.store(around(source="demo", SMALLCAP_NOW="2024-10-14T22:00:00Z")), "ok", "3 sessions behind")


def test_a_store_that_is_no_database_is_a_failure(around: Look, home: Path):
    (home / "store.sqlite3").write_text("no database at all, nothing like one" * 9)
    says(doctor_files.store(around()), "failure", "not a database")


def test_plans_that_cannot_be_read_are_named(around: Look, home: Path):
    says(doctor_files.plans(around()), "ok", "none saved")
    (home / "plans.jsonl").write_text("nonsense\nmore\n")
    says(doctor_files.plans(around()), "warning", "line 1", "1 more")
    (home / "plans.jsonl").unlink()
    (home / "plans.jsonl").mkdir()
    says(doctor_files.plans(around()), "failure", "can't be read")


def test_alerts_that_cannot_be_read_are_named(around: Look, home: Path):
    says(doctor_files.alerts(around()), "ok", "none armed")
    file = home / "alerts.json"
    file.write_text(json.dumps({"schema": 1, "highest": 0, "alerts": [], "history": []}))
    says(doctor_files.alerts(around()), "ok", "0 armed")
    file.write_text(json.dumps({"schema": 1, "highest": 1, "alerts": [7], "history": []}))
    says(doctor_files.alerts(around()), "warning", "entry 1 of alerts")
    file.write_text("{")
    says(doctor_files.alerts(around()), "failure", "left alone")


def test_who_fetches_is_seen_by_the_lock(around: Look, home: Path, monkeypatch: pytest.MonkeyPatch):
    says(doctor_files.fetcher(around()), "ok", "nobody")
    assert list(home.iterdir()) == []
    with FileLock(lock_of(home / "store.sqlite3"), is_singleton=False):
        says(doctor_files.fetcher(around()), "ok", "another smallcap fetches")
    lock_of(home / "store.sqlite3").touch()
    monkeypatch.setattr(doctor_files.os, "access", lambda *_: False)
    says(doctor_files.fetcher(around()), "warning", "another user")
