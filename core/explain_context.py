"""Explanations of what stands beside the label: breadth, credit, volume, ATR, macro and the calendar."""

from __future__ import annotations

from . import format as fmt
from .context import ATR_HIGH, ATR_LOW, BREADTH_WINDOW, NEAR_HIGH, AtrBand, CreditReading, VolumeReading
from .explanation import PERCENTILE, Explanation, Found, Input, at_close
from .funds import Facts
from .macro import CHANGE_WINDOW, CYCLE_SERIES, CYCLE_WINDOW
from .reading import Reading


def breadth(reading: Reading, _: str, __: Facts) -> Found:
    """Relative performance, and the narrow divergence."""
    day, context = reading.as_of, reading.context
    for row in context.breadth:
        yield Explanation(
            f"breadth.relative_performance_20.{row.a}/{row.b}",
            "context",
            f"{row.a} against {row.b}, {BREADTH_WINDOW} sessions",
            fmt.percent(row.relative_performance),
            f"(a / a 20 sessions ago) / (b / b 20 sessions ago) - 1 on adj_close; percentile: {PERCENTILE}",
            (Input(f"percentile of {row.window} sessions", fmt.share(row.percentile), day),),
            at_close(reading),
        )
    if apart := context.divergence:
        below = tuple(
            Input(f"{ticker} below its 252-session high", fmt.share(gap, 1), day) for ticker, gap in apart.below_high
        )
        formula = f"SPY or QQQ within {NEAR_HIGH:.0%} of its 252-session high of closes while the ratio is LAGGING"
        value = "yes" if apart.active else "no"
        key = "breadth.narrow_divergence"
        yield Explanation(key, "context", "narrow divergence", value, formula, below, at_close(reading))


def beside(reading: Reading, _: str, __: Facts) -> Found:
    """Credit, volume and the ATR band, those that there are."""
    context = reading.context
    if context.credit:
        yield _credit(reading, context.credit)
    if context.volume:
        yield _volume(reading, context.volume)
    if context.atr_band:
        yield _atr_band(reading, context.atr_band)


def _credit(reading: Reading, credit: CreditReading) -> Explanation:
    name = "/".join(credit.pair)
    return Explanation(
        "credit",
        "context",
        "credit",
        fmt.percent(credit.gap),
        f"R / SMA50(R) - 1, R = {name} on adj_close; above 0 credit risk is wanted; percentile: {PERCENTILE}",
        (
            Input(name, fmt.ratio(credit.value), reading.as_of),
            Input("SMA50", fmt.ratio(credit.sma50), reading.as_of),
            Input(f"percentile of {credit.window} sessions", fmt.share(credit.percentile), reading.as_of),
        ),
        at_close(reading),
    )


def _volume(reading: Reading, volume: VolumeReading) -> Explanation:
    return Explanation(
        "volume",
        "context",
        f"relative volume of {volume.ticker}",
        volume.words,
        "volume / mean volume of the 20 sessions before; 2 or more is an event; with a 63-session high a breakout",
        (Input("volume", f"{reading.panel[volume.ticker].volume[-1]:,.0f}", reading.as_of),),
        at_close(reading),
    )


def _atr_band(reading: Reading, band: AtrBand) -> Explanation:
    return Explanation(
        "atr_band",
        "context",
        f"ATR% of {band.ticker}",
        f"{fmt.share(band.value, 2)}, {band.where} the band",
        f"Wilder's ATR(14) / close; the band is {ATR_LOW:.1%} to {ATR_HIGH:.1%}; percentile: {PERCENTILE}",
        (
            Input(f"percentile of {band.window} sessions", fmt.share(band.percentile), reading.as_of),
            Input("ATR% of QQQ", fmt.share(band.benchmark, 2), reading.as_of),
        ),
        at_close(reading),
    )


def macro(reading: Reading, _: str, __: Facts) -> Found:
    """Each series as it was known, and the rate cycle."""
    for row in reading.macro:
        age = fmt.count(row.age_sessions, "session")
        parts = (
            Input("observation", f"{age} old{', stale' if row.stale else ''}", row.observed),
            Input(f"change over {CHANGE_WINDOW} sessions", row.row.shown_change(row.change_63), row.observed),
            Input(f"percentile of {row.window} sessions", fmt.share(row.percentile), row.observed),
        )
        formula = (
            f"newest observation published before this session; high means: {row.row.higher}; percentile: {PERCENTILE}"
        )
        source = f"FRED {row.row.series}, from {reading.origin.name}"
        key, value = f"macro.{row.row.series}", row.row.shown(row.value)
        yield Explanation(key, "macro", row.row.name, value, formula, parts, source)
    if cycle := reading.rate_cycle:
        ends = ((cycle.before, cycle.before_observed), (cycle.rate, cycle.observed))
        yield Explanation(
            "rates",
            "macro",
            "rate cycle",
            cycle.state,
            f"{CYCLE_SERIES} against {CYCLE_WINDOW} sessions ago: CUTTING from -0.25pp down, HIKING from +0.25pp up",
            tuple(Input(CYCLE_SERIES, fmt.share(rate, 2), day) for rate, day in ends),
            f"FRED {CYCLE_SERIES}, from {reading.origin.name}",
        )


def events(reading: Reading, _: str, __: Facts) -> Found:
    """What the calendar knows of the year ahead."""
    for event in reading.events:
        formula = "Russell: fourth Friday of June, from 2026 also second Friday of November; NYSE holidays by rule"
        source = "exchange calendar by rule, seeds/calendar.toml"
        yield Explanation(f"events.{event.date}", "events", event.name, str(event.date), formula, (), source)
