"""The panels hand over their rows themselves: on every screen they are what Textual's own way would make of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.modes import MODES
from smallcap.tui.widgets.strips import StripWidget
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.stage import Counted, play, settle
from tests.tui.test_sizing import kept


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_rows_are_those_that_textual_makes(panel: Panel, tmp_path: Path, size: tuple[int, int]):
    seen = set[str]()

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for mode in MODES:
            app.switch_mode(mode)
            await settle(pilot)
            for widget in app.screen.query(StripWidget):
                if not widget.size:
                    continue
                width, height = widget.size
                for part in (Region(0, 0, width, height), Region(width // 3, height // 2, width // 2, 1)):
                    mine = widget.render_lines(part)
                    widget._styles_cache.clear()
                    assert [list(row) for row in mine] == [list(row) for row in Widget.render_lines(widget, part)]
                    assert {row.cell_length for row in mine} <= {part.width}
                seen.add(type(widget).__name__)

    play(kept(panel, tmp_path), use, size)
    assert len(seen) > 15
