"""The command `config`: what holds and where it is from, the file with every key, and the shells' completion."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..core import account, filing, keybinding, template
from ..core import document as documents
from ..core.errors import SmallcapError
from ..core.history import parse_pair
from ..core.settings import KEYS, Settings
from . import keymap
from .output import put, put_text
from .printable import printable
from .standpoint import ACCOUNT, CONFIG, configured, flags, folders
from .widgets.setting_rows import Effective, origin

ORIGINS = {"remembered": ACCOUNT, "flag or key": "flag"}
"""Where a value is from, as the settings screen says it and as a script may rely on it."""
SURROUNDINGS = (
    ("SMALLCAP_HOME", "the folder of every file"),
    ("SMALLCAP_NOW", "the clock of every part"),
    ("NO_COLOR", "no colours"),
)
"""What of the environment changes what holds, besides the proxy's and certificates' usual variables."""


class Row(NamedTuple):
    """One setting or action: its name, its value as the file has it, and where that is from."""

    name: str
    value: str
    origin: str


class Config(NamedTuple):
    """What holds: the files, settings with their origin, the app's keys, the environment, and what to know of them."""

    file: Path
    remembered: Path
    known: Effective
    settings: tuple[Row, ...]
    keys: tuple[Row, ...]
    environment: Mapping[str, str]
    warnings: tuple[str, ...]


def config(args: argparse.Namespace, parser: Callable[[], argparse.ArgumentParser], env: Mapping[str, str]) -> int:
    """Print what holds, or do what a flag asks in its place."""
    config_folder, data_folder = folders(env)
    file, kept = config_folder / CONFIG, data_folder / ACCOUNT
    if args.path:
        put(args, f"{file}\n")
    elif args.init:
        write(file)
        put(args, f"{file}\n")
    elif args.completion:
        from .completing import script  # noqa: PLC0415  only the shells' set-up asks

        put(args, script(args.completion, parser()))
    elif args.format == "json":
        put(args, documents.as_json(document(find(file, kept, flags(args), env))))
    else:
        put_text(args, as_text(find(file, kept, flags(args), env)))
    return 0


def write(file: Path) -> None:
    """Write the commented file, whole or not at all, and never over another; SmallcapError when it can't be."""
    actions = {key.name: (key.keys.split(","), key.words) for key in keymap.KEYS if key.name not in keymap.FIXED}
    try:
        filing.own_folder(file.parent)
        # Whoever makes the name first has it; an empty file is a sound one, should the next step fail.
        file.touch(mode=0o600, exist_ok=False)
        filing.replace(file, template.text(actions).encode(), os.fsync)
    except OSError as error:
        if isinstance(error, FileExistsError) and os.path.lexists(file):
            raise SmallcapError(f"{file} is there already, and stays as it is") from None
        raise SmallcapError(f"{file} can't be written: {error.strerror or error}") from None


def find(file: Path, remembered: Path, given: Mapping[str, object], env: Mapping[str, str]) -> Config:
    """What holds with these flags; UsageError naming the file for whatever is wrong with it."""
    named = configured(file)
    kept = account.read(remembered)
    used = named.settings.but(**kept).but(**given)
    parse_pair(used.pair)
    known = Effective(used, named.settings, kept, named.names)
    rows = tuple(
        Row(key.name, template.literal(_value(used, key.name)), _origin(known, key.name, given))
        for key in KEYS
        if key.name != "keys"
    )
    environment = {name: env[name] for name, _ in SURROUNDINGS if env.get(name)}
    bound = keymap.bound(used.keys)
    warnings = (*named.warnings, *bound.warnings, *_shadows(used.keys))
    return Config(file, remembered, known, rows, tuple(_keys(bound, used.keys)), environment, warnings)


def _value(used: Settings, name: str) -> object:
    """A setting as the file has it: the weights are a table there."""
    return dict(used.composite_weights) if name == "composite_weights" else getattr(used, name)


def _origin(known: Effective, name: str, given: Mapping[str, object]) -> str:
    where = "flag or key" if name in given else origin(known, name)
    return ORIGINS.get(where, where)


def _keys(bound: keybinding.Bound, chosen: keybinding.Chosen) -> Iterator[Row]:
    """Every action with its keys; one that lost a key to another is of the file as well."""
    for key in keymap.KEYS:
        keys = bound.keys[key.name]
        own = key.name in dict(chosen) or ",".join(keys) != key.keys
        yield Row(key.name, " ".join(map(keybinding.written, keys)) or keymap.NO_KEY, CONFIG if own else "default")


def _shadows(chosen: keybinding.Chosen) -> tuple[str, ...]:
    """On which screens the user's keys do something else."""
    if not chosen:
        return ()
    from .shadowing import shadows  # noqa: PLC0415  every screen is looked at, which takes Textual

    return shadows(chosen)


def as_text(found: Config) -> str:
    """For people."""
    there = "" if found.file.exists() else "  (not there; `smallcap config --init` writes it, with every key)"
    width = max(len(row.name) for row in (*found.settings, *found.keys))
    lines = [f"{CONFIG:<{width}}  {found.file}{there}", f"{ACCOUNT:<{width}}  {found.remembered}", ""]
    lines += _table(found.settings, width)
    lines += ["", "keys", *_table(found.keys, width)]
    words = dict(SURROUNDINGS)
    held = [
        f"{name:<{width}}  environment    {printable(value)}  ({words[name]})"
        for name, value in found.environment.items()
    ]
    lines += [*([""] * bool(held)), *held, *([""] * bool(found.warnings)), *(f"! {one}" for one in found.warnings)]
    return "\n".join(lines) + "\n"


def _table(rows: tuple[Row, ...], width: int) -> list[str]:
    return [f"{row.name:<{width}}  {row.origin:<13}  {row.value}" for row in rows]


def document(found: Config) -> dict[str, Any]:
    """For programs; fractions, not percent."""
    used = found.known.settings
    return {
        "schema": 1,
        "file": {"path": str(found.file), "exists": found.file.exists()},
        "account": {"path": str(found.remembered), "exists": found.remembered.exists()},
        "settings": {row.name: {"value": _plain(used, row.name), "origin": row.origin} for row in found.settings},
        "keys": {
            row.name: {"keys": [] if row.value == keymap.NO_KEY else row.value.split(), "origin": row.origin}
            for row in found.keys
        },
        "environment": dict(found.environment),
        "warnings": list(found.warnings),
    }


def _plain(used: Settings, name: str) -> object:
    value = _value(used, name)
    return list(value) if isinstance(value, tuple) else value
