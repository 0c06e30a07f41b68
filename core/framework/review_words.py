"""How saved plans stand, each in a few words: the same on the screen, in the command's list and wherever else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .. import format as fmt
from ..errors import SmallcapError
from ..reading import Reading
from .document import Saved
from .review import Review, Score, review


class Stand(NamedTuple):
    """A saved plan and its review; None where there is none, and why then: `later` is whether it was made after the
    close that is looked at."""

    saved: Saved
    found: Review | None
    why: str = ""
    later: bool = False

    def words(self) -> str:
        """How it stands, or why that isn't known."""
        return short(self.found) if self.found else self.why


class Standings(NamedTuple):
    """Saved plans, newest first, as on the close of `reading`; `trouble` says what couldn't be read or kept.

    While it isn't `whole`, some plans are still being reviewed.
    """

    rows: tuple[Stand, ...]
    reading: Reading
    trouble: tuple[str, ...] = ()
    whole: bool = True


def stand(saved: Saved, reading: Reading, read: Callable[[str], Reading]) -> Stand:
    """The plan held against the reading that `read` gives for its pair, which may raise SmallcapError.

    A plan that was made after the close of `reading`, the one that is looked at, isn't scored.
    """
    made = saved.plan.standing
    if made.as_of > reading.as_of.isoformat():
        return Stand(saved, None, f"not made yet on {reading.as_of}: it was made on {made.as_of}", later=True)
    try:
        own = reading if made.pair == str(reading.pair) else read(made.pair)
        return Stand(saved, review(saved, own, own.panel.bars.get(str(saved.plan.decision.get("ticker")))))
    except SmallcapError as error:
        return Stand(saved, None, f"not reviewed: {error}")


def stands(rows: Iterable[Saved], reading: Reading, read: Callable[[str], Reading]) -> Iterator[Stand]:
    """Every plan as `stand` has it, in the order given; `read` is asked once for a pair."""
    known: dict[str, Reading | SmallcapError] = {}

    def once(pair: str) -> Reading:
        if pair not in known:
            try:
                known[pair] = read(pair)
            except SmallcapError as error:
                known[pair] = error
        if isinstance(found := known[pair], SmallcapError):
            raise found
        return found

    return (stand(saved, reading, once) for saved in rows)


def short(found: Review) -> str:
    """`made in RISK-ON, now NARROW; stop 3.0% away; ends: 1 of 2 met`, for where the plan's date stands beside it."""
    headline = found.headline.replace(f" on {found.saved.plan.standing.as_of}", "", 1)
    said = [headline, *([_scored(found.score)] if found.score else found.notes[:1])]
    met = sum(check.today is True for check in found.checks)
    return "; ".join([*said, *([f"ends: {met} of {len(found.checks)} met"] if met else [])])


def _scored(score: Score) -> str:
    away = score.to_stop
    return f"stop {fmt.share(away.fraction, 1)} away" if away else f"{score.state}, {fmt.signed(score.r)}R"
