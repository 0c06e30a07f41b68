"""A Reading, a History or a Sizing as text, JSON or CSV: the same numbers that the screen shows."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from . import format as fmt
from .axes import AXES, Track
from .bars import Days, Floats
from .errors import SmallcapError
from .history import History
from .reading import ADVICE, AxisReading, Reading
from .regime import REGIMES
from .sizing import Sizing

SCHEMA = 1
HISTORY_COLUMNS = (
    "date",
    "ratio",
    *(f"{axis.key}{part}" for axis in AXES for part in ("_score", "", "_pending")),
    "regime",
    "composite",
    "coverage",
)


def as_json(document: object) -> str:
    """A document as JSON text, two spaces deep; anything not finite must have become None before."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def known(value: float) -> float | None:
    """A number for JSON: None when it is NaN or infinite."""
    return float(value) if math.isfinite(value) else None


def origin_document(reading: Reading) -> dict[str, Any]:
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


def document(reading: Reading) -> dict[str, Any]:
    """The whole reading as the contract's JSON document: fractions, ISO dates, None for not known."""
    ratio, regime = reading.ratio, reading.regime
    return {
        **origin_document(reading),
        "pair": str(reading.pair),
        "ratio": {
            "value": known(ratio.value),
            "basis": ratio.basis,
            "sma50": known(ratio.sma50),
            "sma200": known(ratio.sma200),
            "rising": ratio.rising,
        },
        "axes": {axis.key: _axis_document(axis) for axis in reading.axes},
        "regime": {
            "label": regime.regime.label,
            "since": regime.since.isoformat(),
            "sessions": regime.sessions,
            "coverage": regime.coverage,
            "missing": list(regime.missing),
            "why": list(regime.why),
            "against": list(regime.against),
            "flips": [
                {"to": f.to, "when": f.words(), "ticker": f.ticker, "close": f.close, "closes": f.closes}
                for f in regime.flips
            ],
        },
        "sectors": [
            {"ticker": s.ticker, "group": s.group, "ratio_vs_sma50": known(s.ratio_vs_sma50), "sign": s.sign}
            for s in reading.sectors
        ],
        "watch": [
            {
                "ticker": w.ticker,
                "last": known(w.last),
                "change": known(w.change(w.last)),
                "relative_performance_20": known(w.versus),
                "date": w.session.isoformat() if w.session else None,
            }
            for w in reading.watch
        ],
        "sizing": _suggestion_document(reading),
        "warnings": list(reading.warnings),
    }


def _axis_document(axis: AxisReading) -> dict[str, Any]:
    return {
        "score": known(axis.score),
        "state": axis.state,
        "pending": axis.pending,
        "closes": axis.closes,
        "sessions_in_state": axis.sessions_in_state,
    }


def _suggestion_document(reading: Reading) -> dict[str, Any] | None:
    try:
        return {"ticker": reading.pair.a, **sizing_document(reading.suggestion(reading.pair.a))}
    except SmallcapError:
        return None


def sizing_document(sizing: Sizing) -> dict[str, Any]:
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
        "steps": [{"name": s.name, "formula": s.formula, "value": s.value, "bound": s.bound} for s in sizing.steps],
        "warnings": list(sizing.warnings),
    }


def heading(reading: Reading) -> str:
    """What is read, as of when and from where; SIMULATED first where it is."""
    badge = "SIMULATED  " if reading.origin.simulated else ""
    return f"{badge}{reading.pair}  as of {fmt.day(reading.as_of)} close  {reading.origin.name}"


def text(reading: Reading) -> str:
    """The whole reading as plain text at most 80 columns wide, apart from names and sentences from outside."""
    regime = reading.regime
    pending = [words for axis in reading.axes if (words := axis.pending_words())]
    lines = [
        heading(reading),
        "",
        f"{regime.regime.shape} {regime.regime.label}: {regime.regime.meaning}",
        f"  since {regime.since}, {fmt.count(regime.sessions, 'session')}; coverage {regime.present}/{regime.inputs}",
        f"  pending: {'; '.join(pending) or 'nothing'}",
        *(f"  {flip.to} if {flip.words()}" for flip in regime.flips),
        "",
        *(_axis_line(axis) for axis in reading.axes),
        "",
        *_ratio_lines(reading),
        "",
        *_sector_lines(reading),
        *_watch_lines(reading),
        *_size_lines(reading),
        *_listed("for", regime.why),
        *_listed("against", regime.against),
        *_listed("note", reading.warnings),
        ADVICE,
    ]
    return "\n".join(lines) + "\n"


def _axis_line(axis: AxisReading) -> str:
    held = fmt.count(axis.sessions_in_state, "session")
    return f"  {axis.measures:<14}{axis.state:<11}{axis.score_words():>8}   {held}"


def _ratio_lines(reading: Reading) -> list[str]:
    ratio = reading.ratio
    basis = "total return" if ratio.basis == "total_return" else "price; the axes use total return"
    slope = "rising" if ratio.rising else "not rising"
    return [
        f"{reading.pair} {fmt.ratio(ratio.value)} ({basis})",
        f"  50-day mean {fmt.ratio(ratio.sma50)}, {slope}; 200-day mean {fmt.ratio(ratio.sma200)}",
    ]


def _sector_lines(reading: Reading) -> list[str]:
    if not reading.sectors:
        return []
    where = {1: "above", 0: "--", -1: "below"}
    rows = [
        f"  {s.ticker:<5}{s.group:<11}{where[s.sign]:<6}{fmt.percent(s.ratio_vs_sma50):>8}"
        f"  {'confirms' if s.confirms else 'denies' if s.sign else 'not known'}"
        for s in reading.sectors
    ]
    return [f"Sectors against {reading.pair.b}, from their 50-day mean", *rows, ""]


def _watch_lines(reading: Reading) -> list[str]:
    rows = [
        f"  {w.ticker:<7}{fmt.price(w.last):>10}{fmt.percent(w.change(w.last), 2):>9}{fmt.percent(w.versus):>9}"
        f"{'' if w.session in (None, reading.as_of) else f'  close of {w.session}'}"
        for w in reading.watch
    ]
    return [f"  {'watch':<7}{'last':>10}{'day':>9}{'vs ' + reading.pair.b:>9}", *rows, ""]


def _size_lines(reading: Reading) -> list[str]:
    ticker = reading.pair.a
    try:
        return [f"Size, long {ticker}", *sizing_rows(reading.suggestion(ticker)), ""]
    except SmallcapError as error:
        return [f"Size, long {ticker}: none, because {error}", ""]


def sizing_rows(sizing: Sizing) -> list[str]:
    """The waterfall as text, one row a step, and the outcome."""
    rows = [
        f"  {step.name:<20}{step.formula:<34}{step.shown():>14}{'  <- binds' if step.bound else ''}"
        for step in sizing.steps[:-1]
    ]
    risk, weight = fmt.dollars(sizing.risk_dollars), fmt.share(sizing.weight, 1)
    outcome = f"{fmt.count(sizing.shares, 'share')}, {risk} at risk, weight {weight}"
    target = f", {sizing.r_multiple:.2f} R to the target" if sizing.r_multiple is not None else ""
    return [*rows, f"  -> {outcome}{target}", *(f"  note: {words}" for words in sizing.warnings)]


def _listed(word: str, sentences: Sequence[str]) -> list[str]:
    return [*(f"{word}: {sentence}" for sentence in sentences), ""] if sentences else []


def history_rows(history: History, first: date | None = None, last: date | None = None) -> Iterable[dict[str, Any]]:
    """One row a session with the contract's columns; None where not known.

    `ratio` is what the ratio was on the close of its own session, when total return and price agree.
    """
    days = history.sessions
    start = 0 if first is None else int(np.searchsorted(days, np.datetime64(first, "D")))
    stop = len(days) if last is None else int(np.searchsorted(days, np.datetime64(last, "D"), "right"))
    columns: dict[str, Sequence[Any]] = {"date": _iso(days), "ratio": _known(history.price_ratio)}
    tracks = {track.axis.key: track for track in history.tracks}
    for axis in AXES:
        columns.update(_track_columns(axis.key, tracks.get(axis.key), len(days)))
    columns["regime"] = [REGIMES[code].label for code in history.codes.tolist()]
    columns["composite"] = [None] * len(days)
    columns["coverage"] = _known(history.coverage)
    for row in range(start, stop):
        yield {name: columns[name][row] for name in HISTORY_COLUMNS}


def _iso(days: Days) -> list[str]:
    return [str(day) for day in days]


def _known(values: Floats) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _track_columns(key: str, track: Track | None, n: int) -> dict[str, Sequence[Any]]:
    if track is None:
        return {f"{key}{part}": [None] * n for part in ("_score", "", "_pending")}
    word = track.axis.word
    rows = list(zip(track.state.tolist(), track.pending.tolist(), track.held.tolist(), strict=True))
    return {
        f"{key}_score": _known(track.score),
        key: [word(state) if held else None for state, _, held in rows],
        f"{key}_pending": [word(pending) if pending != state else None for state, pending, _ in rows],
    }


def history_csv(rows: Iterable[dict[str, Any]]) -> str:
    """History rows as CSV: full precision, empty where not known."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HISTORY_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
