"""All claims held against a market: a card each, with verdicts that count how many were tested."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from ..bars import Panel
from ..errors import SourceError, UsageError, nearest
from ..evidence.bootstrap import DRAWS, SEED, UNKNOWN
from ..evidence.multiplicity import adjusted
from .card import Card, Finding
from .market import Market
from .table import CLAIMS, Claim
from .verdict import CANT_TELL, close_call, judge, p_value, shortfall

Progress = Callable[[int, int], None]
CLOSE = "This is a close call: other random draws may turn the verdict."


class Tested(NamedTuple):
    """A claim's p-value, what it is after adjusting for all tests, and whether other draws may turn the verdict."""

    p: float
    q: float
    close: bool


def claims(
    panel: Panel,
    as_of: date,
    *,
    seed: int = SEED,
    draws: int = DRAWS,
    only: Sequence[str] = (),
    progress: Progress = lambda done, of: None,
) -> tuple[Card, ...]:
    """The cards of the table in its order, as of the close of a session: nothing later is looked at.

    They are about IWM, SPY and the tickers that they name, whatever pair is being read. `only` are the keys of the
    cards to hand back; all are tested, as each counts in the verdict on the others. UsageError for an unknown key.
    `progress` is told after each claim how many are done.
    """
    _check(only)
    market = Market(panel.until(np.datetime64(as_of)), seed, draws)
    found = []
    for done, claim in enumerate(CLAIMS, 1):
        found.append(_tested(claim, market))
        progress(done, len(CLAIMS))
    p = np.array([_p_of(*tested) for tested in zip(CLAIMS, found, strict=True)])
    q = adjusted(p)
    rows = zip(CLAIMS, found, p.tolist(), q.tolist(), strict=True)
    cards = (_card(claim, one, Tested(p, q, close_call(p, q, draws))) for claim, one, p, q in rows)
    return tuple(card for card in cards if not only or card.key in only)


def _check(only: Sequence[str]) -> None:
    keys = [claim.key for claim in CLAIMS]
    for key in only:
        if key not in keys:
            raise UsageError(f"claim {key!r} is not in the table{nearest(key, keys)}")


def _tested(claim: Claim, market: Market) -> Finding | str:
    """What the test found, or what is missing for it."""
    panel = market.panel
    if missing := [t for t in claim.needs if t not in panel.bars] + [s for s in claim.series if s not in panel.macro]:
        return f"no data of {', '.join(missing)}"
    try:
        return claim.test(market)
    except SourceError as error:
        return str(error)


def _p_of(claim: Claim, found: Finding | str) -> float:
    return p_value(claim.rule, found.estimate) if isinstance(found, Finding) else float("nan")


def _card(claim: Claim, found: Finding | str, tested: Tested) -> Card:
    said, needs = claim[:4], (*claim.needs, *claim.series)
    if isinstance(found, str):
        words, (p, q, _) = _words("", found, close=False), tested
        return Card(*said, needs, claim.unit, float("nan"), UNKNOWN, p, q, 0, "", (), None, words, CANT_TELL, found)
    one, missing = found.estimate, shortfall(found.estimate)
    return Card(
        *said,
        needs=needs,
        unit=claim.unit,
        result=one.result,
        ci95=one.ci95,
        p=tested.p,
        q=tested.q,
        n=one.n,
        n_words=found.n_words,
        periods=found.periods,
        chart=found.chart,
        words=_words(found.words if math.isfinite(one.result) else "", missing, close=tested.close),
        verdict=judge(claim.rule, one, tested.q),
        missing=missing,
    )


def _words(said: str, missing: str, *, close: bool) -> str:
    """What a card says: what is missing first, then the number where there is one."""
    parts = (f"It can't be told: {missing}." if missing else "", said, CLOSE if close else "")
    return " ".join(part for part in parts if part)
