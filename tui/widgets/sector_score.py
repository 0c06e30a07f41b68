"""The confirmation score as it was built: each vote, their sum, what divides it, the state and what is pending."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.axes import CONFIRMATION, DWELL
from ...core.label import AxisReading
from ...core.rotation import SCORED, Ballot
from ..palette import Palette, tone
from ..rows import Line, Word, column, row
from ..scene import Scene
from ..states import heading
from .sector_view import SectorView
from .strips import StripWidget

FULL = 12
"""From how many rows on every vote of the five sessions is shown."""


class SectorScore(StripWidget):
    """A table of thirty votes where there is room for it, else today's votes and the sums of the five sessions."""

    KINDS = ("daily",)

    view: var[SectorView | None] = var(None, init=False)

    def watch_view(self, old: SectorView | None, new: SectorView | None) -> None:
        """Another reading's votes; the chosen sector and the order don't matter here."""
        if old is None or new is None or old.ballot is not new.ballot:
            self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading with the state, then the votes."""
        view, width = self.view, size.width
        if view is None:
            return column([], width, size.height, palette)
        axis, ballot, pair = view.reading.axis("confirmation"), view.ballot, view.reading.pair
        title: list[Word] = [("CONFIRMATION", "muted")]
        if axis is None or ballot is None:
            head = heading(width, palette, scene.state("daily"), title)
            why = f" none for {pair}: the sectors confirm a pair with SPY as its second ticker"
            return column([head, row(width, palette, [(why, "muted")])], width, size.height, palette)
        state: list[Word] = [(axis.state, tone(axis.sign)), (f" {axis.score_words():>6}", "text")]
        head = heading(width, palette, scene.state("daily"), title, right=state)
        lines = [*_votes(ballot), *_score(ballot, axis)] if size.height >= FULL else _short(ballot, axis)
        rows = [row(width, palette, *line) for line in lines]
        return column([head, *rows], width, size.height, palette)


def _votes(ballot: Ballot) -> list[Line]:
    """A row a sector, a column a session, and the sum of each session under a rule."""
    days = "".join(f"{str(day)[5:]:>7}" for day in ballot.sessions)
    rows = [Line([(f" {'vote for small-cap risk':<25}", "muted"), (days, "muted")])]
    for voter in ballot.voters:
        votes: list[Word] = [(f"{fmt.signed(vote, 0):>7}", tone(vote)) for vote in voter.votes]
        way = "+1 above" if voter.group == "cyclical" else "+1 below"
        rows.append(Line([(f" {voter.ticker:<5}", "text"), (f"{voter.group:<11}{way:<9}", "muted"), *votes]))
    sums: list[Word] = [(f"{fmt.signed(value, 0):>7}", "text") for value in ballot.sums]
    return [*rows, Line([(f" {'sum of the six':<25}", "muted"), *sums])]


def _score(ballot: Ballot, axis: AxisReading) -> list[Line]:
    """How the sums become the score, and the score the state."""
    enter, leave = CONFIRMATION.enter, CONFIRMATION.exit
    rule = f" enters at {enter:g} or -{enter:g}, leaves at {leave:g}, after {DWELL} closes"
    return [_divided(ballot, axis), *_state(axis), Line([(rule, "muted")])]


def _divided(ballot: Ballot, axis: AxisReading) -> Line:
    if not ballot.complete:
        return Line([(f" score {axis.score_words()}: fewer than {SCORED} sessions are shown", "muted")])
    sums = " ".join(fmt.signed(value, 0) for value in ballot.sums)
    total = fmt.signed(ballot.total, 0)
    return Line([(f" {sums} = {total};  {total} / {ballot.divisor} votes = ", "muted"), (axis.score_words(), "text")])


def _state(axis: AxisReading) -> list[Line]:
    """The state that is held, for how long, and what is pending."""
    held = f" {axis.state} for {fmt.count(axis.sessions_in_state, 'session')}; "
    pending: Word = (axis.pending_words(), "spike") if axis.pending else ("nothing pending", "muted")
    return [Line([(held, "muted"), pending])]


def _short(ballot: Ballot, axis: AxisReading) -> list[Line]:
    """Today's votes in a row, then the sums."""
    today = [(voter.ticker, voter.votes[-1]) for voter in ballot.voters]
    votes: list[Word] = [
        word for ticker, vote in today for word in ((f" {ticker} ", "muted"), (fmt.signed(vote, 0), tone(vote)))
    ]
    total: list[Word] = [(f"  = {fmt.signed(ballot.sums[-1], 0)}; the last {SCORED} sessions:", "muted")]
    return [Line([*votes, *total]), _divided(ballot, axis), *_state(axis)]
