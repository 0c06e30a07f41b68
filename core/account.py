"""The account: what was last chosen in the app, remembered between sessions beside the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from . import filing, settings
from .errors import SmallcapError, UsageError

SIZING = ("equity", "risk_fraction", "stop_atr", "max_weight", "target_vol")
FIELDS = (*SIZING, "watchlist", "recent", "theme", "red_up")


def read(path: Path) -> Mapping[str, object]:
    """What is remembered, as far as it is sound; nothing where the file is missing or can't be read."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    found: dict[str, object] = {}
    for name in FIELDS:
        try:
            found[name] = getattr(settings.parse({name: given[name]}, str(path)), name)
        except (KeyError, UsageError):
            continue
    return found


def remember(path: Path, values: Mapping[str, object]) -> None:
    """Keep these fields beside those remembered, all or none; SmallcapError when they can't be written.

    A field that was never chosen is left to the config file.
    """
    try:
        filing.own_folder(path.parent)
        filing.replace(path, json.dumps({**read(path), **values}).encode("ascii"))
    except OSError as error:
        raise SmallcapError(f"the account can't be remembered in {path}: {error.strerror}") from None


def forget(path: Path) -> None:
    """Remember nothing any more; SmallcapError when it can't be taken away."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SmallcapError(f"{path} can't be taken away: {error.strerror}") from None
