"""The one pipeline: a panel, a date and the settings in; the Reading that every screen and command shows out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from . import calendar, composite, flips, history, label, levers, macro, sizing
from .bars import Bars, Floats, Origin, Panel, to_day
from .composite import CompositeReading
from .context import Context, read_context
from .errors import SourceError
from .history import History, Pair
from .label import AxisReading, RatioReading, RegimeReading
from .macro import MacroReading, RateCycle
from .sectors import SectorReading, read_sectors
from .settings import Settings
from .studies import Studies
from .watch import Watch, watch

EVENTS_AHEAD = timedelta(366)
ADVICE = "A planning aid, not advice."


@dataclass(frozen=True, eq=False, repr=False, slots=True)
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
    composite: CompositeReading
    context: Context
    macro: tuple[MacroReading, ...]
    rate_cycle: RateCycle | None
    watch: tuple[Watch, ...]
    warnings: tuple[str, ...]
    source: Panel
    """What `panel` was cut from."""

    @property
    def pair(self) -> Pair:
        """The pair that is read."""
        return self.history.pair

    def axis(self, key: str) -> AxisReading | None:
        """The axis of that key; None when the pair hasn't got it."""
        return next((axis for axis in self.axes if axis.key == key), None)

    @property
    def partial(self) -> bool:
        """Whether anything that it is read from is late, missing or refused."""
        stale = any(row.stale for row in self.macro)
        return bool(self.age_sessions or self.regime.missing or self.panel.refused or stale)

    @property
    def events(self) -> tuple[calendar.Event, ...]:
        """What the exchange's calendar knows of the year ahead: reconstitutions, early closes, holidays."""
        return calendar.events(self.as_of + timedelta(1), self.as_of + EVENTS_AHEAD)

    @property
    def shown_ratio(self) -> Floats:
        """The ratio over the history's sessions on the shown basis, on the scale of the as-of session's closes."""
        if self.ratio.basis == "price":
            return self.history.price_ratio
        return self.history.ratio * label.scale(self.history)

    def size(self, request: sizing.Request, ticker: str) -> sizing.Sizing:
        """The sizing of `request` in `ticker`'s and the pair's climate; SmallcapError when it can't be done."""
        sized = sizing.size(request, climate(self, ticker))
        newest = to_day(self.panel[ticker].sessions[-1])
        old = f"{ticker}'s newest close is of {newest}, not of {self.as_of}"
        return sized if newest == self.as_of else replace(sized, warnings=(old, *sized.warnings))

    def suggestion(self, ticker: str) -> sizing.Sizing:
        """The sizing of a long position in `ticker` at its last close, by the settings."""
        return self.size(request_for(self.settings, self.panel[ticker]), ticker)


def build(panel: Panel, asked: date, settings: Settings, *, closed: date, later: Reading | None = None) -> Reading:
    """The reading of the settings' pair on the last session at or before `asked`; nothing later is looked at.

    `closed` is the exchange's newest closed session: the data's age counts the sessions that closed by `asked` and
    that the pair's bars lack. `later` is a reading of a later session, if there is one: its history holds this one's,
    and isn't worked out again where it is of the same panel, pair and weights. SourceError when a ticker is missing or
    `asked` is before the data.
    """
    pair = history.parse_pair(settings.pair)
    cut = panel.until(np.datetime64(min(asked, closed), "D"))
    _demand(panel, cut, pair, asked)
    weights = dict(settings.composite_weights)
    held = later.history if later and _holds(later, panel, settings, cut) else None
    past = history.earlier(held, cut) if held else history.compute(cut, pair, weights)
    as_of = to_day(past.sessions[-1])
    age = max(0, calendar.sessions_between(as_of, min(asked, closed)))
    ways, sectors = levers.levers(past, cut), read_sectors(past)
    axes = tuple(label.read_axis(track, flips.turns(ways, track.axis, int(track.state[-1]))) for track in past.tracks)
    regime = label.read_regime(past, axes, sectors, flips.find(past, ways))
    rows = tuple(watch(cut, ticker, pair.b, as_of) for ticker in settings.watchlist)
    known = macro.read_macro(cut.macro, as_of)
    return Reading(
        as_of=as_of,
        origin=cut.origin,
        age_sessions=age,
        settings=settings,
        panel=cut,
        history=past,
        ratio=label.read_ratio(past, price=settings.price_ratio),
        axes=axes,
        regime=regime,
        sectors=sectors,
        composite=composite.read(past.composite, past.inputs, as_of, weights),
        context=read_context(past, cut),
        macro=known,
        rate_cycle=macro.read_cycle(cut.macro, as_of),
        watch=rows,
        warnings=(*_warnings(cut, past, regime, asked, age), *_older(rows, as_of), *_stale(known), *cut.refused),
        source=panel,
    )


def climate(reading: Reading, ticker: str) -> sizing.Climate:
    """What sizing needs to know of the market: the ticker's ATR and volatility, the pair's ratio trend and sectors."""
    inputs = reading.history.inputs
    studies = inputs.studies if inputs.ticker == ticker else Studies(reading.panel[ticker])
    leadership, confirmation = reading.axis("leadership"), reading.axis("confirmation")
    axes = [axis for axis in (leadership, confirmation) if axis]
    words = [axis.state.lower() if axis.sessions_in_state else f"{axis.measures} not known" for axis in axes]
    if confirmation is None:
        words.append("no sectors")
    return sizing.Climate(
        atr=float(studies.atr14[-1]),
        realized_vol=float(studies.realized_vol20[-1]),
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


def _holds(later: Reading, panel: Panel, settings: Settings, cut: Panel) -> bool:
    """Whether a reading's history is of the same panel and made the same way, up to the cut or beyond."""
    same = later.source is panel and str(later.pair) == settings.pair
    weighed = later.settings.composite_weights == settings.composite_weights
    upto = cut.upto is not None and later.panel.upto is not None and bool(cut.upto <= later.panel.upto)
    return same and weighed and upto


def _demand(panel: Panel, cut: Panel, pair: Pair, asked: date) -> None:
    """Refuse, naming the first session, a date before the bars of the pair."""
    for ticker in (pair.a, pair.b):
        first = to_day(panel[ticker].sessions[0])
        if ticker not in cut.bars:
            raise SourceError(f"as-of {asked} is before the first session of {ticker}, {first}, in {panel.origin.name}")


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


def _stale(rows: tuple[MacroReading, ...]) -> tuple[str, ...]:
    return tuple(row.warning() for row in rows if row.stale)


def _older(rows: tuple[Watch, ...], as_of: date) -> tuple[str, ...]:
    """Which tickers of the watchlist have no bar on the as-of session, with the session of their newest."""
    old = [f"{row.ticker} {row.session}" for row in rows if row.session and row.session != as_of]
    return (f"newest close older than {as_of}: {', '.join(old)}",) if old else ()
