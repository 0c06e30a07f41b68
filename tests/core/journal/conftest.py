"""What the tests of saved plans need: a journal, and plans to be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from smallcap.core.framework.plan import Condition, Plan, Row, Standing
from smallcap.core.journal import Journal

NOW = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
PLAN = Plan(
    profile="active",
    title="Buy IWM",
    answers={"equity": "100000"},
    standing=Standing("2026-03-02", "IWM/SPY", "RISK-ON", "2026-01-20", 62.4, "the demo", True),
    decision={"ticker": "IWM", "entry": 200.0, "target": None},
    rows=(Row("shares", "107"),),
    why=("it leads",),
    invalidated_by=(Condition("not RISK-ON", regime="RISK-ON"),),
)


def titled(title: str) -> Plan:
    return replace(PLAN, title=title)


def names(journal: Journal) -> list[str]:
    return [saved.id for saved in journal.all()]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "plans.jsonl")
