"""Modal: what the screens that open over another one have in common."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType

FAR = 1_000_000
SCROLLING = (
    ("j,down", "rows(1)", "Down"),
    ("k,up", "rows(-1)", "Up"),
    ("pagedown,space", "pages(1)", "Page down"),
    ("pageup", "pages(-1)", "Page up"),
    ("home", f"rows(-{FAR})", "First"),
    ("end", f"rows({FAR})", "Last"),
)
"""The keys of what scrolls by rows."""


class Modal(ModalScreen[ScreenResultType]):
    """A screen that closes once: what is typed faster than it closes would close the one beneath as well."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result, unless another screen is in front by now."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
