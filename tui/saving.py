"""Saving what is on the screen, as a picture and as text."""

from __future__ import annotations

import re
from pathlib import Path

from .charts.raster import plain
from .stage import Stage


class Saving(Stage):
    """The action that saves the screen."""

    def action_save_screen(self) -> None:
        """Save what is on the screen as SVG and as text in the working directory."""
        stem = Path.cwd() / f"smallcap-{self.shown.reading.as_of}"
        strips = self.screen._compositor.render_strips()
        try:
            # Its style sheet would have a browser fetch the font from far away, and tell that place who looks.
            picture = re.sub(r"@font-face\s*{.*?}", "", self.export_screenshot(), flags=re.DOTALL)
            stem.with_suffix(".svg").write_text(picture, encoding="utf-8")
            stem.with_suffix(".txt").write_text(plain(strips), encoding="utf-8")
        except OSError as error:
            self.notice = f"{stem}.svg can't be written: {error.strerror}"
        else:
            self.notice = f"saved {stem.name}.svg and .txt in {stem.parent}"
