"""What the reading worker and the screens tell the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from ..core.bars import Panel
from ..core.reading import Reading
from .standpoint import Standpoint

if TYPE_CHECKING:
    from ..core.alerts import Alert
    from ..core.evidence.quote import Quote
    from ..core.evidence.worth import Compared
    from ..core.framework.plan import Plan
    from ..core.framework.review_words import Standings
    from ..core.slate import Slate
    from .evidence_work import Identity


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
class Foreseen(Message):
    """The reading of a session that nobody has asked for yet; None where there is none."""

    standpoint: Standpoint
    reading: Reading | None


@dataclass
class Quoted(Message):
    """What the labels of a reading were worth, and what sizing by its settings was, None where it can't be told."""

    reading: Reading
    quotes: tuple[Quote, ...]
    sized: Compared | None


@dataclass
class EvidenceAsked(Message):
    """Somebody looks at the evidence: what is missing is to be worked out, the fragility only when it is shown."""

    fragility: bool


@dataclass
class EvidenceTold(Message):
    """How far the work on the evidence `of` a reading is, what came of it, or why nothing did: fields of Found."""

    of: Identity
    changes: Mapping[str, object]


@dataclass
class AccountChanged(Message):
    """Settings of the account that were chosen, by their names."""

    values: Mapping[str, object]


@dataclass
class PlanMade(Message):
    """A plan that somebody wants to keep."""

    plan: Plan


@dataclass
class AlertWanted(Message):
    """What ends a plan, to be told of when it comes; `name` is the plan's in the journal, empty when it has none."""

    plan: Plan
    name: str = ""


@dataclass
class PlanKept(Message):
    """What became of a plan that was to be kept: its name in the journal, or why it has none."""

    plan: Plan
    name: str = ""
    reason: str = ""


@dataclass
class PlanRetried(Message):
    """The plans that couldn't be written are to be tried again."""


@dataclass
class PlanUnwanted(Message):
    """A plan that is to be deleted; without a name in the journal, it is one that was never written."""

    plan: Plan
    name: str = ""


@dataclass
class PlanDeleted(Message):
    """What became of a plan that was to be deleted from the journal; `reason` says why it is still there."""

    name: str
    reason: str = ""


@dataclass
class Said(Message):
    """Something to be told in the footer, until the next key."""

    words: str


@dataclass
class PlansAsked(Message):
    """Somebody looks at the saved plans: how they stand is to be known."""


@dataclass
class PlansReviewed(Message):
    """How the saved plans stand."""

    standings: Standings


@dataclass
class AlertTyped(Message):
    """An alert to be armed, as it was written, such as `IWM < 210`."""

    text: str


@dataclass
class AlertTouched(Message):
    """An alert that is to be disarmed, snoozed or armed again: `what` is one of `disarm`, `snooze`, `again`."""

    alert: Alert
    what: str


@dataclass
class AlertsKept(Message):
    """What the file of alerts holds once the first `saved` changes are in it; `trouble` is why it couldn't be so.

    `slate` is None without a file, and for one that couldn't be read or written.
    """

    slate: Slate | None
    saved: int
    trouble: str


@dataclass
class TickerChosen(Message):
    """A ticker that has bars and is to be looked at."""

    ticker: str
