"""Explanations of the sectors screen: the score's votes, the map's two measures, and every sector's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import explain_label
from . import format as fmt
from .bars import to_day
from .explanation import Explanation, Input, at_close
from .funds import Facts
from .reading import Reading
from .rotation import MOMENTUM_SESSIONS, QUADRANTS, STRENGTH_WINDOW, TAIL, WEEK, Ballot, Sector

PANEL = "rotation"
WHERE = {(1, 1): "both above 0", (1, -1): "strength above 0, momentum below", (-1, -1): "both below 0",
         (-1, 1): "strength below 0, momentum above"}  # fmt: skip


def explain_rotation(reading: Reading, sectors: Sequence[Sector], ballot: Ballot | None) -> tuple[Explanation, ...]:
    """What is on the sectors screen: the score first, then the map, then the sectors in their order."""
    score = (topic for topic in explain_label.axes(reading, "", Facts(())) if topic.key == "axes.confirmation")
    votes = _votes(reading, ballot) if ballot else ()
    return (*score, *votes, *_map(reading), *(_sector(reading, sector) for sector in sectors))


def _votes(reading: Reading, ballot: Ballot) -> Iterator[Explanation]:
    """The thirty votes and their sum."""
    rows = tuple(
        Input(f"{voter.ticker} {voter.group}", " ".join(fmt.signed(vote, 0) for vote in voter.votes), reading.as_of)
        for voter in ballot.voters
    )
    sums = Input("sum of the six", " ".join(fmt.signed(value, 0) for value in ballot.sums), reading.as_of)
    first = to_day(ballot.sessions[0])
    formula = (
        "sign(S - SMA50(S)) of a cyclical sector, its opposite of a defensive one; the mean over 5 sessions of "
        f"(c - d) / 2 is the sum of these votes / {ballot.divisor}"
    )
    total = fmt.signed(ballot.total, 0)
    value = f"sum {total} of {ballot.divisor} votes, {first} to {reading.as_of}"
    yield Explanation(f"{PANEL}.votes", PANEL, "votes of the sectors", value, formula, (*rows, sums), at_close(reading))


def _map(reading: Reading) -> Iterator[Explanation]:
    """The two axes, and the quarters."""
    market, source = reading.pair.b, at_close(reading)
    across = f"S / SMA{STRENGTH_WINDOW}(S) - 1 in %, S = sector / {market} on adj_close"
    up = f"strength now less strength {MOMENTUM_SESSIONS} sessions ago, in percentage points"
    quarters = tuple(Input(name, WHERE[signs], None) for signs, name in QUADRANTS.items())
    tail = f"the place now, and {TAIL} places before it, {WEEK} sessions apart; our own formula, no trademarked graph's"
    yield Explanation(f"{PANEL}.strength", PANEL, "strength, the map's way across", "%", across, (), source)
    yield Explanation(f"{PANEL}.momentum", PANEL, "momentum, the map's way up", "pp", up, (), source)
    yield Explanation(f"{PANEL}.map", PANEL, "rotation map", "quarters by the two signs", tail, quarters, source)


def _sector(reading: Reading, sector: Sector) -> Explanation:
    key, name, market, day = (
        f"{PANEL}.{sector.ticker}",
        f"{sector.ticker}, {sector.name}",
        reading.pair.b,
        reading.as_of,
    )
    if sector.why:
        return Explanation(key, PANEL, name, "none", sector.why, (), at_close(reading))
    formula = (
        f"S = {sector.ticker} / {market} on adj_close; vs SMA50 is S / SMA50(S) - 1, 20 and 63 sessions S / S then - 1"
    )
    numbers = (
        ("vs SMA50", fmt.percent(sector.gap)),
        ("20 sessions", fmt.percent(sector.performance_20)),
        ("63 sessions", fmt.percent(sector.performance_63)),
        ("strength", fmt.percent(float(sector.strengths[-1]), 2)),
        ("momentum", fmt.points(float(sector.momenta[-1]))),
    )
    value = f"{sector.quadrant}, {sector.group or 'no vote'}"
    return Explanation(key, PANEL, name, value, formula, tuple(Input(*row, day) for row in numbers), at_close(reading))
