"""What the reading worker tells the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from ..core.bars import Panel
from ..core.reading import Reading
from .setting import Setting


@dataclass
class ReadingReady(Message):
    """A new reading, its panel, the setting (pair, date, ratio basis) it was made for; `fresh` from the source anew."""

    panel: Panel
    setting: Setting
    reading: Reading
    fresh: bool


@dataclass
class ReadingFailed(Message):
    """No new reading, and why, in a sentence; `fresh` when the source was asked anew."""

    reason: str
    fresh: bool
