"""What the footer says at the start: what was missing, else the first keys and where live data is to be had."""

from __future__ import annotations

from ..core.reading import Reading
from .standpoint import ACCOUNT, Standpoint

LIVE = "simulated market; for live data: smallcap --source yahoo"
WAYS = (f'{LIVE} (or source = "yahoo" in the config)', LIVE, "live data: --source yahoo")
FIRST = "w plan · z size · g chart · t time · ? all keys"
MARGIN = 4


def first_notice(standpoint: Standpoint, reading: Reading, width: int) -> str:
    """The first warning and how many more there are; without any, the way from the simulated market to live data.

    Before it stand the keys to begin with, until something has been chosen and so is remembered.
    """
    trouble = (standpoint.store.trouble,) if standpoint.store.trouble else ()
    if warnings := (*trouble, *reading.warnings):
        more = f"  (and {len(warnings) - 1} more: smallcap report)" if len(warnings) > 1 else ""
        return f"{warnings[0]}{more}"
    if not reading.origin.simulated:
        return ""
    keys = f"{FIRST}  " if _first_time(standpoint) else ""
    return next((keys + way for way in WAYS if len(keys + way) <= width - MARGIN), keys or WAYS[1]).rstrip()


def _first_time(standpoint: Standpoint) -> bool:
    path = standpoint.store.path
    return path is not None and not path.with_name(ACCOUNT).exists()
