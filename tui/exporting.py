"""A plan in a file of its own: what its name's ending says, whole or not at all, and never over another file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..core.document import as_json
from ..core.errors import SmallcapError, UsageError
from ..core.framework.document import document
from ..core.framework.page import as_html
from ..core.framework.plan import Plan
from ..core.framework.plan_text import as_markdown, as_text
from .output import write_anew

FORMS: dict[str, Callable[[Plan], str]] = {
    ".md": as_markdown,
    ".txt": as_text,
    ".html": as_html,
    ".json": lambda plan: as_json(document(plan)),
}


def export(plan: Plan, name: str) -> Path:
    """Write the plan to the file of that name and return its path.

    UsageError for an ending not in FORMS; SmallcapError, with nothing left behind, where there is a file already or
    none can be written.
    """
    form = FORMS.get(Path(name).suffix.lower())
    if form is None:
        raise UsageError(f"a file name that ends in {', '.join(FORMS)} is needed, like plan.md")
    try:
        path = Path(name).expanduser()
        # The name is taken before anything is written: what another program puts there meanwhile is not overwritten.
        path.open("x").close()
    except FileExistsError:
        raise SmallcapError(f"{name} is there already and is not overwritten: choose another name") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise _refused(name, error) from None
    _fill(path, form(plan))
    return path


def _fill(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_anew(draft, text)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise _refused(str(path), error) from None


def _refused(name: str, error: Exception) -> SmallcapError:
    return SmallcapError(f"{name} can't be written: {getattr(error, 'strerror', None) or error}")
