"""Context: what stands beside the label and is no part of it: breadth, divergence, credit, volume and the ATR band."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import format as fmt
from .bars import Bars, Floats, Panel
from .history import History, Pair
from .indicators import TRADING_DAYS, highest, relative_performance, sma
from .macro import percentile
from .matching import match_last
from .signals import BREADTH_BENCHMARK, event_kind
from .studies import Studies

BREADTH_WINDOW = 20
BREADTH = (("RSP", "SPY"), ("MDY", "SPY"), ("KRE", "SPY"))
LEADERS = ("SPY", "QQQ")
NEAR_HIGH = 0.02
CREDIT = ("HYG", "IEF")
CREDIT_WINDOW = 50
ATR_LOW, ATR_HIGH = 0.015, 0.025
ATR_BENCHMARK = "QQQ"


class BreadthReading(NamedTuple):
    """How `a` has done against `b` over 20 sessions, as a fraction, and its percentile among the last 252 sessions."""

    a: str
    b: str
    relative_performance: float
    percentile: float
    window: int


class Divergence(NamedTuple):
    """Whether the index is near its high while small caps lag; `below_high` is how far each leader is below it."""

    active: bool
    below_high: tuple[tuple[str, float], ...]

    @property
    def near(self) -> tuple[str, ...]:
        """The leaders within 2 % of their 252-session high."""
        return tuple(ticker for ticker, below in self.below_high if below <= NEAR_HIGH)


class CreditReading(NamedTuple):
    """HYG / IEF on adj_close against its 50-session mean: the distance as a fraction, above it risk is wanted.

    `value` and `sma50` are on the scale of the as-of session's closes.
    """

    pair: tuple[str, str]
    value: float
    sma50: float
    gap: float
    percentile: float
    window: int


class VolumeReading(NamedTuple):
    """A ticker's volume against the mean of the 20 sessions before; an event is twice that or more."""

    ticker: str
    relative: float
    kind: str | None

    @property
    def event(self) -> bool:
        """Whether it is a volume event."""
        return self.kind is not None

    @property
    def words(self) -> str:
        """`2.41x its mean of 20 sessions, breakout`."""
        return f"{fmt.price(self.relative)}x its mean of 20 sessions, {self.kind or 'no event'}"


class AtrBand(NamedTuple):
    """ATR(14) as a fraction of the close, where that is to 1.5-2.5 %, its percentile, and the same of QQQ."""

    ticker: str
    value: float
    where: str
    percentile: float
    window: int
    benchmark: float


class Context(NamedTuple):
    """Everything beside the label; None, or a row left out, where the source lacks what it is made from."""

    breadth: tuple[BreadthReading, ...]
    divergence: Divergence | None
    credit: CreditReading | None
    volume: VolumeReading | None
    atr_band: AtrBand | None


def read_context(past: History, panel: Panel) -> Context:
    """The context on the history's last session."""
    day = past.sessions[-1]
    here = {ticker: bars for ticker, bars in panel.bars.items() if bars.sessions[-1] == day}
    return Context(
        breadth=tuple(row for a, b in pairs_of(past.pair) if a in here and b in here for row in _breadth(here, a, b)),
        divergence=_divergence(past, here),
        credit=_credit(here) if all(ticker in here for ticker in CREDIT) else None,
        volume=_volume(past) if past.pair.a in here else None,
        atr_band=_atr_band(past, here) if past.pair.a in here else None,
    )


def pairs_of(pair: Pair) -> tuple[tuple[str, str], ...]:
    """The pairs whose relative performance is breadth: the pair's first ticker against QQQ, then BREADTH."""
    return tuple((a, b) for a, b in ((pair.a, BREADTH_BENCHMARK), *BREADTH) if a != b)


def _breadth(here: dict[str, Bars], a: str, b: str) -> list[BreadthReading]:
    m = match_last(here[a], here[b], TRADING_DAYS + BREADTH_WINDOW)
    rows = relative_performance(m.a_adj, m.b_adj, BREADTH_WINDOW)[-TRADING_DAYS:]
    if not len(rows) or np.isnan(rows[-1]):
        return []
    return [BreadthReading(a, b, float(rows[-1]), percentile(rows), _known(rows))]


def _divergence(past: History, here: dict[str, Bars]) -> Divergence | None:
    """None while no leader has 252 sessions, or leadership has no score yet."""
    if not past.leadership.held[-1]:
        return None
    below = []
    for ticker in LEADERS:
        if ticker in here:
            close = here[ticker].close[-TRADING_DAYS:]
            top = highest(close, TRADING_DAYS)
            if not np.isnan(top[-1]):
                below.append((ticker, float(1.0 - close[-1] / top[-1])))
    if not below:
        return None
    near = any(gap <= NEAR_HIGH for _, gap in below)
    return Divergence(near and int(past.leadership.state[-1]) == -1, tuple(below))


def _credit(here: dict[str, Bars]) -> CreditReading | None:
    m = match_last(here[CREDIT[0]], here[CREDIT[1]], TRADING_DAYS + CREDIT_WINDOW)
    ratio = m.a_adj / m.b_adj
    mean = sma(ratio, CREDIT_WINDOW)
    if np.isnan(mean[-1]):
        return None
    gaps = (ratio / mean - 1.0)[-TRADING_DAYS:]
    value = float(m.a_close[-1] / m.b_close[-1])
    sma50 = float(value * mean[-1] / ratio[-1])
    return CreditReading(CREDIT, value, sma50, float(gaps[-1]), percentile(gaps), _known(gaps))


def _volume(past: History) -> VolumeReading | None:
    studies = past.inputs.studies
    relative = float(studies.relative_volume[-1])
    return None if np.isnan(relative) else VolumeReading(past.inputs.ticker, relative, event_kind(studies))


def _atr_band(past: History, here: dict[str, Bars]) -> AtrBand | None:
    rows = past.inputs.studies.atr_pct[-TRADING_DAYS:] / 100.0
    if np.isnan(rows[-1]):
        return None
    value = float(rows[-1])
    where = "below" if value < ATR_LOW else "above" if value > ATR_HIGH else "inside"
    other = here.get(ATR_BENCHMARK)
    benchmark = float(Studies(other).atr_pct[-1] / 100.0) if other else np.nan
    return AtrBand(past.inputs.ticker, value, where, percentile(rows), _known(rows), benchmark)


def _known(rows: Floats) -> int:
    return int(np.sum(~np.isnan(rows)))
