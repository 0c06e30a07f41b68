"""A Reading or a Sizing as plain text: the same numbers that the screen shows."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from . import format as fmt
from .calendar import RECONSTITUTION, Hours
from .composite import SIGNALS
from .context import ATR_HIGH, ATR_LOW, AtrBand, BreadthReading, CreditReading
from .errors import SmallcapError
from .label import AxisReading
from .macro import MacroReading
from .reading import ADVICE, Reading
from .sizing import Sizing

WIDTH = 80
FORMULA = 34


def heading(reading: Reading) -> str:
    """What is read, as of when and from where; SIMULATED first where it is."""
    badge = "SIMULATED  " if reading.origin.simulated else ""
    return f"{badge}{reading.pair}  as of {fmt.day(reading.as_of)} close  {reading.origin.name}"


def text(reading: Reading, hours: Hours | None = None) -> str:
    """The whole reading as plain text at most 80 columns wide, apart from single words from outside.

    `hours` are the exchange's now; a reading of another time has none.
    """
    regime = reading.regime
    pending = [words for axis in reading.axes if (words := axis.pending_words())]
    lines = [
        heading(reading),
        "",
        f"{regime.regime.shape} {regime.regime.label}: {regime.regime.meaning}",
        f"  since {regime.since}, {fmt.count(regime.sessions, 'session')}; coverage {regime.present}/{regime.inputs}",
        *(f"  pending: {words}" for words in pending or ["nothing"]),
        *(f"  {flip.to} if {flip.words()}" for flip in regime.flips),
        "",
        *(_axis_line(axis) for axis in reading.axes),
        "",
        *_ratio_lines(reading),
        "",
        *_composite_lines(reading),
        *_sector_lines(reading),
        *_context_lines(reading),
        *_macro_lines(reading),
        *_watch_lines(reading),
        *_size_lines(reading),
        *_listed("for", regime.why),
        *_listed("against", regime.against),
        *_event_lines(reading, hours),
        *_listed("note", reading.warnings),
        ADVICE,
    ]
    return "\n".join(short for line in lines for short in _folded(line)) + "\n"


def _folded(line: str) -> list[str]:
    """A line in rows of at most 80 columns, those after the first set in."""
    return [line] if len(line) <= WIDTH else wrap(line, WIDTH, subsequent_indent="      ")


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


def _composite_lines(reading: Reading) -> list[str]:
    read = reading.composite
    rows = [
        f"  {signal.name:<11}{fmt.signed(vote.vote):>6}  {vote.why}"
        for signal, vote in zip(SIGNALS, read.votes, strict=True)
    ]
    score = fmt.price(read.score, 0)
    return [f"Composite of {reading.pair.a} {score} of 100, {read.present} of {len(SIGNALS)} signals", *rows, ""]


def _context_lines(reading: Reading) -> list[str]:
    """Breadth, divergence, credit, volume and ATR, each in a line; what the source lacks is left out."""
    context = reading.context
    rows = [
        (f"{row.a} vs {row.b}", fmt.percent(row.relative_performance), f"20 sessions, {_percentile(row)}")
        for row in context.breadth
    ]
    if apart := context.divergence:
        below = ", ".join(f"{ticker} {fmt.share(gap, 1)}" for ticker, gap in apart.below_high)
        rows.append(("divergence", "narrow" if apart.active else "none", f"below 252-session high: {below}"))
    if credit := context.credit:
        rows.append(
            ("credit", fmt.percent(credit.gap), f"{'/'.join(credit.pair)} from its SMA50, {_percentile(credit)}")
        )
    if volume := context.volume:
        rows.append((f"{volume.ticker} volume", f"{fmt.price(volume.relative)}x", volume.kind or "no event"))
    if band := context.atr_band:
        where = f"{band.where} {100 * ATR_LOW:g}-{100 * ATR_HIGH:g}%"
        words = f"{where}, {_percentile(band)}; QQQ {fmt.share(band.benchmark, 2)}"
        rows.append((f"{band.ticker} ATR", fmt.share(band.value, 2), words))
    return _rows("Beside the label", rows)


def _macro_lines(reading: Reading) -> list[str]:
    rows = [
        (
            row.row.name,
            row.row.shown(row.value),
            f"{row.row.shown_change(row.change_63):>8} in 63, {_percentile(row)}, {row.observed}"
            f"{' STALE' if row.stale else ''}",
        )
        for row in reading.macro
    ]
    if cycle := reading.rate_cycle:
        rows.append(("rate cycle", cycle.state, f"{fmt.points(cycle.change):>8} in 126, of {cycle.observed}"))
    return _rows("Macro, as known then", rows)


def _percentile(row: BreadthReading | CreditReading | AtrBand | MacroReading) -> str:
    """`pctl 83 of 252`: with the sessions that it is one of."""
    return f"pctl {fmt.price(100 * row.percentile, 0)} of {row.window}"


def _rows(heading: str, rows: Sequence[tuple[str, str, str]]) -> list[str]:
    lines = [f"  {name:<18}{value:>8}  {words}" for name, value, words in rows]
    return [heading, *lines, ""] if lines else []


def _event_lines(reading: Reading, hours: Hours | None) -> list[str]:
    """The next change of the exchange's hours, three dates, and the next reconstitution where it isn't among them."""
    events = reading.events
    first = [*events[:3], *(event for event in events[3:] if event.name == RECONSTITUTION)][:4]
    now = [f"  exchange {hours.words()}"] if hours else []
    return ["Ahead", *now, *(f"  {event.date}  {event.name}" for event in first), ""] if first or now else []


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
        f"  {step.name:<20}{step.fitting(FORMULA - 1) or step.formula:<{FORMULA}}{step.shown():>14}"
        f"{'  <- binds' if step.bound else ''}"
        for step in sizing.steps[:-1]
    ]
    risk, weight = fmt.dollars(sizing.risk_dollars), fmt.share(sizing.weight, 1)
    outcome = f"{fmt.count(sizing.shares, 'share')}, {risk} at risk, weight {weight}"
    target = f", {sizing.r_multiple:.2f} R to the target" if sizing.r_multiple is not None else ""
    takes = f"; one takes {sizing.one_takes}" if sizing.one_takes else ""
    return [*rows, f"  -> {outcome}{target}{takes}", *(f"  note: {words}" for words in sizing.warnings)]


def _listed(word: str, sentences: Sequence[str]) -> list[str]:
    return [*(f"{word}: {sentence}" for sentence in sentences), ""] if sentences else []
