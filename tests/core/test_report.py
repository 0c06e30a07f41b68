"""The documents: no NaN, nothing missing, the same numbers in text and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from smallcap.core import reading, report
from smallcap.core.bars import Origin, Panel
from smallcap.core.settings import Settings


def read(panel: Panel, row: int) -> reading.Reading:
    day = date.fromisoformat(str(panel["SPY"].sessions[row]))
    return reading.build(panel, day, Settings(), closed=day)


@pytest.mark.parametrize("row", [0, 1, 30, 199, 400, 699])
def test_the_document_is_json_at_any_age_of_the_data(panel: Panel, row: int):
    made = read(panel, row)
    document = json.loads(report.as_json(report.document(made)))
    assert document["as_of"] == str(made.as_of)
    assert set(document) >= {"schema", "source", "pair", "ratio", "axes", "regime", "sectors", "sizing", "warnings"}
    assert set(document["axes"]) == {"leadership", "confirmation", "market"}
    if row < 14:
        assert document["sizing"] is None
        assert "the ATR is missing or 0" in report.text(made)


def test_text_and_json_say_the_same(panel: Panel):
    made = read(panel, 650)
    text, document = report.text(made), report.document(made)
    assert f"since {document['regime']['since']}, {document['regime']['sessions']} session" in text
    assert f"-> {document['sizing']['shares']} share" in text
    assert f"{document['ratio']['value']:.4f}" in text
    for axis in document["axes"].values():
        assert axis["state"] in text
    for flip in document["regime"]["flips"]:
        assert f"{flip['to']} if {flip['when']}" in text
    assert max(map(len, text.splitlines())) <= 80


def test_advice_is_disclaimed_once(panel: Panel):
    assert report.text(read(panel, 650)).count(reading.ADVICE) == 1


def test_simulated_stands_first(panel: Panel):
    real = replace(panel, origin=Origin("CSV folder x", False, "2020-01-01T00:00:00+00:00"))
    assert report.text(read(panel, 650)).startswith("SIMULATED")
    assert "SIMULATED" not in report.text(read(real, 650))


def test_history_leaves_empty_what_is_not_known(panel: Panel):
    rows = list(report.history_rows(read(panel, 650).history))
    assert rows[0]["leadership"] is None
    assert rows[0]["leadership_score"] is None
    assert rows[199]["leadership"] == "FLAT"
    assert rows[-1]["composite"] is None
    assert report.history_csv(rows).splitlines()[1].count(",") == len(report.HISTORY_COLUMNS) - 1
