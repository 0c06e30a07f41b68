"""The one pipeline: a panel, a date and the settings in; the Reading that every screen and command shows out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from . import calendar, flips, history, sizing
from . import format as fmt
from .axes import DWELL, LEADERSHIP_PARTS, Track
from .bars import Bars, Floats, Origin, Panel, to_day
from .errors import SourceError
from .flips import Flip
from .history import History, Pair
from .indicators import atr, realized_vol, sma
from .regime import REGIMES, Regime
from .sectors import SectorReading, read_sector
from .settings import Settings
from .watch import Watch, watch

SLOPE = VOL_WINDOW = 20
ADVICE = "A planning aid, not advice."
BASES = ("total_return", "price")


@dataclass(frozen=True, slots=True)
class RatioReading:
    """The pair's ratio on the as-of session with its means, on the shown basis; `rising` is the 50-day mean's slope."""

    value: float
    basis: str
    sma50: float
    sma200: float
    rising: bool


@dataclass(frozen=True, slots=True)
class AxisReading:
    """One axis on the as-of session; `pending` is the state asked for, None when none is."""

    key: str
    measures: str
    score: float
    sign: int
    state: str
    pending: str | None
    closes: int
    sessions_in_state: int

    def pending_words(self) -> str:
        """What the axis is about to become: `LEADING -> LAGGING, 6 of 10 closes`; empty when nothing is pending."""
        return f"{self.state} -> {self.pending}, {self.closes} of {DWELL} closes" if self.pending else ""

    def score_words(self) -> str:
        """The score as people read it: a percentage for the market's distance, a signed number for the others."""
        return fmt.percent(self.score) if self.key == "market" else fmt.signed(self.score)


@dataclass(frozen=True, slots=True)
class RegimeReading:
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


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """Everything that is shown, as on the close of `as_of`; compared by identity."""

    as_of: date
    origin: Origin
    age_sessions: int
    settings: Settings
    panel: Panel
    history: History
    ratio: RatioReading
    axes: tuple[AxisReading, ...]
    regime: RegimeReading
    sectors: tuple[SectorReading, ...]
    watch: tuple[Watch, ...]
    warnings: tuple[str, ...]

    @property
    def pair(self) -> Pair:
        """The pair that is read."""
        return self.history.pair

    def axis(self, key: str) -> AxisReading | None:
        """The axis of that key; None when the pair hasn't got it."""
        return next((axis for axis in self.axes if axis.key == key), None)

    @property
    def shown_ratio(self) -> Floats:
        """The ratio over the history's sessions on the shown basis, on the scale of the as-of session's closes."""
        if self.ratio.basis == "price":
            return self.history.price_ratio
        return self.history.ratio * _scale(self.history)

    def size(self, request: sizing.Request, ticker: str) -> sizing.Sizing:
        """The sizing of `request` in `ticker`'s and the pair's climate; SmallcapError when it can't be done."""
        sized = sizing.size(request, climate(self, ticker))
        newest = to_day(self.panel[ticker].sessions[-1])
        old = f"{ticker}'s newest close is of {newest}, not of {self.as_of}"
        return sized if newest == self.as_of else replace(sized, warnings=(old, *sized.warnings))

    def suggestion(self, ticker: str) -> sizing.Sizing:
        """The sizing of a long position in `ticker` at its last close, by the settings."""
        return self.size(request_for(self.settings, self.panel[ticker]), ticker)


def build(panel: Panel, asked: date, settings: Settings, *, closed: date) -> Reading:
    """The reading of the settings' pair on the last session at or before `asked`; nothing later is looked at.

    `closed` is the exchange's newest closed session: the data's age counts the sessions that closed by `asked` and
    that the pair's bars lack. SourceError when a ticker is missing or `asked` is before the data.
    """
    pair = history.parse_pair(settings.pair)
    cut = panel.until(np.datetime64(min(asked, closed), "D"))
    _demand(panel, cut, pair, asked)
    past = history.compute(cut, pair)
    as_of = to_day(past.sessions[-1])
    age = max(0, calendar.sessions_between(as_of, min(asked, closed)))
    ratio = _ratio(past, settings)
    sectors = tuple(read_sector(cut, ticker) for ticker in past.pair.sectors)
    axes = tuple(_axis(track) for track in past.tracks)
    regime = _regime(past, cut, axes, sectors)
    rows = tuple(watch(cut, ticker, pair.b, as_of) for ticker in settings.watchlist)
    warnings = (*_warnings(cut, past, regime, asked, age), *_older(rows, as_of), *cut.refused)
    return Reading(as_of, cut.origin, age, settings, cut, past, ratio, axes, regime, sectors, rows, warnings)


def climate(reading: Reading, ticker: str) -> sizing.Climate:
    """What sizing needs to know of the market: the ticker's ATR and volatility, the pair's ratio trend and sectors."""
    bars = reading.panel[ticker]
    leadership, confirmation = reading.axis("leadership"), reading.axis("confirmation")
    words = [axis.state.lower() for axis in (leadership, confirmation) if axis]
    if confirmation is None:
        words.append("no sectors, taken as mixed")
    return sizing.Climate(
        atr=float(atr(bars.high, bars.low, bars.close)[-1]),
        realized_vol=float(realized_vol(bars.close[-VOL_WINDOW - 1 :], VOL_WINDOW)[-1]),
        leadership=leadership.sign if leadership else 0,
        confirmation=confirmation.sign if confirmation else 0,
        words=", ".join(words),
    )


def request_for(settings: Settings, bars: Bars) -> sizing.Request:
    """A long position at the last close, as the settings would have it."""
    return sizing.Request(
        equity=settings.equity,
        entry=float(bars.close[-1]),
        risk_fraction=settings.risk_fraction,
        stop_atr=settings.stop_atr,
        max_weight=settings.max_weight,
        target_vol=settings.target_vol,
    )


def _demand(panel: Panel, cut: Panel, pair: Pair, asked: date) -> None:
    """Refuse, naming the first session, a date before the bars of the pair."""
    for ticker in (pair.a, pair.b):
        first = to_day(panel[ticker].sessions[0])
        if ticker not in cut.bars:
            raise SourceError(f"as-of {asked} is before the first session of {ticker}, {first}, in {panel.origin.name}")


def _scale(past: History) -> float:
    """What brings the total-return ratio to close / close on the as-of session, by the last row that has both."""
    known = np.flatnonzero(~np.isnan(past.ratio))[-1]
    return float(past.price_ratio[known] / past.ratio[known])


def _ratio(past: History, settings: Settings) -> RatioReading:
    series = past.price_ratio if settings.price_ratio else past.ratio * _scale(past)
    mean50, mean200 = sma(series, 50), sma(series, 200)
    before = mean50[-1 - SLOPE] if len(mean50) > SLOPE else np.nan
    rising = bool(mean50[-1] > before)
    return RatioReading(float(series[-1]), BASES[settings.price_ratio], float(mean50[-1]), float(mean200[-1]), rising)


def _axis(track: Track) -> AxisReading:
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
    )


def _regime(
    past: History, panel: Panel, axes: tuple[AxisReading, ...], sectors: tuple[SectorReading, ...]
) -> RegimeReading:
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
        flips=flips.find(past, panel),
    )


def _reasons(
    past: History, axes: tuple[AxisReading, ...], sectors: tuple[SectorReading, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs' votes in words: those that agree with their axis's state, and those that contradict it."""
    by_key = {axis.key: axis for axis in axes}
    votes = [
        ("leadership", float(vote), f"{past.pair} {part.above if vote > 0 else part.below}")
        for part, vote in zip(LEADERSHIP_PARTS, past.votes[:, -1], strict=True)
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


def _warnings(panel: Panel, past: History, regime: RegimeReading, asked: date, age: int) -> tuple[str, ...]:
    as_of = to_day(past.sessions[-1])
    said: list[str] = []
    if age:
        said.append(f"{age} session{'s' * (age > 1)} missing since {as_of}: the newest data is that old")
    elif asked != as_of:
        said.append(f"{asked} is no session that has closed; this is the one before it, {as_of}")
    if regime.missing:
        said.append(f"missing on {as_of}: {', '.join(regime.missing)}")
    if not past.pair.sectors:
        said.append(f"{past.pair} has no sectors to confirm it: the regime is read without that axis")
    bare = [ticker for ticker in history.inputs(past.pair) if ticker in panel.bars and not panel[ticker].adjusted]
    if bare:
        said.append(f"no adj_close for {', '.join(bare)}: the close is used, so dividends show in the ratio")
    return tuple(said)


def _older(rows: tuple[Watch, ...], as_of: date) -> tuple[str, ...]:
    """Which tickers of the watchlist have no bar on the as-of session, with the session of their newest."""
    old = [f"{row.ticker} {row.session}" for row in rows if row.session and row.session != as_of]
    return (f"newest close older than {as_of}: {', '.join(old)}",) if old else ()
