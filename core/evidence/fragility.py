"""Fragility: today's label, and what followed it, by every one of 81 settings of the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from .. import history
from ..bars import Panel, to_day
from ..history import Labelled, Pair
from ..indicators import TRADING_DAYS
from ..regime import INSUFFICIENT, REGIMES, runs
from ..rule import Rule
from .bootstrap import DRAWS, SEED
from .followed import Followed, follow_all
from .labels import Label
from .table import CALMER, LESS, MORE, ROUGHER, TOO_FEW, Evidence, of_kind

HORIZON = 21
WINDOWS = ((38, 150, 15, 47), (50, 200, 20, 63), (63, 250, 25, 79))
"""The rule's short, long, slope and place by 0.75, by 1 and by 1.25, halves rounded up."""
DWELLS = (5, 10, 15)
ENTERS = (0.8, 1.0, 1.2)
EXITS = (0.0, 0.25, 0.5)
"""Shares of the way from exit to enter: of -25 % an axis would be kept whose score already says the opposite."""
GRID = tuple(
    Rule(*windows, enter=enter, exit=leave, dwell=dwell)
    for windows, dwell, enter, leave in product(WINDOWS, DWELLS, ENTERS, EXITS)
)
SIDE = len(ENTERS) * len(EXITS)
CHUNKS = tuple(GRID[first : first + SIDE] for first in range(0, len(GRID), SIDE))
"""The grid row by row: a row is the work that is given away at once."""


class Setting(NamedTuple):
    """What one rule says: its label on the as-of session, since when, how many changes of label a year, and what
    followed the chosen label by it, None where it has no label to compare."""

    rule: Rule
    label: str
    since: date
    changes: float
    evidence: Evidence | None

    @property
    def letter(self) -> str:
        """The letter of its label."""
        return next(regime.letter for regime in REGIMES if regime.label == self.label)

    @property
    def difference(self) -> float:
        """The mean return after the chosen label less that after all other days, a fraction; NaN where not known."""
        return self.evidence.difference if self.evidence else float("nan")


class Heat(NamedTuple):
    """The settings as 9 rows, windows and dwell, by 9 columns, enter and exit: headings, letters, differences."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    letters: tuple[tuple[str, ...], ...]
    differences: tuple[tuple[float, ...], ...]


class Fragility(NamedTuple):
    """Every setting of the grid, in its order, and the label whose evidence they show."""

    pair: Pair
    label: str
    settings: tuple[Setting, ...]

    @property
    def label_words(self) -> str:
        """`RISK-ON in 61 of 81 settings; NEUTRAL in 20`."""
        counted = Counter(setting.label for setting in self.settings)
        order = [regime.label for regime in REGIMES]
        first, *rest = sorted(counted.items(), key=lambda item: (-item[1], order.index(item[0])))
        head = f"{first[0]} in {first[1]} of {fmt.count(len(self.settings), 'setting')}"
        return "; ".join([head, *(f"{label} in {n}" for label, n in rest)])

    @property
    def evidence_words(self) -> str:
        """`months after RISK-ON were calmer in 81 of 81 settings; a return edge shown in 3 of 81`."""
        of = len(self.settings)
        vols = Counter(setting.evidence.vol_verdict for setting in self.settings if setting.evidence)
        edges = Counter(setting.evidence.verdict for setting in self.settings if setting.evidence)
        few = of - edges.total() + edges[TOO_FEW]
        parts = [f"months after {self.label} were calmer in {vols[CALMER]} of {fmt.count(of, 'setting')}"]
        parts += [f"rougher in {vols[ROUGHER]} of {of}"] if vols[ROUGHER] else []
        parts += [f"a return edge shown in {edges[MORE] + edges[LESS]} of {of}"]
        parts[-1] += f", {edges[LESS]} of them a lower return" if edges[LESS] else ""
        parts += [f"too few episodes to tell in {few} of {of}"] if few else []
        return "; ".join(parts)

    def heat(self) -> Heat:
        """The settings laid out as a square."""
        lines = [self.settings[first : first + SIDE] for first in range(0, len(self.settings), SIDE)]
        return Heat(
            tuple(f"{row[0].rule.short}/{row[0].rule.long}, {row[0].rule.dwell} closes" for row in lines),
            tuple(f"enter x{one.rule.enter:g}, exit {100 * one.rule.exit:+g}%" for one in lines[0]),
            tuple(tuple(one.letter for one in row) for row in lines),
            tuple(tuple(one.difference for one in row) for row in lines),
        )


Work = Callable[[Sequence[Rule]], tuple[Setting, ...]]


def label_today(panel: Panel, pair: Pair) -> str:
    """The label that the rule itself gives on the panel's last session."""
    return REGIMES[int(history.labelled(panel, pair).codes[-1])].label


def work(panel: Panel, pair: Pair, label: str, *, seed: int = SEED, draws: int = DRAWS) -> Work:
    """`settings_of` with all but the rules filled in, to be sent to other processes: it holds the pair's bars only.

    panel: cut at the as-of session. label: one of regime.REGIMES, whose evidence is asked for.
    """
    bars = {ticker: panel.bars[ticker] for ticker in history.inputs(pair) if ticker in panel.bars}
    return partial(settings_of, replace(panel, bars=bars, macro={}), pair, label=label, seed=seed, draws=draws)


def settings_of(
    panel: Panel, pair: Pair, rules: Sequence[Rule], *, label: str, seed: int = SEED, draws: int = DRAWS
) -> tuple[Setting, ...]:
    """What each of the rules says, in their order; what one says depends on no other."""
    # What followed is the same by every rule: only which sessions it followed differs.
    after = follow_all(history.compute(panel, pair), panel, (HORIZON,))[0]
    return tuple(
        _setting(history.labelled(panel, pair, rule), rule, label, partial(_evidence, after, seed, draws))
        for rule in rules
    )


def combined(pair: Pair, label: str, parts: Sequence[Sequence[Setting]]) -> Fragility:
    """The settings in the grid's order, in whatever order the parts come."""
    place = {rule: at for at, rule in enumerate(GRID)}
    settings = sorted((setting for part in parts for setting in part), key=lambda setting: place[setting.rule])
    return Fragility(pair, label, tuple(settings))


def _setting(read: Labelled, rule: Rule, label: str, evidence_of: Callable[[Label], Evidence | None]) -> Setting:
    known = read.codes != REGIMES.index(INSUFFICIENT)
    codes = read.codes[known]
    changes = np.count_nonzero(np.diff(codes)) * TRADING_DAYS / len(codes) if len(codes) else float("nan")
    held = np.array([regime.label == label for regime in REGIMES])[read.codes]
    since = to_day(read.sessions[runs(read.codes)[-1][0]])
    found = evidence_of(Label("regime", label, held, known))
    return Setting(rule, REGIMES[int(read.codes[-1])].label, since, float(changes), found)


def _evidence(after: Followed, seed: int, draws: int, label: Label) -> Evidence | None:
    """The label's row; None where none of its kind was known."""
    return next(iter(of_kind([label], [after], ~np.isnan(after.returns), seed, draws)), None)
