"""What every report begins with, and a Sizing as rows of text."""

from __future__ import annotations

from . import format as fmt
from .reading import Reading
from .sizing import Sizing

WIDTH = 80
FORMULA = 34


def heading(reading: Reading) -> str:
    """What is read, as of when and from where; SIMULATED first where it is."""
    from .framework.document import plain  # noqa: PLC0415  JSON has no heading, and shouldn't pay for it

    badge = "SIMULATED  " if reading.origin.simulated else ""
    return plain(f"{badge}{reading.pair}  as of {fmt.day(reading.as_of)} close  {reading.origin.name}")


def sizing_rows(sizing: Sizing) -> list[str]:
    """The waterfall as text, one row a step, and the outcome."""
    rows = [
        f"  {step.name:<20}{step.fitting(FORMULA - 1) or step.formula:<{FORMULA}}{step.shown():>14}"
        f"{'  <- binds' if step.bound else ''}"
        for step in sizing.steps[:-1]
    ]
    return [*rows, f"  -> {outcome(sizing)}", *(f"  note: {words}" for words in sizing.warnings)]


def outcome(sizing: Sizing) -> str:
    """`75 shares, $496 at risk, weight 25.0%`, and what is known of the target and of one share."""
    risk, weight = fmt.dollars(sizing.risk_dollars), fmt.share(sizing.weight, 1)
    target = f", {sizing.r_multiple:.2f} R to the target" if sizing.r_multiple is not None else ""
    takes = f"; one takes {sizing.one_takes}" if sizing.one_takes else ""
    return f"{fmt.count(sizing.shares, 'share')}, {risk} at risk, weight {weight}{target}{takes}"
