"""What today's labels were worth, each in a few words, for the banner, the sizing, the wizard and reports."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .. import format as fmt
from ..bars import Panel
from ..history import History
from ..reading import Reading
from ..regime import INSUFFICIENT, REGIMES
from .bootstrap import DRAWS, SEED
from .table import CALMER, NO_EDGE, ROUGHER, TOO_FEW, Evidence, evidence

HORIZON = 21
KINDS = (("regime", "regime"), ("leadership", "ratio trend"), ("confirmation", "sectors"))
"""The kinds that are quoted, and what their evidence is called."""


class Quote(NamedTuple):
    """The evidence of a label that is held now, over 21 sessions of the pair's first ticker."""

    name: str
    row: Evidence

    def words(self) -> str:
        """`sectors DENIED: rougher months, 25% against 19% vol; no edge shown`."""
        return f"{self.name} {self.row.label}: {self.found()}"

    def found(self) -> str:
        """The same without whose it is."""
        row = self.row
        if not row.enough:
            return f"{TOO_FEW}, {fmt.count(row.episodes, 'episode')}"
        said = [row.verdict if row.verdict == NO_EDGE else f"{row.target} {row.verdict}, {self.returns()}"]
        if row.vol_verdict in {CALMER, ROUGHER}:
            said.insert(0, f"{row.vol_verdict} months, {self.vols()}")
        return "; ".join(said)

    def brief(self) -> str:
        """The same without numbers: `calmer, no edge shown`."""
        row = self.row
        vol = [row.vol_verdict] if row.enough and row.vol_verdict in {CALMER, ROUGHER} else []
        return ", ".join([*vol, row.verdict])

    def vols(self) -> str:
        """`25% against 19% vol`."""
        return f"{fmt.share(self.row.vol)} against {fmt.share(self.row.others_vol)} vol"

    def returns(self) -> str:
        """`+1.8% against +0.5% in 21 sessions`."""
        mean, others = fmt.percent(self.row.mean), fmt.percent(self.row.others_mean)
        return f"{mean} against {others} in {self.row.horizon} sessions"


def quotes(past: History, panel: Panel, *, seed: int = SEED, draws: int = DRAWS) -> tuple[Quote, ...]:
    """The evidence of the label and of the axes' states on the history's last session; those not known left out."""
    held = {track.axis.key: track.axis.word(int(track.state[-1])) for track in past.tracks if track.held[-1]}
    label = REGIMES[int(past.codes[-1])]
    if label is not INSUFFICIENT:
        held["regime"] = label.label
    kinds = tuple(kind for kind, _ in KINDS if kind in held)
    rows = evidence(past, panel, seed=seed, draws=draws, horizons=(HORIZON,), kinds=kinds) if kinds else ()
    first = {(row.kind, row.label): row for row in reversed(rows) if row.target == past.pair.a}
    found = ((name, first.get((kind, held.get(kind, "")))) for kind, name in KINDS)
    return tuple(Quote(name, row) for name, row in found if row)


@lru_cache(1)
def quotes_of(reading: Reading) -> tuple[Quote, ...]:
    """The quotes of a reading, kept while it is the newest one asked about: every plan made on it says the same."""
    return quotes(reading.history, reading.panel)
