"""What the sizing was worth: sized beside the same average exposure held constant, in numbers and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...core import format as fmt
from ...core.evidence.bootstrap import Interval
from ...core.evidence.page import Page
from ...core.evidence.report import between
from ...core.evidence.worth import ASSUMED, Compared, Gap, Held
from ..rows import Line
from .evidence_sheet import BLANK, Look, Sheet, said, titled

NAME = 10
HEADS = (("return", 8), ("vol", 7), ("Sharpe", 8), ("fall", 8), ("turnover", 10), ("exposure", 10))
SHORT = (("return", 8), ("Sharpe", 8), ("fall", 8))
NOT_KNOWN = "What the sizing was worth is not known: there is less than a year of it."


def sizing(page: Page, look: Look) -> Sheet:
    """Every exposure over all sessions, then by decade."""
    if page.worth is None:
        return Sheet((), said(NOT_KNOWN, look.width))
    lines = [line for row in page.worth.rows for line in (*_compared(row, look.width), BLANK)]
    for name, rows in groupby(sorted(page.worth.periods, key=lambda row: row.name), key=lambda row: row.name):
        lines += [titled(f"{name}, by decade"), *_decades(list(rows), look.width), BLANK]
    lines += said(ASSUMED, look.width, "muted")
    return Sheet([Line([("sized, and the same average exposure held constant", "text")])], lines)


def _compared(row: Compared, width: int) -> Iterator[Line]:
    yield titled(f"{row.name}, {row.ticker}, {row.first} to {row.last}")
    yield from said(row.words(), width)
    yield Line([(f"  {'':<{NAME}}" + "".join(f"{name:>{wide}}" for name, wide in _heads(width)), "muted")])
    for name, held in (("sized", row.sized), ("constant", row.constant)):
        cells = _cells(held)
        words = "".join(f"{cells[head]:>{wide}}" for head, wide in _heads(width))
        yield Line([(f"  {name:<{NAME}}", "text"), (words, "text")])
    for name, gap, scaled in (
        ("return", row.returns, True),
        ("vol", row.volatility, True),
        ("Sharpe", row.sharpe, False),
    ):
        yield Line([(f"  {name:<{NAME}}", "muted"), *_gap(gap, scaled=scaled, short=width < 76)])


def _heads(width: int) -> Sequence[tuple[str, int]]:
    needed = 2 + NAME + sum(wide for _, wide in HEADS)
    return HEADS if width >= needed else SHORT


def _cells(held: Held) -> dict[str, str]:
    return {
        "return": fmt.percent(held.annual_return),
        "vol": fmt.share(held.volatility, 1),
        "Sharpe": fmt.price(held.sharpe),
        "fall": fmt.percent(held.max_drawdown),
        "turnover": f"{fmt.price(held.turnover, 1)}x",
        "exposure": fmt.share(held.exposure),
    }


def _gap(gap: Gap, *, scaled: bool, short: bool) -> list[tuple[str, str]]:
    """The difference, its interval, and what it shows."""
    value = fmt.percent(gap.difference) if scaled else fmt.signed(gap.difference)
    interval = between(gap.ci95) if scaled else _plain(gap.ci95)
    verdict = _short(gap) if short else gap.verdict
    return [(f"{value:>8} ({interval})", "text"), (f"  {verdict}", "muted" if gap.ci95.spans_zero else "text")]


def _short(gap: Gap) -> str:
    """What a difference shows, in as few words as stand beside its name."""
    return gap.verdict.partition(" in ")[0].removesuffix(" episodes to tell").removesuffix(" ratio")


def _plain(found: Interval) -> str:
    return fmt.UNKNOWN if found.low != found.low else f"{fmt.signed(found.low)} to {fmt.signed(found.high)}"


def _decades(rows: Sequence[Compared], width: int) -> Iterator[Line]:
    """The Sharpe ratios of each decade and their difference."""
    wide = width >= 76
    head = f"  {'':<11}{'sized':>7}{'const.':>8}{'Sharpe difference, 95%':>28}"
    yield Line([(f"{head}{'  shown' if wide else ''}", "muted")])
    for row in rows:
        years = f"{row.first.year}-{row.last.year}"
        gap = row.sharpe
        numbers = f"{fmt.price(row.sized.sharpe):>7}{fmt.price(row.constant.sharpe):>8}"
        between_words = f"{fmt.signed(gap.difference)} ({_plain(gap.ci95)})"
        verdict = f"  {_short(gap)}" if wide else ""
        yield Line([(f"  {years:<11}{numbers}{between_words:>28}", "text"), (verdict, "muted")])
