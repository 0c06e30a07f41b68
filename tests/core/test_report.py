"""The report as text: the same numbers as the document, within 80 columns, SIMULATED where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from smallcap.core import funds, reading, report
from smallcap.core.bars import Origin, Panel
from smallcap.core.composite import SIGNALS
from smallcap.core.document import document
from smallcap.core.format import day as words_of
from smallcap.core.settings import Settings
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW

FACTS = funds.read()
DAYS = (
    "2000-05-26",
    "2000-06-15",
    "2001-03-13",
    "2004-03-10",
    "2008-10-10",
    "2013-05-22",
    "2018-09-20",
    "2020-03-23",
    "2021-11-16",
    "2022-12-30",
)


def read_on(panel: Panel, day: str, **chosen: object) -> reading.Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), **chosen), closed=asked)


def read(panel: Panel, row: int) -> reading.Reading:
    return read_on(panel, str(panel["SPY"].sessions[row]))


@pytest.mark.parametrize("row", [0, 1, 30, 199, 400, 699])
def test_there_is_a_report_at_any_age_of_the_data(panel: Panel, row: int):
    text = report.text(read(panel, row))
    assert ("Size, long IWM: none, because the ATR is missing or 0" in text) == (row < 14)
    assert ("INSUFFICIENT DATA: too few inputs for a label" in text) == (row < 199)
    assert "nan" not in text


def test_text_and_json_say_the_same(panel: Panel):
    made = read(panel, 650)
    text, whole = report.text(made), document(made, FACTS)
    assert f"since {whole['regime']['since']}, {whole['regime']['sessions']} session" in text
    assert f"-> {whole['sizing']['shares']} share" in text
    assert f"{whole['ratio']['value']:.4f}" in text
    assert f"Composite of IWM {whole['composite']['score']:.0f} of 100, 8 of 8 signals" in text
    for axis in whole["axes"].values():
        assert axis["state"] in text
    for flip in whole["regime"]["flips"]:
        assert f"{flip['to']} if {flip['when']}" in text


def too_wide(made: reading.Reading) -> list[str]:
    """The lines over 80 columns, but for those with names from outside: the source's, and warnings about tickers."""
    outside = {report.heading(made), *(f"note: {warning}" for warning in made.warnings)}
    return [line for line in report.text(made).splitlines() if len(line) > 80 and line not in outside]


def test_a_real_report_is_at_most_80_columns_wide(real_panel: Panel):
    some = [*DAYS, *map(str, real_panel["IWM"].sessions[300::250])]
    readings = (read_on(real_panel, day, price_ratio=price) for day in some for price in (False, True))
    assert {line for made in readings for line in too_wide(made)} == set()


@pytest.mark.parametrize("pair", ["KRE/SPY", "IWM/QQQ", "QQQ/SPY", "VTWO/IWM"])
def test_another_pairs_report_is_as_narrow(real_panel: Panel, pair: str):
    days = real_panel["VTWO"].sessions[250::300]
    assert {line for day in days for line in too_wide(read_on(real_panel, str(day), pair=pair))} == set()
    made = read_on(real_panel, "2021-11-16", pair=pair)
    assert report.text(made).startswith(f"{pair}  as of Tue 2021-11-16 close  CSV folder ")


def test_the_simulated_markets_report_is_as_narrow():
    panel = open_source("demo", Store(None)).load(NOW)
    days = panel["IWM"].sessions[300::400]
    assert {line for day in days for line in too_wide(read_on(panel, str(day)))} == set()


@pytest.mark.parametrize("day", DAYS)
def test_a_real_report_has_every_part(real_panel: Panel, day: str):
    made = read_on(real_panel, day)
    lines = report.text(made).splitlines()
    assert lines[0] == f"IWM/SPY  as of {words_of(made.as_of)} close  {made.origin.name}"
    for signal, vote in zip(SIGNALS, made.composite.votes, strict=True):
        assert any(line.split()[:1] == [signal.name.split()[0]] and line.endswith(vote.why) for line in lines), signal
    for axis in made.axes:
        assert any(line.startswith(f"  {axis.measures} ") and axis.state in line for line in lines)
    for row in made.macro:
        assert any(line.startswith(f"  {row.row.name} ") and f", {row.observed}" in line for line in lines)
    for row in made.watch:
        assert any(line.split()[:1] == [row.ticker] for line in lines)
    for sector in made.sectors:
        assert any(line.split()[:2] == [sector.ticker, sector.group] for line in lines)
    for event in made.events[:3]:
        assert f"  {event.date}  {event.name}" in lines
    assert [f"for: {words}" for words in made.regime.why] == [line for line in lines if line.startswith("for: ")]
    assert lines[-1] == reading.ADVICE


def test_what_stands_beside_the_label_is_in_the_report(real_panel: Panel):
    lines = report.text(read_on(real_panel, "2018-10-03")).splitlines()
    at = lines.index("Beside the label")
    beside = dict(line.split(maxsplit=1) for line in lines[at + 1 : lines.index("", at)])
    assert beside["divergence"].startswith("narrow  below 252-session high: SPY 0.")
    assert "pctl" in beside["credit"]
    at = lines.index("Macro, as known then")
    assert any(line.split()[:3] == ["rate", "cycle", "HIKING"] for line in lines[at:])


def test_a_stale_series_is_marked(real_panel: Panel):
    dgs2 = real_panel.macro["DGS2"]
    old = replace(dgs2, dates=dgs2.dates[:-40], values=dgs2.values[:-40])
    made = read_on(Panel(real_panel.bars, real_panel.origin, {**real_panel.macro, "DGS2": old}), "2022-12-30")
    marked = [line for line in report.text(made).splitlines() if "STALE" in line]
    assert [line.split()[0] for line in marked] == ["2-year"]
    assert any(line.startswith("note: DGS2 is of 2022-") for line in report.text(made).splitlines())


def test_a_reconstitution_is_ahead_however_far_away(real_panel: Panel):
    lines = report.text(read_on(real_panel, "2022-08-01")).splitlines()
    at = lines.index("Ahead")
    assert lines[at + 1 : lines.index("", at)] == [
        "  2022-09-05  closed: Labor Day",
        "  2022-11-24  closed: Thanksgiving",
        "  2022-11-25  13:00 close",
        "  2023-06-23  Russell reconstitution",
    ]


def test_advice_is_disclaimed_once(panel: Panel):
    assert report.text(read(panel, 650)).count(reading.ADVICE) == 1


def test_simulated_stands_first(panel: Panel):
    real = replace(panel, origin=Origin("CSV folder x", False, "2020-01-01T00:00:00+00:00"))
    assert report.text(read(panel, 650)).startswith("SIMULATED")
    assert "SIMULATED" not in report.text(read(real, 650))


def test_the_simulated_markets_report_is_whole_and_says_so():
    panel = open_source("demo", Store(None)).load(NOW)
    made = read_on(panel, str(panel["SPY"].sessions[-1]))
    text = report.text(made)
    assert text.startswith(f"SIMULATED  IWM/SPY  as of {words_of(made.as_of)} close  simulated market\n")
    assert "8 of 8 signals" in text
