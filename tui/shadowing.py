"""Where a key of the user's does something else: the screens that have it for themselves."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from textual.binding import Binding

from ..core.keybinding import Chosen, written
from . import screens
from .screens.full import Full


def shadows(chosen: Chosen) -> tuple[str, ...]:
    """A sentence for each of these keys that some screen uses itself."""
    uses = tuple(_uses())
    return tuple(
        f"{written(key)} is {name}, but on {_listed(places)}"
        for name, keys in chosen
        for key in keys
        if (places := [f"{screen}: {words}" for screen, used, words in uses if used == key])
    )


def _listed(places: list[str]) -> str:
    return "; on ".join(f"the screen {place[0].lower()}{place[1:]}" for place in places)


def _uses() -> Iterator[tuple[str, str, str]]:
    """Screen, key and what it does there, of every screen that fills the terminal."""
    for module in pkgutil.iter_modules(screens.__path__):
        found = import_module(f"{screens.__name__}.{module.name}")
        for screen in vars(found).values():
            if isinstance(screen, type) and issubclass(screen, Full) and screen.__module__ == found.__name__:
                for one in Binding.make_bindings(screen.BINDINGS):
                    yield module.name, one.key, one.description
