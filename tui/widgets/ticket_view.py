"""The sizing as a form: its inputs and steps on the left, beside them what would be under other circumstances."""

from __future__ import annotations

from collections.abc import Mapping

from textual.geometry import Size
from textual.strip import Strip

from ...core.framework.profile import World
from ...core.framework.question import Question
from ...core.framework.ticket import Cell, Ticket, fill
from ...core.funds import Facts
from ..palette import Palette
from ..rows import Word, beside, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget
from .ticket_blocks import CELLS, Line, cells, grid, inputs, labels, reference, turns, waterfall

GAP, WIDEST = 2, 66


class TicketView(StripWidget):
    """Holds what was typed and what is assumed; everything else comes from the scene."""

    READS = ("reading", "ticker")
    KINDS = ("daily",)
    PANELS = ("size",)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._texts: Mapping[str, str] = {}
        self._chosen = 0
        self._assumed: int | None = None
        self._filled: tuple[tuple[object, ...], Ticket | str] = ((), "")

    def ticket(self, scene: Scene) -> Ticket | str:
        """What the inputs come to in the scene's ticker; why nothing, when it has no bars."""
        key = (scene.reading, scene.ticker, self._texts, self._assumed)
        if self._filled[0] != key:
            if scene.bars is None:
                self._filled = key, f"{scene.ticker} has no bars in {scene.reading.origin.name}"
            else:
                world = World(scene.reading, Facts())
                self._filled = key, fill(world, scene.ticker, self._texts, self.assumed)
        return self._filled[1]

    @property
    def assumed(self) -> Cell | None:
        """The cell of the table that is assumed; None for the market as it is."""
        return None if self._assumed is None else CELLS[self._assumed]

    @property
    def question(self) -> tuple[Question, str] | None:
        """The chosen field's question and what is in it; None while there are no fields."""
        ticket = self.ticket(self.scene) if self.scene else ""
        if isinstance(ticket, str):
            return None
        field = ticket.fields[self._chosen]
        return field.question, field.text

    def choose(self, step: int) -> None:
        """The next field, or one before; round and round."""
        ticket = self.ticket(self.scene) if self.scene else ""
        if not isinstance(ticket, str):
            self._chosen = (self._chosen + step) % len(ticket.fields)
            self.redraw()

    def type(self, key: str, text: str) -> None:
        """Put a text into a field; the default back when it is none."""
        self._texts = {name: kept for name, kept in {**self._texts, key: text}.items() if name != key or text.strip()}
        self.redraw()

    def assume(self, step: int) -> None:
        """The next cell of the table, or one before; after the last the market as it is."""
        at = (-1 if self._assumed is None else self._assumed) + step
        self._assumed = at % (len(CELLS) + 1) if at != -1 else None
        if self._assumed == len(CELLS):
            self._assumed = None
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, then two columns of blocks."""
        ticket = self.ticket(scene)
        head = heading(size.width, palette, scene.state("daily"), self._title(scene, ticket))
        if isinstance(ticket, str):
            return column([head, row(size.width, palette, [(f" none: {ticket}", "warn")])], *size, palette)
        left = min((size.width - GAP) // 2, WIDEST)
        widths = left, min(size.width - GAP - left, WIDEST)
        height = size.height - 1
        columns = [
            column([row(width, palette, *line) for line in _stacked(blocks, height)], width, height, palette)
            for width, blocks in zip(widths, self._blocks(scene, ticket, widths[0]), strict=True)
        ]
        gap = row(GAP, palette, ())
        rest = row(size.width - sum(widths) - GAP, palette, ())
        return [head, *(beside(one, gap, other, rest) for one, other in zip(*columns, strict=True))]

    def _title(self, scene: Scene, ticket: Ticket | str) -> list[Word]:
        side = "" if isinstance(ticket, str) else f"{ticket.fields[0].text.strip().lower()} "
        what: list[Word] = [(f"   WHAT IF {self.assumed.words}", "spike")] if self.assumed else []
        return [(f"SIZE  {side}{scene.ticker}", "muted"), *what]

    def _blocks(self, scene: Scene, ticket: Ticket, width: int) -> tuple[list[list[Line]], list[list[Line]]]:
        axes = {axis.key: axis.sign for axis in scene.reading.axes}
        now = Cell(axes.get("leadership", 0), axes.get("confirmation", 0))
        side = [cells(ticket, now, self.assumed), turns(ticket, scene.reading), grid(ticket)]
        return (
            [inputs(ticket, self._chosen), waterfall(ticket, width)],
            [*side, labels(ticket, scene.reading), reference(ticket)],
        )


def _stacked(blocks: list[list[Line]], height: int) -> list[Line]:
    """Blocks under each other, a blank line between them where there is room for all of them."""
    blocks = [block for block in blocks if block]
    spare = height - sum(map(len, blocks))
    between = [Line(())] if spare >= len(blocks) - 1 else []
    lines: list[Line] = []
    for block in blocks:
        if lines and len(lines) + len(between) + len(block) > height:
            continue
        lines += [*(between if lines else ()), *block]
    return lines
