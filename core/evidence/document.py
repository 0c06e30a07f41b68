"""The evidence as the contract's JSON document, and its rows as a table for CSV."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..document import Json, heading, known
from ..reading import Reading
from .analogues import Analogue, Analogues, Tally
from .bootstrap import Interval
from .fragility import Fragility, Setting
from .page import Page, Period
from .quote import Quote
from .table import Evidence
from .universe import PairRow, Universe
from .walk import Walk, Year
from .worth import ASSUMED, Compared, Gap, Held, Worth

COLUMNS = (
    "kind", "label", "target", "horizon", "days", "episodes", "mean", "others_mean", "difference", "ci95_low",
    "ci95_high", "p", "realized_vol", "others_realized_vol", "vol_difference", "vol_ci95_low", "vol_ci95_high",
    "worst_drawdown", "others_worst_drawdown", "verdict", "vol_verdict",
)  # fmt: skip


def document(reading: Reading, page: Page, fragile: Fragility | None = None) -> Json:
    """The page of a reading as the contract has it; `fragility` is None where it wasn't asked for."""
    shown, of, chance = page.beyond_chance
    return {
        **heading(reading),
        "pair": str(page.pair),
        "draws": page.draws,
        "seed": page.seed,
        "rows": [row(one) for one in page.rows],
        "multiplicity": {"edges_shown": shown, "rows": of, "by_chance": chance},
        "today": [_quote(one) for one in page.quotes],
        "sizing": _worth(page.worth),
        "periods": [_period(one) for one in page.periods],
        "walk_forward": [_walk(one) for one in page.walks],
        "analogues": _analogues(page.analogues),
        "fragility": fragility(fragile) if fragile else None,
    }


def row(one: Evidence) -> Json:
    """One row with the contract's keys: fractions, None for not known."""
    return {
        "kind": one.kind,
        "label": one.label,
        "target": one.target,
        "horizon": one.horizon,
        "days": one.days,
        "episodes": one.episodes,
        "mean": known(one.mean),
        "others_mean": known(one.others_mean),
        "difference": known(one.difference),
        "ci95": ends(one.ci95),
        "p": known(one.ci95.p),
        "realized_vol": known(one.vol),
        "others_realized_vol": known(one.others_vol),
        "vol_difference": known(one.vol - one.others_vol),
        "vol_ci95": ends(one.vol_ci95),
        "worst_drawdown": known(one.worst_fall),
        "others_worst_drawdown": known(one.others_worst_fall),
        "verdict": one.verdict,
        "vol_verdict": one.vol_verdict,
    }


def flat_rows(page: Page) -> Iterable[dict[str, Any]]:
    """Every row with the columns of COLUMNS, each interval in two of them."""
    for one in page.rows:
        found = row(one)
        for name in ("ci95", "vol_ci95"):
            low, high = found.pop(name) or (None, None)
            found |= {f"{name}_low": low, f"{name}_high": high}
        yield {name: found[name] for name in COLUMNS}


def ends(found: Interval) -> list[float] | None:
    """The two ends of an interval; None where it can't be told."""
    low, high = known(found.low), known(found.high)
    return None if low is None or high is None else [low, high]


def fragility(found: Fragility) -> Json:
    """The grid of the rule's parameters, what each setting says, and all of it in words."""
    return {
        "label": found.label,
        "words": [found.label_words, found.evidence_words],
        "settings": [_setting(one) for one in found.settings],
    }


def universe(reading: Reading, found: Universe) -> Json:
    """The ranked pairs of many tickers."""
    return {
        **heading(reading),
        "words": found.words,
        "tested": found.tested,
        "apart": found.apart,
        "by_chance": found.by_chance,
        "finds": found.finds,
        "rows": [pair_row(one) for one in found.rows],
    }


def pair_row(one: PairRow) -> Json:
    """One pair of the universe."""
    return {
        "pair": str(one.pair),
        "regime": one.label,
        "leadership": one.leadership,
        "days": one.days,
        "episodes": one.episodes,
        "difference": known(one.difference),
        "ci95": ends(one.ci95),
        "p": known(one.ci95.p),
        "q": known(one.q),
    }


def _quote(one: Quote) -> Json:
    return {"kind": one.row.kind, "label": one.row.label, "words": one.words()}


def _period(one: Period) -> Json:
    return {"from": one.first.isoformat(), "to": one.last.isoformat(), "rows": [row(each) for each in one.rows]}


def _worth(found: Worth | None) -> Json | None:
    if found is None:
        return None
    rows, periods = ([_compared(one) for one in each] for each in (found.rows, found.periods))
    return {"words": found.words(), "assumed": ASSUMED, "rows": rows, "periods": periods}


def _compared(one: Compared) -> Json:
    return {
        "key": one.key,
        "name": one.name,
        "ticker": one.ticker,
        "from": one.first.isoformat(),
        "to": one.last.isoformat(),
        "sized": _held(one.sized),
        "constant": _held(one.constant),
        "difference": {name: _gap(getattr(one, name)) for name in ("returns", "volatility", "sharpe")},
        "words": one.words(),
    }


def _held(one: Held) -> Json:
    return {name: known(value) for name, value in one._asdict().items()}


def _gap(one: Gap) -> Json:
    return {"value": known(one.difference), "ci95": ends(one.ci95), "verdict": one.verdict}


def _walk(one: Walk) -> Json:
    return {**one.case._asdict(), "words": one.words(), "years": [_year(each) for each in one.rows]}


def _year(one: Year) -> Json:
    return {
        "year": one.year,
        "date": one.session.isoformat(),
        "known_difference": known(one.known.difference),
        "ci95": ends(one.known.ci95),
        "verdict": one.known.verdict,
        "next_difference": known(one.next_difference),
        "agreed": one.agreed,
    }


def _analogues(found: Analogues) -> Json:
    return {
        "features": list(found.features),
        "reason": found.reason or None,
        "rows": [_analogue(one, found) for one in found.rows],
        "tallies": [_tally(one) for one in found.tallies],
    }


def _analogue(one: Analogue, of: Analogues) -> Json:
    returns = {
        target: {str(horizon): known(value) for horizon, value in zip(of.horizons, values, strict=True)}
        for target, values in zip(of.targets, one.returns, strict=True)
    }
    return {"date": one.session.isoformat(), "distance": one.distance, "regime": one.regime, "returns": returns}


def _tally(one: Tally) -> Json:
    return {name: known(value) if isinstance(value, float) else value for name, value in one._asdict().items()}


def _setting(one: Setting) -> Json:
    return {
        "rule": one.rule._asdict(),
        "regime": one.label,
        "since": one.since.isoformat(),
        "changes_a_year": one.changes,
        "evidence": row(one.evidence) if one.evidence else None,
    }
