"""What the reading worker and the screens tell the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from ..core.bars import Panel
from ..core.reading import Reading
from .standpoint import Standpoint


@dataclass
class ReadingReady(Message):
    """A new reading, its panel, and the standpoint it was made for; `fresh` when the source was asked anew."""

    panel: Panel
    standpoint: Standpoint
    reading: Reading
    fresh: bool


@dataclass
class ReadingFailed(Message):
    """No new reading, and why, in a sentence; `fresh` when the source was asked anew, `foreseen` for a known reason."""

    reason: str
    fresh: bool
    foreseen: bool = True


@dataclass
class AccountChanged(Message):
    """Settings of the account that were chosen, by their names."""

    values: Mapping[str, float]
