"""What the footer says at the start: what was missing, else where live data is to be had."""

from __future__ import annotations

from ..core.reading import Reading
from .standpoint import Standpoint

LIVE = "simulated market; for live data: smallcap --source yahoo"
LASTING = ' (or source = "yahoo" in the config)'
MARGIN = 4


def first_notice(standpoint: Standpoint, reading: Reading, width: int) -> str:
    """The first warning and how many more there are; without any, the way from the simulated market to live data."""
    trouble = (standpoint.store.trouble,) if standpoint.store.trouble else ()
    if warnings := (*trouble, *reading.warnings):
        more = f"  (and {len(warnings) - 1} more: smallcap report)" if len(warnings) > 1 else ""
        return f"{warnings[0]}{more}"
    if not reading.origin.simulated:
        return ""
    return LIVE + LASTING if len(LIVE + LASTING) <= width - MARGIN else LIVE
