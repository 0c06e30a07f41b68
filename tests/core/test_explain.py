"""Explanations: plain words and dates for every number, the same numbers as the document's, on any panel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import funds, reading
from smallcap.core.bars import Panel
from smallcap.core.document import document
from smallcap.core.explain import explain
from smallcap.core.explanation import Explanation
from smallcap.core.funds import Facts
from smallcap.core.indicators import rsi
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW, random_panel

FACTS = funds.read()
DAYS = ("2000-05-26", "2000-06-15", "2001-03-13", "2007-05-16", "2018-09-20", "2020-03-23", "2022-12-30")


def read(panel: Panel, day: str, **chosen: object) -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), **chosen), closed=asked)


def newest(panel: Panel, **chosen: object) -> Reading:
    return read(panel, str(panel["SPY"].sessions[-1]), **chosen)


def by_key(made: Reading, ticker: str = "IWM", facts: Facts = FACTS) -> dict[str, Explanation]:
    topics = explain(made, ticker, facts)
    found = {topic.key: topic for topic in topics}
    assert len(found) == len(topics), "two explanations of one place"
    return found


def texts(topic: Explanation) -> Iterator[str]:
    yield from (topic.key, topic.panel, topic.name, topic.value, topic.formula, topic.source)
    for part in topic.inputs:
        yield from (part.name, part.value)


def check(made: Reading, ticker: str = "IWM") -> None:
    """Every text is a line of plain words, every date one that had come by then."""
    for topic in by_key(made, ticker).values():
        for text in texts(topic):
            assert text.strip(), topic
            assert text.isprintable(), topic
            assert not re.search(r"\b(nan|NaN|inf\b|None\b|np\.)|%%", text), (topic.key, text)
        if not topic.key.startswith("facts."):
            assert all(part.date is None or part.date <= made.as_of for part in topic.inputs), topic


@pytest.mark.parametrize("day", DAYS)
def test_a_real_day_is_explained_in_plain_words(real_panel: Panel, day: str):
    check(read(real_panel, day))


@pytest.mark.parametrize("ticker", ["SPY", "KRE", "XLF", "^VIX", "VTWO"])
def test_any_ticker_of_a_real_day_is_explained(real_panel: Panel, ticker: str):
    made = read(real_panel, "2020-03-23")
    check(made, ticker)
    topics = by_key(made, ticker)
    close = float(made.panel[ticker].close[-1])
    assert topics["indicators"].name == f"indicators of {ticker}"
    assert topics["indicators"].value == f"close {close:,.2f}"


@pytest.mark.parametrize("pair", ["IWM/QQQ", "QQQ/SPY", "VTWO/IWM"])
def test_another_pair_is_explained(real_panel: Panel, pair: str):
    made = read(real_panel, "2021-11-16", pair=pair, price_ratio=True)
    check(made, made.pair.a)
    topics = by_key(made, made.pair.a)
    assert topics["ratio"].name == f"ratio {pair}"
    assert f"{made.pair.a} / {made.pair.b} on close;" in topics["ratio"].formula
    assert ("axes.confirmation" in topics) == pair.endswith("/SPY")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100), st.one_of(st.integers(0, 60), st.integers(61, 699)))
def test_a_bare_panel_is_explained_at_any_age(seed: int, row: int):
    """Nine tickers, no macro, hardly any history: what there is is explained, the rest has no topic."""
    panel = random_panel(seed=seed)
    made = read(panel, str(panel["SPY"].sessions[row]))
    check(made)
    topics = by_key(made)
    assert {"regime", "ratio", "composite", "sizing", "axes.leadership", "axes.market"} <= set(topics)
    assert not any(key.startswith("macro.") for key in topics)
    assert "rates" not in topics
    assert "credit" not in topics
    assert ("volume" in topics) == (row >= 20)
    assert ("atr_band" in topics) == (row >= 14)


def test_an_unknown_ticker_has_no_indicators_and_says_why_it_has_no_size(panel: Panel):
    made = newest(panel)
    check(made, "NOPE")
    topics = by_key(made, "NOPE")
    assert "indicators" not in topics
    assert topics["sizing"].value == "none"
    assert topics["sizing"].formula.startswith("ticker 'NOPE' is not in random walk")
    # What is known of the funds is there, whatever is looked at.
    assert topics["facts.IWM.holdings"].panel == "facts"
    assert {key for key in topics if key not in by_key(made)} == set()


def test_a_ticker_whose_newest_close_is_older_says_of_when(panel: Panel):
    late = Panel({**panel.bars, "QQQ": panel["QQQ"].until(panel["QQQ"].sessions[-4])}, panel.origin)
    made = newest(late)
    topic = by_key(made, "QQQ")["indicators"]
    then = panel["QQQ"].sessions[-4].item()
    assert {part.date for part in topic.inputs} == {then}
    assert topic.source == f"random walk, close of {then}"


def test_an_observation_has_its_own_date(real_panel: Panel):
    made = read(real_panel, "2020-03-23")
    topics = by_key(made)
    for row in made.macro:
        topic = topics[f"macro.{row.row.series}"]
        assert {part.date for part in topic.inputs} == {row.observed}
        assert topic.inputs[0].name == "observation"
        assert topic.source == f"FRED {row.row.series}, from {made.origin.name}"
    assert [part.date for part in topics["rates"].inputs] == [date(2019, 9, 19), date(2020, 3, 22)]
    # What is worked out from closes has the session's own date.
    for key in ("regime", "axes.leadership", "axes.market", "ratio", "composite", "sectors.XLF", "credit", "volume"):
        assert {part.date for part in topics[key].inputs} == {made.as_of}, key
    assert [part.date for part in topics["watch.IWM"].inputs] == [made.as_of, date(2020, 3, 20)]
    assert all(part.date for topic in topics.values() for part in topic.inputs)


def test_the_words_are_the_documents_numbers(real_panel: Panel):
    made = read(real_panel, "2020-03-23")
    whole, topics = document(made, FACTS), by_key(made)
    assert topics["ratio"].value == f"{whole['ratio']['value']:.4f}"
    assert [part.value for part in topics["ratio"].inputs[2:]] == [
        f"{whole['ratio'][key]:.4f}" for key in ("sma50", "sma200")
    ]
    assert topics["axes.leadership"].value == f"LAGGING, score {whole['axes']['leadership']['score']:+.2f}"
    assert topics["axes.market"].value == f"DOWN, score {100 * whole['axes']['market']['score']:+.1f}%"
    sessions = whole["regime"]["sessions"]
    assert topics["regime"].value == f"RISK-OFF since {whole['regime']['since']}, {sessions} sessions"
    assert topics["composite"].value == f"{whole['composite']['score']:.1f}, 8 of 8"
    for signal in whole["composite"]["signals"]:
        assert topics[f"composite.signals.{signal['key']}"].value == f"vote {signal['vote']:+.2f}"
        assert topics[f"composite.signals.{signal['key']}"].inputs[0].value == signal["why"]
    for row in whole["sectors"]:
        assert topics[f"sectors.{row['ticker']}"].value == f"{100 * row['ratio_vs_sma50']:+.1f}%"
    assert topics["macro.DGS2"].value == f"{100 * whole['macro'][0]['value']:.2f}%" == "0.37%"
    assert topics["macro.VIXCLS"].value == "66.0"
    assert topics["rates"].value == whole["rate_cycle"] == "CUTTING"
    assert [part.value for part in topics["rates"].inputs] == ["1.90%", "0.15%"]
    assert topics["credit"].value == f"{100 * whole['credit']['ratio_vs_sma50']:+.1f}%"
    assert topics["atr_band"].value == f"{100 * whole['atr_band']['value']:.2f}%, above the band"
    assert topics["watch.KRE"].value.split()[0] == f"{whole['watch'][4]['last']:.2f}"
    size = whole["sizing"]
    assert topics["sizing"].value == f"{size['shares']} shares, ${size['risk_dollars']:.0f} at risk"
    assert [part.name.removesuffix(" (binds)") for part in topics["sizing"].inputs] == [
        step["name"] for step in size["steps"]
    ]
    assert {key.removeprefix("events.") for key in topics if key.startswith("events.")} == {
        event["date"] for event in whole["events"]
    }


def test_the_indicators_are_the_tickers_own(real_panel: Panel):
    made = read(real_panel, "2020-03-23")
    rows = {part.name: part.value.split()[0] for part in by_key(made, "KRE")["indicators"].inputs}
    bars = made.panel["KRE"]
    assert rows["close"] == f"{bars.close[-1]:.2f}"
    assert rows["rsi14"] == f"{rsi(bars.adj_close, 14)[-1]:.2f}"
    assert rows["sma200"] == f"{np.mean(bars.close[-200:]):.2f}"
    assert rows["donchian_low20"] == f"{min(bars.close[-20:]):.2f}"


def test_what_would_turn_and_flip_it_is_said_as_the_banner_says_it(real_panel: Panel):
    made = read(real_panel, "2018-09-20")
    topics = by_key(made)
    said = {(part.name, part.value) for part in topics["regime"].inputs}
    assert {(f"{flip.to} if", flip.words()) for flip in made.regime.flips} <= said
    for axis in made.axes:
        said = {(part.name, part.value) for part in topics[f"axes.{axis.key}"].inputs}
        assert {(f"asks {turn.to} when", turn.words()) for turn in axis.turns} <= said
        assert (("pending", axis.pending_words()) in said) == (axis.pending is not None)


def test_a_fact_says_where_and_when_it_was_read(real_panel: Panel):
    topic = by_key(read(real_panel, "2020-03-23"))["facts.IWM.expense_ratio"]
    assert topic.value == "0.19%"
    assert topic.source.endswith("; built in")
    assert topic.inputs[0].date
    assert topic.inputs[0].value == f"recorded {topic.inputs[0].date}, after this date"
    assert not any(key.startswith("facts.") for key in by_key(read(real_panel, "2020-03-23"), facts=Facts(())))


def test_the_simulated_market_is_explained_and_named_as_the_source():
    panel = open_source("demo", Store(None)).load(NOW)
    made = newest(panel)
    check(made)
    topics = by_key(made)
    assert {f"macro.{name}" for name in ("DGS2", "VIXCLS")} <= set(topics)
    assert topics["ratio"].source == f"simulated market, closes of {made.as_of}"
