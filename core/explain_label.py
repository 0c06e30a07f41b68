"""Explanations of the label: the regime, its axes, the ratio, the composite and the sectors."""

from __future__ import annotations

from datetime import date

from . import format as fmt
from .axes import AXES, CYCLICAL, DWELL, LEADERSHIP_PARTS
from .bars import to_day
from .composite import ENOUGH, SIGNALS
from .explanation import Explanation, Found, Input, at_close
from .flips import Flip
from .funds import Facts
from .label import AxisReading
from .reading import Reading

SCORES = {
    "leadership": "mean of four: sign(R - SMA50), sign(R - SMA200), sign(SMA50 - SMA50 20 sessions ago), "
    "place in the 63-session range (-1 to 1)",
    "confirmation": "5-session mean of (c - d) / 2: c, d = mean sign(S - SMA50(S)) of XLF XLI XLY and of XLU XLP XLV, "
    "S = sector / SPY",
    "market": "adj_close / SMA200 - 1",
}
LABEL = (
    "RISK-OFF: market DOWN, or LAGGING and DENIED. RISK-ON: UP, LEADING, not DENIED. NARROW: UP and LAGGING. "
    "Else NEUTRAL. No label under 60% coverage, nor without a score of ratio or market for over 10 sessions."
)


def ratio(reading: Reading, _: str, __: Facts) -> Found:
    """The ratio and its means."""
    ratio, pair, day = reading.ratio, reading.pair, reading.as_of
    basis = "adj_close, rebased to close / close on this session" if ratio.basis == "total_return" else "close"
    closes = tuple(
        Input(f"{t} close", fmt.price(float(reading.panel[t].close[-1])), to_day(reading.panel[t].sessions[-1]))
        for t in (pair.a, pair.b)
    )
    slope = {True: "SMA50 is rising", False: "SMA50 is not rising", None: "SMA50's slope is not known"}[ratio.rising]
    means = (Input("SMA50", fmt.ratio(ratio.sma50), day), Input("SMA200", fmt.ratio(ratio.sma200), day))
    formula = f"{pair.a} / {pair.b} on {basis}; its means over 50 and 200 sessions; {slope} against 20 sessions ago"
    yield Explanation(
        "ratio", "ratio", f"ratio {pair}", fmt.ratio(ratio.value), formula, (*closes, *means), at_close(reading)
    )


def axes(reading: Reading, _: str, __: Facts) -> Found:
    """Each axis: its score, what it holds, what is pending and what would turn it."""
    for axis, rule in ((axis, next(rule for rule in AXES if rule.key == axis.key)) for axis in reading.axes):
        hold = f"enters at {rule.enter:g}, leaves at {rule.exit:g}, after {DWELL} closes in a row"
        pending = (Input("pending", axis.pending_words(), reading.as_of),) if axis.pending else ()
        inputs = (
            *_axis_inputs(reading, axis.key),
            Input("sessions in state", f"{axis.sessions_in_state:,}", reading.as_of),
            *pending,
            *(_turn(turn, reading.as_of) for turn in axis.turns),
        )
        formula = f"{SCORES[axis.key]}; {hold}"
        name = f"{axis.measures} ({axis.key})"
        yield Explanation(f"axes.{axis.key}", "banner", name, _state(axis), formula, inputs, at_close(reading))


def _state(axis: AxisReading) -> str:
    return f"{axis.state}, score {axis.score_words()}"


def _turn(turn: Flip, day: date) -> Input:
    return Input(f"asks {turn.to} when", turn.words(), day)


def _axis_inputs(reading: Reading, key: str) -> tuple[Input, ...]:
    past, day = reading.history, reading.as_of
    if key == "leadership":
        votes = zip(LEADERSHIP_PARTS, past.votes, strict=True)
        return tuple(Input(part.words(float(vote[-1])), fmt.signed(float(vote[-1])), day) for part, vote in votes)
    if key == "confirmation":
        return tuple(Input(f"{s.ticker} {s.group}", fmt.percent(s.ratio_vs_sma50), day) for s in reading.sectors)
    bars = reading.panel[reading.pair.b]
    return (Input(f"{bars.ticker} adj_close", fmt.price(float(bars.adj_close[-1])), to_day(bars.sessions[-1])),)


def regime(reading: Reading, _: str, __: Facts) -> Found:
    """The label, what it is made from and what would flip it."""
    regime, day = reading.regime, reading.as_of
    states = tuple(Input(axis.key, axis.state, day) for axis in reading.axes)
    coverage = Input("coverage", f"{regime.present} of {regime.inputs} inputs", day)
    flips = tuple(Input(f"{flip.to} if", flip.words(), day) for flip in regime.flips)
    value = f"{regime.regime.label} since {regime.since}, {fmt.count(regime.sessions, 'session')}"
    yield Explanation("regime", "banner", "regime", value, LABEL, (*states, coverage, *flips), at_close(reading))


def composite(reading: Reading, _: str, __: Facts) -> Found:
    """The composite and each of its signals."""
    read, day = reading.composite, reading.as_of
    votes = tuple(
        Input(f"{signal.name} x {vote.weight:g}", fmt.signed(vote.vote), day)
        for signal, vote in zip(SIGNALS, read.votes, strict=True)
    )
    formula = f"50 + 50 x weighted mean of the votes that are known; at least {ENOUGH} of {len(SIGNALS)}"
    value = f"{fmt.price(read.score, 1)}, {read.present} of {len(SIGNALS)}"
    yield Explanation(
        "composite", "composite", f"composite of {reading.pair.a}", value, formula, votes, at_close(reading)
    )
    for signal, vote in zip(SIGNALS, read.votes, strict=True):
        why = (Input("because", vote.why, day),)
        value = f"vote {fmt.signed(vote.vote)}"
        key, name = f"composite.signals.{signal.key}", f"signal: {signal.name}"
        yield Explanation(key, "composite", name, value, signal.formula, why, at_close(reading))


def sectors(reading: Reading, _: str, __: Facts) -> Found:
    """Each sector against the market."""
    market = reading.pair.b
    for sector in reading.sectors:
        risky = "above" if sector.ticker in CYCLICAL else "below"
        yield Explanation(
            f"sectors.{sector.ticker}",
            "sectors",
            f"{sector.ticker}, {sector.group}",
            fmt.percent(sector.ratio_vs_sma50),
            f"S / SMA50(S) - 1, S = {sector.ticker} / {market} on adj_close; {risky} its mean it confirms",
            tuple(
                Input(f"{t} adj_close", fmt.price(float(bars.adj_close[-1])), to_day(bars.sessions[-1]))
                for t in (sector.ticker, market)
                if (bars := reading.panel.bars.get(t))
            ),
            at_close(reading),
        )
