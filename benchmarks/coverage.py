"""How often the evidence's 95 % intervals cover zero where there is no edge: `python -m benchmarks.coverage`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from smallcap.core import history
from smallcap.core.bars import Bars, Floats, Origin, Panel
from smallcap.core.calendar import sessions
from smallcap.core.evidence import table
from smallcap.core.evidence.bootstrap import DRAWS
from smallcap.core.evidence.followed import HORIZONS

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "evidence.md"
MARKETS, CORES = 200, 2
LOWEST, HIGHEST = 0.93, 0.97
PAIR = history.parse_pair("IWM/SPY")
DAYS = sessions(date(1999, 1, 4), date(2022, 12, 30))
DRIFT, BETAS = 0.0003, {"XLF": 1.2, "XLI": 1.1, "XLY": 1.1, "XLU": 0.6, "XLP": 0.7, "XLV": 0.8, "QQQ": 1.1}
HEAD = """# Evidence: do the intervals cover?

Written by `python -m benchmarks.coverage`; not edited by hand.

{markets} simulated markets without an edge, {years} years of daily bars and nine tickers each: SPY is a common factor
whose volatility clusters (GARCH(1,1), Student's t with 6 degrees of freedom), IWM is SPY times a ratio made in the same
way and independent of it, sectors and QQQ are multiples of the factor with noise of their own. Every simple return has
the same mean whatever came before, so that after any label the true difference to all other days is 0, of IWM, of SPY
and of the ratio. The volatility that follows does differ from label to label, and is not looked at here.

A cell is the share of 95 % intervals that cover 0, of all rows that have enough episodes to be told, {draws:,} draws.
+- is one standard error of the simulation, clustered by market: a market's intervals are drawn on the same history.
*Percentile* is the same draws without the widening of `core/evidence/bootstrap.py`; see decision 21.

Overall the intervals cover 0 in **{ours}**, plain percentile intervals in {plain}. The target is 93 to 97 %: {met}.

"""


class Tally(NamedTuple):
    """How one row of one market came out: whether ours and the percentile interval cover zero."""

    market: int
    kind: str
    target: str
    horizon: int
    ours: bool
    plain: bool


class Share(NamedTuple):
    """A share of intervals, its standard error and how many intervals there were."""

    share: float
    error: float
    of: int

    def __str__(self) -> str:
        return f"{100 * self.share:.1f} +- {100 * self.error:.1f} %" if self.of else ""


def main() -> None:
    """Every market on every core, and the table of what was covered."""
    found: list[Tally] = []
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        for done, rows in enumerate(pool.map(tallies, range(MARKETS)), 1):
            found += rows
            if done % 20 == 0:
                print(f"{done} of {MARKETS} markets", file=sys.stderr, flush=True)
    OUTPUT.write_text(document(found, MARKETS), encoding="utf-8")
    print(OUTPUT.read_text(encoding="utf-8"))


def tallies(seed: int) -> list[Tally]:
    """The evidence of one market, every row that has enough episodes."""
    panel = market(seed)
    past = history.compute(panel, PAIR)
    ours = table.evidence(past, panel)
    with patch.object(table, "widening", lambda *_: 1.0):
        plain = table.evidence(past, panel)
    return [
        Tally(seed, a.kind, a.target, a.horizon, a.ci95.spans_zero, b.ci95.spans_zero)
        for a, b in zip(ours, plain, strict=True)
        if a.enough
    ]


def market(seed: int) -> Panel:
    """Nine tickers whose simple returns have one mean, whatever came before."""
    rng, n = np.random.RandomState(seed), len(DAYS)
    factor, apart = clustered(rng, 0.011), clustered(rng, 0.006)
    returns = {"SPY": DRIFT + factor, "IWM": (1.0 + DRIFT + factor) * (1.0 + apart) - 1.0}
    returns |= {name: DRIFT + beta * factor + rng.normal(0.0, 0.006, n) for name, beta in BETAS.items()}
    return Panel({name: bars(name, r, rng) for name, r in returns.items()}, Origin("no edge", True, ""))


def clustered(rng: np.random.RandomState, daily: float) -> Floats:
    """Returns of mean 0 and a daily volatility that clusters about `daily`: GARCH(1,1) with Student's t shocks."""
    shocks, variance, out = rng.standard_t(6, len(DAYS)) / 1.5**0.5, daily**2, []
    for shock in shocks.tolist():
        out.append(max(variance**0.5 * shock, -0.5))
        variance = 0.02 * daily**2 + 0.09 * out[-1] ** 2 + 0.89 * variance
    return np.array(out, dtype=np.float64)


def bars(name: str, returns: Floats, rng: np.random.RandomState) -> Bars:
    """Bars of a ticker that pays nothing."""
    close, spread = 100.0 * np.cumprod(1.0 + returns), 1.0 + np.abs(rng.normal(0.0, 0.006, len(DAYS)))
    return Bars(name, DAYS, close, close * spread, close / spread, close, close, rng.gamma(4.0, 1e6, len(DAYS)))


def document(found: Sequence[Tally], markets: int) -> str:
    """The page: what was covered by kind, by target and overall, for every horizon."""
    ours, plain = covered(found, lambda t: t.ours), covered(found, lambda t: t.plain)
    met = "met" if LOWEST <= ours.share <= HIGHEST else "**not met**"
    head = HEAD.format(markets=markets, years=2022 - 1999 + 1, draws=DRAWS, ours=ours, plain=plain, met=met)
    heading = ("label", "intervals", *(f"{h} sessions" for h in HORIZONS), "all", "percentile")
    lines = [line(heading), "|---|" + "---:|" * (len(heading) - 1)]
    return "\n".join([head + lines[0], *lines[1:], *(line(row) for row in rows(found))]) + "\n"


def rows(found: Sequence[Tally]) -> Iterator[tuple[str, ...]]:
    """One row a kind of label, one a target, and one of everything."""
    kinds = dict.fromkeys(tally.kind.split()[0] for tally in found)
    for kind in kinds:
        yield row(f"{kind}s" if kind == "signal" else kind, [t for t in found if t.kind.split()[0] == kind])
    for target in dict.fromkeys(tally.target for tally in found):
        yield row(f"every label, {target}", [t for t in found if t.target == target])
    yield row("**all**", found)


def row(name: str, found: Sequence[Tally]) -> tuple[str, ...]:
    """One row of the table, as text."""
    of = [str(covered([t for t in found if t.horizon == h], lambda t: t.ours)) for h in HORIZONS]
    return name, f"{len(found):,}", *of, str(covered(found, lambda t: t.ours)), str(covered(found, lambda t: t.plain))


def covered(found: Sequence[Tally], covers: Callable[[Tally], bool]) -> Share:
    """The share that covers zero, with its standard error clustered by market."""
    if not found:
        return Share(float("nan"), float("nan"), 0)
    share = sum(map(covers, found)) / len(found)
    beyond: dict[int, float] = {}
    for tally in found:
        beyond[tally.market] = beyond.get(tally.market, 0.0) + covers(tally) - share
    return Share(share, sum(b * b for b in beyond.values()) ** 0.5 / len(found), len(found))


def line(cells: Iterable[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
