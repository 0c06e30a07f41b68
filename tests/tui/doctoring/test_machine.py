"""`smallcap doctor` on the machine: its encoding, its time zones and its clock."""

from __future__ import annotations

import sys
from datetime import datetime
from types import SimpleNamespace

import pytest
from smallcap.core.errors import SmallcapError
from smallcap.tui import doctor_machine

from tests.tui.doctoring.conftest import NOW, Look, reply, says


@pytest.mark.parametrize(
    ("env", "output", "state"),
    [
        ({"LANG": "en_US.UTF-8"}, "utf-8", "ok"),
        ({"LANG": "C", "LC_ALL": "de_DE.utf8"}, "utf-8", "ok"),
        ({"LANG": "C"}, "utf-8", "warning"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", "warning"),
        ({"LC_CTYPE": "en_US.UTF-8"}, "utf-8", "ok"),
        ({}, "utf-8", "warning"),
        ({"LANG": "en_US.UTF-8"}, "iso8859-1", "warning"),
    ],
)
def test_encoding(around: Look, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], output: str, state: str):
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(encoding=output))
    check = doctor_machine.encoding(around(**env))
    says(check, state, output)
    assert ("--ascii" in check.advice) == (state == "warning")


def test_new_york_without_a_time_zone_database_is_a_failure(around: Look, monkeypatch: pytest.MonkeyPatch):
    says(doctor_machine.time_zone(around(TZ="Europe/Vienna", SMALLCAP_NOW=NOW)), "ok", "Europe/Vienna", "18:00")

    def none(_: datetime) -> str:
        raise SmallcapError("this machine has no time zone database")

    monkeypatch.setattr(doctor_machine, "new_york_minute", none)
    says(doctor_machine.time_zone(around()), "failure", "no time zone database", "pip install tzdata")


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (0.4, "ok", "agrees"),
        (-59.0, "ok", "59 s behind"),
        (61.0, "warning", "61 s ahead of"),
        (-299.0, "warning", "5 min behind"),
        (301.0, "failure", "5 min ahead of"),
        (-400_000.0, "failure", "5 days behind"),
        (None, "ok", "not compared"),
    ],
)
def test_the_clock_against_the_providers(around: Look, ahead: float | None, state: str, words: str):
    says(doctor_machine.clock(around(replies=(reply(ahead=ahead),))), state, words)


def test_of_two_providers_the_one_that_agrees_is_believed(around: Look):
    says(doctor_machine.clock(around(replies=(reply(ahead=4000.0), reply("FRED", ahead=1.5)))), "ok", "2 s ahead")


def test_a_clock_that_is_not_compared_says_so(around: Look):
    says(doctor_machine.clock(around()), "ok", "not compared")


def test_a_replay_is_a_warning_and_an_instant_that_is_none_a_failure(around: Look):
    says(doctor_machine.replay(around()), "ok")
    says(doctor_machine.replay(around(SMALLCAP_NOW=NOW)), "warning", "2024-10-09 18:00 ET", "unset SMALLCAP_NOW")
    says(doctor_machine.replay(around(SMALLCAP_NOW="noon")), "failure", "'noon' is not an ISO instant")
