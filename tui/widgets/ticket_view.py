"""The sizing as a form: its inputs and steps on the left, beside them what would be under other circumstances."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.geometry import Size
from textual.strip import Strip

from ...core.errors import UsageError
from ...core.framework.profile import World
from ...core.framework.ticket import Cell, Field, Ticket, fill, nudged
from ...core.funds import Facts
from ..palette import Palette
from ..rows import Line, Word, beside, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget
from .ticket_blocks import CELLS, cells, evidence, grid, labels, reference, turns
from .ticket_edit import Draft, keyed, put
from .ticket_inputs import inputs, wrong
from .ticket_steps import waterfall

GAP, WIDEST = 2, 66
CELLS_WIDE = 38
"""What the table of states takes; beside less than that stand only the blocks that fit in any width."""


class TicketView(StripWidget):
    """Holds what was typed, where, and what is assumed; everything else comes from the scene.

    While the text that is being typed is not sound yet, the numbers are those of the last sound inputs and say so: they
    don't come and go with each key. Once the field is left they go, as they would be of inputs that are not there.
    """

    READS = ("reading", "ticker", "quotes", "sized")
    KINDS = ("daily",)
    PANELS = ("size",)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._texts: Mapping[str, str] = {}
        self._sound: Mapping[str, str] = {}
        self._chosen = 0
        self._cursor: int | None = None
        self._assumed: int | None = None
        self._filled: tuple[tuple[object, ...], Ticket | str] = ((), "")

    def ticket(self, scene: Scene) -> Ticket | str:
        """What the inputs come to in the scene's ticker; why nothing, when it has no bars."""
        key = (scene.reading, scene.ticker, self._texts, self._assumed)
        if self._filled[0] != key:
            if scene.bars is None:
                self._filled = key, f"{scene.ticker} has no bars in {scene.reading.origin.name}"
            else:
                ticket = self._fill(scene, self._texts)
                self._filled = key, ticket
                self._sound = self._texts if ticket.sizing else self._sound
        return self._filled[1]

    def numbers(self, scene: Scene, ticket: Ticket) -> Ticket:
        """The ticket whose numbers are shown: the last sound one while something is typed that isn't."""
        return ticket if ticket.sizing or not self.editing else self._fill(scene, self._sound)

    @property
    def assumed(self) -> Cell | None:
        """The cell of the table that is assumed; None for the market as it is."""
        return None if self._assumed is None else CELLS[self._assumed]

    @property
    def field(self) -> Field | None:
        """The chosen field; None while there are none."""
        ticket = self.ticket(self.scene) if self.scene else ""
        return None if isinstance(ticket, str) else ticket.fields[self._chosen]

    @property
    def editing(self) -> bool:
        """Whether the chosen field is being typed in."""
        return self._cursor is not None

    def choose(self, step: int) -> None:
        """The next field, or one before; round and round."""
        ticket = self.ticket(self.scene) if self.scene else ""
        if not isinstance(ticket, str):
            self._cursor = None
            self._chosen = (self._chosen + step) % len(ticket.fields)
            self.redraw()

    def edit(self, typed: str | None = None) -> None:
        """Type in the chosen field, at its end; `typed` takes the place of what is in it."""
        if (field := self.field) is not None:
            self._draft(Draft(field.text, len(field.text)) if typed is None else put(Draft("", 0), typed))

    def key(self, key: str, character: str | None) -> bool:
        """Take a key for the field that is being typed in; False for one that isn't for it."""
        field = self.field
        draft = (
            None if field is None or self._cursor is None else keyed(Draft(field.text, self._cursor), key, character)
        )
        if draft is not None:
            self._draft(draft)
        return draft is not None

    def paste(self, text: str) -> None:
        """What is pasted, into the field that is being typed in, or in place of what is in the chosen one."""
        if self._cursor is None:
            self.edit(text)
        elif (field := self.field) is not None:
            self._draft(put(Draft(field.text, self._cursor), text))

    def leave(self) -> None:
        """No more typing; the text stays, or the default comes back where there is none and that is no answer."""
        field, self._cursor = self.field, None
        if field is not None and not field.text.strip() and field.value is not None:
            self.reset()
        self.redraw()

    def reset(self) -> bool:
        """The chosen field as it would be by itself; whether anything was typed in it."""
        field, before = self.field, len(self._texts)
        if field is not None:
            self._texts = {key: text for key, text in self._texts.items() if key != field.question.key}
            self.redraw()
        return len(self._texts) < before

    def nudge(self, way: int, *, side: bool = False) -> None:
        """The chosen field, or the side, a step up or down."""
        ticket = self.ticket(self.scene) if self.scene else ""
        if self.scene and not isinstance(ticket, str):
            field = ticket.fields[0 if side else self._chosen]
            self._set(field, nudged(field, way, ticket.request.equity if ticket.request else 0.0))

    def assume(self, step: int) -> None:
        """The next cell of the table, or one before; after the last the market as it is."""
        at = (-1 if self._assumed is None else self._assumed) + step
        self._assumed = at % (len(CELLS) + 1) if at != -1 else None
        if self._assumed == len(CELLS):
            self._assumed = None
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, then two columns of blocks; a wrong field takes its row for itself."""
        ticket = self.ticket(scene)
        beside_it: list[Word] = [("   enter: keep  esc: leave", "muted")] if self.editing else []
        head = heading(size.width, palette, scene.state("daily"), self._title(scene, ticket), beside=beside_it)
        if isinstance(ticket, str):
            return column([head, row(size.width, palette, [(f" none: {ticket}", "warn")])], *size, palette)
        left = min((size.width - GAP) // 2, WIDEST)
        widths = left, min(size.width - GAP - left, WIDEST)
        numbers, kept = self.numbers(scene, ticket), scene.reading.settings
        fields = inputs(ticket, numbers, self._chosen, self._cursor, width=left, kept=kept)
        height = size.height - 1
        columns = [
            column([row(width, palette, *line) for line in lines], width, height, palette)
            for width, lines in zip(widths, self._columns(scene, ticket, fields, widths, height), strict=True)
        ]
        gap = row(GAP, palette, ())
        rest = row(size.width - sum(widths) - GAP, palette, ())
        rows = [head, *(beside(one, gap, other, rest) for one, other in zip(*columns, strict=True))]
        for at, (field, line) in enumerate(zip(ticket.fields, fields, strict=True), 1):
            if field.problem and at < size.height:
                rows[at] = row(size.width, palette, *wrong(line, field))
        return rows

    def _title(self, scene: Scene, ticket: Ticket | str) -> list[Word]:
        side = "" if isinstance(ticket, str) else f"{ticket.fields[0].text.strip().lower()} "
        what: list[Word] = [(f"   WHAT IF {self.assumed.words}", "spike")] if self.assumed else []
        return [(f"SIZE  {side}{scene.ticker}", "muted"), *what]

    def _columns(
        self, scene: Scene, ticket: Ticket, fields: list[Line], widths: tuple[int, int], height: int
    ) -> tuple[list[Line], list[Line]]:
        numbers, reading = self.numbers(scene, ticket), scene.reading
        axes = {axis.key: axis.sign for axis in reading.axes}
        now = Cell(axes.get("leadership", 0), axes.get("confirmation", 0))
        steps = waterfall(numbers, widths[0], height - len(fields), unfinished=numbers is not ticket)
        worth = evidence(scene, min(widths))
        below = len(fields) + len(steps) + len(worth) + 2 <= height
        fitting = (
            lambda: grid(numbers, widths[1]),
            lambda: [] if below else worth,
            lambda: labels(numbers, reading),
        )
        wide = (lambda: cells(numbers, now, self.assumed), lambda: turns(numbers, reading, widths[1]))
        beside_it = (*wide, *fitting, lambda: reference(numbers)) if widths[1] >= CELLS_WIDE else fitting
        left = [fields, steps, worth if below else []]
        return _stacked(left, height), _stacked([_counted(block) for block in beside_it], height)

    def _fill(self, scene: Scene, texts: Mapping[str, str]) -> Ticket:
        return fill(World(scene.reading, Facts()), scene.ticker, texts, self.assumed)

    def _draft(self, draft: Draft) -> None:
        self._cursor = draft.cursor
        if (field := self.field) is not None:
            self._set(field, draft.text)

    def _set(self, field: Field, text: str) -> None:
        self._texts = {**self._texts, field.question.key: text}
        self.redraw()


def _counted(block: Callable[[], list[Line]]) -> list[Line]:
    """A block; none where it would have more shares in it than can be counted."""
    try:
        return block()
    except UsageError:
        return []


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
