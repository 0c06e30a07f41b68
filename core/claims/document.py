"""A claim's card as the contract's JSON."""

from __future__ import annotations

from ..document import Json, known
from ..evidence.document import ends
from .card import Card, Chart, Period


def card(one: Card) -> Json:
    """A card with the contract's keys; None for what is not known."""
    return {
        "key": one.key,
        "claim": one.claim,
        "source": one.said_by,
        "definition": one.definition,
        "needs": list(one.needs),
        "unit": one.unit,
        "result": known(one.result),
        "ci95": ends(one.ci95) if one.ci95 else None,
        "p": known(one.p),
        "q": known(one.q),
        "n": one.n,
        "n_words": one.n_words,
        "words": one.words,
        "verdict": one.verdict,
        "missing": one.missing or None,
        "periods": [_period(each) for each in one.periods],
        "chart": _chart(one.chart) if one.chart else None,
    }


def _period(one: Period) -> Json:
    return {"name": one.name, "result": known(one.result), "ci95": ends(one.ci95) if one.ci95 else None, "n": one.n}


def _chart(one: Chart) -> Json:
    columns = [{"name": column.name, "values": [known(value) for value in column.values]} for column in one.columns]
    return {"title": one.title, "unit": one.unit, "labels": list(one.labels), "columns": columns}
