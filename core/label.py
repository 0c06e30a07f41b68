"""The label's parts on the as-of session: the ratio, each axis, and the regime with what speaks for and against it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from . import format as fmt
from . import history
from .axes import DWELL, LEADERSHIP_PARTS, Track
from .bars import to_day
from .flips import Flip
from .history import History
from .indicators import sma
from .regime import INSUFFICIENT, REGIMES, Regime
from .sectors import SectorReading

SLOPE = 20
BASES = ("total_return", "price")


class RatioReading(NamedTuple):
    """The pair's ratio on the as-of session with its means, on the shown basis.

    `rising` is whether its mean of 50 is above that of 20 sessions ago, None while it isn't known.
    """

    value: float
    basis: str
    sma50: float
    sma200: float
    rising: bool | None


class AxisReading(NamedTuple):
    """One axis on the as-of session; `pending` is the state asked for, None when none is.

    `turns` are the nearest closes that bring another state if they are held, whatever label that would make.
    """

    key: str
    measures: str
    score: float
    sign: int
    state: str
    pending: str | None
    closes: int
    sessions_in_state: int
    turns: tuple[Flip, ...]

    def pending_words(self) -> str:
        """What the axis is about to become: `LEADING -> LAGGING, 6 of 10 closes`; empty when nothing is pending."""
        return f"{self.state} -> {self.pending}, {self.closes} of {DWELL} closes" if self.pending else ""

    def score_words(self) -> str:
        """The score as people read it: a percentage for the market's distance, a signed number for the others."""
        return fmt.percent(self.score) if self.key == "market" else fmt.signed(self.score)


NO_WAY = (
    "no close of the ratio or the market alone would flip it",
    "no single close would flip it",
    "no close alone flips it",
)
NO_LABEL = ("no label to flip: too few inputs are there", "no label to flip: too few inputs", "no label to flip")
TOO_SOON = (
    "no label to flip: ratio or market trend is not known",
    "no label to flip: too few sessions",
    "no label to flip",
)


class RegimeReading(NamedTuple):
    """The label, since when, what is missing from it, what supports it, what contradicts it and what would flip it."""

    regime: Regime
    since: date
    sessions: int
    coverage: float
    inputs: int
    missing: tuple[str, ...]
    why: tuple[str, ...]
    against: tuple[str, ...]
    flips: tuple[Flip, ...]

    @property
    def present(self) -> int:
        """How many of the inputs are there."""
        return self.inputs - len(self.missing)

    @property
    def no_flips(self) -> tuple[str, ...]:
        """What is said where nothing flips it, from the longest form to the shortest."""
        if self.regime is not INSUFFICIENT:
            return NO_WAY
        return NO_LABEL if self.missing else TOO_SOON


def scale(past: History) -> float:
    """What brings the total-return ratio to close / close on the as-of session, by the last row that has both."""
    known = np.flatnonzero(~np.isnan(past.ratio))[-1]
    return float(past.price_ratio[known] / past.ratio[known])


def read_ratio(past: History, *, price: bool) -> RatioReading:
    """The ratio on the history's last session, on total return or on price."""
    recent = slice(-(200 + SLOPE), None)
    series = past.price_ratio[recent] if price else past.ratio[recent] * scale(past)
    mean50, mean200 = sma(series, 50), sma(series, 200)
    before = mean50[-1 - SLOPE] if len(mean50) > SLOPE else np.nan
    rising = None if np.isnan(mean50[-1] - before) else bool(mean50[-1] > before)
    return RatioReading(float(series[-1]), BASES[price], float(mean50[-1]), float(mean200[-1]), rising)


def read_axis(track: Track, turns: tuple[Flip, ...]) -> AxisReading:
    """The axis on the track's last session."""
    axis, state, pending = track.axis, int(track.state[-1]), int(track.pending[-1])
    return AxisReading(
        axis.key,
        axis.measures,
        float(track.score[-1]),
        state,
        axis.word(state),
        axis.word(pending) if pending != state else None,
        int(track.closes[-1]),
        int(track.held[-1]),
        turns,
    )


def read_regime(
    past: History, axes: tuple[AxisReading, ...], sectors: tuple[SectorReading, ...], ways: tuple[Flip, ...]
) -> RegimeReading:
    """The label on the history's last session."""
    here = past.present[:, -1]
    missing = tuple(t for t, there in zip(history.inputs(past.pair), here, strict=True) if not there)
    start = past.runs()[-1][0]
    why, against = _reasons(past, axes, sectors)
    return RegimeReading(
        regime=REGIMES[int(past.codes[-1])],
        since=to_day(past.sessions[start]),
        sessions=len(past.sessions) - start,
        coverage=float(past.coverage[-1]),
        inputs=len(here),
        missing=missing,
        why=why,
        against=against,
        flips=ways,
    )


def _reasons(
    past: History, axes: tuple[AxisReading, ...], sectors: tuple[SectorReading, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs' votes in words: those that agree with their axis's state, and those that contradict it."""
    by_key = {axis.key: axis for axis in axes}
    votes = [
        ("leadership", float(vote[-1]), f"{past.pair} {part.words(float(vote[-1]))}")
        for part, vote in zip(LEADERSHIP_PARTS, past.votes, strict=True)
    ]
    for sector in sectors:
        vote = float(sector.sign if sector.group == "cyclical" else -sector.sign)
        where = "above" if sector.sign > 0 else "below"
        votes.append(("confirmation", vote, f"{sector.ticker} {where} SMA50, {sector.group}"))
    market = by_key["market"]
    where = "above" if market.score > 0 else "below"
    votes.append(("market", market.score, f"{past.pair.b} {abs(market.score):.1%} {where} SMA200"))
    known = [(by_key[key].sign, vote, words) for key, vote, words in votes if not np.isnan(vote)]
    why = tuple(words for sign, vote, words in known if sign * vote > 0)
    against = tuple(words for sign, vote, words in known if sign * vote < 0)
    return why, against
