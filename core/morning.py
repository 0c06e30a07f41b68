"""The morning note of a Reading: the label and its reasons first, then the charts, then what it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import format as fmt
from .axes import DWELL
from .calendar import RECONSTITUTION, Hours
from .composite import SIGNALS
from .context import ATR_HIGH, ATR_LOW, AtrBand, BreadthReading, CreditReading
from .errors import SmallcapError
from .evidence.quote import Quote
from .funds import Facts
from .label import AxisReading
from .macro import MacroReading
from .morning_charts import MONTHS, bands, price_curve, ratio_curve
from .note import Band, Block, Drawing, Drawings, Lead, Listing, Note, Table
from .reading import ADVICE, Reading
from .report import outcome

SIDES = {1: "above", 0: "not known", -1: "below"}
FIGURES = ("name", "index", "holdings", "expense_ratio")


def note(reading: Reading, facts: Facts, hours: Hours | None = None, quotes: Sequence[Quote] = ()) -> Note:
    """The whole reading in the order that a person wants it in.

    `hours` are the exchange's now; a reading of another time has none. `quotes` is what the labels were worth.
    """
    return Note(
        title=f"{reading.pair} as of {fmt.day(reading.as_of)} close",
        source=reading.origin.name,
        simulated=reading.origin.simulated,
        blocks=tuple(_blocks(reading, facts, hours, quotes)),
        end=ADVICE,
    )


def _blocks(reading: Reading, facts: Facts, hours: Hours | None, quotes: Sequence[Quote]) -> Iterator[Block]:
    held, pair = bands(reading), reading.pair
    yield _lead(reading)
    yield _axes(reading)
    flips = tuple(f"{flip.to} if {flip.words()}" for flip in reading.regime.flips)
    yield Listing("What would flip it", flips or reading.regime.no_flips[:1])
    yield Listing("Why", reading.regime.why or ("nothing supports it",), running=True)
    yield Listing("Against it", reading.regime.against or ("nothing contradicts it",), running=True)
    yield Listing("Evidence", tuple(f"{quote.words()}." for quote in quotes))
    yield Drawing(ratio_curve(reading), held)
    yield Drawings(tuple(Drawing(price_curve(reading, ticker)) for ticker in pair))
    yield _watch(reading)
    yield _composite(reading)
    yield _sectors(reading)
    yield _beside(reading)
    yield _macro(reading)
    yield _size(reading)
    yield Listing("Ahead", tuple(_ahead(reading, hours)), running=True)
    yield _labels(reading, held)
    yield _funds(reading, facts)
    yield Listing("Notes", reading.warnings)
    yield Listing("Source", (_source(reading),))


def _lead(reading: Reading) -> Lead:
    regime = reading.regime
    held = f"Since {regime.since}, {fmt.count(regime.sessions, 'session')}"
    return Lead(
        f"{regime.regime.shape} {regime.regime.label}",
        regime.regime.means(*reading.pair),
        (f"{held}; coverage {regime.present}/{regime.inputs}.",),
    )


def _axes(reading: Reading) -> Table:
    rows = tuple(
        (a.measures, a.state, a.score_words(), fmt.count(a.sessions_in_state, "session"), _pending(a))
        for a in reading.axes
    )
    return Table("Axes", "", ("Axis", "State", "Score", "Held for", "Pending"), "llrrl", rows, 5)


def _pending(axis: AxisReading) -> str:
    return f"-> {axis.pending}, {axis.closes} of {DWELL} closes" if axis.pending else "nothing pending"


def _watch(reading: Reading) -> Table:
    rows = tuple(
        (
            w.ticker,
            fmt.price(w.last),
            fmt.percent(w.change(w.last), 2),
            fmt.percent(w.versus),
            str(w.session) if w.session else "not in the source",
        )
        for w in reading.watch
    )
    versus = f"vs {reading.pair.b}"
    words = f"last close, the day's change, 20 sessions against {reading.pair.b}"
    return Table("Watchlist", words, ("Ticker", "Last", "Day", versus, "Close of"), "lrrrl", rows, 4, named=True)


def _composite(reading: Reading) -> Table:
    read = reading.composite
    rows = tuple(
        (signal.name, fmt.signed(vote.vote), vote.why) for signal, vote in zip(SIGNALS, read.votes, strict=True)
    )
    words = f"{fmt.price(read.score, 0)} of 100, {read.present} of {len(SIGNALS)} signals"
    return Table(f"Composite of {reading.pair.a}", words, ("Signal", "Vote", "Why"), "lrl", rows, 2)


def _sectors(reading: Reading) -> Table:
    rows = tuple(
        (
            s.ticker,
            fmt.percent(s.ratio_vs_sma50),
            "confirms" if s.confirms else "denies" if s.sign else fmt.UNKNOWN,
            s.group,
            SIDES[s.sign],
        )
        for s in reading.sectors
    )
    words = f"each against {reading.pair.b}, from that ratio's 50-day mean"
    return Table("Sectors", words, ("Sector", "From mean", "Says", "Group", "Side"), "lrlll", rows, 3)


def _beside(reading: Reading) -> Table:
    """Breadth, divergence, credit, volume and ATR; what the source lacks is left out."""
    context = reading.context
    rows = [
        (f"{row.a} vs {row.b}", fmt.percent(row.relative_performance), f"20 sessions, {_percentile(row)}")
        for row in context.breadth
    ]
    if apart := context.divergence:
        below = ", ".join(f"{ticker} {fmt.share(gap, 1)}" for ticker, gap in apart.below_high)
        rows.append(("divergence", "narrow" if apart.active else "none", f"below 252-session high: {below}"))
    if credit := context.credit:
        name = "/".join(credit.pair)
        rows.append((f"credit {name}", fmt.percent(credit.gap), f"{name} from its SMA50, {_percentile(credit)}"))
    if volume := context.volume:
        rows.append((f"{volume.ticker} volume", f"{fmt.price(volume.relative)}x", volume.kind or "no event"))
    if band := context.atr_band:
        where = f"{band.where} {100 * ATR_LOW:g}-{100 * ATR_HIGH:g}%"
        words = f"{where}, {_percentile(band)}; QQQ {fmt.share(band.benchmark, 2)}"
        rows.append((f"{band.ticker} ATR", fmt.share(band.value, 2), words))
    words = "breadth over 20 sessions, credit from its mean, volume"
    return Table("Beside the label", words, ("What", "Value", "How"), "lrl", tuple(rows), 2)


def _macro(reading: Reading) -> Table:
    rows = [
        (
            f"{row.row.name}{' STALE' if row.stale else ''}",
            row.row.shown(row.value),
            row.row.shown_change(row.change_63),
            _percentile(row),
            str(row.observed),
        )
        for row in reading.macro
    ]
    if cycle := reading.rate_cycle:
        rows.append(
            ("rate cycle", cycle.state, fmt.points(cycle.change), "change in 126 sessions", str(cycle.observed))
        )
    words = "as known then, with the change in 63 sessions"
    return Table("Macro", words, ("Series", "Value", "Change", "Percentile", "Observed"), "lrrll", tuple(rows), 3)


def _percentile(row: BreadthReading | CreditReading | AtrBand | MacroReading) -> str:
    """`pctl 83 of 252`: with the sessions that it is one of."""
    return f"pctl {fmt.price(100 * row.percentile, 0)} of {row.window}"


def _size(reading: Reading) -> Table:
    """The suggested position in words, and how it came about."""
    ticker = reading.pair.a
    title, head = f"Size, long {ticker}", ("Step", "Value", "Formula", "Binds")
    try:
        sized = reading.suggestion(ticker)
    except SmallcapError as error:
        return Table(title, f"none, because {error}", head, "lrll", (), 0, telling=True)
    rows = tuple((s.name, s.shown(), s.fitting(80) or s.formula, "<- binds" if s.bound else "") for s in sized.steps)
    said = (f"{outcome(sized)}; stop {sized.steps[1].shown()}, bound by the {sized.bound_by}", *sized.warnings)
    return Table(title, "; ".join(said), head, "lrll", rows, 0, telling=True)


def _ahead(reading: Reading, hours: Hours | None) -> Iterator[str]:
    """The next change of the exchange's hours, three dates, and the next reconstitution where it isn't among them."""
    if hours:
        yield f"exchange {hours.words()}"
    events = reading.events
    first = [*events[:3], *(event for event in events[3:] if event.name == RECONSTITUTION)][:4]
    yield from (f"{event.date} {event.name}" for event in first)


def _labels(reading: Reading, held: Sequence[Band]) -> Table:
    """The stretches of one label that the charts show, newest first."""
    days = ratio_curve(reading).days
    rows = tuple(
        (f"{band.regime.shape} {band.regime.label}", str(days[band.first]), str(days[band.last]))
        for band in reversed(held)
    )
    return Table("Labels", f"of the last {MONTHS} months, newest first", ("Label", "From", "To"), "lll", rows, 0)


def _funds(reading: Reading, facts: Facts) -> Table:
    """What is known of the funds that are read."""
    rows, sources = [], dict[str, None]()
    for ticker in dict.fromkeys((*reading.pair, *(w.ticker for w in reading.watch))):
        found = [facts.of(ticker, figure, reading.as_of) for figure in FIGURES]
        if known := [fact for fact in found if fact]:
            sources.update(dict.fromkeys(fact.source for fact in known))
            recorded = known[-1].age_words(reading.as_of).removeprefix("recorded ")
            rows.append((ticker, *(fact.shown() if fact else fmt.UNKNOWN for fact in found), recorded))
    head = ("Ticker", "Fund", "Index", "Holdings", "Fee a year", "Recorded")
    return Table("Funds", f"from {'; '.join(sources)}", head, "lllrrl", tuple(rows), 0)


def _source(reading: Reading) -> str:
    origin = reading.origin
    simulated = "SIMULATED: " if origin.simulated else ""
    age = f"{fmt.count(reading.age_sessions, 'session')} missing since" if reading.age_sessions else "none missing"
    return f"{simulated}{origin.name}, read {origin.fetched_at}; closes up to {reading.as_of}, {age}."
