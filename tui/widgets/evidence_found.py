"""What is known of a reading's evidence so far."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ...core.reading import Reading

# The app holds an empty one from its start, when nobody has asked for any evidence yet.
if TYPE_CHECKING:
    from ...core.claims.card import Card
    from ...core.evidence.fragility import Fragility
    from ...core.evidence.page import Page


class Found(NamedTuple):
    """The evidence of one close; `page` and `fragile` are None until they have been worked out.

    `held` are kind and name of the labels held on it. `doing` says how far the work is, empty while none is done;
    `trouble` why it ended without a result.
    """

    as_of: date | None = None
    pair: str = ""
    page: Page | None = None
    cards: tuple[Card, ...] = ()
    held: frozenset[tuple[str, str]] = frozenset()
    fragile: Fragility | None = None
    doing: str = ""
    trouble: str = ""

    def of(self, reading: Reading) -> bool:
        """Whether it is the evidence of a reading: of another one nothing may be shown."""
        return (self.as_of, self.pair) == (reading.as_of, str(reading.pair))
