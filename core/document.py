"""The whole reading as the contract's JSON document: fractions, ISO dates, None for not known."""

from __future__ import annotations

import json
import math
from typing import Any

from .calendar import Hours
from .composite import SIGNALS, CompositeReading
from .context import AtrBand, BreadthReading, Context, CreditReading
from .errors import SmallcapError
from .explain import explain
from .explanation import Explanation
from .flips import Flip
from .funds import Fact, Facts
from .label import AxisReading, RegimeReading
from .macro import MacroReading, RateCycle
from .reading import Reading
from .sectors import SectorReading
from .sizing import Sizing
from .watch import Watch

SCHEMA = 1

Json = dict[str, Any]


def as_json(document: object, *, ascii_only: bool = False) -> str:
    """A document as JSON text, two spaces deep; anything not finite must have become None before.

    What a terminal would obey, or what would turn the direction, is spelled out as JSON has it.
    """
    lines = json.dumps(document, indent=2, ensure_ascii=ascii_only, allow_nan=False).split("\n")
    return "\n".join(line if line.isprintable() else _spelled_out(line) for line in lines) + "\n"


def _spelled_out(line: str) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def known(value: float) -> float | None:
    """A number for JSON: None when it is NaN or infinite."""
    return float(value) if math.isfinite(value) else None


def heading(reading: Reading) -> Json:
    """As of when and where from: the head of every document."""
    origin = reading.origin
    return {
        "schema": SCHEMA,
        "as_of": reading.as_of.isoformat(),
        "source": {
            "name": origin.name,
            "simulated": origin.simulated,
            "fetched_at": origin.fetched_at,
            "age_sessions": reading.age_sessions,
        },
    }


def document(reading: Reading, facts: Facts, hours: Hours | None = None) -> Json:
    """The whole reading; every number in it has its explanation, by its own place or one above it, in `explain`.

    `hours` are the exchange's now; a reading of another time has none.
    """
    ratio, context = reading.ratio, reading.context
    return {
        **heading(reading),
        "pair": str(reading.pair),
        "ratio": {
            "value": known(ratio.value),
            "basis": ratio.basis,
            "sma50": known(ratio.sma50),
            "sma200": known(ratio.sma200),
            "rising": ratio.rising,
        },
        "axes": {axis.key: _axis(axis) for axis in reading.axes},
        "regime": _regime(reading.regime),
        "composite": _composite(reading.composite),
        "breadth": _breadth(context),
        "sectors": [_sector(row) for row in reading.sectors],
        "macro": [_macro(row) for row in reading.macro],
        "rate_cycle": reading.rate_cycle.state if reading.rate_cycle else None,
        "rates": _rates(reading.rate_cycle),
        "credit": _credit(context),
        "volume": _volume(context),
        "atr_band": _atr_band(context),
        "watch": [_watched(row) for row in reading.watch],
        "sizing": _suggestion(reading),
        "events": [{"date": event.date.isoformat(), "name": event.name} for event in reading.events],
        **({"exchange": _exchange(hours)} if hours else {}),
        "facts": [_fact(fact, reading) for name in facts.subjects() for fact in facts.about(name, reading.as_of)],
        "explain": {topic.key: _explanation(topic) for topic in explain(reading, reading.pair.a, facts)},
        "warnings": list(reading.warnings),
    }


def _sector(row: SectorReading) -> Json:
    return {"ticker": row.ticker, "group": row.group, "ratio_vs_sma50": known(row.ratio_vs_sma50), "sign": row.sign}


def _watched(row: Watch) -> Json:
    return {
        "ticker": row.ticker,
        "last": known(row.last),
        "change": known(row.change(row.last)),
        "relative_performance_20": known(row.versus),
        "date": row.session.isoformat() if row.session else None,
    }


def _axis(axis: AxisReading) -> Json:
    return {
        "score": known(axis.score),
        "state": axis.state,
        "pending": axis.pending,
        "closes": axis.closes,
        "sessions_in_state": axis.sessions_in_state,
        "turns": [_flip(turn) for turn in axis.turns],
    }


def _regime(regime: RegimeReading) -> Json:
    return {
        "label": regime.regime.label,
        "since": regime.since.isoformat(),
        "sessions": regime.sessions,
        "coverage": regime.coverage,
        "missing": list(regime.missing),
        "why": list(regime.why),
        "against": list(regime.against),
        "flips": [_flip(flip) for flip in regime.flips],
    }


def _flip(flip: Flip) -> Json:
    return {
        "to": flip.to,
        "when": flip.words(),
        "ticker": flip.ticker,
        "below": flip.below,
        "close": known(flip.close),
        "change": known(flip.change),
        "closes": flip.closes,
        "until": known(flip.until),
    }


def _composite(composite: CompositeReading) -> Json:
    return {
        "score": known(composite.score),
        "present": composite.present,
        "of": len(SIGNALS),
        "signals": [
            {"key": v.key, "value": known(v.value), "vote": known(v.vote), "weight": v.weight, "why": v.why}
            for v in composite.votes
        ],
    }


def _rank(row: BreadthReading | CreditReading | AtrBand | MacroReading) -> Json:
    """A percentile with the number of sessions that it is one of."""
    return {"percentile_252": known(row.percentile), "percentile_sessions": row.window}


def _breadth(context: Context) -> Json:
    apart = context.divergence
    return {
        "relative_performance_20": {
            f"{row.a}/{row.b}": {
                "value": row.relative_performance,
                **_rank(row),
            }
            for row in context.breadth
        },
        "narrow_divergence": None
        if apart is None
        else {"active": apart.active, "below_252_high": dict(apart.below_high), "near_high": list(apart.near)},
    }


def _macro(row: MacroReading) -> Json:
    return {
        "series": row.row.series,
        "name": row.row.name,
        "unit": "fraction" if row.row.unit == "percent" else row.row.unit,
        "value": row.value,
        "change_63": known(row.change_63),
        **_rank(row),
        "date": row.observed.isoformat(),
        "age_sessions": row.age_sessions,
        "stale": row.stale,
    }


def _rates(cycle: RateCycle | None) -> Json | None:
    if cycle is None:
        return None
    return {
        "cycle": cycle.state,
        "change_126": cycle.change,
        "rate": cycle.rate,
        "date": cycle.observed.isoformat(),
        "before": cycle.before,
        "before_date": cycle.before_observed.isoformat(),
    }


def _credit(context: Context) -> Json | None:
    credit = context.credit
    if credit is None:
        return None
    return {
        "pair": "/".join(credit.pair),
        "value": credit.value,
        "sma50": credit.sma50,
        "ratio_vs_sma50": credit.gap,
        **_rank(credit),
    }


def _volume(context: Context) -> Json | None:
    volume = context.volume
    if volume is None:
        return None
    kind = {"kind": volume.kind, "why": volume.words}
    return {"ticker": volume.ticker, "relative": volume.relative, "event": volume.event, **kind}


def _atr_band(context: Context) -> Json | None:
    band = context.atr_band
    if band is None:
        return None
    return {
        "ticker": band.ticker,
        "value": band.value,
        "where": band.where,
        **_rank(band),
        "qqq": known(band.benchmark),
    }


def _exchange(hours: Hours) -> Json:
    return {"open": hours.open, "session": hours.session.isoformat(), "changes_at": hours.changes_at.isoformat()}


def _fact(fact: Fact, reading: Reading) -> Json:
    return {
        "subject": fact.subject,
        "figure": fact.figure,
        "value": fact.value,
        "unit": fact.unit,
        "source": fact.source,
        "recorded": fact.recorded.isoformat(),
        "stale": fact.stale(reading.as_of),
        "after_as_of": fact.later(reading.as_of),
        "note": fact.note,
        "origin": fact.origin,
    }


def _explanation(topic: Explanation) -> Json:
    return {
        "name": topic.name,
        "value": topic.value,
        "formula": topic.formula,
        "inputs": [
            {"name": i.name, "value": i.value, "date": i.date.isoformat() if i.date else None} for i in topic.inputs
        ],
        "source": topic.source,
    }


def _suggestion(reading: Reading) -> Json | None:
    try:
        return {"ticker": reading.pair.a, **sizing_document(reading.suggestion(reading.pair.a))}
    except SmallcapError:
        return None


def sizing_document(sizing: Sizing) -> Json:
    """A sizing as the contract's JSON document."""
    return {
        "shares": sizing.shares,
        "side": sizing.side,
        "entry": sizing.entry,
        "stop": sizing.stop,
        "notional": sizing.notional,
        "risk_dollars": sizing.risk_dollars,
        "weight": sizing.weight,
        "r_multiple": sizing.r_multiple,
        "multiplier": sizing.multiplier,
        "bound_by": sizing.bound_by,
        "steps": [
            {"name": s.name, "formula": s.formula, "value": known(s.value), "bound": s.bound} for s in sizing.steps
        ],
        "warnings": list(sizing.warnings),
    }
