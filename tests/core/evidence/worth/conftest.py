"""What the tests of the sizing's worth need: a random market and its history."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel
from smallcap.core.history import History, Pair, compute
from smallcap.core.settings import Settings

from tests.conftest import random_panel

PAIR = Pair("IWM", "SPY")
SETTINGS = Settings()
DRAWS = 60


@pytest.fixture(scope="package")
def market() -> Panel:
    """Almost seven years of a random market."""
    return random_panel(1700, seed=3)


@pytest.fixture(scope="package")
def past(market: Panel) -> History:
    """Its history."""
    return compute(market, PAIR)
