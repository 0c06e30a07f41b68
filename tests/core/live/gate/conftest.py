"""What the tests of the gate need: bars to be judged, and answers that must pass or must not."""

from __future__ import annotations

import numpy as np
from smallcap.core.live.gate import Gated, gate
from smallcap.core.live.raw import FIELDS, Held, Raw

from tests.core.live.make import EVENTS, LAST, answer, held, only, raw, walk

BARS = raw(walk(300))
WINDOW = only(BARS, slice(-22, None))
HELD = held(only(BARS, slice(None, -2)))
# Places of the newest rows of WINDOW, which ends on Friday 2026-11-20.
THURSDAY, FRIDAY = 20, 21


def passed(bars: Raw, known: Held | None = None, **said: object) -> Gated:
    """What the gate makes of an answer with these bars, which it must not refuse."""
    gated = gate(answer(bars, **said), bars.ticker, LAST, known)
    assert gated.refused == ""
    assert gated.raw is not None
    return gated


def refused(bars: Raw, known: Held | None = None, **said: object) -> str:
    """Why the gate refuses an answer with these bars, which it must."""
    gated = gate(answer(bars, **said), "IWM", LAST, known)
    assert gated.raw is None
    assert gated.flags == ()
    assert gated.refused.startswith("IWM: ")
    return gated.refused


def same(a: Raw, b: Raw) -> None:
    for name in ("sessions", *FIELDS, *EVENTS):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
