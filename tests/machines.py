"""How far the state machines of the tests go: a little in every run, and as far as SMALLCAP_EXAMPLES says on demand."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("SMALLCAP_EXAMPLES", "0"))


def extent(examples: int, steps: int) -> settings:
    """So many runs of so many steps each; with SMALLCAP_EXAMPLES that many runs, of twice as many steps."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=EXAMPLES or examples,
        stateful_step_count=2 * steps if EXAMPLES else steps,
        deadline=None,
        database=None,
        suppress_health_check=slow,
    )
