"""PANELS: what an analyst's report is made of, one row each: its rows, and what it found in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import to_day
from ..composite import SIGNALS
from ..context import BREADTH_WINDOW
from ..label import AxisReading
from ..macro import CHANGE_WINDOW, CYCLE_WINDOW
from . import analyst_evidence
from .analyst_divergences import Found, divergences
from .analyst_window import Episode, Summary, Window, changes, episodes, summaries, within
from .plan import Row

NEWEST = 12


class Section(NamedTuple):
    """One panel: the word it is asked for by, what it says, its rows, and its finding; empty where there is none."""

    word: str
    words: str
    rows: Callable[[Window], Iterator[Row]]
    finding: Callable[[Window], str]


def newest(kind: str, rows: Sequence[Row]) -> Iterator[Row]:
    """The newest rows first, as many as a person reads; then how many more there are. `rows` are oldest first."""
    yield from rows[: -NEWEST - 1 : -1]
    if len(rows) > NEWEST:
        yield Row(f"earlier {kind}", f"{len(rows) - NEWEST} more", "a window that ends earlier shows them")


def _regimes(window: Window) -> Iterator[Row]:
    found = episodes(window)
    yield from (_summary_row(window, row) for row in summaries(found))
    yield from newest("labels", [_episode_row(window, episode) for episode in found])


def _summary_row(window: Window, row: Summary) -> Row:
    value = f"{fmt.count(row.sessions, 'session')}, {fmt.share(row.share)}"
    how = f"{fmt.count(row.episodes, 'episode')}; {row.moves.words(window.past.pair)}"
    return Row(f"{row.regime.label} in all", value, how)


def _episode_row(window: Window, episode: Episode) -> Row:
    value = f"{episode.regime.label}, {fmt.count(episode.sessions, 'session')}"
    before = "" if episode.began == episode.first else f"began {episode.began}; "
    how = f"{before}to {episode.last}; {episode.moves.words(window.past.pair)}"
    return Row(f"label from {episode.first}", value, how)


def _regimes_found(window: Window) -> str:
    found = episodes(window)
    most, *others = summaries(found)
    total = fmt.count(len(window.sessions), "session")
    rest = "".join(f", {row.regime.label} on {row.sessions}" for row in others)
    turned = f"the label changed {fmt.count(len(found) - 1, 'time')}" if len(found) > 1 else "the label never changed"
    return f"{window.past.pair} was {most.regime.label} on {most.sessions} of {total}{rest}; {turned}."


def _axes(window: Window) -> Iterator[Row]:
    yield from (Row(axis.measures, axis.state, _axis_words(axis)) for axis in window.reading.axes)
    if window.past.confirmation is None:
        yield Row("sectors", fmt.UNKNOWN, f"{window.past.pair} has no sectors that could confirm it")
    turned = [
        Row(
            f"axis on {change.day}",
            f"{change.axis.measures}: {change.axis.word(change.before)} -> {change.axis.word(change.after)}",
            f"after {fmt.count(change.held, 'session')}",
        )
        for change in changes(window)
    ]
    yield from newest("changes of axes", turned)


def _axis_words(axis: AxisReading) -> str:
    pending = axis.pending_words()
    held = f"score {axis.score_words()}, {fmt.count(axis.sessions_in_state, 'session')} in this state"
    return f"{held}; pending {pending}" if pending else held


def _axes_found(window: Window) -> str:
    states = ", ".join(
        f"{axis.measures} {axis.state} for {fmt.count(axis.sessions_in_state, 'session')}"
        for axis in window.reading.axes
    )
    return f"On {window.day(-1)}: {states}; axes changed {fmt.count(len(changes(window)), 'time')} in the window."


def _divergences(window: Window) -> Iterator[Row]:
    found = divergences(window.reading, window.first)
    yield from (Row(each.divergence.name, _divergence_words(each), each.divergence.words) for each in found)
    spells = sorted((spell for each in found for spell in each.spells), key=lambda spell: spell.began)
    yield from newest(
        "divergences",
        [
            Row(
                f"divergence from {spell.began}",
                spell.divergence.name,
                f"{fmt.count(spell.closes, 'close')}, last {spell.last}{', still on' if spell.on else ''}",
            )
            for spell in spells
        ],
    )


def _divergence_words(each: Found) -> str:
    if each.on:
        return f"on since {each.spells[-1].began}"
    if each.on is None:
        return f"not known: it needs {each.divergence.needs}"
    return f"off, last on {each.spells[-1].last}" if each.spells else "off throughout"


def _divergences_found(window: Window) -> str:
    found = divergences(window.reading, window.first)
    on = [f"{each.divergence.name} (since {each.spells[-1].began})" for each in found if each.on]
    known = sum(each.on is not None for each in found)
    named = f": {', '.join(on)}" if on else ""
    return f"Divergences on the close of {window.day(-1)}: {len(on) or 'none'} of {known} known{named}."


def _composite(window: Window) -> Iterator[Row]:
    read, score = window.reading.composite, within(window, window.past.composite.score)
    of = f"{read.present} of {len(SIGNALS)} signals on {window.past.pair.a}"
    yield Row("composite", f"{fmt.price(read.score, 0)} of 100", of)
    if not np.isnan(score).all():
        low, high = int(np.nanargmin(score)), int(np.nanargmax(score))
        yield Row("composite, lowest", fmt.price(score[low], 0), f"on {to_day(window.sessions[low])}")
        yield Row("composite, highest", fmt.price(score[high], 0), f"on {to_day(window.sessions[high])}")
        above = np.mean(score[~np.isnan(score)] > 50.0)
        yield Row("composite above 50", fmt.share(float(above)), "of the window's sessions with a composite")
    for signal, vote in zip(SIGNALS, read.votes, strict=True):
        yield Row(f"signal {signal.name}", fmt.signed(vote.vote), vote.why)


def _composite_found(window: Window) -> str:
    score = within(window, window.past.composite.score)
    if np.isnan(score).all():
        return "The composite is not known on any session of the window."
    now = fmt.price(window.reading.composite.score, 0)
    low, high = fmt.price(float(np.nanmin(score)), 0), fmt.price(float(np.nanmax(score)), 0)
    return f"The composite of {window.past.pair.a} is {now} of 100; in the window it was from {low} to {high}."


def _breadth(window: Window) -> Iterator[Row]:
    context = window.reading.context
    for row in context.breadth:
        rank = f"over {BREADTH_WINDOW} sessions, percentile {fmt.price(100 * row.percentile, 0)} of {row.window}"
        yield Row(f"{row.a} against {row.b}", fmt.percent(row.relative_performance), rank)
    if apart := context.divergence:
        below = ", ".join(f"{ticker} {fmt.share(gap, 1)}" for ticker, gap in apart.below_high)
        yield Row("narrow divergence", "yes" if apart.active else "no", f"below the 252-session high: {below}")
    if context.volume:
        yield Row(f"volume of {context.volume.ticker}", context.volume.words, "2x or more is an event")
    if credit := context.credit:
        yield Row("credit", fmt.percent(credit.gap), f"{'/'.join(credit.pair)} from its 50-session mean")
    if not context.breadth:
        yield Row("breadth", fmt.UNKNOWN, f"{window.reading.origin.name} lacks the tickers or sessions for it")


def _breadth_found(window: Window) -> str:
    rows = window.reading.context.breadth
    if not rows:
        return ""
    ahead = [f"{row.a} against {row.b}" for row in rows if row.relative_performance > 0]
    named = f": {', '.join(ahead)}" if ahead else ""
    return f"Over {BREADTH_WINDOW} sessions, ahead in {len(ahead)} of {fmt.count(len(rows), 'breadth pair')}{named}."


def _macro(window: Window) -> Iterator[Row]:
    reading = window.reading
    for row in reading.macro:
        change = f"{row.row.shown_change(row.change_63)} in {CHANGE_WINDOW} sessions"
        rank = f"percentile {fmt.price(100 * row.percentile, 0)} of {row.window}"
        stale = ", STALE" if row.stale else ""
        yield Row(row.row.name, row.row.shown(row.value), f"{change}, {rank}, observed {row.observed}{stale}")
    if cycle := reading.rate_cycle:
        yield Row("rate cycle", cycle.state, f"{fmt.points(cycle.change)} in {CYCLE_WINDOW} sessions")
    if not reading.macro:
        yield Row("macro", fmt.UNKNOWN, f"{reading.origin.name} has no macro series on {window.day(-1)}")


def _macro_found(window: Window) -> str:
    cycle = window.reading.rate_cycle
    return f"The rate cycle is {cycle.state}: {fmt.points(cycle.change)} in {CYCLE_WINDOW} sessions." if cycle else ""


PANELS = (
    Section("regimes", "every label in the window, and what the pair did in it", _regimes, _regimes_found),
    Section("axes", "where the axes stand, and each change of state", _axes, _axes_found),
    Section("divergences", "what parts from what, and since when", _divergences, _divergences_found),
    Section("composite", "the composite's range, and its eight signals", _composite, _composite_found),
    Section("breadth", "relative performance, narrow divergence, volume, credit", _breadth, _breadth_found),
    Section("macro", "rates, curve, credit and VIX as they were known", _macro, _macro_found),
    Section("evidence", "what labels and sizing were worth by then", analyst_evidence.rows, analyst_evidence.finding),
    Section(
        "claims", "what the folklore was worth by then", analyst_evidence.claim_rows, analyst_evidence.claim_finding
    ),
)
