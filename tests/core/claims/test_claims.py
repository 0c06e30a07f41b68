"""The whole table: what it promises of time, order, seeds, missing data and how many were tested."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import smallcap.core.claims.claims as module
from smallcap.core.bars import Bars, Panel, Series, bars_of
from smallcap.core.claims.card import UNITS, Chart, Estimate, Finding
from smallcap.core.claims.claims import claims
from smallcap.core.claims.table import CLAIMS, Claim
from smallcap.core.claims.verdict import VERDICTS, Direction, Range
from smallcap.core.errors import UsageError
from smallcap.core.evidence.bootstrap import Interval

from tests.core.claims.markets import DRAWS, last, market

NEEDED = sorted({name for claim in CLAIMS for name in (*claim.needs, *claim.series)})


@pytest.fixture(scope="module")
def panel() -> Panel:
    return market(3)


@pytest.fixture(scope="module")
def cards(panel):
    return claims(panel, last(panel), draws=DRAWS)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_every_row_says_what_is_claimed_where_and_how_it_is_tested(claim):
    assert all((claim.key, claim.claim, claim.said_by, claim.definition, claim.test.__doc__))
    assert not claim.claim.endswith(".")
    assert claim.unit in UNITS
    assert [c.key for c in CLAIMS].count(claim.key) == 1


def test_a_card_for_every_row_in_its_order(cards):
    assert [card.key for card in cards] == [claim.key for claim in CLAIMS]
    for card in cards:
        assert card.verdict in VERDICTS
        assert card.n_words
        assert card.words.endswith(".")
        assert "nan" not in card.words
        assert bool(card.missing) == (card.verdict == "CAN'T TELL")
        assert card.chart is not None
        assert all(len(column.values) == len(card.chart.labels) > 1 for column in card.chart.columns)
        assert "--" not in card.shown(card.result)


def test_every_sub_period_is_a_decade_of_the_same_claim(cards):
    for card in cards:
        if card.n and card.key != "cuts_begin":
            names = [period.name for period in card.periods]
            first = "2001-2009"
            assert names == [first, "2010-2016"], card.key
            assert sum(period.n for period in card.periods) == card.n, card.key


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(panel, cards):
    assert pickle.dumps(claims(panel, last(panel), draws=DRAWS)) == pickle.dumps(cards)
    assert pickle.dumps(claims(panel, last(panel), draws=DRAWS, seed=2)) != pickle.dumps(cards)


def test_the_order_of_the_tickers_changes_nothing(panel, cards):
    turned = replace(panel, bars=dict(reversed(panel.bars.items())), macro=dict(reversed(panel.macro.items())))
    assert repr(claims(turned, last(panel), draws=DRAWS)) == repr(cards)


def test_a_card_says_the_same_alone_and_among_all(panel, cards):
    chosen = claims(panel, last(panel), draws=DRAWS, only=["fear", "january"])
    assert repr(chosen) == repr(tuple(card for card in cards if card.key in {"fear", "january"}))


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(UsageError, match="claim 'januari' is not in the table; did you mean january"):
        claims(market(), date(2016, 12, 30), only=["januari"])


def test_progress_counts_the_claims(panel):
    told = []
    claims(panel, last(panel), draws=10, progress=lambda done, of: told.append((done, of)))
    assert told == [(done, len(CLAIMS)) for done in range(1, len(CLAIMS) + 1)]


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named_and_only_its_claims_suffer(panel, cards, name):
    without = replace(
        panel,
        bars={t: b for t, b in panel.bars.items() if t != name},
        macro={s: v for s, v in panel.macro.items() if s != name},
    )
    for before, card in zip(cards, claims(without, last(panel), draws=DRAWS), strict=True):
        if name in before.needs:
            assert (card.verdict, card.missing) == ("CAN'T TELL", f"no data of {name}")
            assert card.words == f"It can't be told: no data of {name}."
            assert (card.chart, card.n) == (None, 0)
        else:
            assert repr(card[:8] + card[10:14]) == repr(before[:8] + before[10:14])


def test_nothing_at_all_leaves_the_arithmetic():
    cards = claims(replace(market(), bars={}, macro={}), date(2016, 12, 30), draws=10)
    assert {card.key for card in cards if card.verdict != "CAN'T TELL"} == {"fee_drag", "fee_drag_vtwo"}


def test_two_tickers_without_a_common_session_cant_be_told(panel):
    split = {t: b.until(np.datetime64("2006-01-03")) if t != "SPY" else _since(b, 2000) for t, b in panel.bars.items()}
    cards = claims(replace(panel, bars=split), last(panel), draws=10)
    assert {card.verdict for card in cards if "SPY" in card.needs} == {"CAN'T TELL"}


@pytest.mark.parametrize("sessions", [2, 3, 30, 300, 1200])
def test_less_than_five_years_tell_nothing(panel, sessions):
    day = panel["IWM"].sessions[sessions - 1].astype(object)
    for card in claims(panel, day, draws=20):
        if card.needs:
            assert card.verdict == "CAN'T TELL"
            assert "years of sessions, 5 are needed" in card.missing
            assert "nan" not in card.words


@pytest.mark.parametrize("row", [1500, 2500])
def test_nothing_after_the_day_is_looked_at(panel, row):
    day = panel["IWM"].sessions[row]
    garbled = replace(
        panel,
        bars={t: _garbled(b, day) for t, b in panel.bars.items()},
        macro={s: _garbled_series(v, day) for s, v in panel.macro.items()},
    )
    seen, unseen = (claims(p, day.astype(object), draws=DRAWS) for p in (garbled, panel))
    assert repr(seen) == repr(unseen)
    assert repr(unseen) == repr(claims(panel.until(day), day.astype(object), draws=DRAWS))


def test_a_find_among_many_tests_must_be_better_than_one_alone(monkeypatch):
    few, many = (_verdicts_of(monkeypatch, [0.04, *[0.9] * others]) for others in (1, 19))
    assert few == ["SUPPORTED", "NOT SUPPORTED"]
    assert many == ["NOT SUPPORTED"] * 20


def test_ranges_and_what_cant_be_told_are_no_tests(monkeypatch):
    extra = [_claim("range", 0.9, Range(0, 1)), *(_claim(f"short{i}", 0.9, Direction(1), years=1.0) for i in range(19))]
    assert _verdicts_of(monkeypatch, [0.04, 0.9], extra)[0] == "SUPPORTED"


def _claim(key: str, p: float, rule: Direction | Range, years: float = 20.0) -> Claim:
    estimate = Estimate(0.5, Interval(0.1, 0.9, p), 100, years)
    return Claim(
        key, key, "", "", (), (), "fraction", rule, lambda _: Finding(estimate, (), "", "", Chart("", (), (), ""))
    )


def _verdicts_of(monkeypatch, p: list[float], extra: list[Claim] | None = None) -> list[str]:
    rows = (*(_claim(f"claim {at}", one, Direction(1)) for at, one in enumerate(p)), *(extra or []))
    monkeypatch.setattr(module, "CLAIMS", rows)
    return [card.verdict for card in claims(market(), date(2016, 12, 30), draws=10)]


def _since(bars: Bars, row: int) -> Bars:
    columns = [getattr(bars, c)[row:] for c in ("open", "high", "low", "close", "adj_close", "volume")]
    return bars_of(bars.ticker, bars.sessions[row:], columns)


def _garbled(bars: Bars, day: np.datetime64) -> Bars:
    later = bars.sessions > day
    names = ("open", "high", "low", "close", "adj_close", "volume")
    factor = np.where(later, np.random.RandomState(9).uniform(0.5, 2.0, len(later)), 1.0)
    return bars_of(bars.ticker, bars.sessions, [getattr(bars, name) * factor for name in names])


def _garbled_series(series: Series, day: np.datetime64) -> Series:
    # What is dated on the day itself is published too late for it.
    return Series(series.name, series.dates, np.where(series.dates >= day, -series.values, series.values))
