"""The morning note: every part of the reading, the same digits in every format, and what is missing said."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import format as fmt
from smallcap.core.bars import Origin, Panel
from smallcap.core.composite import SIGNALS
from smallcap.core.document import document
from smallcap.core.evidence.quote import quotes
from smallcap.core.macro import MACRO
from smallcap.core.note import Drawing, Listing, Table
from smallcap.core.reading import ADVICE, Reading
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW, random_panel
from tests.papers import FACTS, as_text, beside, noted, read_on, sheets

Say = Callable[[Any], str]


def unknown(say: Callable[[float], str]) -> Say:
    """A number of a document as it is shown; null is `--`."""
    return lambda value: fmt.UNKNOWN if value is None else say(value)


RATIO, PERCENT, SIGNED = unknown(fmt.ratio), unknown(fmt.percent), unknown(fmt.signed)
PRICE = unknown(fmt.price)
WHOLE = unknown(lambda value: fmt.price(value, 0))
NAMES = {signal.key: signal.name for signal in SIGNALS}
MEASURES = {"leadership": "ratio trend", "confirmation": "sectors", "market": "market trend"}
UNITS = {row.series: row for row in MACRO}


def said(made: dict[str, Any]) -> list[str]:
    """What every format must have in its sentences, from the JSON document."""
    ratio, regime, sized = made["ratio"], made["regime"], made["sizing"]
    return [
        f"{made['pair']} {RATIO(ratio['value'])}",
        f"50-day mean {RATIO(ratio['sma50'])}, {'rising' if ratio['rising'] else 'not rising'}; 200-day mean"
        f" {RATIO(ratio['sma200'])}",
        regime["label"],
        f"Since {regime['since']}, {fmt.count(regime['sessions'], 'session')}; coverage ",
        *(f"{flip['to']} if {flip['when']}" for flip in regime["flips"]),
        *regime["why"],
        *regime["against"],
        f"{WHOLE(made['composite']['score'])} of 100, {made['composite']['present']} of {made['composite']['of']}",
        *(
            [
                f"{fmt.count(sized['shares'], 'share')}, {fmt.dollars(sized['risk_dollars'])} at risk,"
                f" weight {fmt.share(sized['weight'], 1)}",
                f"stop {fmt.price(sized['stop'])}, bound by the {sized['bound_by']}",
            ]
            if sized
            else []
        ),
        *(f"{event['date']} {event['name']}" for event in made["events"][:3]),
        *(" ".join(warning.split()) for warning in made["warnings"]),
        made["source"]["name"],
    ]


def tabled(made: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What every format must have in its rows, by their names, from the JSON document."""
    score = {key: PERCENT if key == "market" else SIGNED for key in MEASURES}
    return [
        *((MEASURES[key], [axis["state"], score[key](axis["score"])]) for key, axis in made["axes"].items()),
        *((NAMES[vote["key"]], [SIGNED(vote["vote"])]) for vote in made["composite"]["signals"]),
        *((row["ticker"], [PERCENT(row["ratio_vs_sma50"])]) for row in made["sectors"]),
        *(
            (
                row["ticker"],
                [
                    PRICE(row["last"]),
                    unknown(lambda change: fmt.percent(change, 2))(row["change"]),
                    PERCENT(row["relative_performance_20"]),
                ],
            )
            for row in made["watch"]
        ),
        *(
            (pair.replace("/", " vs "), [PERCENT(row["value"])])
            for pair, row in made["breadth"]["relative_performance_20"].items()
        ),
        *(
            [(f"credit {made['credit']['pair']}", [PERCENT(made["credit"]["ratio_vs_sma50"])])]
            if made["credit"]
            else []
        ),
        *([(f"{made['volume']['ticker']} volume", [f"{made['volume']['relative']:.2f}x"])] if made["volume"] else []),
        *(
            [(f"{made['atr_band']['ticker']} ATR", [fmt.share(made["atr_band"]["value"], 2)])]
            if made["atr_band"]
            else []
        ),
        *(
            (
                f"{row['name']}{' STALE' if row['stale'] else ''}",
                [
                    UNITS[row["series"]].shown(row["value"]),
                    unknown(UNITS[row["series"]].shown_change)(row["change_63"]),
                ],
            )
            for row in made["macro"]
        ),
        *([("rate cycle", [made["rates"]["cycle"], fmt.points(made["rates"]["change_126"])])] if made["rates"] else []),
    ]


def check_agreement(made: Reading) -> None:
    whole = document(made, FACTS)
    for name, (words, rows) in sheets(noted(made)).items():
        assert [one for one in said(whole) if one not in words] == [], name
        assert [row for row in tabled(whole) if not beside(rows, *row)] == [], name
        assert "nan" not in words.lower().replace("financ", ""), name


def test_all_formats_say_the_same_on_any_day_of_real_history(real_panel: Panel):
    days = random.Random(8).sample([str(day) for day in real_panel["IWM"].sessions[10:]], 12)
    for day in days:
        check_agreement(read_on(real_panel, day))
        check_agreement(read_on(real_panel, day, price_ratio=True))


def test_all_formats_say_the_same_on_any_day_of_the_simulated_market():
    panel = open_source("demo", Store(None)).load(NOW)
    for day in random.Random(9).sample([str(day) for day in panel["IWM"].sessions[10:]], 8):
        check_agreement(read_on(panel, day))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 50), st.integers(0, 699))
def test_all_formats_say_the_same_at_any_age_of_the_data(seed: int, row: int):
    panel = random_panel(seed=seed)
    check_agreement(read_on(panel, str(panel["SPY"].sessions[row])))


@pytest.mark.parametrize("pair", ["KRE/SPY", "IWM/QQQ", "QQQ/SPY", "VTWO/IWM"])
def test_all_formats_say_the_same_of_another_pair(real_panel: Panel, pair: str):
    check_agreement(read_on(real_panel, "2021-11-16", pair=pair))


def test_a_late_ticker_is_said_and_survived(real_panel: Panel):
    cut = real_panel.until(real_panel["SPY"].sessions[-1])
    last = cut["IWM"].sessions[-3]
    late = replace(cut, bars={**cut.bars, "IWM": cut["IWM"].until(last)})
    made = read_on(late, str(cut["SPY"].sessions[-1]))
    check_agreement(made)
    assert f"at the close of {last}" in as_text(noted(made), 200)


def blocks(made: Reading, title: str) -> list[Any]:
    return [b for b in noted(made).blocks if isinstance(b, Table | Listing) and b.title == title]


def test_every_number_that_the_axes_pend_on_is_in_the_note(panel: Panel):
    for row in range(300, 690, 13):
        made = read_on(panel, str(panel["SPY"].sessions[row]))
        for axis, shown in zip(made.axes, blocks(made, "Axes")[0].rows, strict=True):
            assert shown[3] == fmt.count(axis.sessions_in_state, "session")
            assert (axis.pending or "nothing") in shown[4]
            assert not axis.pending or f"{axis.closes} of 10 closes" in shown[4]


def test_the_evidence_of_what_is_held_now_is_quoted(real_panel: Panel):
    made = read_on(real_panel, "2020-03-23")
    found = quotes(made.history, made.panel)
    assert len(found) == 3
    for words, _ in sheets(noted(made, quotes=found)).values():
        assert "Evidence" in words
        assert [quote.words() for quote in found if f"{quote.words()}." not in words] == []
    assert "Evidence" not in as_text(noted(made))


def test_a_size_that_cannot_be_worked_out_says_why(panel: Panel):
    made = read_on(panel, str(panel["SPY"].sessions[5]))
    for words, _ in sheets(noted(made)).values():
        assert "none, because the ATR is missing or 0" in words.replace("None", "none")
        assert "INSUFFICIENT DATA" in words


def test_the_chart_is_of_six_months_and_its_labels_fill_it(real_panel: Panel):
    made = read_on(real_panel, "2020-03-23")
    drawing = next(b for b in noted(made).blocks if isinstance(b, Drawing))
    assert (str(drawing.curve.days[0]), str(drawing.curve.days[-1])) == ("2019-09-23", "2020-03-23")
    assert [name for name, _ in drawing.curve.lines] == ["IWM/SPY", "50-day mean", "200-day mean"]
    ends = [fmt.ratio(float(values[-1])) for _, values in drawing.curve.lines]
    assert ends == [fmt.ratio(v) for v in (made.ratio.value, made.ratio.sma50, made.ratio.sma200)]
    assert drawing.bands[0].first == 0
    assert drawing.bands[-1].last == len(drawing.curve.days) - 1
    assert [b.first for b in drawing.bands[1:]] == [b.last + 1 for b in drawing.bands[:-1]]
    assert drawing.bands[-1].regime is made.regime.regime
    assert str(drawing.curve.days[drawing.bands[-1].first]) == str(made.regime.since)
    labels = blocks(made, "Labels")[0].rows
    assert labels[0] == ("▼ RISK-OFF", "2020-01-29", "2020-03-23")


def test_a_stale_series_is_marked(real_panel: Panel):
    dgs2 = real_panel.macro["DGS2"]
    old = replace(dgs2, dates=dgs2.dates[:-40], values=dgs2.values[:-40])
    made = read_on(Panel(real_panel.bars, real_panel.origin, {**real_panel.macro, "DGS2": old}), "2022-12-30")
    assert [row[0] for row in blocks(made, "Macro")[0].rows if "STALE" in row[0]] == ["2-year yield STALE"]
    assert any(words.startswith("DGS2 is of 2022-") for words in blocks(made, "Notes")[0].sentences)


def test_a_reconstitution_is_ahead_however_far_away(real_panel: Panel):
    assert blocks(read_on(real_panel, "2022-08-01"), "Ahead")[0].sentences == (
        "2022-09-05 closed: Labor Day",
        "2022-11-24 closed: Thanksgiving",
        "2022-11-25 13:00 close",
        "2023-06-23 Russell reconstitution",
    )


def test_funds_are_told_with_the_day_they_were_recorded(real_panel: Panel):
    rows = {row[0]: row[1:] for row in blocks(read_on(real_panel, "2022-12-30"), "Funds")[0].rows}
    fee = FACTS.of("IWM", "expense_ratio", read_on(real_panel, "2022-12-30").as_of)
    assert rows["IWM"][0] == "iShares Russell 2000 ETF"
    assert fee is not None
    assert rows["IWM"][3] == fee.shown()
    assert rows["IWM"][4].endswith("after this date")


def test_advice_is_disclaimed_once_and_simulated_stands_first(panel: Panel):
    day = str(panel["SPY"].sessions[650])
    real = replace(panel, origin=Origin("CSV folder x", False, "2020-01-01T00:00:00+00:00"))
    for name, (words, _) in sheets(noted(read_on(panel, day))).items():
        assert words.count(ADVICE) == 1, name
        assert words.startswith(("SIMULATED", "# **SIMULATED**")), name
    for words, _ in sheets(noted(read_on(real, day))).values():
        assert "SIMULATED" not in words
        assert "CSV folder x" in words
