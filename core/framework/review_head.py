"""What a review begins with: the label then and now, or why the plan can't be held against the reading at all."""

from __future__ import annotations

from datetime import date

import numpy as np

from ..reading import Reading
from ..regime import INSUFFICIENT, REGIMES
from .plan import Plan


def apart(plan: Plan, reading: Reading, made: date) -> str:
    """Why nothing in the reading can be held against the plan; empty when something can."""
    if plan.standing.simulated != reading.origin.simulated:
        then, now = ("simulated", "real") if plan.standing.simulated else ("real", "simulated")
        return f"the plan was made on {then} data and {reading.origin.name} is {now}: they can't be compared"
    return f"the plan was made on {made}, after this reading's close" if made > reading.as_of else ""


def headline(plan: Plan, reading: Reading) -> str:
    """`made in RISK-ON on 2026-03-09, now NARROW`; `RISK-ON again` where it had been another label in between."""
    then, now, pair = plan.standing, reading.regime.regime.label, str(reading.pair)
    if then.pair != pair:
        where = f"now {now} on {pair}"
    elif then.regime != now:
        where = f"now {now}"
    else:
        where = f"{now} again" if _parted(reading, then.as_of) else f"still {now}"
    return f"made in {then.regime} on {then.as_of}, {where}"


def _parted(reading: Reading, made: str) -> bool:
    """Whether a session since the plan's had another label than the reading's; one without a label doesn't count."""
    past = reading.history
    since = past.codes[past.sessions > np.datetime64(made)]
    same = (REGIMES.index(reading.regime.regime), REGIMES.index(INSUFFICIENT))
    return not np.isin(since, same).all()
