"""The evidence as plain text at most 80 columns wide, and as Markdown: the same numbers, whole sentences first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from .. import format as fmt
from ..reading import ADVICE, Reading
from ..report import WIDTH, heading
from .analogues import Analogues
from .bootstrap import Interval
from .fragility import Fragility
from .page import Page, Period
from .quote import HORIZON
from .table import SAME_VOL, TOO_FEW, Evidence
from .universe import Universe
from .walk import Walk
from .worth import ASSUMED, Compared, Worth

HEAD = ("label", "days", "eps", "mean", "others", "difference, 95%", "vol", "verdict")
WIDTHS = (14, 6, 5, 7, 7, 17, 8)
MARKED = "* marks a volatility that differs from other days' beyond chance."
TOP_PAIRS = 40


def text(reading: Reading, page: Page, fragile: Fragility | None = None) -> str:
    """The whole page as text, and the fragility where it was asked for."""
    lines = [heading(reading), "", *_said(page), "", *_tables(page), *_worth(page.worth)]
    lines += [*_periods(page.periods), *_walks(page.walks), *_analogues(page.analogues), *_fragility(fragile), ADVICE]
    return "\n".join(short for line in lines for short in folded(line)) + "\n"


def markdown(reading: Reading, page: Page, fragile: Fragility | None = None) -> str:
    """The same as Markdown: one table of all rows, everything else as in the text."""
    names = (*HEAD[:6], "p", "vol", "verdict")
    rows = [_table_row(names), _table_row(["---"] * len(names))]
    for one in page.rows:
        label, days, episodes, mean, others, between, vol, verdict = cells(one)
        where = f"{one.kind}: {label}, {one.target} over {one.horizon}"
        rows.append(_table_row([where, days, episodes, mean, others, between, fmt.price(one.ci95.p, 3), vol, verdict]))
    rest = [*_worth(page.worth), *_periods(page.periods), *_walks(page.walks), *_analogues(page.analogues)]
    told = ["```", *rest, *_fragility(fragile), "```"]
    said = [f"- {line.strip()}" for line in _said(page)]
    return "\n".join([f"# Evidence, {heading(reading)}", "", *said, "", *rows, "", *told, "", ADVICE]) + "\n"


def universe(reading: Reading, found: Universe) -> str:
    """The strongest pairs of a universe, and what chance alone would have shown."""
    head = f"  {'pair':<13}{'regime':<11}{'ratio':<9}{'days':>6}{'eps':>5}{'difference, 95%':>25}{'q':>7}"
    rows = [
        f"  {one.pair!s:<13}{one.label:<11}{one.leadership:<9}{one.days:>6,}{one.episodes:>5}"
        f"{difference(one.difference, one.ci95):>25}{fmt.price(one.q, 3):>7}"
        for one in found.rows[:TOP_PAIRS]
    ]
    said = ["", f"After LEADING, the ratio itself over {HORIZON} sessions against other days.", found.words]
    lines = [heading(reading), "", head, *rows, *said, ADVICE]
    return "\n".join(short for line in lines for short in folded(line)) + "\n"


def cells(one: Evidence) -> tuple[str, ...]:
    """A row's cells, in the order of HEAD."""
    return (
        one.label,
        f"{one.days:,}",
        f"{one.episodes:,}",
        fmt.percent(one.mean),
        fmt.percent(one.others_mean),
        between(one.ci95),
        f"{fmt.price(100 * one.vol, 0)}/{fmt.price(100 * one.others_vol, 0)}%{_mark(one)}",
        "too few" if one.verdict == TOO_FEW else one.verdict,
    )


def between(found: Interval) -> str:
    """`-0.1% to +2.7%`; `--` where it can't be told."""
    return fmt.UNKNOWN if found.low != found.low else f"{fmt.percent(found.low)} to {fmt.percent(found.high)}"


def difference(value: float, found: Interval) -> str:
    """`+1.3% (-0.1% to +2.7%)`."""
    return f"{fmt.percent(value)} ({between(found)})"


def folded(line: str) -> list[str]:
    """A line in rows of at most 80 columns, those after the first set in."""
    return [line] if len(line) <= WIDTH else wrap(line, WIDTH, subsequent_indent="    ")


def _mark(one: Evidence) -> str:
    return "*" if one.vol_verdict not in {SAME_VOL, TOO_FEW} else " "


def _said(page: Page) -> list[str]:
    """Today's labels in words, then how many rows show an edge and how many would by chance."""
    shown, of, chance = page.beyond_chance
    counted = f"{shown} of {of} rows show a return edge; {chance:.0f} would by chance alone if none of them had one."
    return [*(one.words() for one in page.quotes), counted]


def _tables(page: Page) -> Iterator[str]:
    """The first ticker over 21 sessions, kind by kind; the other targets and horizons are in CSV and JSON."""
    rows = [row for row in page.rows if row.horizon == HORIZON and row.target == page.pair.a]
    yield f"{page.pair.a} over {HORIZON} sessions from the next session's close on, after each label"
    yield _line(HEAD)
    for kind, held in groupby(rows, key=lambda row: row.kind):
        yield kind
        yield from (_line(cells(row)) for row in held)
    yield f"Other targets and horizons: --format csv, json or md. {MARKED}"
    yield ""


def _line(found: Sequence[str]) -> str:
    label, *numbers, verdict = found
    right = "".join(f"{cell:>{width}}" for cell, width in zip(numbers, WIDTHS[1:], strict=True))
    return f"  {label:<{WIDTHS[0]}}{right} {verdict}".rstrip()


def _periods(periods: Sequence[Period]) -> Iterator[str]:
    """The regimes' difference decade by decade."""
    if not periods:
        return
    yield f"By decade: difference over {HORIZON} sessions from days with another regime"
    for label in dict.fromkeys(row.label for period in periods for row in period.rows if row.kind == "regime"):
        found = [_within(period, label) for period in periods]
        yield f"  {label:<12}" + "".join(f"{cell:>22}" for cell in found)
    yield f"  {'':<12}" + "".join(f"{f'{p.first.year}-{p.last.year}':>22}" for p in periods)
    yield ""


def _within(period: Period, label: str) -> str:
    row = next((row for row in period.rows if (row.kind, row.label) == ("regime", label)), None)
    if row is None or not row.enough:
        return "too few"
    return f"{fmt.percent(row.difference)} ({fmt.signed(100 * row.ci95.low, 1)}, {fmt.signed(100 * row.ci95.high, 1)})"


def _worth(found: Worth | None) -> list[str]:
    if found is None:
        return ["What the sizing was worth: not known, there is less than a year of it", ""]
    return ["What the sizing was worth", *(line for row in found.rows for line in _compared(row)), f"  {ASSUMED}", ""]


def _compared(row: Compared) -> list[str]:
    lines = [f"  {row.name}: {row.words()}"]
    for name, held in (("sized", row.sized), ("constant", row.constant)):
        lines.append(
            f"    {name:<9} return {fmt.percent(held.annual_return)}  vol {fmt.share(held.volatility, 1)}"
            f"  Sharpe {fmt.price(held.sharpe)}  fall {fmt.percent(held.max_drawdown)}"
            f"  turnover {fmt.price(held.turnover, 1)}x"
        )
    gap = row.sharpe
    lines.append(f"    Sharpe difference {fmt.signed(gap.difference)} ({_plain(gap.ci95)}): {gap.verdict}")
    return lines


def _plain(found: Interval) -> str:
    return f"{fmt.signed(found.low)} to {fmt.signed(found.high)}"


def _walks(walks: Sequence[Walk]) -> Iterator[str]:
    if walks:
        yield "Walking forward: what was known at each year's end, and the year after"
        yield from (f"  {one.case.kind} {one.case.label}, {one.case.target}: {one.words()}" for one in walks)
        yield ""


def _analogues(found: Analogues) -> Iterator[str]:
    yield "The sessions most like this one"
    if found.rows:
        names = "".join(f"{f'{name} {h}':>11}" for name in found.targets for h in found.horizons if h == HORIZON)
        yield f"  {'session':<12}{'label':<11}{'distance':>9}{names}"
    at = found.horizons.index(HORIZON) if HORIZON in found.horizons else 0
    for row in found.rows:
        after = "".join(f"{fmt.percent(values[at]):>11}" for values in row.returns)
        yield f"  {row.session.isoformat():<12}{row.regime:<11}{fmt.price(row.distance):>9}{after}"
    yield f"  {found.words()}"
    yield ""


def _fragility(found: Fragility | None) -> Iterator[str]:
    if found is None:
        return
    heat = found.heat()
    yield "Fragility: today's label over 81 settings of the rule"
    yield f"  {found.label_words}"
    yield f"  {found.evidence_words}"
    for name, letters in zip(heat.rows, heat.letters, strict=True):
        yield f"  {name:<20}{' '.join(letters)}"
    yield f"  columns: {heat.columns[0]} to {heat.columns[-1]}"
    yield ""


def _table_row(found: Sequence[str]) -> str:
    return "| " + " | ".join(cell.strip().replace("|", "/") for cell in found) + " |"
