"""The analyst's report as a plan: what was found in the window, where it ended, its figures and its charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .. import format as fmt
from ..axes import AXES
from ..bars import Floats
from ..indicators import sma
from ..matching import spread
from ..regime import REGIMES
from .analyst_divergences import divergences
from .analyst_panels import Section
from .analyst_window import Window, changes, episodes, summaries, within
from .curve import Curve
from .plan import Condition, Figure, Plan, Row, standing

DESCRIBES = "What is said of the window describes it; what its labels were worth is under evidence alone."


def made(window: Window, sections: tuple[Section, ...], texts: Mapping[str, str]) -> Plan:
    """The report of a window with the panels that were asked for; it stands on the reading of the window's end."""
    first, last = window.span
    label = window.reading.regime.regime.label
    found = (section.finding(window) for section in sections)
    return Plan(
        profile="analyst",
        title=f"{window.past.pair} from {first} to {last}: {label} at its end",
        answers=texts,
        standing=standing(window.reading),
        decision=_decision(window),
        rows=(*_standing_rows(window), *(row for section in sections for row in section.rows(window))),
        why=(_moved(window), *filter(None, found), DESCRIBES),
        invalidated_by=tuple(_ends(window)),
        warnings=window.reading.warnings,
    )


def curves(window: Window) -> tuple[Curve, ...]:
    """The ratio on the shown basis with its 50-session mean, and the tickers' total returns since the first close."""
    reading, pair, days = window.reading, window.past.pair, window.sessions
    ratio = reading.shown_ratio
    basis = "total return" if reading.ratio.basis == "total_return" else "price"
    lines = ((str(pair), within(window, ratio)), ("50-session mean", within(window, sma(ratio, 50))))
    returns = tuple((ticker, _returns(window, ticker)) for ticker in pair)
    since = f"since the close of {window.day(window.first)}, dividends included"
    return (
        Curve(f"{pair}, the ratio", days, lines, "", f"on {basis}, close / close on {window.day(-1)}"),
        Curve(f"{pair.a} and {pair.b}, total return", days, returns, "%", since),
    )


def _returns(window: Window, ticker: str) -> Floats:
    """The ticker's total return on each session of the window since the first close it has in it; NaN without one."""
    bars = window.reading.panel[ticker]
    values = spread(bars.adj_close, bars.sessions, window.sessions)
    known = np.flatnonzero(~np.isnan(values))
    return values / values[known[0]] - 1.0 if len(known) else values


def _standing_rows(window: Window) -> Iterator[Row]:
    reading, pair, (first, last) = window.reading, window.past.pair, window.span
    regime = reading.regime
    yield Row("window", f"{first} to {last}", f"{fmt.count(len(window.sessions), 'session')} of {pair}")
    held = f"since {regime.since}, {fmt.count(regime.sessions, 'session')}; {regime.regime.means(*pair)}"
    yield Row("label at its end", regime.regime.label, f"{held}; {regime.present} of {regime.inputs} inputs")
    ratio = reading.ratio
    means = f"50-session mean {fmt.ratio(ratio.sma50)}, 200-session mean {fmt.ratio(ratio.sma200)}"
    yield Row("ratio at its end", fmt.ratio(ratio.value), means)
    yield Row("total return", window.all_moves.words(pair), "from the window's first close to its last")


def _moved(window: Window) -> str:
    first, last = window.span
    return f"From {first} to {last}, dividends included: {window.all_moves.words(window.past.pair)}."


def _decision(window: Window) -> dict[str, Figure]:
    past, reading, (first, last) = window.past, window.reading, window.span
    found, moves = episodes(window), window.all_moves
    counted = {row.regime: row.sessions for row in summaries(found)}
    states = {axis.key: axis.state for axis in reading.axes}
    apart = divergences(reading, window.first)
    return {
        "pair": str(past.pair),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "sessions": len(window.sessions),
        "label": reading.regime.regime.label,
        "label_since": reading.regime.since.isoformat(),
        "label_changes": len(found) - 1,
        **{f"sessions_{_key(regime.label)}": counted.get(regime, 0) for regime in REGIMES},
        "return_a": moves.a,
        "return_b": moves.b,
        "return_ratio": moves.ratio,
        "ratio": reading.ratio.value,
        **{axis.key: states.get(axis.key) for axis in AXES},
        "axis_changes": len(changes(window)),
        **{f"divergence_{each.divergence.key}": each.on for each in apart},
        "composite": reading.composite.score,
    }


def _key(label: str) -> str:
    """`RISK-ON` as `risk_on`."""
    return label.lower().replace("-", "_").replace(" ", "_")


def _ends(window: Window) -> Iterator[Condition]:
    """Another label, and a close of the ratio outside of what the window has seen."""
    now, pair = window.reading.regime.regime.label, window.past.pair
    yield Condition(f"the label of {pair} is no longer {now}", regime=now)
    closes = within(window, window.past.price_ratio)
    known = closes[~np.isnan(closes)]
    for edge, below in ((known.min(initial=np.inf), True), (known.max(initial=-np.inf), False)):
        if np.isfinite(edge):
            side, word = ("below", "lowest") if below else ("above", "highest")
            words = f"{pair} closes {side} {fmt.ratio(float(edge))} (close / close), the window's {word}"
            yield Condition(words, str(pair), below, float(edge))
